/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-deeds.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* In a group one goes out after the other, so that they arrive as they were written. */
typedef enum {
  TELL_REFUSED, /* or not looked at yet */
  TELL_WAITS,
  TELL_RUNS,
} TellState;

/* A text or an action for chosen subscribers, part by part. */
typedef struct {
  TellState state;
  char *group_id;
  char *text;           /* (nullable) */
  char *reply_to;       /* (nullable): referenceId of what @text answers */
  KzActionDraft *draft; /* (nullable) */
  GStrv phones;
  guint next; /* the first phone of the part to go out, or that is out */
  KzTold *told;
  KzOwnPost *own; /* (unowned): of the part that is out */
} Tell;

void
kz_told_free (KzTold *told)
{
  if (told == NULL)
    return;
  g_ptr_array_unref (told->posted);
  g_ptr_array_unref (told->failed);
  g_strfreev (told->uncertain);
  g_strfreev (told->unreached);
  g_clear_error (&told->error);
  g_free (told);
}

static void
tell_free (gpointer data)
{
  Tell *tell = data;

  g_free (tell->group_id);
  g_free (tell->text);
  g_free (tell->reply_to);
  kz_action_draft_free (tell->draft);
  g_strfreev (tell->phones);
  kz_told_free (tell->told);
  g_free (tell);
}

static void send_part (KzDeed *deed);

/* --- One after the other --- */

/* (nullable): the first that runs or waits in the group. */
static KzDeed *
first_of (KzEngine *self, const char *group_id)
{
  for (guint i = 0; i < self->deeds->len; i++) {
    KzDeed *deed = g_ptr_array_index (self->deeds, i);
    const Tell *tell = deed->context_free == tell_free ? deed->context : NULL;

    if (tell != NULL && tell->state != TELL_REFUSED && g_str_equal (tell->group_id, group_id))
      return deed;
  }
  return NULL;
}

static void
start_next (KzEngine *self, const char *group_id)
{
  KzDeed *deed = kz_engine_is_up (self) ? first_of (self, group_id) : NULL;
  Tell *tell = deed != NULL ? deed->context : NULL;

  if (tell == NULL || tell->state != TELL_WAITS)
    return;
  tell->state = TELL_RUNS;
  send_part (deed);
}

/* --- Parts --- */

/* (transfer full): @n phones from @first on, or all that there are. */
static GStrv
slice (const Tell *tell, guint first, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint length = g_strv_length (tell->phones);

  for (guint i = first; i < length && i - first < n; i++)
    g_strv_builder_add (builder, tell->phones[i]);
  return g_strv_builder_end (builder);
}

static void
finish (KzDeed *deed)
{
  Tell *tell = deed->context;

  kz_deed_succeed (deed, g_steal_pointer (&tell->told), (GDestroyNotify) kz_told_free);
}

static void
part_posted (KzDeed *deed, KzPosted *posted)
{
  Tell *tell = deed->context;

  g_return_if_fail (posted != NULL);
  if (posted->reference_id != NULL)
    g_ptr_array_add (tell->told->posted, g_strdup (posted->reference_id));
  g_ptr_array_extend_and_steal (tell->told->failed, g_steal_pointer (&posted->failed));
  posted->failed = g_ptr_array_new ();
  tell->next += KZ_SELECTIVE_SEND_CHUNK;
  if (tell->next < g_strv_length (tell->phones) && !deed->is_ended)
    send_part (deed);
  else
    finish (deed);
}

/* What went out before cannot be taken back: the result says how far it came. */
static void
part_failed (KzDeed *deed, const GError *error)
{
  Tell *tell = deed->context;
  gboolean is_uncertain = g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  guint rest = is_uncertain ? tell->next + KZ_SELECTIVE_SEND_CHUNK : tell->next;

  if (is_uncertain)
    tell->told->uncertain = slice (tell, tell->next, KZ_SELECTIVE_SEND_CHUNK);
  if (rest < g_strv_length (tell->phones))
    tell->told->unreached = slice (tell, rest, G_MAXUINT);
  tell->told->error = g_error_copy (error);
  finish (deed);
}

static void
part_back (KzDeed *deed, GAsyncResult *result)
{
  KzEngine *self = deed->engine;
  Tell *tell = deed->context;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) posted = tell->draft != NULL
                                    ? kz_api_post_action_finish (self->http, result, &error)
                                    : kz_api_send_text_finish (self->http, result, &error);

  if (posted == NULL) {
    posted = kz_own_post_rescue (tell->own, error);
    if (posted != NULL)
      g_clear_error (&error);
    else
      kz_engine_own_failed (self, tell->own);
  }
  if (error != NULL && tell->next > 0 && !deed->is_ended && kz_engine_is_up (self)) {
    kz_engine_note_result (self, error);
    part_failed (deed, error);
    return;
  }
  if (!kz_deed_back (deed, error))
    return;
  if (tell->draft != NULL)
    kz_engine_show_posted (self, tell->group_id, tell->draft, posted, tell->own);
  else
    kz_engine_own_posted (self, tell->own, posted);
  part_posted (deed, posted);
}

static void
part_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (KzEngine) self = g_object_ref (deed->engine);
  g_autofree char *group_id = g_strdup (((Tell *) deed->context)->group_id);

  part_back (deed, result);
  start_next (self, group_id);
}

static void
send_part (KzDeed *deed)
{
  KzEngine *self = deed->engine;
  Tell *tell = deed->context;
  g_auto (GStrv) phones = slice (tell, tell->next, KZ_SELECTIVE_SEND_CHUNK);

  kz_deed_hold (deed);
  if (tell->draft != NULL) {
    tell->own = kz_engine_expect_own (self, tell->group_id, tell->draft->kind, tell->draft->title,
                                      tell->draft->text);
    g_strfreev (tell->draft->subscribers);
    tell->draft->subscribers = g_steal_pointer (&phones);
    kz_api_post_action_async (self->http, tell->group_id, tell->draft, self->cancellable, part_cb,
                              deed);
    return;
  }
  tell->own = kz_engine_expect_own (self, tell->group_id, KZ_ACTION_UNKNOWN, NULL, tell->text);
  kz_api_send_text_async (self->http, tell->group_id, tell->text, (const char *const *) phones,
                          FALSE, tell->reply_to, self->cancellable, part_cb, deed);
}

/* --- The whole --- */

static gboolean
check_text (const char *text, GError **error)
{
  if (text == NULL || strspn (text, " \t\r\n") == strlen (text)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is nothing to send"));
    return FALSE;
  }
  if (kz_text_utf16_length (text) <= KZ_MESSAGE_MAX_UNITS)
    return TRUE;
  g_set_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE,
               /* Translators: %d is a number of characters. */
               _ ("A message holds at most %d characters"), KZ_MESSAGE_MAX_UNITS);
  return FALSE;
}

static gboolean
check (KzEngine *self, const KzGroup *group, const Tell *tell, GError **error)
{
  if (group->kind != KZ_GROUP_PUBLIC) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("Only public groups have subscribers"));
    return FALSE;
  }
  if (!kz_group_may_post (group)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_FORBIDDEN,
                         _ ("You may only read in this group"));
    return FALSE;
  }
  if (!kz_phones_check ((const char *const *) tell->phones, 0, error))
    return FALSE;
  if (tell->draft != NULL)
    return kz_action_draft_check (tell->draft, kz_clock_wall_us (self->clock), error);
  return check_text (tell->text, error);
}

/* @group: (nullable): refused already */
static void
begin (KzDeed *deed, const KzGroup *group, const char *const *subscribers)
{
  KzEngine *self = deed->engine;
  Tell *tell = deed->context;
  GError *error = NULL;

  if (group == NULL)
    return;
  tell->group_id = g_strdup (group->id);
  tell->phones = g_strdupv ((GStrv) subscribers);
  tell->told = g_new0 (KzTold, 1);
  tell->told->posted = g_ptr_array_new_with_free_func (g_free);
  tell->told->failed = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_failed_target_free);
  if (!check (self, group, tell, &error)) {
    kz_deed_refuse (deed, error);
    return;
  }
  kz_engine_touch_group (self, group->id);
  tell->state = TELL_WAITS;
  start_next (self, group->id);
}

void
kz_engine_tell_async (KzEngine *self,
                      const char *group_id,
                      const char *text,
                      const KzActionDraft *draft,
                      const char *const *subscribers,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  Tell *tell = g_new0 (Tell, 1);
  KzDeed *deed = kz_deed_new (self, kz_engine_tell_async, tell, tell_free, callback, data);

  tell->text = g_strdup (text);
  tell->draft = draft != NULL ? kz_action_draft_copy (draft) : NULL;
  if (tell->draft != NULL)
    tell->draft->to_all_subscribers = FALSE;
  begin (deed, kz_deed_aim_group (deed, group_id), subscribers);
}

void
kz_engine_tell_reply_async (KzEngine *self,
                            const char *handle,
                            const char *text,
                            const char *const *subscribers,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  Tell *tell = g_new0 (Tell, 1);
  KzDeed *deed = kz_deed_new (self, kz_engine_tell_async, tell, tell_free, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, TRUE);

  tell->text = g_strdup (text);
  if (open == NULL)
    return;
  tell->reply_to = g_strdup (open->action->reference_id);
  begin (deed, kz_deed_aim_group (deed, open->action->group_id), subscribers);
}

KzTold *
kz_engine_tell_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_tell_async, error);
}
