/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every kind of request that src/client can make, as the sandbox calls its endpoints; but downloads,
 * which go wherever an address says. test-engine-teardown compares it with the sources. */
#pragma once

#define KZ_TEST_REQUESTS                                                                           \
  "POST /generatePin", "POST /loginWithPinAndApplicationId", "POST /api/oauth/token",              \
      "GET /accessToken", "GET /users/me", "GET /groups", "POST /groups", "GET /groups/{groupId}", \
      "GET /groups/{groupId}/subGroups", "POST /groups/{groupId}/subGroups",                       \
      "PUT /groups/{groupId}/subGroups", "DELETE /groups/{groupId}/subGroups/{subGroupId}",        \
      "GET /groups/{groupId}/members", "PUT /groups/{groupId}/members",                            \
      "PUT /groups/{groupId}/members/{memberId}", "DELETE /groups/{groupId}/members/{memberId}",   \
      "POST /groups/{groupId}/subscribers", "GET /groups/{groupId}/subscribers",                   \
      "PUT /groups/{groupId}/subscribers/add", "PUT /groups/{groupId}/subscribers/remove",         \
      "POST /groups/{groupId}/messages", "POST /groups/{groupId}/actions",                         \
      "GET /groups/{groupId}/actions", "GET /groups/{groupId}/actions/{actionId}",                 \
      "POST /groups/{groupId}/actions/{actionId}/responses",                                       \
      "POST /groups/{groupId}/actions/{actionId}/reminder",                                        \
      "PUT /groups/{groupId}/actions/{actionId}/properties",                                       \
      "PUT /groups/{groupId}/actions/{actionId}", "POST /groups/{groupId}/reaction",               \
      "GET /groups/{groupId}/reaction/summary", "GET /groups/{groupId}/reaction/{referenceId}",    \
      "POST /media", "POST /media/url", "POST /webhook", "GET /webhook",                           \
      "PUT /webhook/{webhookId}", "DELETE /webhook/{webhookId}"
