/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs with the environment of the pseudo-locale: every kind of line that can come into a conversation,
 * and the help of every command. Beside the brackets of translations stands only what is of people:
 * names, and words that begin with Zz. */
#include "config.h"

#include "render-world.h"

#include "kz-command-table.h"
#include "kz-i18n.h"
#include "kz-test-html.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

#define OPEN "⟦"
#define CLOSE "⟧"

static guint n_lines;

static gboolean
is_theirs (const char *word)
{
  static const char *const names[] = {"Ben", "Chi", "Own", "Name", "https", "geo", NULL};

  return *word == '\0' || g_str_has_prefix (word, "Zz") ||
         g_strv_contains (names, word);
}

/* (transfer full): the words that stand in no brackets. */
static char *
words_outside (const char *text)
{
  GString *left = g_string_new (NULL);
  int depth = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gboolean opens = g_str_has_prefix (p, OPEN) || *p == '[';
    gboolean closes = g_str_has_prefix (p, CLOSE) || *p == ']';

    depth += opens - closes;
    g_string_append_c (left, !opens && !closes && depth == 0 && g_ascii_isalpha (*p) ? *p : ' ');
  }
  g_assert_cmpint (depth, ==, 0);
  return g_string_free (left, FALSE);
}

/* @allowed: (nullable): what may be typed, and is no language. */
static void
assert_translated (const char *text, const char *allowed)
{
  g_autofree char *outside = words_outside (text);
  g_auto (GStrv) words = g_strsplit (outside, " ", -1);

  g_test_message ("%s", text);
  n_lines++;
  if (strstr (text, OPEN) == NULL)
    g_error ("Nothing is translated in: %s", text);
  for (guint i = 0; words[i] != NULL; i++)
    if (!is_theirs (words[i]) && (allowed == NULL || strstr (allowed, words[i]) == NULL))
      g_error ("“%s” is not translated in: %s", words[i], text);
}

/* FALSE: such an event makes no line. */
static gboolean
see (World *world, const KzEvent *event)
{
  g_autofree char *html = kz_render_event (&world->context, event);
  g_autofree char *visible = html != NULL ? kz_test_visible (html) : NULL;

  if (visible == NULL)
    return FALSE;
  assert_translated (visible, NULL);
  return TRUE;
}

/* --- Actions --- */

/* With everything that one can have. */
static KzAction *
rich_new (int kind)
{
  KzAction *action = action_new ((KzActionKind) kind, "Zztitle");

  action->text = g_strdup ("Zztext\nZzmore");
  action->choices = g_strsplit ("Zza,Zzb", ",", 0);
  action->assigned_to = g_strsplit ("+15550000002," OWN_PHONE, ",", 0);
  action->due_us = NOW_US + 29 * HOUR_US;
  action->start_us = NOW_US + 50 * HOUR_US;
  action->duration_min = 45;
  action->response_count = 1;
  action->assignee_count = 2;
  action->is_anonymous = TRUE;
  action->is_sender_only = TRUE;
  action->place.known = TRUE;
  action->place.latitude = 12.5;
  action->place.longitude = 77.5;
  action->place.name = g_strdup ("Zzgate");
  for (int question = KZ_QUESTION_UNKNOWN; question <= KZ_QUESTION_PHONE; question++)
    g_ptr_array_add (action->questions,
                     question_new ("Zzquestion", (KzQuestionKind) question, "Zzc,Zzd"));
  return action;
}

static gboolean
is_media (KzActionKind kind)
{
  return kz_action_kind_is_media (kind);
}

static void
test_actions (World *world, gconstpointer data)
{
  for (int kind = KZ_ACTION_UNKNOWN; kind < KZ_N_ACTION_KINDS; kind++) {
    KzEventKind how = is_media ((KzActionKind) kind) ? KZ_EVENT_ATTACHMENT : KZ_EVENT_ACTION_ADDED;
    g_autoptr (KzAction) plain = action_new ((KzActionKind) kind, NULL);
    g_autoptr (KzAction) rich = rich_new (kind);
    g_autoptr (KzEvent) nothing = event_new (how, plain, "k3f");
    g_autoptr (KzEvent) event = event_new (how, rich, "k3f");

    g_assert_true (see (world, nothing));
    g_clear_pointer (&nothing->handle, g_free);
    g_assert_true (see (world, nothing));
    g_assert_true (see (world, event));
    /* Over, and of more than can be shown. */
    rich->due_us = NOW_US - HOUR_US;
    rich->start_us = NOW_US - 24 * HOUR_US;
    rich->response_count = 7;
    rich->duration_min = 1;
    g_clear_pointer (&rich->choices, g_strfreev);
    rich->choices = g_new0 (char *, 34);
    for (guint i = 0; i < 33; i++)
      rich->choices[i] = g_strdup ("Zzz");
    g_assert_true (see (world, event));
    rich->is_completed = KZ_TRI_YES;
    rich->start_us = 0;
    g_assert_true (see (world, event));
  }
}

static void
test_files (World *world, gconstpointer data)
{
  static const guint counts[] = {1, 2, 40};

  for (int kind = KZ_ACTION_IMAGE; kind <= KZ_ACTION_PHOTO_LOCATION; kind++)
    for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
      g_autoptr (KzAction) action = action_new ((KzActionKind) kind, NULL);
      g_autoptr (KzEvent) event = event_new (KZ_EVENT_ATTACHMENT, action, "k3f");

      for (guint n = 0; n < counts[i]; n++)
        g_ptr_array_add (action->media, kz_media_ref_new ("https://Zz.Zz/Zz", "Zz.Zz"));
      g_assert_true (see (world, event));
    }
}

/* --- What comes of them --- */

static KzTally *
rich_tally_new (const KzAction *action)
{
  KzTally *tally = tally_new (action);
  int votes[] = {3, 1};

  tally->response_count = 4;
  tally->assignee_count = 5;
  if (action->kind == KZ_ACTION_POLL || action->kind == KZ_ACTION_LETS_MEET) {
    tally->counts = g_array_new (FALSE, FALSE, sizeof (int));
    g_array_append_vals (tally->counts, votes, 2);
  }
  return tally;
}

static void
test_responses (World *world, gconstpointer data)
{
  static const char *const people[] = {"id-ben", OWN_ID, NULL};

  for (int kind = KZ_ACTION_UNKNOWN; kind < KZ_N_ACTION_KINDS; kind++)
    for (guint i = 0; i < 2 * 3 * 3; i++) {
      g_autoptr (KzAction) action = rich_new (kind);
      g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, action, "k3f");

      action->is_anonymous = FALSE;
      event->response = response_new ((KzActionKind) kind, people[i % 3], "Zzanswer");
      event->response->is_update = i / 3 % 2 == 1;
      event->response->is_completed = (KzTri) (KZ_TRI_UNKNOWN + (int) i / 6);
      g_assert_true (see (world, event));
      event->tally = rich_tally_new (action);
      g_assert_true (see (world, event));
      g_clear_pointer (&event->action, kz_action_unref);
      g_clear_pointer (&event->handle, g_free);
      g_assert_true (see (world, event));
    }
}

static void
test_changes (World *world, gconstpointer data)
{
  for (int kind = KZ_ACTION_UNKNOWN; kind < KZ_N_ACTION_KINDS; kind++) {
    g_autoptr (KzAction) action = rich_new (kind);
    g_autoptr (KzEvent) event = event_new (KZ_EVENT_ACTION_CHANGED, action, "k3f");
    g_autofree char *results = NULL;
    g_autofree char *visible = NULL;

    event->tally = rich_tally_new (action);
    event->tally->due_us = action->due_us + 24 * HOUR_US;
    g_assert_true (see (world, event));
    for (int done = KZ_TRI_UNKNOWN; done <= KZ_TRI_YES; done++) {
      event->tally->assignee_count = -1;
      event->tally->is_completed = (KzTri) done;
      g_assert_true (see (world, event));
    }
    results = kz_render_results (&world->context, action, event->tally, "k3f");
    visible = kz_test_visible (results);
    assert_translated (visible, NULL);
  }
}

static void
test_reactions (World *world, gconstpointer data)
{
  static const char *const people[] = {"id-ben", OWN_ID, NULL};

  for (int kind = KZ_REACTION_LIKE; kind <= KZ_REACTION_OTHER; kind++)
    for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
      g_autoptr (KzAction) action = rich_new (KZ_ACTION_ANNOUNCEMENT);
      g_autoptr (KzEvent) event = event_new (KZ_EVENT_REACTION, action, "k3f");

      event->reaction = kz_reaction_new ("g", "r", (KzReactionKind) kind, people[i]);
      event->reaction->count = 3;
      g_assert_true (see (world, event));
      event->reaction->own_comment = g_strdup ("Zzcomment");
      g_free (event->reaction->kind_raw);
      event->reaction->kind_raw = g_strdup ("Zzclap");
      g_assert_true (see (world, event));
      g_clear_pointer (&event->action, kz_action_unref);
      g_clear_pointer (&event->handle, g_free);
      g_assert_true (see (world, event));
    }
}

/* --- People, texts --- */

static void
test_members (World *world, gconstpointer data)
{
  static const char *const people[] = {"id-ben", OWN_ID};
  static const char *const helpers[] = {"id-chi", OWN_ID, NULL};

  for (int kind = KZ_EVENT_MEMBER_ADDED; kind <= KZ_EVENT_MEMBER_REMOVED; kind++)
    for (guint i = 0; i < 2 * 3 * 5; i++) {
      g_autoptr (KzEvent) event = event_new ((KzEventKind) kind, NULL, NULL);
      g_autoptr (KzPerson) person = kz_person_new (people[i % 2], NULL, NULL, NULL);
      const char *helper = helpers[i / 2 % 3];
      g_autoptr (KzPerson) by = helper != NULL ? kz_person_new (helper, NULL, NULL, NULL) : NULL;
      KzRole role = (KzRole) (KZ_ROLE_UNKNOWN + (int) i / 6);
      g_autoptr (KzMember) member = kz_member_new (person, role, TRUE);

      kz_member_set_role_raw (member, "Zzrole");
      event->membership = kz_membership_new ("g", member, by, kind == KZ_EVENT_MEMBER_ADDED);
      g_assert_true (see (world, event));
    }
}

static void
test_texts (World *world, gconstpointer data)
{
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_MESSAGE, NULL, NULL);
  static const int hours[] = {0, -15, -24 * 9, -24 * 300};

  event->text = kz_text_new ("g", "r", NULL, "");
  g_assert_true (see (world, event));
  kz_text_unref (event->text);
  event->text = kz_text_new ("g", "r", NULL, "Zztext");
  event->maybe_older = TRUE;
  g_assert_true (see (world, event));
  event->maybe_older = FALSE;
  event->maybe_seen = TRUE;
  g_assert_true (see (world, event));
  world->context.dates_in_text = TRUE;
  event->is_history = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (hours); i++) {
    event->time_us = NOW_US + hours[i] * HOUR_US;
    g_assert_true (see (world, event));
  }
  event->time_us = G_MAXINT64;
  g_assert_true (see (world, event));
}

/* --- Help --- */

static KzGroup *
group_new (KzGroupKind kind, KzRole role)
{
  KzGroup *group = kz_group_new_minimal ("g", "Zzgroup");

  group->kind = kind;
  group->role = role;
  return group;
}

static void
assert_help (const KzGroup *group, const char *topic, const char *allowed)
{
  g_autofree char *help = kz_command_help (group, "!", topic);
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    assert_translated (lines[i], allowed);
}

static void
test_help (World *world, gconstpointer data)
{
  const KzCommandRow *row;

  assert_help (NULL, NULL, NULL);
  assert_help (NULL, "zzz", "zzz");
  for (int kind = KZ_GROUP_FLAT; kind <= KZ_GROUP_OTHER; kind++)
    for (int role = KZ_ROLE_UNKNOWN; role <= KZ_ROLE_ADMIN; role++) {
      g_autoptr (KzGroup) group = group_new ((KzGroupKind) kind, (KzRole) role);

      assert_help (group, NULL, NULL);
      for (guint i = 0; (row = kz_command_row (i)) != NULL; i++) {
        const char *why = kz_command_refusal (row->verb, group);

        if (why != NULL)
          assert_translated (why, NULL);
        if (role == KZ_ROLE_SUBSCRIBER)
          assert_help (group, row->name, NULL);
      }
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_assert_nonnull (setlocale (LC_ALL, ""));
  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("KZ_TEST_LOCALEDIR"));
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("KZ_TEST_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  world_test ("/pseudo-lines/actions", test_actions);
  world_test ("/pseudo-lines/files", test_files);
  world_test ("/pseudo-lines/answers", test_responses);
  world_test ("/pseudo-lines/how-it-stands", test_changes);
  world_test ("/pseudo-lines/likes-and-comments", test_reactions);
  world_test ("/pseudo-lines/who-comes-and-goes", test_members);
  world_test ("/pseudo-lines/texts-and-dates", test_texts);
  world_test ("/pseudo-lines/help-of-every-command-everywhere", test_help);
  result = g_test_run ();
  g_test_message ("%u lines were looked at", n_lines);
  return result;
}
