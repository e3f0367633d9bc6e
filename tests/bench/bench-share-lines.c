/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that come and go: by webhook, by pages, and the user's own. */
#include "config.h"

#include "bench-count.h"
#include "bench-share.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define PAGE 30

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

/* (transfer full): a whole request */
static char *
delivery (const char *path, guint port, const char *token, guint n)
{
  g_autofree char *body = g_strdup_printf (
      "{\"subscriptionId\":\"172207a5-0ea3-4a35-a5e4-a7dc22c663cd\",\"objectId\":\"" SHARE_GROUP
      "\",\"objectType\":\"Group\",\"eventType\":\"TextMessageCreated\","
      "\"eventId\":\"%08x-037d-493a-ae56-cbe1f536ef8e\",\"data\":{\"text\":\"The pump of hall %u "
      "is "
      "running again, thanks to all of you & good night\"},\"context\":\"\","
      "\"fromUser\":\"+919999900002\",\"fromUserId\":\"00000002-1f7c-487b-a4a0-0c4ccb308272\","
      "\"isBotfromUser\":false,\"fromUserName\":\"Person 1 of us\",\"fromUserProfilePic\":\"\","
      "\"groupId\":\"" SHARE_GROUP "\",\"sourceGroupId\":\"" SHARE_GROUP "\"}",
      n, n);

  return g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                          "Content-Type: application/json; charset=utf-8\r\n"
                          "Accept-Encoding: gzip, deflate\r\nConnection: Keep-Alive\r\n"
                          "kz-callback-token: %s\r\nContent-Length: %zu\r\n\r\n%s",
                          path, port, token, strlen (body), body);
}

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
  g_autoptr (JsonNode) webhook = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GPtrArray) shown = NULL;
  g_autofree char *text = NULL;
  const char *token;

  share_start (share, TRUE);
  share_sign_on (share);
  share_join (share);
  kz_test_wait_for (share->host, bench_server_last_webhook (share->server) != NULL);
  webhook = json_from_string (bench_server_last_webhook (share->server), NULL);
  uri = g_uri_parse (json_object_get_string_member (json_node_get_object (webhook), "callBackUrl"),
                     G_URI_FLAGS_NONE, NULL);
  token = json_object_get_string_member (json_node_get_object (webhook), "callBackToken");
  share_settle ();
  for (guint i = 0; i < SHARE_REPEATS; i++) {
    g_free (text);
    text = delivery (g_uri_get_path (uri), (guint) g_uri_get_port (uri), token, i + 1);
    g_clear_pointer (&shown, g_ptr_array_unref);
    share_settle ();
    g_ptr_array_unref (share_take_lines ());
    bench_count_start ();
    bench_deliver ((guint) g_uri_get_port (uri), text);
    share_settle ();
    bench_count_stop ("webhook ours");
    shown = share_take_lines ();
    g_assert_cmpuint (shown->len, ==, 1);
  }
  deliver_floor (share, g_ptr_array_index (shown, 0), text);
}

/* --- Pages --- */

#define LIST "/actions?actionType=Job"

/* (transfer full): @first: number of the first job; @extra: so that the same jobs are other bytes
 */
static char *
page (guint first, const char *extra)
{
  GString *json = g_string_new ("{\"actions\":[");

  for (guint i = 0; i < PAGE; i++) {
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autoptr (GDateTime) then = g_date_time_add_seconds (now, (double) (first + i) - 1200.0);
    g_autofree char *sent = g_date_time_format (then, "%FT%TZ");

    g_string_append_printf (
        json,
        "%s{\"referenceId\":\"%08x-c413-4e2c-a1ac-4583126571bb\",\"actionType\":\"Job\","
        "\"sender\":\"+919999900002\",\"sentAt\":\"%s\",\"actionBody\":{"
        "\"actionId\":\"%08x-2c6e-4ea0-abf1-046e56a497d0\",\"title\":\"Check the pump of hall %u, "
        "and that its filter is clean; then tell the shift that comes after you\","
        "\"assigneeCount\":1,\"responseCount\":0,\"isCompleted\":false}%s}",
        i > 0 ? "," : "", first + i, sent, first + i, first + i, extra);
  }
  g_string_append (json, "],\"hasMore\":false}");
  return g_string_free (json, FALSE);
}

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
    g_autofree char *first = page (n, "");
    g_autofree char *same = page (n, " ");

    g_ptr_array_unref (share_take_lines ());
    poll_page (share, first, "page all new");
    g_clear_pointer (&shown, g_ptr_array_unref);
    shown = share_take_lines ();
    g_assert_cmpuint (shown->len, ==, PAGE);
    poll_page (share, first, "page same bytes");
    poll_page (share, same, "page all old");
    g_assert_cmpuint (share_count_lines (), ==, 0);
    share_note ("bytes of a page", (double) strlen (first));
    g_free (text);
    text = g_steal_pointer (&first);
    n += PAGE;
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
