/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-errand.h"
#include "kz-purple-orders.h"

G_BEGIN_DECLS

/* Only for kz-purple-orders*.c. Each carries out the verbs that its name says. */
typedef void (*KzOrderRun) (KzSession *session, const char *group_id, const KzOrder *order,
                            const char *typed);

/* kz-purple-orders-posts.c: with actions */
void kz_order_post (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);
void kz_order_answer (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_reply (KzSession *session, const char *group_id, const KzOrder *order,
                     const char *typed);
void kz_order_remind (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_update (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_tell (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);

/* kz-purple-orders-groups.c: with groups */
void kz_order_create_group (KzSession *session, const char *group_id, const KzOrder *order,
                            const char *typed);
void kz_order_attach (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_leave (KzSession *session, const char *group_id, const KzOrder *order,
                     const char *typed);
void kz_order_add (KzSession *session, const char *group_id, const KzOrder *order,
                   const char *typed);
void kz_order_remove (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_role (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);

/* kz-purple-orders-people.c: with people */
void kz_order_members (KzSession *session, const char *group_id, const KzOrder *order,
                       const char *typed);
void kz_order_subscribers (KzSession *session, const char *group_id, const KzOrder *order,
                           const char *typed);
void kz_order_subscribe (KzSession *session, const char *group_id, const KzOrder *order,
                         const char *typed);
void kz_order_info (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);
void kz_order_whoami (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_message (KzSession *session, const char *group_id, const KzOrder *order,
                       const char *typed);

/* kz-purple-orders-account.c: with the account */
void kz_order_status (KzSession *session, const char *group_id, const KzOrder *order,
                      const char *typed);
void kz_order_webhooks (KzSession *session, const char *group_id, const KzOrder *order,
                        const char *typed);

/* kz-purple-orders-media.c: with files */
void kz_order_send (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);
void kz_order_save (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);

/* (transfer full): what to call somebody, also ourselves, in a list. */
char *kz_order_name (KzSession *session, const KzPerson *person);
/* Posts a draft; in kz-purple-orders-posts.c. */
void kz_order_post_draft (KzSession *session, const char *group_id, const KzActionDraft *draft,
                          const char *typed);
/* Answers an action; in kz-purple-orders-posts.c. */
void kz_order_respond (KzSession *session, const char *group_id, const char *handle,
                       const KzResponseDraft *response, const char *typed);
/* Brings the files of the order to the service first; when one cannot be, nothing is posted. */
void kz_order_bring (KzSession *session, const char *group_id, const KzOrder *order,
                     const char *typed);

/* (transfer full): the shown names of the people, separated by commas. */
char *kz_order_names (KzSession *session, const GPtrArray *people);
/* Says whom it did not reach, by name and reason. @failed: (element-type KzFailedTarget). */
void kz_order_say_failed (const KzErrand *errand, const GPtrArray *failed);

G_END_DECLS
