/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files on their way out. */
#include "config.h"

#include "media-rig.h"

#include "kz-limits.h"

#include <string.h>

static void
test_upload_bytes (void)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) "{\"mediaResource\":\"EAB1\"}");
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  g_auto (MediaEnd) end = {0};
  g_autofree char *body = NULL;
  const char *type, *boundary;

  g_ptr_array_add (files,
                   media_look (folder_write (folder, "gate.jpg", JPEG, strlen (JPEG)), NULL));
  g_ptr_array_add (files, media_in_memory (JPEG "2", "gate.jpg"));
  kz_media_upload_async (bench->http, files, media_progress_cb, &end, NULL, media_uploaded_cb,
                         &end);
  bench_drive (bench, &end.done);
  g_assert_no_error (end.error);
  g_assert_cmpstr (end.resource, ==, "EAB1");
  g_assert_cmpstr (wire_request (wire, 0)->target, ==, "/v1/media");
  g_assert_cmpstr (wire_header (wire, 0, "accesstoken"), ==, "token-1");
  type = wire_header (wire, 0, "content-type");
  boundary = strstr (type, "boundary=") + strlen ("boundary=");
  body =
      g_strdup_printf ("--%s\r\n"
                       "Content-Disposition: form-data; name=\"files\"; filename=\"gate.jpg\"\r\n"
                       "Content-Type: image/jpeg\r\n\r\n" JPEG "\r\n--%s\r\n"
                       "Content-Disposition: form-data; name=\"files\"; "
                       "filename=\"gate-2.jpg\"\r\n"
                       "Content-Type: image/jpeg\r\n\r\n" JPEG "2\r\n--%s--\r\n",
                       boundary, boundary, boundary);
  g_assert_cmpstr (wire_request (wire, 0)->body, ==, body);
  g_assert_cmpuint (end.pieces, >, 0);
  g_assert_cmpuint (end.last, ==, end.total);
  g_assert_cmpuint (end.total, ==, strlen (body));
}

static void
move_once (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  g_autofree char *location =
      g_strconcat ("Location: ", *(char **) data, "/new/v1/media\r\n", NULL);

  if (nth == 1)
    wire_reply (reply, 308, location, "");
  else if (nth == 2)
    wire_reply (reply, 429, "Retry-After: 2\r\n", "{}");
  else if (nth == 3)
    wire_reply (reply, 401, NULL, "{\"errorCode\":\"InvalidToken\"}");
  else
    wire_reply (reply, 200, NULL, "{\"mediaResource\":\"EAB2\"}");
}

/* The body is made anew each time. */
static void
test_upload_again (void)
{
  g_autoptr (Folder) folder = folder_new ();
  const char *url = NULL;
  g_autoptr (Wire) wire = wire_new (move_once, &url);
  g_autoptr (Bench) bench = bench_new (url = wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  g_auto (MediaEnd) end = {0};

  g_ptr_array_add (files,
                   media_look (folder_write (folder, "gate.jpg", JPEG, strlen (JPEG)), NULL));
  kz_media_upload_async (bench->http, files, media_progress_cb, &end, NULL, media_uploaded_cb,
                         &end);
  bench_drive (bench, &end.done);
  g_assert_no_error (end.error);
  g_assert_cmpstr (end.resource, ==, "EAB2");
  g_assert_cmpuint (wire_seen (wire), ==, 4);
  for (guint i = 1; i < 4; i++) {
    g_assert_cmpstr (wire_request (wire, i)->target, ==, "/new/v1/media");
    g_assert_cmpstr (wire_request (wire, i)->body, ==, wire_request (wire, 0)->body);
  }
  g_assert_cmpstr (wire_header (wire, 3, "accesstoken"), ==, "token-2");
}

static void
trouble (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    reply->end = WIRE_RESET;
  else
    wire_reply (reply, 503, NULL, "{}");
}

static void
test_upload_fails (void)
{
  g_autoptr (Wire) wire = wire_new (trouble, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  const int codes[] = {KZ_ERROR_NETWORK, KZ_ERROR_UNAVAILABLE};

  g_ptr_array_add (files, media_in_memory (JPEG, "a.jpg"));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_auto (MediaEnd) end = {0};

    kz_media_upload_async (bench->http, files, NULL, NULL, NULL, media_uploaded_cb, &end);
    bench_drive (bench, &end.done);
    /* Nothing was posted: nothing is in doubt. */
    g_assert_error (end.error, KZ_ERROR, codes[i]);
  }
  g_assert_cmpuint (wire_seen (wire), ==, 2);
}

static void
test_upload_of_a_shrunk_file (void)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) "{}");
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  g_auto (MediaEnd) end = {0};
  const char *path = folder_write (folder, "gate.jpg", JPEG, strlen (JPEG));

  g_ptr_array_add (files, media_look (path, NULL));
  g_assert_true (g_file_set_contents (path, JPEG, 5, NULL));
  kz_media_upload_async (bench->http, files, NULL, NULL, NULL, media_uploaded_cb, &end);
  bench_drive (bench, &end.done);
  g_assert_error (end.error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (wire_seen (wire), ==, 0);
}

static void
test_cancelled_upload (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_never, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (MediaEnd) end = {.cancel_at_piece = cancellable};

  g_ptr_array_add (files, media_in_memory (JPEG, "a.jpg"));
  kz_media_upload_async (bench->http, files, media_progress_cb, &end, cancellable,
                         media_uploaded_cb, &end);
  bench_drive (bench, &end.done);
  g_assert_error (end.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (end.pieces, ==, 1);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, 0);
}

/* A transfer may take as long as it moves, and a user's own request passes those that wait. */
static void
test_two_at_a_time (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_never, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  g_autoptr (Fate) fate = fate_new ();
  MediaEnd ends[4] = {0};

  bench->wire = wire;
  g_ptr_array_add (files, media_in_memory (JPEG, "a.jpg"));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    kz_media_upload_async (bench->http, files, NULL, NULL, NULL, media_uploaded_cb, &ends[i]);
  while (wire_stalled (wire) < KZ_MAX_TRANSFERS)
    g_main_context_iteration (NULL, TRUE);
  bench_settle (bench);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, KZ_MAX_TRANSFERS);
  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  while (wire_stalled (wire) <= KZ_MAX_TRANSFERS)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (wire_request (wire, KZ_MAX_TRANSFERS)->method, ==, "GET");
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    bench_drive (bench, &ends[i].done);
    g_assert_error (ends[i].error, KZ_ERROR, KZ_ERROR_NETWORK);
    media_end_clear (&ends[i]);
  }
  bench_drive (bench, &fate->done);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/upload/bytes", test_upload_bytes);
  g_test_add_func ("/media/upload/again", test_upload_again);
  g_test_add_func ("/media/upload/fails", test_upload_fails);
  g_test_add_func ("/media/upload/of-a-shrunk-file", test_upload_of_a_shrunk_file);
  g_test_add_func ("/media/upload/cancelled", test_cancelled_upload);
  g_test_add_func ("/media/upload/two-at-a-time", test_two_at_a_time);
  return g_test_run ();
}
