/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long answers are worked off in slices, and whoever waits for them may go at any of them. */
#include "config.h"

#include "wire-calls.h"

#include "kz-api.h"
#include "kz-limits.h"

#include <string.h>

#define MEMBERS 2000
#define BROKEN 7 /* no member at all */

/* (transfer full) */
static char *
long_list (void)
{
  GString *json = g_string_new ("{\"members\":[");

  for (guint i = 0; i < MEMBERS; i++) {
    if (i == BROKEN)
      g_string_append (json, ",[1,2");
    else
      g_string_append_printf (json,
                              "%s{\"id\":\"guid-%u\",\"role\":\"Member\",\"isProvisioned\":true,"
                              "\"mobileNumber\":\"+1555%07u\",\"name\":\"Person %u\","
                              "\"profilePic\":\"https://osi.office.net/pictures/of/%u.jpg\"}",
                              i > 0 ? "," : "", i, i, i, i);
    if (i == BROKEN)
      g_string_append (json, "]");
  }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

static void
list_members (Bench *bench, GCancellable *cancellable, Got *got)
{
  kz_api_list_members_async (bench->http, GROUP, KZ_LANE_UPKEEP, cancellable, got_cb, got);
}

/* FALSE: it did not come. */
static gboolean
check_members (Bench *bench, Got *got, GError **error)
{
  g_autoptr (GPtrArray) members = kz_api_list_members_finish (bench->http, got->result, error);

  if (members == NULL)
    return FALSE;
  g_assert_cmpuint (members->len, ==, MEMBERS - 1);
  for (guint i = 0; i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);
    g_autofree char *id = g_strdup_printf ("guid-%u", i < BROKEN ? i : i + 1);

    g_assert_cmpstr (member->person->id, ==, id);
  }
  return TRUE;
}

/* (transfer full): of a poll that many answered. */
static char *
long_details (void)
{
  GString *json = g_string_new ("{\"actionId\":\"a\",\"actionType\":\"Poll\",\"choices\":"
                                "[{\"title\":\"Soup\"},{\"title\":\"Pizza\"}],\"responses\":[");

  for (guint i = 0; i < MEMBERS; i++)
    g_string_append_printf (json,
                            "%s{\"responseId\":\"r-%u\",\"responder\":\"+1555%07u\","
                            "\"responderName\":\"Person %u\",\"responseDetails\":{"
                            "\"responseWithQuestions\":[{\"title\":\"Lunch?\","
                            "\"type\":\"SingleOption\",\"answer\":[\"%s\"]}]}}",
                            i > 0 ? "," : "", i, i, i, i < 7 ? "Soup" : "Pizza");
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

static void
get_details (Bench *bench, GCancellable *cancellable, Got *got)
{
  kz_api_get_details_async (bench->http, GROUP, "a", KZ_LANE_UPKEEP, cancellable, got_cb, got);
}

static gboolean
check_details (Bench *bench, Got *got, GError **error)
{
  g_autoptr (KzAction) action = NULL;
  g_autoptr (KzTally) tally = kz_api_get_details_finish (bench->http, got->result, &action, error);

  g_assert_true ((action != NULL) == (tally != NULL));
  if (tally == NULL)
    return FALSE;
  g_assert_cmpstr (action->action_id, ==, "a");
  g_assert_cmpuint (tally->responses->len, ==, MEMBERS);
  g_assert_cmpint (tally->response_count, ==, MEMBERS);
  g_assert_cmpint (g_array_index (tally->counts, int, 0), ==, 7);
  g_assert_cmpint (g_array_index (tally->counts, int, 1), ==, MEMBERS - 7);
  return TRUE;
}

/* @more_slices: beside those of its bytes */
typedef struct {
  char *(*make) (void);
  void (*call) (Bench *bench, GCancellable *cancellable, Got *got);
  gboolean (*check) (Bench *bench, Got *got, GError **error);
  guint more_slices;
} Answer;

static const Answer members_answer = {long_list, list_members, check_members, 0};
static const Answer details_answer = {long_details, get_details, check_details,
                                      2 * MEMBERS / KZ_SLICE_ITEMS};

typedef struct {
  const Bench *bench;
  const Got *got;
  guint turns; /* that others had after all of the answer was there */
} Others;

static gboolean
other_cb (gpointer data)
{
  Others *others = data;

  if (!others->bench->is_busy && others->bench->busy_changes > 0 && !others->got->done)
    others->turns++;
  return G_SOURCE_CONTINUE;
}

static void
others_have_their_turns (gconstpointer data)
{
  const Answer *answer = data;
  g_autofree char *json = answer->make ();
  const char *body = json;
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  Others others = {.bench = bench, .got = &got};
  guint idle = g_idle_add (other_cb, &others);

  answer->call (bench, NULL, &got);
  while (!got.done)
    g_main_context_iteration (NULL, FALSE);
  g_source_remove (idle);
  g_assert_true (answer->check (bench, &got, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (others.turns, >=, strlen (json) / KZ_SLICE_BYTES + answer->more_slices);
  got_clear (&got);
}

static void
whoever_waits_may_go_at_any_slice (gconstpointer data)
{
  const Answer *answer = data;
  g_autofree char *json = answer->make ();
  const char *body = json;
  guint cancelled = 0;
  gboolean came = FALSE;

  for (guint turns = 1; !came; turns++) {
    g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};
    guint slices = 0;

    answer->call (bench, cancellable, &got);
    while (!got.done && slices < turns) {
      g_main_context_iteration (NULL, FALSE);
      if (!bench->is_busy && bench->busy_changes > 0)
        slices++;
    }
    came = got.done;
    if (!came)
      g_cancellable_cancel (cancellable);
    bench_drive (bench, &got.done);
    g_assert_true (answer->check (bench, &got, &error) == came);
    got_clear (&got);
    if (came)
      continue;
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    cancelled++;
  }
  g_assert_cmpuint (cancelled, >=, strlen (json) / KZ_SLICE_BYTES + answer->more_slices);
}

/* Somebody who can put something odd into one element keeps nobody from the others. */
static void
short_list_with_one_too_deep (void)
{
  static const char member[] = "{\"id\":\"%s\",\"mobileNumber\":\"%s\",\"more\":%s}";
  g_autofree char *opened = g_strnfill (KZ_JSON_MAX_DEPTH, '[');
  g_autofree char *closed = g_strnfill (KZ_JSON_MAX_DEPTH, ']');
  g_autofree char *deep = g_strconcat (opened, closed, NULL);
  g_autofree char *first = g_strdup_printf (member, "one", "+15550000001", "[]");
  g_autofree char *second = g_strdup_printf (member, "two", "+15550000002", deep);
  g_autofree char *third = g_strdup_printf (member, "three", "+15550000003", "[]");
  g_autofree char *json =
      g_strdup_printf ("{\"members\":[%s,%s,%s]}", first, second, third);
  const char *body = json;
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  list_members (bench, NULL, &got);
  bench_drive (bench, &got.done);
  members = kz_api_list_members_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (members->len, ==, 2);
  g_assert_cmpstr (((KzMember *) members->pdata[1])->person->id, ==, "three");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/wire-lists/others-have-their-turns/members", &members_answer,
                        others_have_their_turns);
  g_test_add_data_func ("/wire-lists/others-have-their-turns/details", &details_answer,
                        others_have_their_turns);
  g_test_add_data_func ("/wire-lists/whoever-waits-may-go-at-any-slice/members", &members_answer,
                        whoever_waits_may_go_at_any_slice);
  g_test_add_data_func ("/wire-lists/whoever-waits-may-go-at-any-slice/details", &details_answer,
                        whoever_waits_may_go_at_any_slice);
  g_test_add_func ("/wire-lists/short-list-with-one-too-deep", short_list_with_one_too_deep);
  return g_test_run ();
}
