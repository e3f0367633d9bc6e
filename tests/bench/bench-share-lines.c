/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that come and go: by webhook, by pages, and the user's own. */
#include "config.h"

#include "bench-count.h"
#include "bench-share.h"

#include <string.h>

/* The floor shows what the plugin showed. */
static void
show (Share *share, GPtrArray *shown)
{
  PurpleConnection *gc = purple_account_get_connection (share->account);
  int id = purple_conv_chat_get_id (PURPLE_CONV_CHAT (share->room));

  for (guint i = 0; i < shown->len; i++) {
    const BenchLine *line = g_ptr_array_index (shown, i);

    serv_got_chat_in (gc, id, line->who, line->flags, line->html, line->when);
  }
}

/* --- Webhooks --- */

static void
deliver_floor (Share *share, const BenchLine *line, const char *text)
{
  PurpleConnection *gc = purple_account_get_connection (share->account);
  int id = purple_conv_chat_get_id (PURPLE_CONV_CHAT (share->room));
  SoupServer *soup = bench_floor_receiver (gc, id, line);
  GSList *uris = soup_server_get_uris (soup);
  guint port = (guint) g_uri_get_port (uris->data);

  for (guint i = 0; i < SHARE_REPEATS; i++) {
    bench_count_start ();
    bench_deliver (port, text);
    share_settle ();
    bench_count_stop ("webhook floor");
  }
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  soup_server_disconnect (soup);
  g_object_unref (soup);
}

void
share_webhooks (Share *share)
{
  g_autoptr (GPtrArray) shown = NULL;
  g_autofree char *text = NULL;
  guint port;

  share_start (share, TRUE);
  share_sign_on (share);
  share_join (share);
  share_settle ();
  for (guint i = 0; i < SHARE_REPEATS; i++) {
    g_free (text);
    text = share_delivery (share, i + 1, &port);
    g_clear_pointer (&shown, g_ptr_array_unref);
    share_settle ();
    g_ptr_array_unref (share_take_lines ());
    bench_count_start ();
    bench_deliver (port, text);
    share_settle ();
    bench_count_stop ("webhook ours");
    shown = share_take_lines ();
    g_assert_cmpuint (shown->len, ==, 1);
  }
  deliver_floor (share, g_ptr_array_index (shown, 0), text);
}

/* --- Pages --- */

#define LIST "/actions?actionType=Job"

/* Counts what one answer with @text takes. */
static void
poll_page (Share *share, const char *text, const char *name)
{
  guint requests;

  bench_server_answer (share->server, "GET /v1/groups/", LIST, 200, text);
  bench_server_mark (share->server, "GET /v1/groups/", LIST, BENCH_START_AT_ANSWER);
  kz_test_wait_for (share->host, bench_count_is_on ());
  requests = bench_server_requests (share->server);
  share_settle ();
  if (name != NULL)
    bench_count_stop (name);
  else
    bench_count_end ();
  share_note ("other requests while a page was counted",
              bench_server_requests (share->server) - requests);
}

static void
page_floor (Share *share, const char *text, GPtrArray *shown)
{
  g_autofree char *url = g_strconcat (bench_server_url (share->server), "/v1/floor", NULL);

  bench_server_answer (share->server, "GET /v1/floor", NULL, 200, text);
  for (guint i = 0; i < 2 * SHARE_REPEATS; i++) {
    GBytes *body = NULL;
    gboolean is_shown = i % 2 == 1;

    bench_server_mark (share->server, "GET /v1/floor", NULL, BENCH_START_AT_ANSWER);
    bench_floor_get (share->session, url, &body);
    while (body == NULL)
      g_main_context_iteration (NULL, TRUE);
    if (is_shown) {
      bench_floor_parse (body);
      show (share, shown);
    }
    share_settle ();
    bench_count_stop (is_shown ? "page floor" : "page read");
    g_bytes_unref (body);
  }
}

void
share_pages (Share *share)
{
  g_autoptr (GPtrArray) shown = NULL;
  g_autofree char *text = NULL;
  guint n = 1;

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups/", LIST, 200,
                       "{\"actions\":[],\"hasMore\":false}");
  share_sign_on (share);
  share_join (share);
  for (guint i = 0; i < 2; i++)
    poll_page (share, "{\"actions\":[],\"hasMore\":false}", NULL);
  for (guint i = 0; i < SHARE_REPEATS; i++) {
    g_autofree char *first = share_page (n, "");
    g_autofree char *same = share_page (n, " ");

    g_ptr_array_unref (share_take_lines ());
    poll_page (share, first, "page all new");
    g_clear_pointer (&shown, g_ptr_array_unref);
    shown = share_take_lines ();
    g_assert_cmpuint (shown->len, ==, SHARE_PAGE);
    poll_page (share, first, "page same bytes");
    poll_page (share, same, "page all old");
    g_assert_cmpuint (share_count_lines (), ==, 0);
    share_note ("bytes of a page", (double) strlen (first));
    g_free (text);
    text = g_steal_pointer (&first);
    n += SHARE_PAGE;
  }
  page_floor (share, text, shown);
}

/* --- The user's own --- */

void
share_sends (Share *share)
{
  static const char text[] = "The pump of hall 3 runs again, thanks to all of you and good night";
  g_autofree char *url = NULL;
  g_autoptr (GPtrArray) shown = NULL;

  share_start (share, FALSE);
  share_sign_on (share);
  share_join (share);
  share_settle ();
  for (guint i = 0; i < SHARE_REPEATS; i++) {
    g_ptr_array_unref (share_take_lines ());
    g_clear_pointer (&shown, g_ptr_array_unref);
    bench_server_mark (share->server, "POST /v1/groups/", "/messages", BENCH_END_AT_REQUEST);
    bench_count_start ();
    purple_conv_chat_send (PURPLE_CONV_CHAT (share->room), text);
    while (bench_count_is_on ())
      g_main_context_iteration (NULL, TRUE);
    bench_count_stop ("send ours");
    share_settle ();
    shown = share_take_lines ();
    g_assert_cmpuint (shown->len, ==, 1);
  }
  url = g_strconcat (bench_server_url (share->server), "/v1/groups/floor/messages", NULL);
  for (guint i = 0; i < SHARE_REPEATS; i++) {
    g_autofree char *linked = NULL;
    g_autofree char *plain = NULL;

    bench_server_mark (share->server, "POST /v1/groups/", "/messages", BENCH_END_AT_REQUEST);
    bench_count_start ();
    linked = purple_markup_linkify (text);
    plain = purple_unescape_html (linked);
    bench_floor_post (share->session, url, plain);
    show (share, shown);
    while (bench_count_is_on ())
      g_main_context_iteration (NULL, TRUE);
    bench_count_stop ("send floor");
    share_settle ();
  }
}
