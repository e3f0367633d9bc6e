/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "fault-cell.h"

#include "kz-auth-private.h"
#include "kz-engine-people.h"
#include "kz-engine-private.h"
#include "kz-http-private.h"
#include "kz-test-endings.h"

#define CALLS_PER_MINUTE 100
/* After a wait that was asked for; polls come one by one then. */
#define AFTER_WAIT_US (10 * G_USEC_PER_SEC)
/* For so many steps of the clock the kernel is once as slow as that. */
#define PATIENT_MS 10
/* GIO shakes hands in threads. */
#define HANDSHAKE_MS 50

/* Lists of actions and of reactions: one that is answered now and then is no silence. */
#define EACH_POLL "GET */v1/groups/*action*"
#define EACH_POLL_MATCH "'method':'GET','path':'/groups/*action*'"

/* How the sandbox and the proxy know each. */
static const struct {
  const char *match;
  const char *request;
  const char *counted;
} calls[N_FAULT_CALLS] = {
    {"'method':'GET','path':'/accessToken'", "GET */v1/accessToken*", "GET /accessToken"},
    {"'method':'GET','path':'/groups'", "GET */v1/groups?*", "GET /groups"},
    {"'method':'GET','path':'/accessToken'", "GET */v1/accessToken*", "GET /accessToken"},
    {"'method':'GET','path':'/groups/*/actions'", "GET */v1/groups/*/actions?*",
     "GET /groups/{groupId}/actions"},
    {"'method':'POST','path':'/groups/*/messages'", "POST */v1/groups/*/messages",
     "POST /groups/{groupId}/messages"},
    {"'method':'POST','path':'/media'", "POST */v1/media", "POST /media"},
    {"'method':'POST','path':'/webhook'", "POST */v1/webhook", "POST /webhook"},
};

/* --- A session behind the proxy --- */

/* It is not known as a service on this machine, which would call us back on it. */
static void
be_called_from_afar (Bench *bench)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  bench->webhook_listen = g_strdup_printf ("127.0.0.1:%u", port);
  bench->webhook_url = g_strdup_printf ("http://127.0.0.1:%u", port);
}

static void
tried_cb (gpointer data)
{
  Cell *cell = data;
  gint64 now_us = kz_clock_monotonic_us (cell->bench->clock);

  g_array_append_val (cell->tries, now_us);
}

/* How many of the engine's calls are of the kind under test; @on_wire: only of those that have set out. */
static guint
count_own (const Cell *cell, gboolean on_wire)
{
  KzEngine *engine = cell->bench->engine;
  guint count = 0;
  GHashTableIter iter;
  gpointer key;

  if (engine == NULL || engine->http == NULL)
    return 0;
  g_hash_table_iter_init (&iter, engine->http->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const KzCall *call = key;
    const KzRequest *request = call->request;
    g_autofree char *line =
        g_strdup_printf ("%s %s", request->method, request->url != NULL ? request->url : request->path);

    if (!on_wire || call->state == KZ_CALL_ON_WIRE)
      count += g_pattern_match_simple (calls[cell->call].request, line);
  }
  return count;
}

/* What meets everything meets the call under test only if that has set out by then. */
static void
begun_cb (gpointer data)
{
  Cell *cell = data;

  if (count_own (cell, TRUE) > 0)
    cell->own++;
}

gboolean
cell_is_due (Bench *bench, gconstpointer cell)
{
  return count_own (cell, FALSE) > 0;
}

gboolean
cell_is_of_host (const Cell *cell)
{
  return proxy_mode_is_of_host (cell->row->mode);
}

void
cell_let_token_age (Cell *cell)
{
  KzAuth *auth = cell->bench->engine->auth;
  gint64 fresh_us = auth->ends_monotonic_us - auth->early_us - kz_clock_monotonic_us (cell->bench->clock);

  g_assert_true (kz_auth_access_is_fresh (auth));
  bench_pass (cell->bench, fresh_us - 1);
  g_assert_true (kz_auth_access_is_fresh (auth));
}

void
cell_up (Cell *cell)
{
  static const char *const short_lives[] = {"accessTokenSeconds=600", NULL};
  gboolean ages = cell->call == FAULT_RENEWAL && cell_is_of_host (cell);
  Bench *bench = bench_new (ages ? short_lives : NULL);
  g_autoptr (GUri) uri = g_uri_parse (sb_sandbox_get_url (bench->sandbox), G_URI_FLAGS_NONE, NULL);
  guint16 port = (guint16) g_uri_get_port (uri);
  const char *name = cell->row->name_of_host;
  g_autoptr (JsonObject) moved = NULL;

  cell->bench = bench;
  /* A service may ask us five times to wait for a quarter of an hour. */
  bench->limit_us = 90 * G_TIME_SPAN_MINUTE;
  cell->proxy = name != NULL ? proxy_new_secure (port, name) : proxy_new (port);
  cell->tries = g_array_new (FALSE, FALSE, sizeof (gint64));
  proxy_set_hit_func (cell->proxy, tried_cb, cell);
  proxy_set_begun_func (cell->proxy, begun_cb, cell);
  bench->api_root = g_strdup_printf ("%s://%s:%u", name != NULL ? "https" : "http",
                                     name != NULL ? name : "127.0.0.1", proxy_port (cell->proxy));
  bench->quiet_ms = name != NULL ? HANDSHAKE_MS : PATIENT_MS;
  if (g_strcmp0 (name, PROXY_NAME) == 0)
    be_called_from_afar (bench);
  /* So that the endpoint is behind it, too. */
  moved = bench_do (bench, "move", "{'host':'%s','path':'p'}", bench->api_root);
  if (cell->call == FAULT_RENEWAL || cell->call == FAULT_POLL)
    bench_only_poll (bench);
}

static guint
count_hits (Cell *cell)
{
  g_autoptr (JsonObject) listed = NULL;
  JsonArray *faults;

  if (cell_is_of_host (cell))
    return MIN (proxy_hits (cell->proxy), cell->own);
  if (cell->row->action == NULL)
    return proxy_hits (cell->proxy);
  listed = bench_get (cell->bench, "faults");
  faults = json_object_get_array_member (listed, "faults");
  return (guint) json_object_get_int_member (
      json_array_get_object_element (faults, json_array_get_length (faults) - 1), "hits");
}

/* So that no cell tells of a fault that it never met. */
static void
assert_met (Cell *cell)
{
  /* That nobody shook hands with it the proxy learns last. */
  while (cell_is_of_host (cell) && proxy_hits (cell->proxy) < cell->due)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_hits (cell), >=, cell->due);
  cell->due = 0;
}

/* Of what never reaches the sandbox only the proxy knows how often it was tried. */
static void
assert_patient (const Cell *cell)
{
  guint first = 0;
  guint most = 0;

  for (guint i = 0; i < cell->tries->len; i++) {
    while (g_array_index (cell->tries, gint64, i) - g_array_index (cell->tries, gint64, first) >=
           G_TIME_SPAN_MINUTE)
      first++;
    most = MAX (most, i - first + 1);
  }
  g_test_message ("%u tries, %u in the worst minute", cell->tries->len, most);
  g_assert_cmpuint (most, <=, CALLS_PER_MINUTE);
}

void
cell_heal (Cell *cell)
{
  if (cell->due > 0)
    assert_met (cell);
  bench_heal (cell->bench);
  proxy_set_mode (cell->proxy, PROXY_PASS, NULL, 0);
  if (cell->call == FAULT_RENEWAL || cell->call == FAULT_POLL)
    bench_only_poll (cell->bench);
}

void
cell_down (Cell *cell)
{
  bench_assert_budget (cell->bench, CALLS_PER_MINUTE);
  assert_patient (cell);
  cell_heal (cell);
  if (cell->bench->engine != NULL)
    bench_stop (cell->bench);
  proxy_free (cell->proxy);
  bench_free (cell->bench);
  g_array_unref (cell->tries);
}

/* (transfer full) */
static char *
http_date (gint64 second)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (second);

  return g_date_time_format (time, "%a, %d %b %Y %H:%M:%S GMT");
}

void
cell_go_wrong (Cell *cell)
{
  const FaultRow *row = cell->row;

  gboolean is_of_all = cell->call == FAULT_POLL && cell->is_lasting;
  guint times = cell->is_lasting ? 0 : MAX (row->times, 1);

  cell->from = cell->bench->states->len;
  cell->began_us = kz_clock_wall_us (cell->bench->clock);
  cell->due = MAX (row->times, 1);
  cell->own = 0;
  if (row->action == NULL) {
    proxy_set_mode (cell->proxy, row->mode, is_of_all ? EACH_POLL : calls[cell->call].request, times);
    /* Where a name led is known as long as connections are kept. */
    if (row->mode == PROXY_NO_NAME && cell->bench->engine != NULL)
      kz_engine_network_changed (cell->bench->engine);
  } else {
    GString *json = g_string_new (NULL);
    g_autofree char *date = http_date (kz_clock_wall_us (cell->bench->clock) / G_USEC_PER_SEC +
                                       row->waits_s);

    g_string_printf (json, "{'match':{%s,'times':%u},'action':{%s}}",
                     is_of_all ? EACH_POLL_MATCH : calls[cell->call].match, times, row->action);
    g_string_replace (json, "@URL@", cell->bench->api_root, 0);
    g_string_replace (json, "@DATE@", date, 0);
    bench_fault (cell->bench, json->str);
    g_string_free (json, TRUE);
  }
}

static gboolean
is_met (Bench *bench, gconstpointer cell)
{
  return count_hits ((Cell *) cell) > 0;
}

/* What the service asked for to the second is kept; and then nobody waits for longer. */
static void
assert_obeyed (Cell *cell)
{
  const char *counted = calls[cell->call].counted;
  guint before;

  bench_until (cell->bench, is_met, cell);
  before = bench_calls (cell->bench, counted);
  bench_pass (cell->bench, (cell->row->waits_s - 2) * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_calls (cell->bench, counted), ==, before);
  bench_pass (cell->bench, AFTER_WAIT_US);
  g_assert_cmpuint (bench_calls (cell->bench, counted), >, before);
}

/* Until it is over: a moment, or a quarter of an hour. */
void
cell_endure (Cell *cell)
{
  if (cell->is_lasting)
    bench_pass (cell->bench, FAULT_LASTING_US);
  else if (cell->row->waits_s > 0)
    assert_obeyed (cell);
  else if (cell_is_of_host (cell)) {
    bench_until (cell->bench, is_met, cell);
    bench_pass (cell->bench, 3 * G_USEC_PER_SEC);
  } else
    return;
  cell_heal (cell);
}

static gboolean
is_code (const GError *error, guint i)
{
  return error->domain == KZ_ERROR && error->code == (int) kz_test_endings[i].code;
}

const char *
cell_error_word (const GError *error)
{
  for (guint i = 0; error != NULL && i < G_N_ELEMENTS (kz_test_endings); i++)
    if (is_code (error, i))
      return kz_test_endings[i].word;
  return error == NULL ? "no-error" : "other";
}

/* The same of what ended the session, with a mark where no host connects again by itself. */
static const char *
ending_word (const Cell *cell)
{
  const GError *error = cell->bench->state_error;
  g_autofree char *marked = g_strconcat (cell_error_word (error), "!", NULL);
  KzEngineStatus status;

  kz_engine_status (cell->bench->engine, &status);
  for (guint i = 0; i < G_N_ELEMENTS (kz_test_endings); i++)
    if (is_code (error, i) && (status.was_online ? kz_test_endings[i].is_final_online
                                                 : kz_test_endings[i].is_final))
      return g_intern_string (marked);
  return cell_error_word (error);
}

gboolean
bench_has_settled (Bench *bench, gconstpointer data)
{
  return bench_in_state (bench, "online") || bench_in_state (bench, "failed");
}

static guint
total_calls (Bench *bench)
{
  g_autoptr (JsonObject) counted = bench_get (bench, "calls");

  return (guint) json_object_get_int_member (counted, "total");
}

/* What has ended stays so, and asks nobody, whatever is well again. */
static void
assert_ended (Cell *cell)
{
  guint before = total_calls (cell->bench);
  guint states = cell->bench->states->len;

  bench_pass (cell->bench, FAULT_LASTING_US);
  g_assert_true (bench_in_state (cell->bench, "failed"));
  g_assert_cmpuint (cell->bench->states->len, ==, states);
  g_assert_cmpuint (total_calls (cell->bench), ==, before);
}

/* Whoever has to take it up does: the host, or the person. */
void
cell_be_online (Cell *cell)
{
  for (guint i = 0; i < 3 && bench_in_state (cell->bench, "failed"); i++) {
    assert_ended (cell);
    bench_stop (cell->bench);
    bench_start (cell->bench);
    bench_until (cell->bench, bench_has_settled, "an end of the sign-on");
    /* No person does so twice. */
    g_assert_false (bench_in_state (cell->bench, "failed") &&
                    g_str_has_suffix (ending_word (cell), "!"));
  }
  bench_until (cell->bench, bench_in_state, "online");
}

static guint
count_states (const Cell *cell, const char *name)
{
  guint count = 0;

  for (guint i = cell->from; i < cell->bench->states->len; i++)
    count += g_str_equal (cell->bench->states->pdata[i], name);
  return count;
}

const char *
cell_session_word (const Cell *cell)
{
  if (bench_in_state (cell->bench, "failed"))
    return ending_word (cell);
  return count_states (cell, "held") > 0 ? "held" : "online";
}

/* --- What the person sees of it --- */

static guint
count_notices (const Cell *cell, KzNotice notice)
{
  g_autofree char *end = g_strdup_printf (" notice=%d", (int) notice);
  guint count = 0;

  for (guint i = 0; i < cell->bench->log->len; i++)
    count += g_str_has_suffix (cell->bench->log->pdata[i], end);
  return count;
}

void
cell_assert_told (const Cell *cell, const char *word)
{
  gboolean is_sign_on = cell->call == FAULT_TOKEN || cell->call == FAULT_GROUPS;
  gboolean is_refused = cell->call == FAULT_HOOKS && g_str_equal (word, "refused");
  guint reconnecting = count_notices (cell, KZ_NOTICE_RECONNECTING);
  guint refused = count_notices (cell, KZ_NOTICE_WEBHOOK_REFUSED);
  guint waiting = count_notices (cell, KZ_NOTICE_WAITING);

  g_assert_cmpuint (reconnecting, ==, count_states (cell, "held"));
  g_assert_cmpuint (refused, ==, is_refused ? 1 : 0);
  g_assert_cmpint (waiting > 0, ==, is_sign_on && cell->row->tells_wait[cell->is_lasting]);
  g_assert_cmpuint (bench_count (cell->bench, " notice="), ==, reconnecting + refused + waiting);
}

const char *
cell_hook_word (const Cell *cell, const char *group)
{
  g_autofree char *group_id = bench_group (cell->bench, group);
  g_autoptr (GPtrArray) hooks = kz_engine_webhooks (cell->bench->engine);
  const char *word = NULL;

  for (guint i = 0; i < hooks->len; i++) {
    const KzHookStatus *hook = hooks->pdata[i];

    if (g_str_equal (hook->group_id, group_id))
      word = hook->works ? "hears" : hook->is_refused ? "refused" : "deaf";
    else
      g_assert_true (hook->works);
  }
  g_assert_nonnull (word);
  return word;
}

gint64
cell_last_look (const Cell *cell)
{
  KzEngineStatus status;

  kz_engine_status (cell->bench->engine, &status);
  return status.last_poll_us;
}
