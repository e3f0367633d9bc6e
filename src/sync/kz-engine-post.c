/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-deeds.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>

typedef struct {
  char *group_id;
  KzActionDraft *draft;
  KzOwnPost *own; /* (unowned) */
} Post;

static void
post_free (gpointer data)
{
  Post *post = data;

  g_free (post->group_id);
  kz_action_draft_free (post->draft);
  g_free (post);
}

/* --- May it go out? --- */

gboolean
kz_engine_check_post (KzEngine *self,
                      const KzGroup *group,
                      const KzActionDraft *draft,
                      GError **error)
{
  if (!kz_group_may_post (group)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_FORBIDDEN,
                         _ ("You may only read in this group"));
    return FALSE;
  }
  if (group->kind != KZ_GROUP_PUBLIC && (draft->subscribers != NULL || draft->to_all_subscribers)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("Only public groups have subscribers"));
    return FALSE;
  }
  return kz_action_draft_check (draft, kz_clock_wall_us (self->clock), error);
}

/* --- It is there --- */

static void
add_media (KzAction *action, const KzAction *echo)
{
  for (guint i = 0; i < echo->media->len; i++) {
    const KzMediaRef *ref = g_ptr_array_index (echo->media, i);

    g_ptr_array_add (action->media, kz_media_ref_new (ref->url, ref->name));
  }
}

void
kz_engine_show_posted (KzEngine *self,
                       const char *group_id,
                       const KzActionDraft *draft,
                       const KzPosted *posted,
                       KzOwnPost *post)
{
  g_autoptr (KzAction) action =
      kz_action_draft_to_action (draft, group_id, kz_clock_wall_us (self->clock));

  g_return_if_fail (posted != NULL);
  action->reference_id = g_strdup (posted->reference_id);
  action->action_id = g_strdup (posted->action_id);
  action->sender = kz_person_from_wire (kz_directory_own_user_id (self->directory), self->phone,
                                        kz_directory_own_name (self->directory), NULL);
  if (kz_own_post_echo (post) != NULL)
    add_media (action, kz_own_post_echo (post));
  if (kz_engine_own_posted (self, post, posted))
    kz_engine_show_own_action (self, action);
  else
    /* Only we know to whom it went. */
    kz_engine_learn_details (self, action);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  Post *post = deed->context;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) posted = kz_api_post_action_finish (self->http, result, &error);

  if (posted == NULL) {
    posted = kz_own_post_rescue (post->own, error);
    if (posted != NULL)
      g_clear_error (&error);
    else
      kz_engine_own_failed (self, post->own);
  }
  if (!kz_deed_back (deed, error))
    return;
  kz_engine_show_posted (self, post->group_id, post->draft, posted, post->own);
  kz_deed_succeed (deed, g_steal_pointer (&posted), (GDestroyNotify) kz_posted_free);
}

void
kz_engine_post_async (KzEngine *self,
                      const char *group_id,
                      const KzActionDraft *draft,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  Post *post = g_new0 (Post, 1);
  KzDeed *deed = kz_deed_new (self, kz_engine_post_async, post, post_free, callback, data);
  const KzGroup *group = kz_deed_aim_group (deed, group_id);
  GError *error = NULL;

  post->group_id = g_strdup (group_id);
  post->draft = kz_action_draft_copy (draft);
  if (group == NULL)
    return;
  if (!kz_engine_check_post (self, group, draft, &error)) {
    kz_deed_refuse (deed, error);
    return;
  }
  if (draft->subscribers != NULL && !kz_phones_check ((const char *const *) draft->subscribers,
                                                      KZ_SELECTIVE_SEND_CHUNK, &error)) {
    kz_deed_refuse (deed, error);
    return;
  }
  /* Without a target nobody knows whom it reaches (API §10). */
  if (group->kind == KZ_GROUP_PUBLIC && draft->subscribers == NULL)
    post->draft->to_all_subscribers = TRUE;
  kz_engine_touch_group (self, group_id);
  post->own = kz_engine_expect_own (self, group_id, draft->kind, draft->title, draft->text);
  kz_api_post_action_async (self->http, group_id, post->draft, self->cancellable, posted_cb,
                            kz_deed_hold (deed));
}

KzPosted *
kz_engine_post_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_post_async, error);
}
