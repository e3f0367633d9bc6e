/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files on their way in. */
#include "config.h"

#include "media-rig.h"

#include "kz-limits.h"

#include <string.h>

static void
fetch (Bench *bench, const char *root, const char *url, MediaEnd *end)
{
  kz_media_fetch_async (bench->http, root, url, NULL, media_fetched_cb, end);
  bench_drive (bench, &end->done);
}

static void
test_fetch (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) JPEG);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autofree char *url = g_strconcat (wire_url (wire), "/att/a.png?sig=1", NULL);
  g_auto (MediaEnd) end = {0};

  fetch (bench, wire_url (wire), url, &end);
  g_assert_no_error (end.error);
  g_assert_cmpmem (g_bytes_get_data (end.bytes, NULL), g_bytes_get_size (end.bytes), JPEG,
                   strlen (JPEG));
  g_assert_cmpstr (end.type->mime, ==, "image/jpeg");
  g_assert_cmpstr (wire_request (wire, 0)->target, ==, "/att/a.png?sig=1");
  g_assert_null (wire_header (wire, 0, "accesstoken"));
  g_assert_null (wire_header (wire, 0, "authorization"));
}

static void
test_fetch_asks_nobody_else (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) JPEG);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_auto (MediaEnd) end = {0};

  fetch (bench, API, wire_url (wire), &end);
  g_assert_error (end.error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
  g_assert_cmpuint (wire_connections (wire), ==, 0);
}

static void
bad_answers (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  switch (nth) {
  case 1:
    wire_reply (reply, 302, "Location: /elsewhere\r\n", "");
    break;
  case 2:
    wire_reply (reply, 308, "Location: /elsewhere\r\n", "");
    break;
  case 3:
    wire_reply (reply, 403, NULL, "<Error/>");
    break;
  case 4:
    wire_reply (reply, 401, NULL, "{\"errorCode\":\"InvalidToken\"}");
    break;
  case 5:
    wire_reply (reply, 200, NULL, "<html>not a picture</html>");
    break;
  case 6:
    g_string_append (reply->bytes, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" JPEG);
    reply->end = WIRE_STALL;
    break;
  case 7:
    reply->end = WIRE_STALL;
    break;
  case 8:
    g_string_append (reply->bytes, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" JPEG);
    reply->end = WIRE_CLOSE;
    break;
  default:
    wire_reply (reply, 200, NULL, "");
  }
}

static void
test_fetch_fails (void)
{
  static const int codes[] = {KZ_ERROR_MOVED_UNSAFE, KZ_ERROR_MOVED_UNSAFE, KZ_ERROR_NOT_FOUND,
                              KZ_ERROR_NOT_FOUND,    KZ_ERROR_INVALID,      KZ_ERROR_TOO_LARGE,
                              KZ_ERROR_NETWORK,      KZ_ERROR_NETWORK,      KZ_ERROR_INVALID};
  g_autoptr (Wire) wire = wire_new (bad_answers, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));

  bench->wire = wire;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_auto (MediaEnd) end = {0};

    fetch (bench, wire_url (wire), wire_url (wire), &end);
    g_assert_error (end.error, KZ_ERROR, codes[i]);
    /* Nothing is asked twice, nobody else is asked, and no token was renewed for it. */
    g_assert_cmpuint (wire_seen (wire), ==, i + 1);
  }
  g_assert_cmpuint (bench->renewals, ==, 0);
  g_assert_cmpuint (bench->moved->len, ==, 0);
}

static void
huge_picture (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  static const char bytes[] = "\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01 and so on";

  g_string_append_printf (reply->bytes, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                          sizeof bytes);
  g_string_append_len (reply->bytes, bytes, sizeof bytes);
  reply->end = WIRE_CLOSE;
}

/* Few bytes, of which a host would make sixteen gigabytes. */
static void
test_fetch_of_a_bomb (void)
{
  g_autoptr (Wire) wire = wire_new (huge_picture, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_auto (MediaEnd) end = {0};

  fetch (bench, wire_url (wire), wire_url (wire), &end);
  g_assert_error (end.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
}

/* A budget that is used up holds back the API only. */
static void
test_fetch_costs_no_budget (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) JPEG);
  g_autoptr (Bench) bench = bench_new_narrow (wire_url (wire), 1);
  gint64 before_us = kz_clock_monotonic_us (bench->clock);

  for (guint i = 0; i < 3; i++) {
    g_auto (MediaEnd) end = {0};

    fetch (bench, wire_url (wire), wire_url (wire), &end);
    g_assert_no_error (end.error);
  }
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock), ==, before_us);
}

static void
test_save (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_text, (gpointer) "any kind of file");
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_auto (MediaEnd) end = {0}, stopped = {.stop_after = 1};

  kz_media_save_async (bench->http, wire_url (wire), wire_url (wire), media_sink_cb, &end, NULL,
                       media_saved_cb, &end);
  bench_drive (bench, &end.done);
  g_assert_no_error (end.error);
  g_assert_cmpstr (end.saved->str, ==, "any kind of file");
  g_assert_cmpuint (end.total, ==, 16);
  kz_media_save_async (bench->http, wire_url (wire), wire_url (wire), media_sink_cb, &stopped, NULL,
                       media_saved_cb, &stopped);
  bench_drive (bench, &stopped.done);
  g_assert_error (stopped.error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

static void
test_shutdown (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_never, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) files = media_files_new ();
  MediaEnd ends[3] = {0};

  g_ptr_array_add (files, media_in_memory (JPEG, "a.jpg"));
  kz_media_upload_async (bench->http, files, media_progress_cb, &ends[0], NULL, media_uploaded_cb,
                         &ends[0]);
  kz_media_fetch_async (bench->http, wire_url (wire), wire_url (wire), NULL, media_fetched_cb,
                        &ends[1]);
  kz_media_save_async (bench->http, wire_url (wire), wire_url (wire), media_sink_cb, &ends[2], NULL,
                       media_saved_cb, &ends[2]);
  while (wire_stalled (wire) < KZ_MAX_TRANSFERS)
    g_main_context_iteration (NULL, TRUE);
  kz_http_shutdown (bench->http);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    bench_drive (bench, &ends[i].done);
    g_assert_error (ends[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    media_end_clear (&ends[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/fetch/picture", test_fetch);
  g_test_add_func ("/media/fetch/asks-nobody-else", test_fetch_asks_nobody_else);
  g_test_add_func ("/media/fetch/fails", test_fetch_fails);
  g_test_add_func ("/media/fetch/of-a-picture-that-fills-all-memory", test_fetch_of_a_bomb);
  g_test_add_func ("/media/fetch/costs-no-budget", test_fetch_costs_no_budget);
  g_test_add_func ("/media/save", test_save);
  g_test_add_func ("/media/shutdown", test_shutdown);
  return g_test_run ();
}
