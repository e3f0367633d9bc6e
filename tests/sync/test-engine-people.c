/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups, the people in them, conversations of two, and the account's webhooks. */
#include "config.h"

#include "engine-world.h"

#include "kz-directory-private.h"
#include "kz-engine-people.h"
#include "kz-engine-private.h"
#include "kz-error.h"

#include <string.h>

static const char *const as_bools[] = {"resultType=bool", NULL};
static const char *const last_stays[] = {"lastAdmin=protected", NULL};
static const char *const old_list[] = {"subscribersPost=off", NULL};

typedef struct {
  gboolean is_back;
  GAsyncResult *result;
} Fate;

static gboolean
is_back (Bench *bench, gconstpointer data)
{
  return ((const Fate *) data)->is_back;
}

static void
fate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fate *fate = data;

  g_assert_false (fate->is_back);
  fate->is_back = TRUE;
  fate->result = g_object_ref (result);
}

/* Of one fate after another. */
static GAsyncResult *
await (Bench *bench, Fate *fate)
{
  bench_until (bench, is_back, fate);
  fate->is_back = FALSE;
  return fate->result;
}

static void
fate_clear (Fate *fate)
{
  g_clear_object (&fate->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fate, fate_clear)

static Fate *
next (Fate *fate)
{
  g_clear_object (&fate->result);
  return fate;
}

static void
assert_refused (Bench *bench, Fate *fate, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (g_task_propagate_pointer (G_TASK (await (bench, fate)), &error));
  g_assert_error (error, KZ_ERROR, code);
}

static char *
phone_of (Bench *bench, const char *name)
{
  g_autoptr (JsonObject) world = bench_get (bench, "world");
  JsonArray *users = json_object_get_array_member (world, "users");

  for (guint i = 0; i < json_array_get_length (users); i++) {
    JsonObject *user = json_array_get_object_element (users, i);

    if (g_strcmp0 (json_object_get_string_member (user, "name"), name) == 0)
      return g_strdup (json_object_get_string_member (user, "phone"));
  }
  g_error ("There is no %s", name);
}

/* --- Groups --- */

static void
test_create (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("crew");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_auto (Fate) fate = {0};
  const KzGroup *group;
  KzTri all = KZ_TRI_UNKNOWN;

  draft->members = g_new0 (char *, 2);
  draft->members[0] = phone_of (bench, "Ben");
  kz_engine_create_group_async (bench->engine, draft, fate_cb, &fate);
  id = kz_engine_create_group_finish (bench->engine, await (bench, &fate), &all, &error);
  g_assert_no_error (error);
  g_assert_cmpint (all, ==, KZ_TRI_YES);
  /* From now on it can be written to. */
  g_assert_cmpuint (bench_count (bench, "group-added in crew"), ==, 1);
  g_assert_cmpuint (kz_engine_send_text (bench->engine, id, "hello", "hello", &error), !=, 0);
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "members-loaded in crew"), ==, 1);
  group = kz_directory_group (kz_engine_directory (bench->engine), id);
  g_assert_cmpint (group->role, ==, KZ_ROLE_ADMIN);
  g_assert_cmpint (group->user_count, ==, 2);
  g_assert_true (bench_hears (bench, NULL));
}

static void
test_create_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new (" ");
  g_autoptr (JsonObject) fault = NULL;
  g_auto (Fate) fate = {0};

  kz_engine_create_group_async (bench->engine, draft, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_free (draft->name);
  draft->name = g_strdup ("news");
  draft->is_public = TRUE;
  kz_engine_create_group_async (bench->engine, draft, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
  draft->is_public = FALSE;
  /* Of a group in which we are no administrator. */
  draft->parent_id = bench_group (bench, "team");
  kz_engine_create_group_async (bench->engine, draft, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
  g_clear_pointer (&draft->parent_id, g_free);
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'POST','path':'/groups'},'action':{'reset':'after'}}");
  kz_engine_create_group_async (bench->engine, draft, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_UNRESOLVED);
  g_assert_cmpuint (bench_calls (bench, "POST /groups"), ==, 2);
}

static void
test_subgroups (void)
{
  g_autoptr (Bench) bench = bench_new_ready (as_bools);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autofree char *id = NULL;
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("night");
  g_autoptr (KzGroupDraft) other = kz_group_draft_new ("day");
  g_autofree char *day = NULL;
  KzDirectory *directory = kz_engine_directory (bench->engine);
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};
  const char *ids[2] = {NULL, NULL};

  draft->parent_id = g_strdup (ops);
  kz_engine_create_group_async (bench->engine, draft, fate_cb, next (&fate));
  id = kz_engine_create_group_finish (bench->engine, await (bench, &fate), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kz_directory_group (directory, id)->parent_id, ==, ops);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (kz_directory_group (directory, ops)->kind, ==, KZ_GROUP_PARENT);
  g_assert_cmpint (kz_directory_group (directory, id)->kind, ==, KZ_GROUP_LEAF);

  kz_engine_detach_group_async (bench->engine, ops, id, fate_cb, next (&fate));
  g_assert_true (kz_engine_detach_group_finish (bench->engine, await (bench, &fate), &error));
  g_assert_null (kz_directory_group (directory, id)->parent_id);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (kz_directory_group (directory, ops)->kind, ==, KZ_GROUP_FLAT);

  kz_engine_create_group_async (bench->engine, other, fate_cb, next (&fate));
  day = kz_engine_create_group_finish (bench->engine, await (bench, &fate), NULL, &error);
  ids[0] = day;
  kz_engine_attach_groups_async (bench->engine, ops, ids, fate_cb, next (&fate));
  g_assert_true (kz_engine_attach_groups_finish (bench->engine, await (bench, &fate), &error));
  g_assert_no_error (error);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpstr (kz_directory_group (directory, day)->parent_id, ==, ops);
  ids[0] = ops;
  kz_engine_attach_groups_async (bench->engine, ops, ids, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
}

static void
test_leave (void)
{
  g_autoptr (Bench) bench = bench_new_ready (last_stays);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *ops = bench_group (bench, "ops");
  g_autoptr (JsonObject) said = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};

  kz_engine_leave_group_async (bench->engine, team, fate_cb, next (&fate));
  g_assert_true (kz_engine_leave_group_finish (bench->engine, await (bench, &fate), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 1);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  /* The delivery that tells it brings nothing back. */
  g_assert_cmpuint (bench_count (bench, "group-"), ==, 1);
  /* The only administrator cannot go. */
  kz_engine_leave_group_async (bench->engine, ops, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
  g_assert_nonnull (kz_directory_group (kz_engine_directory (bench->engine), ops));
}

/* --- Members --- */

static void
check_members (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autofree char *chi = bench_person (bench, "chi");
  g_autofree char *ben = bench_person (bench, "ben");
  g_autofree char *chi_phone = phone_of (bench, "Chi");
  const char *phones[] = {chi_phone, NULL};
  KzDirectory *directory = kz_engine_directory (bench->engine);
  g_autoptr (KzPerson) person = kz_person_new (chi, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};

  kz_engine_add_members_async (bench->engine, ops, phones, fate_cb, next (&fate));
  g_assert_true (kz_engine_add_members_finish (bench->engine, await (bench, &fate), &error));
  g_assert_no_error (error);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "member-added in ops of Chi"), ==, 1);

  kz_engine_set_role_async (bench->engine, ops, chi, KZ_ROLE_ADMIN, fate_cb, next (&fate));
  g_assert_true (kz_engine_set_role_finish (bench->engine, await (bench, &fate), &error));
  bench_until_line (bench, "member-changed in ops of Chi");
  g_assert_cmpint (kz_directory_member (directory, ops, person)->role, ==, KZ_ROLE_ADMIN);
  kz_engine_set_role_async (bench->engine, ops, chi, KZ_ROLE_MEMBER, fate_cb, next (&fate));
  g_assert_true (kz_engine_set_role_finish (bench->engine, await (bench, &fate), &error));

  kz_engine_remove_member_async (bench->engine, ops, ben, fate_cb, next (&fate));
  g_assert_true (kz_engine_remove_member_finish (bench->engine, await (bench, &fate), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bench_count (bench, "member-removed in ops of Ben by"), ==, 1);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "member-removed"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "member-added"), ==, 1);
}

static void
test_members (void)
{
  check_members (NULL);
  check_members (as_bools);
}

static void
test_members_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autofree char *team = bench_group (bench, "team");
  static const char *const good[] = {"+15559990000", NULL};
  static const char *const bad[] = {"Chi", NULL};
  g_auto (Fate) fate = {0};

  /* There we are only a member. */
  kz_engine_add_members_async (bench->engine, team, good, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
  kz_engine_add_members_async (bench->engine, ops, bad, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_remove_member_async (bench->engine, ops, NULL, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_set_role_async (bench->engine, ops, "u", KZ_ROLE_SUBSCRIBER, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_set_role_async (bench->engine, ops, "nobody", KZ_ROLE_ADMIN, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_NOT_FOUND);
  kz_engine_add_subscribers_async (bench->engine, ops, good, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_list_subscribers_async (bench->engine, ops, NULL, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
}

/* --- Subscribers --- */

static void
check_subscribers (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autoptr (JsonObject) made =
      bench_do (bench, "group",
                "{'name':'news','type':'ConnectGroup','members':[{'person':'me','role':'Admin'}]}");
  g_autofree char *news = bench_group (bench, "news");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) phones = NULL;
  static const char *const gone[] = {"+16660000003", "+17770000000", NULL};
  g_autoptr (GPtrArray) added = NULL, first = NULL, second = NULL, removed = NULL;
  g_autofree char *cursor = NULL, *end = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};

  for (guint i = 0; i < 60; i++) {
    g_autofree char *phone = g_strdup_printf ("+1666000%04u", i);

    g_strv_builder_add (builder, phone);
  }
  phones = g_strv_builder_end (builder);
  bench_sign_on (bench);
  kz_engine_add_subscribers_async (bench->engine, news, (const char *const *) phones, fate_cb,
                                   next (&fate));
  added = kz_engine_add_subscribers_finish (bench->engine, await (bench, &fate), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added->len, ==, 0);
  kz_engine_list_subscribers_async (bench->engine, news, NULL, fate_cb, next (&fate));
  first = kz_engine_list_subscribers_finish (bench->engine, await (bench, &fate), &cursor, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->len, ==, 50);
  g_assert_nonnull (cursor);
  kz_engine_list_subscribers_async (bench->engine, news, cursor, fate_cb, next (&fate));
  second = kz_engine_list_subscribers_finish (bench->engine, await (bench, &fate), &end, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->len, ==, 10);
  g_assert_null (end);
  kz_engine_remove_subscribers_async (bench->engine, news, gone, fate_cb, next (&fate));
  removed = kz_engine_remove_subscribers_finish (bench->engine, await (bench, &fate), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (removed->len, ==, 1);
  g_assert_cmpstr (((KzFailedTarget *) removed->pdata[0])->phone, ==, "+17770000000");
}

static void
test_subscribers (void)
{
  check_subscribers (NULL);
  check_subscribers (old_list);
}

/* --- One person --- */

static void
test_me (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzPerson) me = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};

  kz_engine_me_async (bench->engine, fate_cb, &fate);
  me = kz_engine_me_finish (bench->engine, await (bench, &fate), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (me->name, ==, "Mira");
}

static void
test_direct (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *phone = phone_of (bench, "Ben");
  g_autofree char *ben = bench_person (bench, "ben");
  g_autofree char *id = NULL, *again = NULL, *found = NULL;
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};
  g_auto (Fate) same = {0};
  const KzPerson *other;

  g_assert_null (kz_engine_find_direct_group (bench->engine, ben));
  kz_engine_direct_group_async (bench->engine, phone, fate_cb, &fate);
  /* One at a time, or there would be two. */
  kz_engine_direct_group_async (bench->engine, ben, fate_cb, &same);
  assert_refused (bench, &same, KZ_ERROR_INVALID);
  id = kz_engine_direct_group_finish (bench->engine, await (bench, &fate), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kz_directory_group (kz_engine_directory (bench->engine), id)->name, ==,
                   "Mira, Ben");
  other = kz_engine_direct_person (bench->engine, id);
  g_assert_cmpstr (other->phone, ==, phone);
  g_assert_cmpuint (kz_engine_send_text (bench->engine, id, "hello", "hello", &error), !=, 0);
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  /* It is found again, by any name, also after a restart. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (KzPerson) person = kz_person_new (ben, NULL, NULL, NULL);
    const char *const names[] = {phone, ben,
                                 kz_directory_name (kz_engine_directory (bench->engine), person)};

    for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
      g_free (again);
      kz_engine_direct_group_async (bench->engine, names[k], fate_cb, next (&fate));
      g_assert_false (fate.is_back);
      again = kz_engine_direct_group_finish (bench->engine, await (bench, &fate), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (again, ==, id);
    }
    next (&fate);
    next (&same);
    bench_stop (bench);
    bench_sign_on (bench);
    bench_pass (bench, G_TIME_SPAN_MINUTE);
  }
  g_assert_cmpuint (bench_calls (bench, "POST /groups"), ==, 1);
  /* With a third it is a group like any other. */
  joined = bench_do (bench, "join", "{'group':'%s','person':'chi'}", id);
  bench_until_line (bench, "member-added");
  g_assert_null (kz_engine_direct_person (bench->engine, id));
  found = kz_engine_find_direct_group (bench->engine, ben);
  g_assert_null (found);
}

static void
test_direct_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzPerson) hidden = kz_person_new ("hidden-id", NULL, "Zoe", NULL);
  g_auto (Fate) fate = {0};

  kz_engine_direct_group_async (bench->engine, "nobody of that name", fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_direct_group_async (bench->engine, bench->phone, fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_directory_learn (kz_engine_directory (bench->engine), hidden);
  kz_engine_direct_group_async (bench->engine, "hidden-id", fate_cb, next (&fate));
  assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_assert_cmpuint (bench_calls (bench, "POST /groups"), ==, 0);
}

/* --- Webhooks --- */

static guint
count_working (Bench *bench)
{
  g_autoptr (GPtrArray) hooks = kz_engine_webhooks (bench->engine);
  guint n = 0;

  for (guint i = 0; i < hooks->len; i++) {
    const KzHookStatus *status = hooks->pdata[i];

    n += status->works && status->webhook_id != NULL ? 1 : 0;
  }
  return n;
}

static guint
count_theirs (Bench *bench)
{
  g_autoptr (JsonObject) hooks = bench_get (bench, "webhooks");

  return json_array_get_length (json_object_get_array_member (hooks, "webhooks"));
}

static void
test_webhooks (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (JsonObject) said = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Fate) fate = {0};
  guint looks;

  g_assert_cmpuint (count_working (bench), ==, 4);
  g_assert_cmpuint (count_theirs (bench), ==, 4);
  looks = bench_calls (bench, "GET /webhook");
  g_assert_true (kz_engine_heal_webhooks (bench->engine));
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, "GET /webhook"), ==, looks + 4);

  kz_engine_remove_webhooks_async (bench->engine, fate_cb, next (&fate));
  g_assert_cmpint (kz_engine_remove_webhooks_finish (bench->engine, await (bench, &fate), &error),
                   ==, 4);
  g_assert_no_error (error);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (count_theirs (bench), ==, 0);
  g_assert_cmpuint (count_working (bench), ==, 0);
  g_assert_false (kz_engine_heal_webhooks (bench->engine));
  kz_engine_remove_webhooks_async (bench->engine, fate_cb, next (&fate));
  g_assert_cmpint (kz_engine_remove_webhooks_finish (bench->engine, await (bench, &fate), &error),
                   ==, 0);
  /* The next sign-on makes them anew. */
  next (&fate);
  bench_stop (bench);
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  g_assert_cmpuint (count_theirs (bench), ==, 4);
}

/* What is kept of people does not grow with how often they are called something else. */
static void
test_renamed (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *phone = phone_of (bench, "Ben");
  guint names = 0;
  guint people = 0;

  for (guint i = 0; i < 40; i++) {
    g_autofree char *text = g_strdup_printf ("word %u.", i);
    g_autoptr (JsonObject) renamed =
        bench_do (bench, "person", "{'phone':'%s','name':'Ben x%u'}", phone, i);

    bench_say (bench, "team", "ben", text);
    bench_until_line (bench, text);
    if (i == 9) {
      names = kz_names_length (kz_store_names (bench->engine->store));
      people = bench->engine->directory->by_id.length;
    }
  }
  g_assert_nonnull (kz_directory_find (bench->engine->directory, "Ben x39"));
  g_assert_nonnull (kz_directory_find (bench->engine->directory, "Ben x31"));
  g_assert_cmpuint (names, >, KZ_NAMES_FORMER);
  g_assert_cmpuint (kz_names_length (kz_store_names (bench->engine->store)), ==, names);
  g_assert_cmpuint (bench->engine->directory->by_id.length, ==, people);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/people/a-new-group-can-be-written-to", test_create);
  g_test_add_func ("/people/what-cannot-be-made-is-said", test_create_refusals);
  g_test_add_func ("/people/subgroups-come-and-go", test_subgroups);
  g_test_add_func ("/people/who-leaves-has-left", test_leave);
  g_test_add_func ("/people/members-come-and-go", test_members);
  g_test_add_func ("/people/what-cannot-be-changed-is-said", test_members_refusals);
  g_test_add_func ("/people/subscribers-page-by-page", test_subscribers);
  g_test_add_func ("/people/me", test_me);
  g_test_add_func ("/people/a-conversation-of-two", test_direct);
  g_test_add_func ("/people/whom-one-cannot-write-to-is-said", test_direct_refusals);
  g_test_add_func ("/people/webhooks-are-listed-looked-at-and-removed", test_webhooks);
  g_test_add_func ("/people/who-is-renamed-often-takes-no-more", test_renamed);
  return g_test_run ();
}
