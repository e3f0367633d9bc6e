/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-posted.h"

/* --- those who were not reached ------------------------------------------------------------ */

static char *
dup_filled (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

KzFailedTarget *
kz_failed_target_new (const char *phone, const char *user_id, const char *reason)
{
  KzFailedTarget *target = g_new0 (KzFailedTarget, 1);

  target->phone = g_strdup (phone != NULL ? phone : "");
  target->user_id = dup_filled (user_id);
  target->reason = dup_filled (reason);
  return target;
}

KzFailedTarget *
kz_failed_target_copy (const KzFailedTarget *target)
{
  return kz_failed_target_new (target->phone, target->user_id, target->reason);
}

void
kz_failed_target_free (KzFailedTarget *target)
{
  if (target == NULL)
    return;
  g_free (target->phone);
  g_free (target->user_id);
  g_free (target->reason);
  g_free (target);
}

/* (nullable) (transfer full): the words rather than the code; the name of either is not documented
 * everywhere (API §9, §10). */
static char *
reason_of (const KzJson *json)
{
  static const char *const names[] = {"errorReason", "reason", "message", "errorCode"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    char *reason = kz_json_dup_id (json, names[i]);

    if (reason != NULL && *reason != '\0')
      return reason;
    g_free (reason);
  }
  return NULL;
}

static GPtrArray *
new_targets (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_failed_target_free);
}

GPtrArray *
kz_failed_targets_parse (const KzJson *root, const char *done_name)
{
  const KzJson *result = kz_json_opt_object (root, "result");
  GPtrArray *targets = new_targets ();
  const KzJson *value;
  const char *phone;

  for (guint i = 0; kz_json_member_at (result, i, &phone, &value); i++) {
    g_autofree char *reason = reason_of (value);

    /* What says neither yes nor no, and gives no reason, was done. */
    if (!kz_json_opt_bool (value, done_name, reason == NULL))
      g_ptr_array_add (targets, kz_failed_target_new (phone, NULL, reason));
  }
  return targets;
}

/* --- what was posted ----------------------------------------------------------------------- */

KzPosted *
kz_posted_new (const char *reference_id, const char *action_id)
{
  KzPosted *posted = g_new0 (KzPosted, 1);

  posted->reference_id = g_strdup (reference_id);
  posted->action_id = g_strdup (action_id);
  posted->failed = new_targets ();
  return posted;
}

void
kz_posted_free (KzPosted *posted)
{
  if (posted == NULL)
    return;
  g_free (posted->reference_id);
  g_free (posted->action_id);
  g_ptr_array_unref (posted->failed);
  g_free (posted);
}

KzPosted *
kz_posted_parse (const KzJson *root, GError **error)
{
  g_autofree char *reference_id = NULL;
  const KzJson *failed;
  KzPosted *posted;

  if (!kz_json_get_id (root, "referenceId", &reference_id, error))
    return NULL;
  posted = kz_posted_new (reference_id, NULL);
  posted->action_id = kz_json_dup_id (root, "actionId");
  failed = kz_json_opt_array (root, "failedResult");
  for (guint i = 0; i < kz_json_array_length (failed); i++) {
    const KzJson *json = kz_json_array_at (failed, i);
    g_autofree char *phone = kz_json_dup_id (json, "subscriber");
    g_autofree char *user_id = kz_json_dup_id (json, "subscriberId");
    g_autofree char *reason = reason_of (json);

    g_ptr_array_add (posted->failed, kz_failed_target_new (phone, user_id, reason));
  }
  return posted;
}
