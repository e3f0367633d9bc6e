/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-error.h"
#include "kz-event.h"

static void
test_reaction (void)
{
  g_autoptr (KzJson) json =
      kz_test_json ("{'reactionId':'x','userId':'u@2','lastModifiedTime':1529573303063}");
  g_autoptr (KzJson) user = kz_test_json ("{'UserId':'u'}");
  g_autoptr (KzJson) other = kz_test_json ("{'reactionId':'x','reactionType':'Clap'}");
  g_autoptr (KzReaction) like = kz_reaction_parse (json, "g", "r", KZ_REACTION_LIKE, NULL);
  g_autoptr (KzReaction) comment = kz_reaction_parse (user, "g", "r", KZ_REACTION_COMMENT, NULL);
  g_autoptr (KzReaction) clap = kz_reaction_parse (other, "g", "r", KZ_REACTION_OTHER, NULL);

  g_assert_cmpstr (like->reaction_id, ==, "x");
  g_assert_cmpstr (like->user_id, ==, "u@2");
  g_assert_cmpstr (like->group_id, ==, "g");
  g_assert_cmpstr (like->reference_id, ==, "r");
  g_assert_cmpstr (like->kind_raw, ==, "Like");
  g_assert_cmpint (like->time_us, ==, 1529573303063000);
  g_assert_cmpint (like->count, ==, 1);
  g_assert_null (comment->reaction_id);
  g_assert_null (comment->own_comment);
  g_assert_cmpint (comment->time_us, ==, 0);
  g_assert_cmpstr (clap->kind_raw, ==, "Clap");
}

static void
test_reaction_refused (void)
{
  static const char *const bad[] = {"{}", "null", "[]", "{'lastModifiedTime':1}",
                                    "{'reactionId':'','userId':null}"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (KzJson) json = kz_test_json (bad[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (kz_reaction_parse (json, "g", "r", KZ_REACTION_LIKE, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
  }
}

static void
test_summary (void)
{
  static const struct {
    const char *map;
    int likes, comments, others;
  } rows[] = {
      {"{'like':1,'comment':4}", 1, 4, 0},
      {"{'Like':'2'}", 2, 0, 0},
      {"{}", 0, 0, 0},
      {"null", 0, 0, 0},
      {"[1]", 0, 0, 0},
      {"{'like':-3,'comment':null,'clap':2,'cry':3.0}", 0, 0, 5},
      {"{'like':99999999999,'a':2147483647,'b':2147483647}", G_MAXINT, 0, G_MAXINT},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text =
        g_strdup_printf ("{'referenceId':'r','reactionsCountMap':%s}", rows[i].map);
    g_autoptr (KzJson) json = kz_test_json (text);
    g_autoptr (KzReactionSummary) summary = kz_reaction_summary_parse (json, NULL);

    g_assert_cmpstr (summary->reference_id, ==, "r");
    g_assert_cmpint (summary->likes, ==, rows[i].likes);
    g_assert_cmpint (summary->comments, ==, rows[i].comments);
    g_assert_cmpint (summary->others, ==, rows[i].others);
  }
}

static void
test_summary_refused (void)
{
  g_autoptr (KzJson) json = kz_test_json ("{'reactionsCountMap':{'like':1}}");
  g_autoptr (GError) error = NULL;

  g_assert_null (kz_reaction_summary_parse (json, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

/* Every part is released once: the leak checker and the address sanitizer watch. */
static void
test_event_owns (void)
{
  g_autoptr (KzPerson) person = kz_person_new ("u", "+15550000001", "Asha", NULL);
  g_autoptr (KzMember) member = kz_member_new (person, KZ_ROLE_ADMIN, TRUE);
  g_autoptr (KzMembership) membership = kz_membership_new ("g", member, person, TRUE);
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, NULL, "g");
  g_autoptr (KzText) text = kz_text_new ("g", NULL, person, NULL);
  g_autoptr (KzReaction) reaction = kz_reaction_new ("g", "r", KZ_REACTION_COMMENT, "u");
  KzEvent *event = kz_event_new (KZ_EVENT_MESSAGE, KZ_SOURCE_WEBHOOK, "g");

  event->sender = kz_person_ref (person);
  event->handle = g_strdup ("k3f");
  event->group = kz_group_new_minimal ("g", "Plant");
  event->membership = kz_membership_ref (membership);
  event->text = kz_text_ref (text);
  event->action = kz_action_ref (action);
  event->tally = kz_tally_from_action (action);
  event->reaction = kz_reaction_ref (reaction);
  event->typed = g_strdup ("hello");
  event->error = g_error_new_literal (KZ_ERROR, KZ_ERROR_NETWORK, "x");
  event->detail = g_strdup ("d");
  KzEvent *copy = kz_event_copy (event);
  kz_event_free (event);
  g_assert_cmpstr (copy->group_id, ==, "g");
  g_assert_cmpstr (copy->typed, ==, "hello");
  g_assert_true (copy->action == action);
  g_assert_error (copy->error, KZ_ERROR, KZ_ERROR_NETWORK);
  kz_event_free (copy);
  kz_event_free (NULL);

  g_assert_cmpstr (person->name, ==, "Asha");
  g_assert_cmpstr (membership->member->role_raw, ==, "Admin");
  g_assert_cmpstr (action->kind_raw, ==, "Poll");
  g_assert_cmpstr (text->text, ==, "");
  g_assert_cmpstr (reaction->kind_raw, ==, "Comment");
}

static void
test_event_names (void)
{
  for (int kind = KZ_EVENT_GROUP_ADDED; kind <= KZ_EVENT_NOTICE; kind++)
    for (int other = kind + 1; other <= KZ_EVENT_NOTICE; other++)
      g_assert_cmpstr (kz_event_kind_name ((KzEventKind) kind), !=,
                       kz_event_kind_name ((KzEventKind) other));
  g_assert_cmpstr (kz_event_kind_name (KZ_EVENT_NOTICE), ==, "NOTICE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reaction/a-single-one-has-an-id-or-a-person", test_reaction);
  g_test_add_func ("/reaction/without-both-it-is-refused", test_reaction_refused);
  g_test_add_func ("/reaction/an-absent-count-is-zero", test_summary);
  g_test_add_func ("/reaction/a-summary-needs-its-reference", test_summary_refused);
  g_test_add_func ("/event/what-it-carries-is-released-once", test_event_owns);
  g_test_add_func ("/event/every-kind-has-its-own-name", test_event_names);
  return g_test_run ();
}
