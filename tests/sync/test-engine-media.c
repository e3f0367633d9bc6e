/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files sent from here, and pictures that come in. */
#include "config.h"

#include "engine-fixture.h"

#include "kz-engine-media.h"
#include "kz-error.h"

#include <string.h>

#define JPEG "\xff\xd8\xff\xe0 a picture"

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
static const char *const duplicates[] = {"duplicateDeliveries=on", NULL};
static const char *const no_echo[] = {"echoActions=off", NULL};

/* How a piece of work ended. */
typedef struct {
  gboolean done;
  gboolean is_good;
  GBytes *bytes;
  GError *error;
  guint pieces;
  GCancellable *cancel_at_piece; /* (nullable) */
} End;

static void
end_clear (End *end)
{
  g_clear_error (&end->error);
  g_clear_pointer (&end->bytes, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (End, end_clear)

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  End *end = data;

  g_assert_false (end->done);
  end->done = TRUE;
  end->is_good = kz_engine_send_media_finish (KZ_ENGINE (source), result, &end->error);
  g_assert_true (end->is_good == (end->error == NULL));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  End *end = data;

  end->done = TRUE;
  end->bytes = kz_engine_fetch_picture_finish (KZ_ENGINE (source), result, NULL, &end->error);
}

static void
progress_cb (guint64 sent, guint64 total, gpointer data)
{
  End *end = data;

  g_assert_false (end->done);
  end->pieces++;
  if (end->cancel_at_piece != NULL)
    g_cancellable_cancel (end->cancel_at_piece);
}

static gboolean
is_done (Bench *bench, gconstpointer data)
{
  return ((const End *) data)->done;
}

static GPtrArray *
pictures (guint count)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  g_autoptr (GBytes) bytes = g_bytes_new_static (JPEG, strlen (JPEG));

  for (guint i = 0; i < count; i++) {
    g_autofree char *name = g_strdup_printf ("gate-%u.jpg", i + 1);

    g_ptr_array_add (sources, kz_media_source_new_bytes (bytes, name));
  }
  return sources;
}

static void
send (Bench *bench, const char *group, GPtrArray *sources, const char *caption, End *end)
{
  g_autofree char *group_id = bench_group (bench, group);

  kz_engine_send_files_async (bench->engine, group_id, sources, caption, progress_cb, end,
                              end->cancel_at_piece, sent_cb, end);
  g_assert_false (end->done);
  bench_until (bench, is_done, end);
}

static void
sign_on (Bench *bench)
{
  bench_sign_on (bench);
  bench_pass (bench, 20 * G_TIME_SPAN_SECOND);
  bench_clear (bench);
}

static void
check_once (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_auto (End) end = {0}, album = {0};

  sign_on (bench);
  send (bench, "team", pictures (1), "the gate", &end);
  g_assert_no_error (end.error);
  g_assert_cmpuint (end.pieces, >, 0);
  g_assert_cmpuint (bench_calls (bench, "POST /media"), ==, 1);
  send (bench, "team", pictures (2), NULL, &album);
  g_assert_no_error (album.error);
  /* Echoes, polls and all. */
  bench_pass (bench, 90 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 2);
  g_assert_nonnull (strstr (bench_line (bench, "attachment"), " Image \"gate-1.jpg\" own"));
  g_assert_cmpuint (bench_count (bench, "Album \"gate-1.jpg, gate-2.jpg\" own"), ==, 1);
  /* A restart brings none of it again. */
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 90 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 0);
}

static void
test_once (void)
{
  check_once (NULL);
  check_once (other_ids);
  check_once (duplicates);
  check_once (no_echo);
}

/* What was posted on the phone is a line of its own. */
static void
test_same_from_elsewhere (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) posted = NULL;
  g_auto (End) end = {0};

  sign_on (bench);
  send (bench, "team", pictures (1), "the gate", &end);
  bench_pass (bench, 20 * G_TIME_SPAN_SECOND);
  posted = bench_do (bench, "picture", "{'group':'team','person':'me','caption':'the gate'}");
  bench_pass (bench, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 2);
}

static void
test_refused (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (GBytes) program = g_bytes_new_static ("MZ\x90", 3);
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  g_auto (End) end = {0}, mixed = {0}, missing = {0}, stranger = {0};
  GPtrArray *sources = pictures (0);

  sign_on (bench);
  g_ptr_array_add (sources, kz_media_source_new_bytes (program, "holiday.jpg"));
  send (bench, "team", sources, NULL, &end);
  g_assert_error (end.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_nonnull (strstr (end.error->message, "holiday.jpg"));
  sources = pictures (1);
  g_ptr_array_add (sources, kz_media_source_new_bytes (pdf, "a.pdf"));
  send (bench, "team", sources, NULL, &mixed);
  g_assert_error (mixed.error, KZ_ERROR, KZ_ERROR_INVALID);
  sources = pictures (0);
  g_ptr_array_add (sources, kz_media_source_new_path ("/nonexistent/a.jpg"));
  send (bench, "team", sources, NULL, &missing);
  g_assert_error (missing.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  kz_engine_send_files_async (bench->engine, "no group", pictures (1), NULL, NULL, NULL, NULL,
                              sent_cb, &stranger);
  g_assert_false (stranger.done);
  bench_until (bench, is_done, &stranger);
  g_assert_error (stranger.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (bench_calls (bench, "POST /media"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 0);
}

static void
test_cancelled (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (End) end = {.cancel_at_piece = cancellable}, before = {.cancel_at_piece = cancellable};

  sign_on (bench);
  send (bench, "team", pictures (1), NULL, &end);
  g_assert_error (end.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (end.pieces, ==, 1);
  send (bench, "team", pictures (1), NULL, &before);
  g_assert_error (before.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  bench_pass (bench, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/actions"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 0);
}

/* The post has no answer: it is in doubt, and what comes of it is shown once. */
static void
check_unresolved (const char *const *switches, const char *action)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_auto (End) end = {0};
  g_autoptr (JsonObject) fault = NULL;

  sign_on (bench);
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'POST','path':'/groups/*/actions'},'action':{%s}}", action);
  send (bench, "team", pictures (1), "the gate", &end);
  bench_pass (bench, 90 * G_TIME_SPAN_SECOND);
  if (end.error != NULL)
    g_assert_error (end.error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==,
                    strstr (action, "before") != NULL ? 0 : 1);
  g_assert_cmpuint (bench_calls (bench, "POST /media"), ==, 1);
}

static void
test_unresolved (void)
{
  check_unresolved (NULL, "'reset':'after'");
  check_unresolved (other_ids, "'reset':'after'");
  check_unresolved (NULL, "'reset':'before'");
  check_unresolved (NULL, "'status':503,'work':true");
}

static void
test_sign_off (void)
{
  static const char *const paths[] = {"/media", "/groups/*/actions"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Bench) bench = bench_new (NULL);
    g_autofree char *group_id = bench_group (bench, "team");
    g_auto (End) end = {0};
    g_autoptr (JsonObject) fault = NULL;

    sign_on (bench);
    fault = bench_do (bench, "fault",
                      "{'match':{'method':'POST','path':'%s'},'action':{'stallHeaders':true}}",
                      paths[i]);
    kz_engine_send_files_async (bench->engine, group_id, pictures (1), NULL, progress_cb, &end,
                                NULL, sent_cb, &end);
    bench_settle (bench);
    g_assert_false (end.done);
    kz_engine_stop (bench->engine);
    g_assert_true (end.done);
    g_assert_error (end.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

/* In each of its first turns of the loop. */
static void
test_sign_off_at_any_turn (void)
{
  for (guint turns = 0; turns < 25; turns++) {
    g_autoptr (Bench) bench = bench_new (NULL);
    g_autofree char *group_id = bench_group (bench, "team");
    g_auto (End) end = {0};
    GPtrArray *sources = pictures (1);

    bench_sign_on (bench);
    kz_engine_send_files_async (bench->engine, group_id, sources, NULL, progress_cb, &end, NULL,
                                sent_cb, &end);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration (NULL, FALSE);
    kz_engine_stop (bench->engine);
    g_assert_true (end.done);
  }
}

static void
test_from_address (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *group_id = bench_group (bench, "team");
  g_auto (End) end = {0}, unsafe = {0}, program = {0};

  sign_on (bench);
  kz_engine_send_url_async (bench->engine, group_id, "https://example.com/plan.pdf?x=1", "the plan",
                            NULL, sent_cb, &end);
  bench_until (bench, is_done, &end);
  g_assert_no_error (end.error);
  bench_pass (bench, 90 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (bench_count (bench, "attachment"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "attachment"), "Document \"plan.pdf\" own"));
  kz_engine_send_url_async (bench->engine, group_id, "http://example.com/plan.pdf", NULL, NULL,
                            sent_cb, &unsafe);
  bench_until (bench, is_done, &unsafe);
  g_assert_error (unsafe.error, KZ_ERROR, KZ_ERROR_INVALID);
  kz_engine_send_url_async (bench->engine, group_id, "https://example.com/a.exe", NULL, NULL,
                            sent_cb, &program);
  bench_until (bench, is_done, &program);
  g_assert_error (program.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (bench_calls (bench, "POST /media/url"), ==, 1);
}

static void
test_fetch (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) posted = NULL, calls = NULL;
  g_auto (End) end = {0}, elsewhere = {0};
  const char *url;

  sign_on (bench);
  posted = bench_do (bench, "picture", "{'group':'team','person':'asha'}");
  url = json_object_get_string_member (posted, "url");
  g_assert_true (kz_engine_may_fetch (bench->engine, url));
  kz_engine_fetch_picture_async (bench->engine, url, NULL, fetched_cb, &end);
  bench_until (bench, is_done, &end);
  g_assert_no_error (end.error);
  g_assert_cmpuint (g_bytes_get_size (end.bytes), >, 0);
  g_assert_false (kz_engine_may_fetch (bench->engine, "https://evil.example/a.jpg"));
  kz_engine_fetch_picture_async (bench->engine, "https://evil.example/a.jpg", NULL, fetched_cb,
                                 &elsewhere);
  bench_until (bench, is_done, &elsewhere);
  g_assert_error (elsewhere.error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
  calls = bench_get (bench, "calls");
  g_assert_cmpint (json_object_get_int_member (calls, "mediaTokenHeaders"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-media/once", test_once);
  g_test_add_func ("/engine-media/same-from-elsewhere", test_same_from_elsewhere);
  g_test_add_func ("/engine-media/refused", test_refused);
  g_test_add_func ("/engine-media/cancelled", test_cancelled);
  g_test_add_func ("/engine-media/unresolved", test_unresolved);
  g_test_add_func ("/engine-media/sign-off", test_sign_off);
  g_test_add_func ("/engine-media/sign-off-at-any-turn", test_sign_off_at_any_turn);
  g_test_add_func ("/engine-media/from-address", test_from_address);
  g_test_add_func ("/engine-media/fetch", test_fetch);
  return g_test_run ();
}
