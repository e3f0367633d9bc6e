/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test-time.h"
#include "plugin-test.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

static const char world_json[] =
    "{\"users\":["
    "{\"key\":\"me\",\"name\":\"Gita Rao\",\"phone\":\"+919999900001\",\"signIn\":true},"
    "{\"key\":\"second\",\"name\":\"Noor\",\"phone\":\"+919999900002\",\"signIn\":true},"
    "{\"key\":\"asha\",\"name\":\"Asha\",\"phone\":\"+919999900003\"},"
    "{\"key\":\"asha2\",\"name\":\"Asha\",\"phone\":\"+919999900004\"},"
    "{\"key\":\"hindi\",\"name\":\"आशा शर्मा\",\"phone\":\"+919999900005\"},"
    "{\"key\":\"tamil\",\"name\":\"முருகன்\",\"phone\":\"+919999900006\"},"
    "{\"key\":\"arabic\",\"name\":\"يوسف\",\"phone\":\"+919999900007\"},"
    "{\"key\":\"guest\",\"name\":\"\",\"phone\":\"+919999900008\",\"provisioned\":false}],"
    "\"groups\":["
    "{\"key\":\"team\",\"name\":\"Team\",\"members\":["
    "{\"person\":\"me\",\"role\":\"Admin\"},{\"person\":\"asha\",\"role\":\"Admin\"},"
    "{\"person\":\"second\"},{\"person\":\"hindi\"},{\"person\":\"tamil\"},"
    "{\"person\":\"arabic\"},{\"person\":\"guest\"}]},"
    "{\"key\":\"kitchen\",\"name\":\"Kitchen\",\"members\":["
    "{\"person\":\"asha2\",\"role\":\"Admin\"},{\"person\":\"me\"},{\"person\":\"hindi\"}]},"
    "{\"key\":\"region\",\"name\":\"Region\",\"tenant\":true,\"members\":["
    "{\"person\":\"asha\",\"role\":\"Admin\"},{\"person\":\"me\",\"role\":\"Admin\"}]},"
    "{\"key\":\"north\",\"name\":\"North\",\"parent\":\"region\",\"tenant\":true,\"members\":["
    "{\"person\":\"asha\",\"role\":\"Admin\"},{\"person\":\"me\"}]},"
    "{\"key\":\"news\",\"name\":\"News\",\"type\":\"ConnectGroup\",\"tenant\":true,\"members\":["
    "{\"person\":\"asha\",\"role\":\"Admin\"}],\"subscribers\":[\"me\"]}]}";

static KzTestHost *the_host;

typedef struct {
  FixtureFunc func;
  const char *const *switches;
  gboolean is_online;
} Case;

/* (element-type Case): those too that -p leaves out, which GLib would not free. */
static GPtrArray *cases;

static void
run_case (gconstpointer data)
{
  const Case *one = data;
  Fixture fixture = {.host = the_host};
  kz_test_forget_lines (the_host);
  g_ptr_array_set_size (the_host->progress, 0);
  g_ptr_array_set_size (the_host->transfers, 0);
  the_host->cancels_transfers = FALSE;
  the_host->closed_prompts = 0;
  the_host->user_batches = 0;
  fixture.world = kz_test_world_new (world_json, one->switches);
  if (one->is_online)
    fixture_sign_on (&fixture);
  one->func (&fixture);
  if (fixture.account != NULL)
    kz_test_account_drop (the_host, fixture.account);
  kz_test_world_free (fixture.world);
  kz_test_host_settle (the_host);
  kz_test_time_walk ();
  g_assert_cmpuint (the_host->prompts->len, ==, 0);
  g_assert_cmpuint (the_host->forms->len, ==, 0);
  /* libpurple's own, of a transfer that failed, belong to nobody: a person closes them. */
  while (the_host->open_notices->len > 0)
    purple_notify_close (PURPLE_NOTIFY_MESSAGE, g_ptr_array_index (the_host->open_notices, 0));
  g_assert_null (purple_xfers_get_all ());
}

void
plugin_test_add_with (const char *path,
                      const char *const *switches,
                      gboolean is_online,
                      FixtureFunc func)
{
  Case *one = g_new0 (Case, 1);
  one->func = func;
  one->switches = switches;
  one->is_online = is_online;
  g_ptr_array_add (cases, one);
  g_test_add_data_func (path, one, run_case);
}

void
plugin_test_add (const char *path, FixtureFunc func)
{
  plugin_test_add_with (path, NULL, FALSE, func);
}

void
plugin_test_add_online (const char *path, FixtureFunc func)
{
  plugin_test_add_with (path, NULL, TRUE, func);
}

KzTestUi
plugin_test_ui (void)
{
  return the_host->ui;
}

/* (transfer full) (nullable): what is temporary of this program and of those that it starts is in there
 * from now on; %NULL in one of those. GLib reads the variable once: nothing asked it before. */
static char *
have_own_tmp_dir (void)
{
  if (g_test_subprocess ())
    return NULL;
  const char *usual = g_getenv ("TMPDIR");
  char *dir = g_build_filename (usual != NULL ? usual : "/tmp", "kaizala-tests-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (dir));
  g_setenv ("TMPDIR", dir, TRUE);
  g_assert_cmpstr (g_get_tmp_dir (), ==, dir);
  return dir;
}

int
plugin_test_main (int argc, char **argv, void (*add_tests) (void))
{
  setlocale (LC_ALL, "");
  /* A test that runs in a process of its own there is given no arguments of ours. */
  const char *inherited = g_getenv ("KZ_TEST_HOST");
  const char *name = inherited != NULL ? inherited : "finch";
  for (int i = 1; i < argc; i++)
    if (g_str_has_prefix (argv[i], "--host="))
      name = argv[i] + strlen ("--host=");
  g_setenv ("KZ_TEST_HOST", name, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_autofree char *tmp_dir = have_own_tmp_dir ();
#ifdef KZ_TEST_STATIC
  the_host = kz_test_host_start (kz_test_ui_parse (name), NULL, NULL);
#else
  the_host = kz_test_host_start (kz_test_ui_parse (name), NULL, KZ_MODULE_DIR);
#endif
  cases = g_ptr_array_new_with_free_func (g_free);
  add_tests ();
  int status = g_test_run ();
  g_clear_pointer (&cases, g_ptr_array_unref);
  kz_test_host_stop (the_host);
  /* What is left is a fault of the test, or of a program that it started. */
  if (status == 0 && tmp_dir != NULL && g_rmdir (tmp_dir) != 0)
    g_error ("%s: %s", tmp_dir, g_strerror (errno));
  return status;
}

/* A thread that saves or looks up a name may take 100 ms: five seconds of the clocks, which nothing here
 * is short of. */
void
fixture_skip_waits (Fixture *fixture)
{
  kz_test_time_skip (1000, 50);
}

void
fixture_new_world (Fixture *fixture, const char *scenario)
{
  kz_test_world_free (fixture->world);
  fixture->world = kz_test_world_new (scenario, NULL);
}

gboolean
fixture_is_bitlbee (Fixture *fixture)
{
  return fixture->host->ui == KZ_TEST_BITLBEE;
}

void
fixture_sign_on (Fixture *fixture)
{
  fixture->account = kz_test_world_sign_on (fixture->world, fixture->host, KZ_ME);
}

void
fixture_sign_on_by_pin (Fixture *fixture)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, FALSE);
  kz_test_sign_on (fixture->host, fixture->account);
  if (fixture_is_bitlbee (fixture))
    return;
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_answer (fixture->host, "PIN");
}

void
fixture_sign_on_again (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    /* It makes a new account each time. */
    kz_test_account_drop (fixture->host, fixture->account);
    fixture_sign_on (fixture);
    return;
  }
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

PurpleConversation *
fixture_join (Fixture *fixture, const char *title)
{
  kz_test_join (fixture->account, title);
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, title) != NULL);
  PurpleConversation *room = kz_test_room (fixture->account, title);
  kz_test_wait_for (fixture->host,
                    g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (room))) > 1);
  return room;
}

char *
fixture_group_id (Fixture *fixture, const char *name)
{
  g_autoptr (JsonObject) world = kz_test_control (fixture->world, "GET", "world", NULL);
  JsonArray *groups = json_object_get_array_member (world, "groups");
  for (guint i = 0; i < json_array_get_length (groups); i++) {
    JsonObject *group = json_array_get_object_element (groups, i);
    if (g_strcmp0 (json_object_get_string_member (group, "name"), name) == 0)
      return g_strdup (json_object_get_string_member (group, "id"));
  }
  g_error ("no group %s", name);
}

char *
fixture_person_id (Fixture *fixture, const char *phone)
{
  g_autoptr (JsonObject) world = kz_test_control (fixture->world, "GET", "world", NULL);
  JsonArray *users = json_object_get_array_member (world, "users");
  for (guint i = 0; i < json_array_get_length (users); i++) {
    JsonObject *user = json_array_get_object_element (users, i);
    if (g_strcmp0 (json_object_get_string_member (user, "phone"), phone) == 0)
      return g_strdup (json_object_get_string_member (user, "id"));
  }
  g_error ("nobody has the number %s", phone);
}

void
fixture_account_action (Fixture *fixture, const char *label)
{
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePlugin *plugin = purple_connection_get_prpl (gc);
  GList *actions = PURPLE_PLUGIN_ACTIONS (plugin, gc);
  PurplePluginAction *action = NULL;
  for (GList *l = actions; l != NULL; l = l->next) {
    PurplePluginAction *one = l->data;
    if (one != NULL && g_str_equal (one->label, g_dgettext (GETTEXT_PACKAGE, label)))
      action = one;
  }
  g_assert_nonnull (action);
  action->plugin = plugin;
  action->context = gc;
  action->callback (action);
  g_list_free_full (actions, (GDestroyNotify) purple_plugin_action_free);
}

gboolean
fixture_has_webhook (Fixture *fixture, const char *group_id)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    if (g_strcmp0 (json_object_get_string_member (webhook, "objectId"), group_id) == 0)
      return TRUE;
  }
  return FALSE;
}

void
fixture_wait_for_webhooks (Fixture *fixture)
{
  static const char *const names[] = {"Team", "Kitchen", "Region", "North"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *id = fixture_group_id (fixture, names[i]);
    kz_test_wait_for (fixture->host, fixture_has_webhook (fixture, id));
  }
}

guint
fixture_webhooks (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  return json_array_get_length (json_object_get_array_member (answer, "webhooks"));
}

void
fixture_type (Fixture *fixture, PurpleConversation *room, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  kz_test_type (fixture->host, room, text);
}

/* (transfer full) (nullable): "METHOD path body" of the @index-th of that kind; @count: (out). */
static char *
find_request (Fixture *fixture, const char *kind, guint index, guint *count)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  char *request = NULL;
  *count = 0;
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    const char *its_kind = json_object_get_string_member (item, "kind");
    /* The plugin looks after its webhooks by itself. */
    if (kind != NULL ? strcmp (its_kind, kind) != 0 : g_str_has_prefix (its_kind, "webhook"))
      continue;
    if ((*count)++ != index)
      continue;
    g_autofree char *body = json_to_string (json_object_get_member (item, "body"), FALSE);
    const char *path = json_object_get_string_member (item, "path");
    request = g_strdup_printf ("%s %s %s", json_object_get_string_member (item, "method"),
                               path + strlen ("/v1"), body);
  }
  return request;
}

guint
fixture_received (Fixture *fixture, const char *kind)
{
  guint count;
  g_free (find_request (fixture, kind, G_MAXUINT, &count));
  return count;
}

void
fixture_expect (Fixture *fixture, const char *kind, guint index, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *expected = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (expected, "'", '"');
  kz_test_wait_for (fixture->host, fixture_received (fixture, kind) > index);
  guint count;
  g_autofree char *request = find_request (fixture, kind, index, &count);
  g_assert_cmpstr (request, ==, expected);
}

gint64
fixture_fault_hits (Fixture *fixture, guint index)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "faults", NULL);
  JsonArray *faults = json_object_get_array_member (answer, "faults");
  return json_object_get_int_member (json_array_get_object_element (faults, index), "hits");
}

void
fixture_stall (Fixture *fixture, const char *match)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{%s,'times':0},'action':{'stallHeaders':true}}", match);
}

void
fixture_wait_for_fault (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, fixture_fault_hits (fixture, 0) > 0);
}

const KzTestLine *
fixture_expect_line (Fixture *fixture, const char *title, const char *text)
{
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, title, text) > 0);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, title, text), ==, 1);
  return kz_test_find_line (fixture->host, title, text);
}

void
fixture_expect_refusal (Fixture *fixture,
                        PurpleConversation *room,
                        const char *typed,
                        const char *why)
{
  guint before = fixture_received (fixture, NULL);
  guint lines = fixture->host->lines->len;
  kz_test_type (fixture->host, room, typed);
  kz_test_wait_for (fixture->host, fixture->host->lines->len > lines);
  g_assert_cmpuint (fixture->host->lines->len, ==, lines + 1);
  const KzTestLine *line = g_ptr_array_index (fixture->host->lines, lines);
  if (strstr (line->text, why) == NULL || strstr (line->text, typed) == NULL)
    g_error ("“%s” was answered with: %s", typed, line->text);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, before);
}
