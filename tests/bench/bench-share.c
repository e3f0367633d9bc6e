/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The person, the room and the server of the programs that measure our own share. */
#include "config.h"

#include "bench-share.h"

#include "bench-count.h"

#include <json-glib/json-glib.h>
#include <string.h>

static GPtrArray *lines; /* (element-type BenchLine) */

/* --- What is shown --- */

static void
write_conv (PurpleConversation *conversation,
            const char *name,
            const char *alias,
            const char *text,
            PurpleMessageFlags flags,
            time_t when)
{
  bench_count_pause ();
  g_ptr_array_add (lines, bench_line_new (name, text, flags, when));
  g_debug ("<%s> %s", name, text);
  bench_count_resume ();
}

static void
add_users (PurpleConversation *conversation, GList *users, gboolean new_arrivals)
{
}

static PurpleConversationUiOps quiet_ops = {
    .write_conv = write_conv,
    .chat_add_users = add_users,
};

GPtrArray *
share_take_lines (void)
{
  GPtrArray *taken = lines;

  lines = g_ptr_array_new_with_free_func (bench_line_free);
  return taken;
}

guint
share_count_lines (void)
{
  return lines->len;
}

void
share_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
share_note (const char *name, double value)
{
  g_print ("note\t%s\t%.3f\n", name, value);
}

/* --- The person --- */

char *
share_groups (guint n_groups)
{
  GString *json = g_string_new ("{\"groups\":[");

  for (guint i = 0; i < n_groups; i++)
    g_string_append_printf (json,
                            "%s{\"groupId\":\"%08x%s\",\"groupName\":\"Site %u\","
                            "\"groupImageUrl\":\"\",\"groupType\":\"Group\"}",
                            i > 0 ? "," : "", 0x8ec349a2 + i, &SHARE_GROUP[8], i);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

char *
share_members (guint n_members)
{
  GString *json = g_string_new ("{\"members\":[");

  for (guint i = 0; i < n_members; i++)
    g_string_append_printf (json,
                            "%s{\"id\":\"%08x-1f7c-487b-a4a0-0c4ccb308272\",\"role\":\"%s\","
                            "\"isProvisioned\":true,\"mobileNumber\":\"+9199999%05u\","
                            "\"name\":\"Person %u of us\",\"profilePic\":\"\"}",
                            i > 0 ? "," : "", i + 1, i == 0 ? "Admin" : "Member", i + 1, i);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

/* --- What comes --- */

char *
share_delivery (Share *share, guint n, guint *port)
{
  g_autoptr (JsonNode) webhook = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *token;
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

  kz_test_wait_for (share->host, bench_server_last_webhook (share->server) != NULL);
  webhook = json_from_string (bench_server_last_webhook (share->server), NULL);
  uri = g_uri_parse (json_object_get_string_member (json_node_get_object (webhook), "callBackUrl"),
                     G_URI_FLAGS_NONE, NULL);
  token = json_object_get_string_member (json_node_get_object (webhook), "callBackToken");
  *port = (guint) g_uri_get_port (uri);
  return g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                          "Content-Type: application/json; charset=utf-8\r\n"
                          "Accept-Encoding: gzip, deflate\r\nConnection: Keep-Alive\r\n"
                          "kz-callback-token: %s\r\nContent-Length: %zu\r\n\r\n%s",
                          g_uri_get_path (uri), *port, token, strlen (body), body);
}

char *
share_page (guint first, const char *extra)
{
  GString *json = g_string_new ("{\"actions\":[");

  for (guint i = 0; i < SHARE_PAGE; i++) {
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autoptr (GDateTime) then = g_date_time_add_seconds (now, (double) i - 60.0);
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

/* --- Signing on --- */

void
share_start (Share *share, gboolean has_webhooks)
{
  static const char refusal[] = "{\"message\":\"no\",\"errorCode\":\"InvalidParameters\"}";
  g_autofree char *token = NULL;
  g_autofree char *one = share_groups (1);
  g_autofree char *three = share_members (3);

  lines = g_ptr_array_new_with_free_func (bench_line_free);
  share->server = bench_server_new ();
  if (share->ends_connections)
    bench_server_end_connections (share->server);
  share->session = soup_session_new ();
  token = g_strdup_printf ("{\"accessToken\":\"an-access-token\",\"endpointUrl\":\"%s\","
                           "\"accessTokenExpiry\":1995973074592,\"scope\":\"token.write\","
                           "\"refreshToken\":null}",
                           bench_server_url (share->server));
  bench_server_answer (share->server, "GET ", NULL, 400, refusal);
  bench_server_answer (share->server, "POST ", NULL, 400, refusal);
  bench_server_answer (share->server, "PUT ", NULL, 400, refusal);
  bench_server_answer (share->server, "GET /v1/accessToken", NULL, 200, token);
  bench_server_answer (share->server, "GET /v1/users/me", NULL, 200,
                       "{\"id\":\"00000001-1f7c-487b-a4a0-0c4ccb308272\",\"name\":\"Gita Rao\","
                       "\"profilePic\":\"\",\"mobileNumber\":\"" SHARE_PHONE "\"}");
  bench_server_answer (share->server, "GET /v1/groups ", NULL, 200, one);
  bench_server_answer (share->server, "GET /v1/groups?", NULL, 200, one);
  bench_server_answer (share->server, "GET /v1/groups/" SHARE_GROUP " ", NULL, 200, one);
  bench_server_answer (share->server, "GET /v1/groups/", "/members", 200, three);
  bench_server_answer (share->server, "POST /v1/groups/", "/messages", 200,
                       "{\"referenceId\":\"772207a5-0ea3-4a35-a5e4-a7dc22c663cd\"}");
  if (has_webhooks) {
    bench_server_answer (share->server, "POST /v1/webhook", NULL, 200,
                         "{\"webhookId\":\"########-0ea3-4a35-a5e4-a7dc22c663cd\"}");
    bench_server_answer (share->server, "GET /v1/webhook", NULL, 200, "{\"webhooks\":[]}");
    bench_server_answer (share->server, "GET /v1/groups/", "/actions?", 200,
                         "{\"actions\":[],\"hasMore\":false}");
  }
  share->account = kz_test_account_new (share->host, SHARE_PHONE, "a-refresh-token", "connector_id",
                                        "600924f5-8875-4de1-a115-57abc43b0f00", "connector_secret",
                                        "022b70fd5e0d141c22c4a8c0ba604b15", "api_root",
                                        bench_server_url (share->server), "buddies", "none", NULL);
}

void
share_sign_on (Share *share)
{
  kz_test_sign_on (share->host, share->account);
  kz_test_wait_for (share->host, purple_account_is_connected (share->account));
}

void
share_join (Share *share)
{
  kz_test_join (share->account, "Site 0");
  kz_test_wait_for (share->host, kz_test_room (share->account, "Site 0") != NULL);
  share->room = kz_test_room (share->account, "Site 0");
  kz_test_wait_for (
      share->host, g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (share->room))) > 1);
  purple_conversation_set_ui_ops (share->room, &quiet_ops);
}
