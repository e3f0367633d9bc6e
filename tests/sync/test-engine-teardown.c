/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs off while a request waits for its answer: each kind of request that an account makes, and
 * each of the first ones, before the answer and in the midst of it. bench_stop() checks that no
 * event, timer or socket is left, the sanitizer that nothing leaks or is used after its end. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"
#include "kz-test-requests.h"

#include "kz-engine-media.h"
#include "kz-engine-people.h"
#include "kz-limits.h"

#include <string.h>

#define JPEG "\xff\xd8\xff\xe0 not much of a picture"
/* Of the requests of a session, the first so many. */
#define FIRST_REQUESTS 40
/* A connection that is looked for by a thread takes so long where others use the machine. */
#define PATIENT_MS 15

static const char *const all_kinds[] = {KZ_TEST_REQUESTS};
/* A service that takes some of them elsewhere. */
static const char *const elsewhere[] = {"subscribersPost=off", "actionUpdatePath=bare", NULL};

/* What was asked of the engine, and came back. */
typedef struct {
  guint begun;
  guint ended;
  gboolean is_over;
  gboolean has_code; /* that a browser brought, and which is none any more */
} Deeds;

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Deeds *deeds = data;

  g_assert_false (deeds->is_over);
  deeds->ended++;
}

/* The arguments that end every deed. */
#define COUNT (deeds->begun++, ended_cb), deeds

static gboolean
is_hit (Bench *bench, gconstpointer data)
{
  g_autoptr (JsonObject) answer = bench_get (bench, "faults");
  JsonArray *faults = json_object_get_array_member (answer, "faults");

  return json_array_get_length (faults) > 0 &&
         json_object_get_int_member (json_array_get_object_element (faults, 0), "hits") > 0;
}

static gboolean
is_hit_or_online (Bench *bench, gconstpointer data)
{
  return is_hit (bench, data) || bench_in_state (bench, "online");
}

static gboolean
is_hit_or_hears (Bench *bench, gconstpointer data)
{
  return is_hit (bench, data) || bench_hears (bench, data);
}

static gboolean
wants_pin (Bench *bench, gconstpointer data)
{
  return is_hit (bench, data) || bench_in_state (bench, "needs-pin");
}

static gboolean
wants_pin_after_code (Bench *bench, gconstpointer data)
{
  return is_hit (bench, data) ||
         (bench_in_state (bench, "needs-pin") && bench_calls (bench, "POST /api/oauth/token") > 0);
}

static gboolean
has_signed_in_or_not (Bench *bench, gconstpointer data)
{
  return is_hit_or_online (bench, data) || bench_in_state (bench, "needs-pin");
}

/* So many seconds, but not past the moment at which the request is hit. */
static void
go_on (Bench *bench, guint seconds)
{
  for (guint i = 0; i < seconds && !is_hit (bench, NULL); i++)
    bench_pass (bench, G_USEC_PER_SEC);
}

/* --- Everything that an account does ------------------------------------------------------- */

/* On a busy machine the clock may run ahead of a connection: whoever reads that tries again. Nothing else
 * may be in the way. */
static void
assert_outrun (Bench *bench, gint64 entered_us)
{
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - entered_us, >=,
                   KZ_REPLY_TIMEOUT_S * G_USEC_PER_SEC);
}

static void
sign_on (Bench *bench, Deeds *deeds)
{
  g_clear_pointer (&bench->token, g_free);
  bench_start (bench);
  bench_until (bench, wants_pin, "needs-pin");
  if (is_hit (bench, NULL))
    return;
  if (deeds->has_code) {
    kz_engine_enter_code (bench->engine, "no-code-any-more");
    bench_until (bench, wants_pin_after_code, "needs-pin");
  }
  if (is_hit (bench, NULL))
    return;
  for (guint i = 0; i < 5 && !is_hit_or_online (bench, NULL); i++) {
    gint64 entered_us = kz_clock_monotonic_us (bench->clock);

    kz_engine_enter_pin (bench->engine, "123456");
    bench_until (bench, has_signed_in_or_not, "online");
    if (!is_hit_or_online (bench, NULL))
      assert_outrun (bench, entered_us);
  }
  g_assert_true (is_hit_or_online (bench, NULL));
}

static void
settle_in (Bench *bench, Deeds *deeds)
{
  bench_open (bench, "team");
  bench_until (bench, is_hit_or_hears, "webhooks");
  go_on (bench, 20);
}

static void
post_card (Bench *bench, Deeds *deeds)
{
  g_autoptr (KzActionDraft) card = kz_action_draft_new (KZ_ACTION_PACKAGE);
  g_autofree char *team = bench_group (bench, "team");

  card->package_id = g_strdup ("com.acme.card.2");
  card->title = g_strdup ("Ticket");
  g_ptr_array_add (card->properties, kz_property_new ("state", NULL, "OPEN"));
  kz_engine_post_async (bench->engine, team, card, COUNT);
  go_on (bench, 2);
}

static void
send_texts (Bench *bench, Deeds *deeds)
{
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Where?");

  bench_send (bench, "team", "one");
  bench_send (bench, "team", "two");
  g_assert_cmpuint (kz_engine_announce (bench->engine, team, "T", "x", "x", NULL), !=, 0);
  go_on (bench, 2);
}

static void
react (Bench *bench, Deeds *deeds)
{
  const char *handle = bench_handle_of (bench, "team", "Where?");
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);

  g_ptr_array_add (properties, kz_property_new ("state", NULL, "DONE"));
  kz_engine_like_async (bench->engine, handle, COUNT);
  kz_engine_comment_async (bench->engine, handle, "why", COUNT);
  kz_engine_vote_async (bench->engine, handle, 0, COUNT);
  kz_engine_results_async (bench->engine, handle, COUNT);
  kz_engine_fetch_action_async (bench->engine, handle, COUNT);
  kz_engine_remind_async (bench->engine, bench_handle_of (bench, "team", "Ticket"), NULL, COUNT);
  kz_engine_update_properties_async (bench->engine, bench_handle_of (bench, "team", "Ticket"),
                                     properties, COUNT);
  go_on (bench, 2);
  /* What others did is asked for, too. */
  json_object_unref (
      bench_do (bench, "like", "{'referenceId':'%s','person':'ben'}",
                kz_engine_find_action (bench->engine, NULL, handle, NULL)->action->reference_id));
  json_object_unref (
      bench_do (bench, "comment", "{'referenceId':'%s','person':'ben','text':'x'}",
                kz_engine_find_action (bench->engine, NULL, handle, NULL)->action->reference_id));
  go_on (bench, 60);
}

static void
send_and_get_pictures (Bench *bench, Deeds *deeds)
{
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (GBytes) bytes = g_bytes_new_static (JPEG, strlen (JPEG));
  g_autoptr (GPtrArray) sources =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  g_autoptr (JsonObject) posted = bench_do (bench, "picture", "{'group':'team','person':'asha'}");

  g_ptr_array_add (sources, kz_media_source_new_bytes (bytes, "gate.jpg"));
  kz_engine_send_files_async (bench->engine, team, g_steal_pointer (&sources), "gate", NULL, NULL,
                              NULL, COUNT);
  kz_engine_send_url_async (bench->engine, team, "https://example.org/a.jpg", NULL, NULL, COUNT);
  kz_engine_fetch_picture_async (bench->engine, json_object_get_string_member (posted, "url"), NULL,
                                 COUNT);
  go_on (bench, 2);
}

static void
change_people (Bench *bench, Deeds *deeds)
{
  g_autofree char *ops = bench_group (bench, "ops");
  g_autofree char *news = bench_group (bench, "news");
  g_autofree char *ben = bench_person (bench, "ben");
  static const char *const phones[] = {"+16660000001", NULL};

  kz_engine_add_members_async (bench->engine, ops, phones, COUNT);
  kz_engine_set_role_async (bench->engine, ops, ben, KZ_ROLE_ADMIN, COUNT);
  kz_engine_remove_member_async (bench->engine, ops, ben, COUNT);
  kz_engine_list_subscribers_async (bench->engine, news, NULL, COUNT);
  kz_engine_add_subscribers_async (bench->engine, news, phones, COUNT);
  kz_engine_remove_subscribers_async (bench->engine, news, phones, COUNT);
  kz_engine_tell_async (bench->engine, news, "psst", NULL, phones, COUNT);
  kz_engine_me_async (bench->engine, COUNT);
  go_on (bench, 2);
}

static void
change_groups (Bench *bench, Deeds *deeds)
{
  g_autofree char *tree = bench_group (bench, "tree");
  g_autofree char *twig = bench_group (bench, "twig");
  g_autofree char *ops = bench_group (bench, "ops");
  const char *const below[] = {ops, NULL};
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("new");
  g_autoptr (KzGroupDraft) child = kz_group_draft_new ("below");

  child->parent_id = g_strdup (tree);
  kz_engine_create_group_async (bench->engine, draft, COUNT);
  kz_engine_create_group_async (bench->engine, child, COUNT);
  kz_engine_attach_groups_async (bench->engine, tree, below, COUNT);
  kz_engine_detach_group_async (bench->engine, tree, twig, COUNT);
  kz_engine_refresh_groups (bench->engine);
  go_on (bench, 5);
}

static void
leave (Bench *bench, Deeds *deeds)
{
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (GPtrArray) hooks = kz_engine_webhooks (bench->engine);
  const KzHookStatus *first = g_ptr_array_index (hooks, 0);

  /* It is switched on again. */
  json_object_unref (
      bench_do (bench, "webhooks/active", "{'webhookId':'%s','active':false}", first->webhook_id));
  kz_engine_heal_webhooks (bench->engine);
  /* And this group is looked for. */
  json_object_unref (bench_do (bench, "leave", "{'group':'ops','person':'me','by':'asha'}"));
  go_on (bench, 60);
  if (is_hit (bench, NULL))
    return;
  kz_engine_leave_group_async (bench->engine, team, COUNT);
  kz_engine_remove_webhooks_async (bench->engine, COUNT);
  go_on (bench, 5);
}

/* As far as it comes before a request is hit. */
static void
do_everything (Bench *bench, Deeds *deeds)
{
  static void (*const steps[]) (Bench * bench, Deeds * deeds) = {
      sign_on,       settle_in,     post_card, send_texts, react, send_and_get_pictures,
      change_people, change_groups, leave};

  for (gsize i = 0; i < G_N_ELEMENTS (steps) && !is_hit (bench, NULL); i++)
    steps[i](bench, deeds);
}

/* --- The moment of sign-off ---------------------------------------------------------------- */

static Bench *
new_bench (gboolean is_elsewhere)
{
  Bench *bench = bench_new (is_elsewhere ? elsewhere : NULL);

  bench->quiet_ms = PATIENT_MS;
  json_object_unref (bench_do (bench, "group",
                               "{'name':'news','type':'ConnectGroup',"
                               "'members':[{'person':'me','role':'Admin'}]}"));
  json_object_unref (
      bench_do (bench, "group", "{'name':'tree','members':[{'person':'me','role':'Admin'}]}"));
  json_object_unref (bench_do (bench, "group",
                               "{'name':'twig','parent':'tree',"
                               "'members':[{'person':'me','role':'Admin'}]}"));
  return bench;
}

/* @match: what request is stalled; it must come. */
static void
sign_off_while (const char *match, const char *how, gboolean is_elsewhere)
{
  g_autoptr (Bench) bench = new_bench (is_elsewhere);
  Deeds deeds = {.has_code = is_elsewhere};
  g_autofree char *json = g_strdup_printf ("{'match':{%s},'action':{'%s':true}}", match, how);

  if (g_test_verbose ())
    g_test_message ("%s %s", how, match);
  bench_fault (bench, json);
  do_everything (bench, &deeds);
  if (!is_hit (bench, NULL))
    bench_until (bench, is_hit, match);
  g_assert_true (bench->is_busy);
  g_assert_cmpuint (bench_sockets (bench), >, 0);
  kz_engine_stop (bench->engine);
  g_assert_cmpuint (deeds.ended, ==, deeds.begun);
  deeds.is_over = TRUE;
  bench_stop (bench);
}

/* (transfer full) (element-type utf8): the kinds of requests of a session. */
static GHashTable *
request_kinds (gboolean is_elsewhere)
{
  g_autoptr (Bench) bench = new_bench (is_elsewhere);
  g_autoptr (JsonObject) calls = NULL;
  GHashTable *kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Deeds deeds = {.has_code = is_elsewhere};

  do_everything (bench, &deeds);
  calls = bench_get (bench, "calls");
  for (GList *link = json_object_get_members (json_object_get_object_member (calls, "endpoints"));
       link != NULL; link = g_list_delete_link (link, link))
    g_hash_table_add (kinds, g_strdup (link->data));
  return kinds;
}

static void
test_every_kind (gconstpointer how)
{
  g_autoptr (GHashTable) usual = request_kinds (FALSE);
  g_autoptr (GHashTable) others = request_kinds (TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (all_kinds); i++) {
    g_autofree char *match = g_strdup_printf ("'endpoint':'%s'", all_kinds[i]);
    gboolean is_usual = g_hash_table_remove (usual, all_kinds[i]);

    if (!g_hash_table_remove (others, all_kinds[i]) && !is_usual)
      g_error ("%s was not met", all_kinds[i]);
    sign_off_while (match, how, !is_usual);
  }
  g_assert_cmpuint (g_hash_table_size (usual), ==, 0);
  g_assert_cmpuint (g_hash_table_size (others), ==, 0);
  sign_off_while ("'path':'/att*'", how, FALSE);
}

/* --- What the sources can ask for ---------------------------------------------------------- */

/* The paths of a source, as a kind of the list begins; what stands for a part of it is {}. */
static void
read_kinds (const char *source, GHashTable *kinds)
{
  /* What has no method before it is what a sign-in posts; with a query it is for a browser. */
  g_autoptr (GRegex) regex = g_regex_new (
      "(?:\"(GET|POST|PUT|DELETE|PATCH)\",[^;\"]*)?\"(?:/v1)?(/[^\"\\s?]+)\"[,)]", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, source, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *method = g_match_info_fetch (match, 1);
    g_autofree char *path = g_match_info_fetch (match, 2);
    GString *kind = g_string_new (*method != '\0' ? method : "POST");

    g_string_append_printf (kind, " %s", path);
    g_string_replace (kind, "%s", "{}", 0);
    g_hash_table_add (kinds, g_string_free (kind, FALSE));
  }
}

/* A new one must be met here, too. */
static void
test_list_is_whole (void)
{
  g_autofree char *place = g_test_build_filename (G_TEST_DIST, "..", "src", "client", NULL);
  g_autoptr (GDir) dir = g_dir_open (place, 0, NULL);
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) part = g_regex_new ("{[^}]*}", 0, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (place, name, NULL);
    g_autofree char *source = NULL;

    if (!g_str_has_suffix (name, ".c"))
      continue;
    g_assert_true (g_file_get_contents (path, &source, NULL, NULL));
    read_kinds (source, kinds);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (all_kinds); i++) {
    g_autofree char *kind = g_regex_replace_literal (part, all_kinds[i], -1, 0, "{}", 0, NULL);

    if (!g_hash_table_remove (kinds, kind))
      g_error ("src/client never asks for %s", all_kinds[i]);
  }
  for (GList *link = g_hash_table_get_keys (kinds); link != NULL;
       link = g_list_delete_link (link, link))
    g_error ("%s is not in kz-test-requests.h", (char *) link->data);
}

static void
test_every_request (gconstpointer how)
{
  for (guint n = 1; n <= FIRST_REQUESTS; n++) {
    g_autofree char *match = g_strdup_printf ("'nth':%u", n);

    sign_off_while (match, how, FALSE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/teardown/the-list-of-requests-is-whole", test_list_is_whole);
  g_test_add_data_func ("/teardown/every-kind-of-request-stalled-before-its-answer", "stallHeaders",
                        test_every_kind);
  g_test_add_data_func ("/teardown/every-kind-of-request-stalled-in-its-answer", "stallBody",
                        test_every_kind);
  g_test_add_data_func ("/teardown/every-request-stalled-before-its-answer", "stallHeaders",
                        test_every_request);
  g_test_add_data_func ("/teardown/every-request-stalled-in-its-answer", "stallBody",
                        test_every_request);
  return g_test_run ();
}
