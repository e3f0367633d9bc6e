/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- Handles --- */

/* (transfer full): "[K3F] " is "k3f". */
static char *
clean_handle (const char *handle)
{
  g_autofree char *copy = g_strstrip (g_strdup (handle != NULL ? handle : ""));
  gsize length = strlen (copy);

  if (length > 1 && copy[0] == '[' && copy[length - 1] == ']') {
    copy[length - 1] = '\0';
    return g_ascii_strdown (copy + 1, -1);
  }
  return g_ascii_strdown (copy, -1);
}

GPtrArray *
kz_engine_open_actions (KzEngine *self, const char *group_id)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autoptr (GPtrArray) all = NULL;

  if (self->store == NULL)
    return found;
  all = kz_store_open_actions (self->store);
  for (guint i = 0; i < all->len; i++) {
    KzOpenAction *open = g_ptr_array_index (all, i);

    if (group_id == NULL || g_strcmp0 (open->action->group_id, group_id) == 0)
      g_ptr_array_add (found, open);
  }
  return found;
}

const KzOpenAction *
kz_engine_find_action (KzEngine *self, const char *group_id, const char *handle, GError **error)
{
  g_autofree char *clean = clean_handle (handle);
  const KzOpenAction *open =
      self->store != NULL ? kz_store_find_by_handle (self->store, clean) : NULL;
  g_autoptr (GPtrArray) candidates = NULL;
  g_autoptr (GString) names = NULL;

  if (open != NULL)
    return open;
  candidates = kz_engine_open_actions (self, group_id);
  names = g_string_new (NULL);
  for (guint i = candidates->len; i > 0 && i + 5 > candidates->len; i--) {
    const KzOpenAction *candidate = g_ptr_array_index (candidates, i - 1);

    g_string_append_printf (names, "%s[%s]", names->len > 0 ? " " : "", candidate->handle);
  }
  if (names->len > 0)
    g_set_error (error, KZ_ERROR, KZ_ERROR_NOT_FOUND,
                 /* Translators: handles are short marks such as [k3f]; the second %s lists some. */
                 _ ("There is no [%s] here. The latest are %s"), clean, names->str);
  else
    g_set_error (error, KZ_ERROR, KZ_ERROR_NOT_FOUND, _ ("There is no [%s] here"), clean);
  return NULL;
}

/* --- Likes and comments --- */

typedef struct {
  char *group_id;
  char *reference_id;
  char *comment; /* (nullable): a like */
} Reaction;

static void
reaction_free (gpointer data)
{
  Reaction *reaction = data;

  g_free (reaction->group_id);
  g_free (reaction->reference_id);
  g_free (reaction->comment);
  g_free (reaction);
}

static void
show_own_reaction (KzEngine *self, const Reaction *given, const char *reaction_id)
{
  KzReactionKind kind = given->comment == NULL ? KZ_REACTION_LIKE : KZ_REACTION_COMMENT;
  g_autofree char *key = g_strconcat ("x:", reaction_id != NULL ? reaction_id : "", NULL);
  const char *ids[] = {key, NULL};
  KzOpenAction *open = kz_store_find_action (self->store, NULL, given->reference_id);
  KzReaction *reaction;

  /* A poll may have brought it before the answer came. */
  if (reaction_id != NULL && kz_engine_knows (self, given->group_id, ids))
    return;
  reaction = kz_reaction_new (given->group_id, given->reference_id, kind,
                              kz_directory_own_user_id (self->directory));
  reaction->reaction_id = g_strdup (reaction_id);
  reaction->own_comment = g_strdup (given->comment);
  if (open != NULL) {
    if (kind == KZ_REACTION_LIKE)
      open->likes++;
    else
      open->comments++;
    kz_store_changed (self->store);
  }
  if (reaction_id != NULL)
    kz_engine_mark (self, given->group_id, ids);
  kz_engine_emit_reaction (self, reaction, KZ_SOURCE_OWN);
  kz_reaction_unref (reaction);
}

static void
reacted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *reaction_id = kz_api_react_finish (deed->engine->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  show_own_reaction (deed->engine, deed->context, reaction_id);
  kz_deed_succeed_true (deed);
}

static void
react (KzEngine *self,
       const char *handle,
       const char *comment,
       GAsyncReadyCallback callback,
       gpointer data)
{
  Reaction *reaction = g_new0 (Reaction, 1);
  KzDeed *deed = kz_deed_new (self, NULL, reaction, reaction_free, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, TRUE);
  const char *origin;

  if (open == NULL)
    return;
  if (comment != NULL && kz_text_utf16_length (comment) > KZ_MESSAGE_MAX_UNITS) {
    g_autofree char *words =
        /* Translators: %d is a number of characters. */
        g_strdup_printf (_ ("A message holds at most %d characters"), KZ_MESSAGE_MAX_UNITS);

    kz_deed_refuse_words (deed, KZ_ERROR_TOO_LARGE, words);
    return;
  }
  reaction->group_id = g_strdup (open->action->group_id);
  reaction->reference_id = g_strdup (open->action->reference_id);
  reaction->comment = g_strdup (comment);
  origin = open->action->source_group_id;
  kz_api_react_async (self->http, reaction->group_id, origin != NULL ? origin : reaction->group_id,
                      reaction->reference_id, reaction->comment, self->cancellable, reacted_cb,
                      kz_deed_hold (deed));
}

void
kz_engine_like_async (KzEngine *self,
                      const char *handle,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  react (self, handle, NULL, callback, data);
}

void
kz_engine_comment_async (KzEngine *self,
                         const char *handle,
                         const char *comment,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  react (self, handle, comment, callback, data);
}

gboolean
kz_engine_answer_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, NULL, error);
}

/* --- Results --- */

static void
results_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzAction) details = NULL;
  g_autoptr (KzTally) tally =
      kz_api_get_details_finish (deed->engine->http, result, &details, &error);

  if (!kz_deed_back (deed, error))
    return;
  kz_engine_learn_texts (deed->engine, details);
  /* The person sees these now: they are no news later. */
  kz_engine_take_tally (deed->engine, deed->context, tally, KZ_TALLY_OF_RESULTS);
  kz_deed_succeed (deed, g_steal_pointer (&tally), (GDestroyNotify) kz_tally_unref);
}

void
kz_engine_results_async (KzEngine *self,
                         const char *handle,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_results_async, NULL, g_free, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);

  if (open == NULL)
    return;
  deed->context = g_strdup (open->action->action_id);
  kz_api_get_details_async (self->http, open->action->group_id, deed->context, KZ_LANE_USER,
                            self->cancellable, results_cb, kz_deed_hold (deed));
}

KzTally *
kz_engine_results_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_results_async, error);
}
