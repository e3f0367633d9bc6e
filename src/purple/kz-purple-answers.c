/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers to one action: like, comment, vote, done, results. */
#include "config.h"

#include "kz-purple-answers.h"

#include "kz-error.h"
#include "kz-purple-errand.h"
#include "kz-purple-errors.h"
#include "kz-purple-events.h"
#include "kz-purple-lines.h"
#include "kz-purple-send.h"
#include "kz-render.h"

#include <glib/gi18n-lib.h>

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  /* What worked comes back as an event, as other people's answers do. */
  if (!kz_engine_answer_finish (KZ_ENGINE (source), result, &error))
    kz_errand_fail (errand, error);
}

/* The API documents no answers to polls and invitations (API §15): what is sent is inferred, and a
 * server may know nothing of it. */
static void
voted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  if (kz_engine_answer_finish (KZ_ENGINE (source), result, &error))
    return;
  if (!g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED)) {
    kz_errand_fail (errand, error);
    return;
  }
  g_autofree char *reason = kz_errors_in_room (error);
  g_autofree char *text = g_strdup_printf (
      /* Translators: 1 is the handle of a poll or meeting, such as k3f, 2 what the server said. */
      _ ("[%1$s] This server does not take votes or replies to invitations from here, only from "
         "the Kaizala app. It said: %2$s"),
      errand->handle, reason);
  g_autofree char *whole = kz_send_with_words (text, errand->typed);
  kz_errand_say (errand, whole);
}

static void
results_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTally) tally = kz_engine_results_finish (KZ_ENGINE (source), result, &error);
  KzSession *session = errand->session;
  if (kz_errand_is_over (errand))
    return;
  if (tally == NULL) {
    kz_errand_fail (errand, error);
    return;
  }
  const KzOpenAction *open =
      kz_engine_find_action (session->engine, errand->group_id, errand->handle, NULL);
  KzRenderContext context;
  kz_events_render_context (session, &context);
  g_autofree char *html =
      kz_render_results (&context, open != NULL ? open->action : NULL, tally, errand->handle);
  kz_errand_say_html (errand, html);
}

gboolean
kz_answers_fit (KzVerb verb, KzActionKind kind)
{
  if (verb == KZ_VERB_VOTE)
    return kind == KZ_ACTION_POLL || kind == KZ_ACTION_LETS_MEET;
  if (verb == KZ_VERB_ACCEPT || verb == KZ_VERB_DECLINE || verb == KZ_VERB_MAYBE)
    return kind == KZ_ACTION_LETS_MEET;
  if (verb == KZ_VERB_DONE || verb == KZ_VERB_REOPEN)
    return kind == KZ_ACTION_JOB;
  if (verb == KZ_VERB_ANSWER)
    return kind == KZ_ACTION_SURVEY || kind == KZ_ACTION_PACKAGE;
  if (verb == KZ_VERB_UPDATE)
    return kind == KZ_ACTION_PACKAGE;
  if (verb == KZ_VERB_RESULTS || verb == KZ_VERB_REMIND)
    return !kz_action_kind_is_media (kind) && kind != KZ_ACTION_ANNOUNCEMENT;
  if (verb == KZ_VERB_SAVE)
    return kz_action_kind_is_media (kind) || kind == KZ_ACTION_ANNOUNCEMENT;
  return TRUE;
}

#define CANDIDATES_MAX 5

/* Those whose handle begins like that, or else all of the room: the latest first. */
static void
append_candidates (GString *text, const GPtrArray *open, const char *handle)
{
  guint count = 0;
  for (guint i = open->len; i > 0 && count < CANDIDATES_MAX; i--) {
    const KzOpenAction *one = g_ptr_array_index (open, i - 1);
    if (!g_str_has_prefix (one->handle, handle))
      continue;
    g_autofree char *reference = kz_render_reference (one->action, one->handle);
    g_string_append_printf (text, "%s%s", count++ > 0 ? " · " : "", reference);
  }
}

/* (transfer full): there is no such handle; which there are, with kind and title. */
static char *
explain_unknown (KzSession *session, const KzRoom *room, const char *handle)
{
  g_autoptr (GPtrArray) open = kz_engine_open_actions (session->engine, room->group_id);
  g_autoptr (GString) names = g_string_new (NULL);
  append_candidates (names, open, handle);
  if (names->len == 0)
    append_candidates (names, open, "");
  if (names->len == 0)
    /* Translators: the argument is a handle such as k3f. */
    return g_strdup_printf (_ ("There is no [%s] here."), handle);
  /* Translators: 1 is a handle such as k3f, 2 some that there are: “Poll [k3f] “Lunch?””. */
  return g_strdup_printf (_ ("There is no [%1$s] here; there are: %2$s"), handle, names->str);
}

/* Handles are good in every room; who types one of another room is told where it works. */
static void
say_where (KzSession *session, KzRoom *room, const KzOpenAction *one)
{
  const KzGroup *group = kz_directory_group (session->directory, one->action->group_id);
  if (group == NULL || g_strcmp0 (one->action->group_id, room->group_id) == 0)
    return;
  g_autofree char *text =
      /* Translators: %1$s is a handle such as k3f, %2$s the name of a group. */
      g_strdup_printf (_ ("[%1$s] is in the group “%2$s”."), one->handle, group->name);
  kz_room_say (session, room, text);
}

/* The action that the person means; without a handle the newest one that the verb fits. Says what
 * is wrong when there is none. */
const KzOpenAction *
kz_answers_find (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  if (input->handle == NULL) {
    g_autoptr (GPtrArray) open = kz_engine_open_actions (session->engine, room->group_id);
    for (guint i = open != NULL ? open->len : 0; i > 0; i--) {
      const KzOpenAction *one = g_ptr_array_index (open, i - 1);
      if (kz_answers_fit (input->verb, one->action->kind))
        return one;
    }
    kz_send_give_back (session, room, _ ("There is nothing in this group that this could answer."),
                       typed);
    return NULL;
  }
  const KzOpenAction *one =
      kz_engine_find_action (session->engine, room->group_id, input->handle, NULL);
  if (one == NULL) {
    g_autofree char *reason = explain_unknown (session, room, input->handle);
    kz_send_give_back (session, room, reason, typed);
    return NULL;
  }
  if (kz_answers_fit (input->verb, one->action->kind)) {
    say_where (session, room, one);
    return one;
  }
  g_autofree char *text = g_strdup_printf (
      /* Translators: %1$s is a handle such as k3f, %2$s a kind such as poll. */
      _ ("[%1$s] is of the kind “%2$s”: that cannot be done with it."), one->handle,
      kz_render_action_kind (one->action->kind));
  kz_send_give_back (session, room, text, typed);
  return NULL;
}

static void
vote (KzSession *session,
      KzRoom *room,
      const KzInput *input,
      const KzOpenAction *open,
      const char *typed)
{
  static const char *const plain_meeting[] = {"accept", "decline", "maybe", NULL};
  const char *const meeting[] = {_ ("Accept"), _ ("Decline"), _ ("Maybe"), NULL};
  const char *const *choices = open->action->kind == KZ_ACTION_LETS_MEET
                                   ? meeting
                                   : (const char *const *) open->action->choices;
  if (choices == NULL) {
    kz_send_give_back (session, room, _ ("The choices of this poll are not known."), typed);
    return;
  }
  g_autofree char *problem = NULL;
  int choice = kz_command_match_choice (input->choice, choices, &problem);
  /* The words that the lines of invitations name, whatever the language. */
  if (choice < 0 && open->action->kind == KZ_ACTION_LETS_MEET)
    choice = kz_command_match_choice (input->choice, plain_meeting, NULL);
  if (choice < 0) {
    kz_send_give_back (session, room, problem != NULL ? problem : _ ("There is no such choice."),
                       typed);
    return;
  }
  kz_engine_vote_async (session->engine, open->handle, (guint) choice, voted_cb,
                        kz_errand_new (session, room->group_id, open->handle, typed));
}

/* The words that a request has, whatever the language: API §15. */
static const struct {
  KzVerb verb;
  guint choice;
} invitations[] = {{KZ_VERB_ACCEPT, 0}, {KZ_VERB_DECLINE, 1}, {KZ_VERB_MAYBE, 2}};

void
kz_answers_run (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  KzEngine *engine = session->engine;
  const KzOpenAction *open = kz_answers_find (session, room, input, typed);
  if (open == NULL)
    return;
  if (input->verb == KZ_VERB_VOTE) {
    vote (session, room, input, open, typed);
    return;
  }
  KzErrand *errand = kz_errand_new (session, room->group_id, open->handle,
                                    input->verb != KZ_VERB_RESULTS ? typed : NULL);
  if (input->verb == KZ_VERB_LIKE)
    kz_engine_like_async (engine, open->handle, answered_cb, errand);
  else if (input->verb == KZ_VERB_COMMENT)
    kz_engine_comment_async (engine, open->handle, input->text, answered_cb, errand);
  else if (input->verb == KZ_VERB_DONE || input->verb == KZ_VERB_REOPEN)
    kz_engine_complete_async (engine, open->handle, input->verb == KZ_VERB_DONE, answered_cb,
                              errand);
  else if (input->verb == KZ_VERB_RESULTS)
    kz_engine_results_async (engine, open->handle, results_cb, errand);
  for (gsize i = 0; i < G_N_ELEMENTS (invitations); i++)
    if (invitations[i].verb == input->verb)
      kz_engine_vote_async (engine, open->handle, invitations[i].choice, voted_cb, errand);
}
