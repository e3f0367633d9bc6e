/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-fixture.h"
#include "engine-lines.h"

#include "kz-engine-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* Worker threads write the store: so long nothing may happen before the clock moves. */
#define BENCH_QUIET_MS 3

static const char scenario[] =
    "{'users':[{'key':'me','name':'Mira','signIn':true,'pin':'123456'},"
    "{'key':'asha','name':'Asha'},{'key':'ben','name':'Ben'},{'key':'chi','name':'Chi'}],"
    "'groups':["
    "{'key':'team','name':'team','members':[{'person':'asha','role':'Admin'},'me','ben','chi']},"
    "{'key':'ops','name':'ops','members':[{'person':'me','role':'Admin'},'asha','ben']},"
    "{'key':'region','name':'region','tenant':true,"
    "'members':[{'person':'asha','role':'Admin'},'me']},"
    "{'key':'north','name':'north','parent':'region','tenant':true,"
    "'members':[{'person':'asha','role':'Admin'},'me']}],"
    "'colleagues':[]}";

static char *
unquote (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

/* --- The control interface --- */

static JsonObject *
control (Bench *bench, const char *method, const char *path, const char *body)
{
  g_autofree char *strict = body != NULL ? unquote (body) : NULL;
  g_autoptr (JsonNode) node = strict != NULL ? json_from_string (strict, NULL) : NULL;
  guint status = 0;
  g_autoptr (JsonNode) answer = NULL;

  if (strict != NULL && node == NULL)
    g_error ("No JSON: %s", strict);
  answer = sb_sandbox_control (bench->sandbox, method, path, node, &status);
  if (status != 200) {
    g_autofree char *text = json_to_string (answer, FALSE);

    g_error ("%s %s answers %u: %s", path, body, status, text);
  }
  return json_object_ref (json_node_get_object (answer));
}

JsonObject *
bench_do (Bench *bench, const char *verb, const char *format, ...)
{
  g_autofree char *path = g_strconcat ("/sandbox/", verb, NULL);
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  return control (bench, "POST", path, body);
}

char *
bench_do_id (Bench *bench, const char *verb, const char *member, const char *format, ...)
{
  g_autofree char *path = g_strconcat ("/sandbox/", verb, NULL);
  g_autofree char *body = NULL;
  g_autoptr (JsonObject) answer = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  answer = control (bench, "POST", path, body);
  return g_strdup (json_object_get_string_member (answer, member));
}

JsonObject *
bench_get (Bench *bench, const char *path)
{
  g_autofree char *whole = g_strconcat ("/sandbox/", path, NULL);

  return control (bench, "GET", whole, NULL);
}

guint
bench_calls (Bench *bench, const char *endpoint)
{
  g_autoptr (JsonObject) calls = bench_get (bench, "calls");
  JsonObject *endpoints = json_object_get_object_member (calls, "endpoints");

  return json_object_has_member (endpoints, endpoint)
             ? (guint) json_object_get_int_member (endpoints, endpoint)
             : 0;
}

static char *
find_id (Bench *bench, const char *list, const char *name)
{
  g_autoptr (JsonObject) world = bench_get (bench, "world");
  JsonArray *array = json_object_get_array_member (world, list);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *object = json_array_get_object_element (array, i);

    if (g_strcmp0 (json_object_get_string_member_with_default (object, "key", ""), name) == 0 ||
        g_strcmp0 (json_object_get_string_member_with_default (object, "name", ""), name) == 0)
      return g_strdup (json_object_get_string_member (object, "id"));
  }
  g_error ("There is no %s in %s", name, list);
}

char *
bench_group (Bench *bench, const char *name)
{
  return find_id (bench, "groups", name);
}

char *
bench_person (Bench *bench, const char *name)
{
  return find_id (bench, "users", name);
}

/* --- The host --- */

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autofree char *contents = NULL;
    gsize length;

    if (g_file_test (source, G_FILE_TEST_IS_DIR)) {
      copy_tree (source, target);
      continue;
    }
    /* A worker thread may have given it its name meanwhile. */
    if (!g_file_get_contents (source, &contents, &length, NULL))
      continue;
    g_assert_true (g_file_set_contents_full (target, contents, (gssize) length,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
}

/* What is done from now on reaches neither the files that the next process finds nor the host, and
 * nobody is answered any more. */
static void
be_killed (Bench *bench, const char *line)
{
  g_autofree char *copy = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);

  copy_tree (bench->dir, copy);
  bench->killed_dir = g_steal_pointer (&copy);
  if (bench->tells_more)
    g_ptr_array_add (bench->log, g_strconcat (BENCH_MIDST, line, NULL));
  kz_engine_stop (bench->engine);
}

static void
event_cb (const KzEvent *event, gpointer data)
{
  Bench *bench = data;
  g_autofree char *line = NULL;

  /* Nobody is there any more. */
  if (bench->killed_dir != NULL)
    return;
  line = engine_line (bench->engine, event, bench->tells_more);
  if (bench->kill_after == 1 && bench->kills_first) {
    be_killed (bench, line);
    return;
  }
  if (g_test_verbose ())
    g_test_message ("%s", line);
  g_ptr_array_add (bench->log, g_strdup (line));
  if (bench->stop_after > 0 && --bench->stop_after == 0)
    kz_engine_stop (bench->engine);
  if (bench->stop_at != NULL && strstr (line, bench->stop_at)) {
    bench->stop_at = NULL;
    kz_engine_stop (bench->engine);
  }
  if (bench->kill_after > 0 && --bench->kill_after == 0)
    be_killed (bench, line);
}

static void
state_cb (KzEngineState state, const GError *error, gpointer data)
{
  Bench *bench = data;

  if (g_test_verbose ())
    g_test_message ("STATE %s %s", kz_engine_state_name (state),
                    error != NULL ? error->message : "");
  g_ptr_array_add (bench->states, g_strdup (kz_engine_state_name (state)));
  g_clear_error (&bench->state_error);
  bench->state_error = error != NULL ? g_error_copy (error) : NULL;
}

static gboolean
save_token_cb (const char *refresh_token, gpointer data)
{
  Bench *bench = data;

  g_ptr_array_add (bench->log,
                   g_strdup_printf ("TOKEN after %u calls", bench_calls (bench, "GET /groups")));
  if (bench->saves_token) {
    g_free (bench->token);
    bench->token = g_strdup (refresh_token);
  }
  return bench->saves_token;
}

static gboolean
may_show_cb (const char *group_id, gpointer data)
{
  Bench *bench = data;

  return !bench->hides_all &&
         !g_hash_table_contains (bench->hidden, engine_group_name (bench->engine, group_id));
}

static void
busy_cb (gboolean is_busy, gpointer data)
{
  Bench *bench = data;

  g_assert_cmpint (bench->is_busy, !=, is_busy);
  bench->is_busy = is_busy;
}

void
bench_start (Bench *bench)
{
  const KzEngineCallbacks callbacks = {
      .event = event_cb,
      .state = state_cb,
      .save_token = save_token_cb,
      .may_show = may_show_cb,
      .busy = busy_cb,
  };
  const KzEngineConfig config = {
      .phone = bench->phone,
      .connector_id = bench->connector_id,
      .connector_secret = bench->connector_secret,
      .api_root = bench->api_root != NULL ? bench->api_root : sb_sandbox_get_url (bench->sandbox),
      .refresh_token = bench->group_token != NULL ? bench->group_token : bench->token,
      .store_dir = bench->dir,
      .webhook_url = bench->webhook_url,
      .webhook_listen = bench->webhook_listen,
      .throttle = bench->throttle,
      .clock = bench->clock,
  };

  g_assert_null (bench->engine);
  bench->engine = kz_engine_new (&config, &callbacks, bench);
  kz_engine_start (bench->engine);
  g_assert_true (bench->is_busy);
  /* A worker thread reads the store: the loop must turn, and the clock not run away. */
  while (bench->engine->store == NULL &&
         kz_engine_state (bench->engine) == KZ_ENGINE_AUTHENTICATING)
    g_main_context_iteration (NULL, TRUE);
}

void
bench_stop (Bench *bench)
{
  guint lines;

  kz_engine_stop (bench->engine);
  g_assert_cmpint (kz_engine_state (bench->engine), ==, KZ_ENGINE_STOPPED);
  g_assert_false (bench->is_busy);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  lines = bench->log->len + bench->states->len;
  bench_settle (bench);
  /* Nothing goes up after sign-off, and nothing waits for anything. */
  g_assert_cmpuint (bench->log->len + bench->states->len, ==, lines);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  g_assert_cmpuint (bench_sockets (bench), ==, 0);
  g_object_add_weak_pointer (G_OBJECT (bench->engine), (gpointer *) &bench->engine);
  g_object_unref (bench->engine);
  bench_settle (bench);
  g_assert_null (bench->engine);
}

void
bench_sign_on (Bench *bench)
{
  bench_start (bench);
  bench_until (bench, bench_in_state, "online");
}

gboolean
bench_in_state (Bench *bench, gconstpointer state_name)
{
  return g_str_equal (kz_engine_state_name (kz_engine_state (bench->engine)), state_name);
}

gboolean
bench_has (Bench *bench, gconstpointer part)
{
  return bench_count (bench, part) > 0;
}

void
bench_until_line (Bench *bench, const char *part)
{
  bench_until (bench, bench_has, part);
}

guint
bench_count (Bench *bench, const char *part)
{
  guint count = 0;

  for (guint i = 0; i < bench->log->len; i++)
    count += strstr (bench->log->pdata[i], part) != NULL;
  return count;
}

const char *
bench_line (Bench *bench, const char *part)
{
  for (guint i = 0; i < bench->log->len; i++)
    if (strstr (bench->log->pdata[i], part) != NULL)
      return bench->log->pdata[i];
  g_error ("No line has: %s", part);
}

void
bench_clear (Bench *bench)
{
  g_ptr_array_set_size (bench->log, 0);
}

void
bench_open (Bench *bench, const char *name)
{
  g_autofree char *group_id = bench_group (bench, name);

  kz_engine_open_group (bench->engine, group_id);
}

guint64
bench_send (Bench *bench, const char *group, const char *text)
{
  g_autofree char *group_id = bench_group (bench, group);
  g_autoptr (GError) error = NULL;
  guint64 id = kz_engine_send_text (bench->engine, group_id, text, text, &error);

  g_assert_no_error (error);
  return id;
}

/* --- The whole --- */

static void
read_ready_line (Bench *bench)
{
  g_autofree char *text = sb_sandbox_ready_line (bench->sandbox);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *ready = json_node_get_object (node);
  JsonObject *user =
      json_array_get_object_element (json_object_get_array_member (ready, "users"), 0);

  bench->connector_id = g_strdup (json_object_get_string_member (ready, "connectorId"));
  bench->connector_secret = g_strdup (json_object_get_string_member (ready, "connectorSecret"));
  bench->phone = g_strdup (json_object_get_string_member (user, "phone"));
  bench->token = g_strdup (json_object_get_string_member (user, "refreshToken"));
}

Bench *
bench_new (const char *const *switches)
{
  return bench_new_world (scenario, 7, 1.0, switches);
}

Bench *
bench_new_world (const char *world,
                 guint32 seed,
                 double time_scale,
                 const char *const *switches)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autofree char *json = unquote (world);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) now = NULL;
  SbOptions options = {
      .scenario_json = json,
      .have_seed = TRUE,
      .seed = seed,
      .webhook_time_scale = time_scale,
      .switches = switches,
  };

  bench->sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  read_ready_line (bench);
  now = bench_get (bench, "clock");
  bench->clock = kz_clock_new_manual (json_object_get_int_member (now, "nowMs") * 1000);
  bench->throttle = kz_throttle_new (100, 80);
  bench->dir = g_dir_make_tmp ("kaizala-test-XXXXXX", &error);
  g_assert_no_error (error);
  bench->saves_token = TRUE;
  bench->quiet_ms = BENCH_QUIET_MS;
  bench->limit_us = 10 * 60 * G_USEC_PER_SEC;
  bench->hidden = g_hash_table_new (g_str_hash, g_str_equal);
  bench->log = g_ptr_array_new_with_free_func (g_free);
  bench->states = g_ptr_array_new_with_free_func (g_free);
  return bench;
}

void
bench_kill (Bench *bench)
{
  g_autofree char *copy = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);

  copy_tree (bench->dir, copy);
  bench_stop (bench);
  bench_clear (bench);
  remove_tree (bench->dir);
  g_free (bench->dir);
  bench->dir = g_steal_pointer (&copy);
}

gboolean
bench_bury (Bench *bench)
{
  if (bench->killed_dir == NULL)
    return FALSE;
  bench_settle (bench);
  g_clear_object (&bench->engine);
  bench_settle (bench);
  remove_tree (bench->dir);
  g_free (bench->dir);
  bench->dir = g_steal_pointer (&bench->killed_dir);
  bench->kill_after = 0;
  return TRUE;
}

void
bench_free (Bench *bench)
{
  if (bench->engine != NULL)
    bench_stop (bench);
  sb_sandbox_free (bench->sandbox);
  bench_settle (bench);
  remove_tree (bench->dir);
  kz_throttle_unref (bench->throttle);
  g_object_unref (bench->clock);
  g_hash_table_unref (bench->hidden);
  g_ptr_array_unref (bench->log);
  g_ptr_array_unref (bench->states);
  g_clear_error (&bench->state_error);
  g_free (bench->dir);
  g_free (bench->connector_id);
  g_free (bench->connector_secret);
  g_free (bench->phone);
  g_free (bench->token);
  g_free (bench->group_token);
  g_free (bench->api_root);
  g_free (bench->webhook_url);
  g_free (bench->webhook_listen);
  g_free (bench);
}
