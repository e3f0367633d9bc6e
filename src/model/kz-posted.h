/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-json.h"

G_BEGIN_DECLS

/* One whom a post to chosen subscribers did not reach, or whose subscription did not change. */
typedef struct {
  char *phone;   /* as it was asked for */
  char *user_id; /* (nullable) */
  char *reason;  /* (nullable): the server's own words */
} KzFailedTarget;

/* @user_id, @reason: (nullable): empty strings count as NULL. */
KzFailedTarget *kz_failed_target_new (const char *phone, const char *user_id, const char *reason);
KzFailedTarget *kz_failed_target_copy (const KzFailedTarget *target);
void kz_failed_target_free (KzFailedTarget *target);

/**
 * KzPosted:
 * @action_id: (nullable): a text has none, media and announcements may have none (API §23 row 38)
 * @failed: (element-type KzFailedTarget): never NULL
 *
 * What POST of a message or an action answers, API §10, §13.
 */
typedef struct {
  char *reference_id;
  char *action_id;
  GPtrArray *failed;
} KzPosted;

KzPosted *kz_posted_new (const char *reference_id, const char *action_id);
/* Fails without a referenceId. */
KzPosted *kz_posted_parse (const KzJson *root, GError **error);
void kz_posted_free (KzPosted *posted);

/**
 * kz_failed_targets_parse:
 * @root: the answer of .../subscribers/add and /remove, API §9
 * @done_name: "isAdded" or "isRemoved"
 *
 * Returns: (transfer full) (element-type KzFailedTarget): those for whom it was not done, with the
 *   reason under whichever name it has
 */
GPtrArray *kz_failed_targets_parse (const KzJson *root, const char *done_name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzFailedTarget, kz_failed_target_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzPosted, kz_posted_free)

G_END_DECLS
