/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that can go wrong with every kind of call, once and for a quarter of an hour. The
 * table is in fault-rows.c; what holds in every cell is asserted here: each outcome is told once,
 * no text is lost or sent twice, what others wrote is shown once, the budget is kept, and whatever
 * ended works again once it is healed. */
#include "config.h"

#include "engine-deeds.h"
#include "fault-cell.h"

#include "kz-engine-media.h"

#include <string.h>

#define JPEG "\xff\xd8\xff\xe0 a picture"

static const char *const call_names[N_FAULT_CALLS] = {
    "token", "groups", "renewal", "poll", "send", "upload", "hooks",
};

/* --- Each kind of call --- */

static const char *
sign_on_cell (Cell *cell)
{
  gboolean has_token = cell->call == FAULT_GROUPS && cell_is_of_host (cell);
  const char *word;

  if (!has_token)
    cell_go_wrong (cell);
  bench_start (cell->bench);
  /* What meets everything would meet the token first. */
  if (has_token) {
    bench_until_this_turn (cell->bench, cell_is_due, cell);
    cell_go_wrong (cell);
  }
  if (!cell->is_lasting)
    cell_endure (cell);
  bench_until (cell->bench, bench_has_settled, "an end of the sign-on");
  word = cell_session_word (cell);
  cell_assert_told (cell, word);
  cell_heal (cell);
  cell_be_online (cell);
  return word;
}

static void
assert_shown_once (Cell *cell, const char *line)
{
  bench_until_line (cell->bench, line);
  bench_pass (cell->bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (cell->bench, line), ==, 1);
}

/* Whoever asks for the state of the account sees for how long no list was answered. */
static void
assert_looked (const Cell *cell)
{
  if (cell->call == FAULT_POLL && cell->is_lasting)
    g_assert_cmpint (cell_last_look (cell) > cell->began_us, ==, cell->row->is_a_look);
}

/* Somebody posts something that only a poll brings. */
static const char *
poll_cell (Cell *cell)
{
  g_autofree char *title = g_strdup_printf ("question-%u", cell->number);
  g_autofree char *line = g_strdup_printf ("\"%s\"", title);
  g_autofree char *poll = NULL;
  const char *word;

  bench_settle_in (cell->bench);
  bench_open (cell->bench, "team");
  /* A service that is not reached refuses no token. */
  if (cell->call == FAULT_RENEWAL && cell_is_of_host (cell))
    cell_let_token_age (cell);
  cell_go_wrong (cell);
  if (cell->call == FAULT_RENEWAL && !cell_is_of_host (cell)) {
    g_autoptr (JsonObject) expired = bench_do (cell->bench, "expire-access", "{'person':'me'}");

    g_assert_nonnull (expired);
  }
  poll = bench_post_poll (cell->bench, "team", title);
  cell_endure (cell);
  if (!cell->is_lasting)
    bench_pass (cell->bench, 5 * G_TIME_SPAN_MINUTE);
  word = cell_session_word (cell);
  cell_assert_told (cell, word);
  assert_looked (cell);
  cell_heal (cell);
  cell_be_online (cell);
  /* A list that was refused is asked for again some time. */
  cell->bench->limit_us = 4 * G_TIME_SPAN_HOUR;
  assert_shown_once (cell, line);
  g_assert_cmpint (cell_last_look (cell), >, cell->began_us);
  return word;
}

/* The one outcome that was told, and how often it arrived. */
static const char *
send_word (Cell *cell, guint arrived)
{
  guint confirmed = bench_count (cell->bench, "send-confirmed");
  guint refused = bench_count (cell->bench, "send-failed");
  guint unresolved = bench_count (cell->bench, "send-unresolved");

  g_assert_cmpuint (confirmed + refused, <=, 1);
  g_assert_cmpuint (unresolved, <=, 1);
  g_assert_cmpuint (arrived, <=, 1);
  if (confirmed != 0)
    g_assert_cmpuint (arrived, ==, 1);
  if (refused != 0)
    g_assert_cmpuint (arrived + unresolved, ==, 0);
  return confirmed != 0    ? "sent"
         : refused != 0    ? "refused"
         : unresolved != 0 ? "unresolved"
                           : "waiting";
}

static gboolean
has_outcome (Bench *bench, gconstpointer data)
{
  return bench_has (bench, "send-confirmed") || bench_has (bench, "send-failed") ||
         bench_has (bench, "send-unresolved");
}

static const char *
send_cell (Cell *cell)
{
  g_autofree char *text = g_strdup_printf ("words-%u", cell->number);
  g_autofree char *after = g_strdup_printf ("after-%u", cell->number);
  const char *word;

  bench_settle_in_hearing (cell->bench);
  cell_go_wrong (cell);
  bench_send (cell->bench, "team", text);
  cell_endure (cell);
  if (!cell->is_lasting)
    bench_until (cell->bench, has_outcome, "an outcome");
  word = send_word (cell, bench_count_received (cell->bench, "text", text));
  cell_assert_told (cell, word);
  cell_heal (cell);
  cell_be_online (cell);
  bench_pass (cell->bench, 3 * G_TIME_SPAN_MINUTE);
  /* What still waits goes out; what was in doubt may have become known. */
  if (g_str_equal (word, "waiting")) {
    bench_until (cell->bench, has_outcome, "an outcome");
    g_assert_cmpstr (send_word (cell, bench_count_received (cell->bench, "text", text)), ==, "sent");
  } else
    g_assert_cmpstr (send_word (cell, bench_count_received (cell->bench, "text", text)), !=, "waiting");
  /* And nothing stands in the way of the next. */
  bench_clear (cell->bench);
  bench_send (cell->bench, "team", after);
  bench_until_line (cell->bench, "send-confirmed");
  g_assert_cmpuint (bench_count_received (cell->bench, "text", after), ==, 1);
  return word;
}

typedef struct {
  gboolean done;
  GError *error;
} End;

static void
uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  End *end = data;

  g_assert_false (end->done);
  end->done = TRUE;
  kz_engine_send_media_finish (KZ_ENGINE (source), result, &end->error);
}

static gboolean
is_done (Bench *bench, gconstpointer data)
{
  return ((const End *) data)->done;
}

static const char *
upload_cell (Cell *cell)
{
  End end = {0};
  g_autofree char *team = bench_group (cell->bench, "team");
  g_autoptr (GBytes) bytes = g_bytes_new_static (JPEG, strlen (JPEG));
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  const char *word;
  guint posted, arrived;

  bench_settle_in_hearing (cell->bench);
  cell_go_wrong (cell);
  g_ptr_array_add (sources, kz_media_source_new_bytes (bytes, "gate.jpg"));
  kz_engine_send_files_async (cell->bench->engine, team, sources, NULL, NULL, NULL, NULL,
                              uploaded_cb, &end);
  cell_endure (cell);
  if (!cell->is_lasting)
    bench_until (cell->bench, is_done, &end);
  word = !end.done ? "waiting" : end.error == NULL ? "sent" : cell_error_word (end.error);
  cell_assert_told (cell, word);
  cell_heal (cell);
  cell_be_online (cell);
  bench_until (cell->bench, is_done, &end);
  bench_pass (cell->bench, G_TIME_SPAN_MINUTE);
  posted = bench_count_received (cell->bench, "kind", "action");
  arrived = bench_count_received (cell->bench, "kind", "media");
  g_assert_cmpuint (arrived, <=, 1);
  /* What still waits goes out. */
  if (g_str_equal (word, "waiting"))
    g_assert_no_error (end.error);
  if (end.error == NULL)
    g_assert_cmpuint (arrived, ==, 1);
  g_assert_cmpuint (posted, ==, end.error == NULL ? 1 : 0);
  g_clear_error (&end.error);
  return word;
}

static const char *
hooks_cell (Cell *cell)
{
  g_autofree char *text = g_strdup_printf ("news-%u", cell->number);
  g_autofree char *line = g_strdup_printf ("\"%s\"", text);
  g_autoptr (JsonObject) made = NULL;
  const char *word;

  bench_settle_in_hearing (cell->bench);
  if (!cell_is_of_host (cell))
    cell_go_wrong (cell);
  made = bench_do (cell->bench, "group", "{'name':'fresh','members':['asha','me']}");
  kz_engine_refresh_groups (cell->bench->engine);
  /* What meets everything would meet the lists of groups and of webhooks first. */
  if (cell_is_of_host (cell)) {
    bench_until_this_turn (cell->bench, cell_is_due, cell);
    cell_go_wrong (cell);
  } else
    bench_until_line (cell->bench, "group-added in fresh");
  cell_endure (cell);
  if (!cell->is_lasting)
    bench_pass (cell->bench, 10 * G_TIME_SPAN_MINUTE);
  word = cell_session_word (cell);
  if (g_str_equal (word, "online"))
    word = cell_hook_word (cell, "fresh");
  cell_assert_told (cell, word);
  cell_heal (cell);
  cell_be_online (cell);
  bench_pass (cell->bench, 10 * G_TIME_SPAN_MINUTE);
  if (!bench_hears (cell->bench, NULL)) {
    /* A refusal is asked about again a day later, or at the next sign-on. */
    bench_stop (cell->bench);
    bench_start (cell->bench);
  }
  bench_until (cell->bench, bench_hears, "a webhook");
  bench_say (cell->bench, "fresh", "asha", text);
  assert_shown_once (cell, line);
  return word;
}

static const char *
run_cell (Cell *cell)
{
  switch (cell->call) {
  case FAULT_TOKEN:
  case FAULT_GROUPS:
    return sign_on_cell (cell);
  case FAULT_RENEWAL:
  case FAULT_POLL:
    return poll_cell (cell);
  case FAULT_SEND:
    return send_cell (cell);
  case FAULT_UPLOAD:
    return upload_cell (cell);
  case FAULT_HOOKS:
    return hooks_cell (cell);
  case N_FAULT_CALLS:
    break;
  }
  g_assert_not_reached ();
}

static const char *
cell_outcome (const FaultRow *row, FaultCall call, gboolean is_lasting)
{
  Cell cell = {.row = row, .call = call, .is_lasting = is_lasting, .number = (guint) call + 1};
  const char *word;

  g_test_message ("%s x %s, %s", row->name, call_names[call], is_lasting ? "lasting" : "once");
  cell_up (&cell);
  word = run_cell (&cell);
  cell_down (&cell);
  return word;
}

/* KZ_TEST_FAULTS: each run has every second cell, once; "all" has all, and what lasts; "show"
 * prints the row as it is. */
static void
test_row (gconstpointer data)
{
  const FaultRow *row = data;
  const char *how = g_getenv ("KZ_TEST_FAULTS");
  gboolean is_whole = how != NULL;
  gboolean is_right = TRUE;
  GString *found = NULL;

  if (row->name_of_host != NULL && !g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_test_skip ("there is no TLS on this machine");
    return;
  }
  found = g_string_new (NULL);
  for (guint call = 0; call < N_FAULT_CALLS; call++) {
    g_auto (GStrv) expected =
        g_strsplit (row->expected[call] != NULL ? row->expected[call] : "-/-", "/", 2);
    gboolean is_due = is_whole || (call + (guint) (row - fault_rows)) % 2 == 0;
    const char *once = is_due ? cell_outcome (row, call, FALSE) : expected[0];
    const char *lasting = is_whole ? cell_outcome (row, call, TRUE) : expected[1];

    is_right = is_right && (!is_due || g_str_equal (once, expected[0])) &&
               (!is_whole || g_str_equal (lasting, expected[1]));
    g_string_append_printf (found, "%s\"%s/%s\"", call > 0 ? ", " : "", once, lasting);
  }
  if (g_strcmp0 (how, "show") == 0)
    g_print ("# ROW %s {%s}\n", row->name, found->str);
  else if (!is_right)
    g_error ("%s: {%s}", row->name, found->str);
  g_string_free (found, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < n_fault_rows; i++) {
    g_autofree char *path = g_strconcat ("/faults/", fault_rows[i].name, NULL);

    g_test_add_data_func (path, &fault_rows[i], test_row);
  }
  return g_test_run ();
}
