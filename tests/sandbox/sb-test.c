/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-test.h"
#include "sb-lenient-json.h"

#include <string.h>

static const char world[] =
    "{connectors:[{id:'C1',secret:'S1'},{id:'C2',secret:'S2',scopes:'groupinfo.read'}],"
    "users:[{key:'ada',phone:'+15550000001',name:'Ada',id:'ada-id@1',signIn:true},"
    "{key:'ben',phone:'+15550000002',name:'Ben',id:'ben-id',signIn:true},"
    "{key:'cy',phone:'+15550000003',name:'Cy',id:'cy-id@2',signIn:true,tenantAdmin:true},"
    "{key:'dot',phone:'+15550000004',name:'Dot',id:'dot-id'},"
    "{key:'eve',phone:'+15550000005',name:'Eve',id:'eve-id'}],"
    "groups:[{key:'flat',id:'G-flat@1',name:'Flat',members:[{person:'ada',role:'Admin'},"
    "{person:'ben'}]},"
    "{key:'parent',id:'G-parent',name:'Parent',members:[{person:'ada',role:'Admin'},"
    "{person:'ben'}]},"
    "{key:'child',id:'G-child@2',name:'Child',parent:'parent',members:[{person:'ben',role:'Admin'},"
    "{person:'dot'}]},"
    "{key:'pub',id:'G-pub',name:'Public',type:'ConnectGroup',members:[{person:'ada',role:'Admin'},"
    "{person:'ben'}],subscribers:['dot','eve']},"
    "{key:'other',id:'G-other',name:'Other',members:[{person:'ben',role:'Admin'}]}]}";

/* ---- the receiver ---- */

static void
receive_validation (Sbt *sbt, SoupServerMessage *msg, GHashTable *query)
{
  const char *token = query ? g_hash_table_lookup (query, "validationToken") : NULL;
  const char *raw = g_uri_get_query (soup_server_message_get_uri (msg));
  g_ptr_array_add (sbt->validation_queries, g_strdup (raw ? raw : ""));
  if (sbt->validation_hangs) {
    soup_server_message_pause (msg);
    g_ptr_array_add (sbt->held, g_object_ref (msg));
    return;
  }
  const char *answer = sbt->validation_fails || !token ? "no" : token;
  soup_server_message_set_status (msg, 200, NULL);
  soup_server_message_set_response (msg, "text/plain", SOUP_MEMORY_COPY, answer, strlen (answer));
}

static void
receive_cb (
    SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  Sbt *sbt = data;
  if (strcmp (soup_server_message_get_method (msg), "GET") == 0) {
    receive_validation (sbt, msg, query);
    return;
  }
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (msg));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  const char *token = soup_message_headers_get_one (soup_server_message_get_request_headers (msg),
                                                    "kz-callback-token");
  g_ptr_array_add (sbt->deliveries, json_from_string (text, NULL));
  g_ptr_array_add (sbt->callback_tokens, g_strdup (token ? token : ""));
  if (sbt->delivery_hangs) {
    soup_server_message_pause (msg);
    g_ptr_array_add (sbt->held, g_object_ref (msg));
    return;
  }
  soup_server_message_set_status (msg, sbt->receiver_status ? sbt->receiver_status : 200, NULL);
}

/* ---- the fixture ---- */

static void
put (Sbt *sbt, const char *name, const char *value)
{
  g_hash_table_replace (sbt->names, g_strdup (name), g_strdup (value));
}

static void
put_many (Sbt *sbt)
{
  g_autoptr (GString) phones = g_string_new (NULL), text = g_string_new (NULL);
  for (guint i = 0; i < 101; i++)
    g_string_append_printf (phones, "%s\"+1555100%04u\"", i ? "," : "", i);
  put (sbt, "101phones", phones->str);
  for (guint i = 0; i < 4000; i++)
    g_string_append_c (text, 'x');
  put (sbt, "4000x", text->str);
  g_string_truncate (text, 1000);
  put (sbt, "1000x", text->str);
  g_string_assign (text, "");
  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "😀");
  put (sbt, "4000units", text->str);
}

static void
put_action (Sbt *sbt, const char *name, const char *body)
{
  g_autoptr (JsonObject) answer = sbt_control (sbt, "POST", "/sandbox/action", body);
  g_autofree char *ref = g_strconcat (name, ".ref", NULL);
  put (sbt, name, sbt_string (answer, "actionId"));
  put (sbt, ref, sbt_string (answer, "referenceId"));
}

static void
put_actions (Sbt *sbt)
{
  put_action (sbt, "poll",
              "{group:'flat',person:'ada',actionType:'Poll',actionBody:{question:'Q',"
              "choices:[{title:'Yes'},{title:'No'}]}}");
  put_action (sbt, "oldpoll",
              "{group:'flat',person:'ada',actionType:'Poll',actionBody:{"
              "question:'Q',expiryInHours:0,choices:[{title:'Yes'}]}}");
  put_action (sbt, "job",
              "{group:'flat',person:'ada',actionType:'Job',actionBody:{title:'J',"
              "assignedTo:['ben']}}");
  put_action (sbt, "survey",
              "{group:'flat',person:'ada',actionType:'Survey',actionBody:{title:'S',questions:["
              "{title:'One',type:'SingleOption',options:[{title:'A'},{title:'B'}]},"
              "{title:'Num',type:'Numeric'},{title:'When',type:'DateTime'}]}}");
  put_action (sbt, "meet",
              "{group:'flat',person:'ada',actionType:'LetsMeet',actionBody:{title:'M',"
              "startingTime:'2035-01-01T00:00:00Z'}}");
  put_action (sbt, "pkg",
              "{group:'flat',person:'ada',id:'com.acme.card.2',actionBody:{title:'P',"
              "properties:[{name:'a',type:'Text',value:'1'}]}}");
  put_action (sbt, "parentpoll",
              "{group:'parent',person:'ada',actionType:'Poll',actionBody:{"
              "question:'Q',choices:[{title:'Yes'}]}}");
  g_autoptr (JsonObject) text =
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ben',text:'hello'}");
  put (sbt, "text.ref", sbt_string (text, "referenceId"));
}

static void
put_token (Sbt *sbt, const char *name, const char *request)
{
  g_autoptr (JsonObject) answer = sbt_control (sbt, "POST", "/sandbox/token", request);
  g_autofree char *refresh = g_strconcat (name, ".refresh", NULL);
  put (sbt, refresh, sbt_string (answer, "refreshToken"));
  put (sbt, name, sbt_string (answer, "accessToken"));
}

static void
put_tokens (Sbt *sbt)
{
  put_token (sbt, "ada", "{person:'ada'}");
  put_token (sbt, "ben", "{person:'ben'}");
  put_token (sbt, "cy", "{person:'cy'}");
  put_token (sbt, "dot", "{person:'dot'}");
  put_token (sbt, "eve", "{person:'eve'}");
  put_token (sbt, "limited", "{person:'ada',connector:'C2'}");
  put_token (sbt, "group", "{group:'flat'}");
  put_token (sbt, "pubgroup", "{group:'pub'}");
}

static void
put_ids (Sbt *sbt)
{
  static const char *const ids[][2] = {{"flat", "G-flat@1"},          {"parent", "G-parent"},
                                       {"child", "G-child@2"},        {"pub", "G-pub"},
                                       {"other", "G-other"},          {"ada.id", "ada-id@1"},
                                       {"ben.id", "ben-id"},          {"cy.id", "cy-id@2"},
                                       {"dot.id", "dot-id"},          {"ada.phone", "+15550000001"},
                                       {"ben.phone", "+15550000002"}, {"dot.phone", "+15550000004"},
                                       {"eve.phone", "+15550000005"}};
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    put (sbt, ids[i][0], ids[i][1]);
}

Sbt *
sbt_new_with (const SbOptions *options)
{
  g_autoptr (GError) error = NULL;
  Sbt *sbt = g_new0 (Sbt, 1);
  sbt->sandbox = sb_sandbox_new (options, &error);
  g_assert_no_error (error);
  sbt->session =
      soup_session_new_with_options ("max-conns-per-host", 32, "proxy-resolver", NULL, NULL);
  sbt->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sbt->deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  sbt->callback_tokens = g_ptr_array_new_with_free_func (g_free);
  sbt->validation_queries = g_ptr_array_new_with_free_func (g_free);
  sbt->held = g_ptr_array_new_with_free_func (g_object_unref);
  sbt->receiver = soup_server_new (NULL, NULL);
  soup_server_add_handler (sbt->receiver, NULL, receive_cb, sbt, NULL);
  soup_server_listen_local (sbt->receiver, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  GSList *uris = soup_server_get_uris (sbt->receiver);
  sbt->receiver_url = g_strdup_printf ("http://127.0.0.1:%d/hook", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  put (sbt, "url", sbt->receiver_url);
  return sbt;
}

Sbt *
sbt_new (const char *const *switches)
{
  SbOptions options = {.scenario_json = world, .have_seed = TRUE, .seed = 7, .switches = switches};
  Sbt *sbt = sbt_new_with (&options);
  put_ids (sbt);
  put_many (sbt);
  put_tokens (sbt);
  put_actions (sbt);
  return sbt;
}

void
sbt_free (Sbt *sbt)
{
  sb_sandbox_free (sbt->sandbox);
  soup_session_abort (sbt->session);
  soup_server_disconnect (sbt->receiver);
  /* Let what was cancelled come back, so that the leak check sees nothing of it. */
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (sbt->session);
  g_object_unref (sbt->receiver);
  g_hash_table_unref (sbt->names);
  g_ptr_array_unref (sbt->deliveries);
  g_ptr_array_unref (sbt->callback_tokens);
  g_ptr_array_unref (sbt->validation_queries);
  g_ptr_array_unref (sbt->held);
  g_free (sbt->receiver_url);
  g_free (sbt);
}

void
sbt_put_pin (Sbt *sbt)
{
  g_autofree char *line = sb_sandbox_ready_line (sbt->sandbox);
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonArray *users = json_object_get_array_member (json_node_get_object (node), "users");
  const char *pin = sbt_string (json_array_get_object_element (users, 0), "pin");
  g_hash_table_replace (sbt->names, g_strdup ("pin"), g_strdup (pin));
}

const char *
sbt_name (Sbt *sbt, const char *name)
{
  const char *value = g_hash_table_lookup (sbt->names, name);
  g_assert_nonnull (value);
  return value;
}

char *
sbt_expand (Sbt *sbt, const char *text)
{
  GString *out = g_string_new (NULL);
  while (*text) {
    const char *close = *text == '{' ? strchr (text, '}') : NULL;
    g_autofree char *name = close ? g_strndup (text + 1, (gsize) (close - text - 1)) : NULL;
    const char *value = name ? g_hash_table_lookup (sbt->names, name) : NULL;
    if (value) {
      g_string_append (out, value);
      text = close + 1;
    } else {
      g_string_append_c (out, *text++);
    }
  }
  return g_string_free (out, FALSE);
}

/* ---- the client ---- */

typedef struct {
  GBytes *bytes;
  gboolean done;
} Waiting;

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  waiting->bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  waiting->done = TRUE;
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

static const char *
put_headers (SoupMessage *msg, const char *text)
{
  const char *type = NULL;
  g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    char *colon = strchr (lines[i], ':');
    if (!colon)
      continue;
    *colon = '\0';
    soup_message_headers_append (soup_message_get_request_headers (msg), lines[i],
                                 g_strstrip (colon + 1));
  }
  type = soup_message_headers_get_one (soup_message_get_request_headers (msg), "Content-Type");
  return type;
}

static SbtReply *
make_reply (SoupMessage *msg, GBytes *bytes)
{
  SbtReply *reply = g_new0 (SbtReply, 1);
  reply->status = bytes ? soup_message_get_status (msg) : 0;
  reply->text = bytes ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  reply->json = reply->text ? json_from_string (reply->text, NULL) : NULL;
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (msg));
  return reply;
}

SbtReply *
sbt_call (Sbt *sbt, const char *method, const char *path, const char *headers, const char *body)
{
  Waiting waiting = {NULL, FALSE};
  g_autofree char *plain_path = sbt_expand (sbt, path);
  g_autofree char *url = g_strconcat (sb_sandbox_get_url (sbt->sandbox), plain_path, NULL);
  g_autofree char *plain_headers = sbt_expand (sbt, headers ? headers : "");
  g_autofree char *plain_body = body ? sbt_expand (sbt, body) : NULL;
  g_autoptr (SoupMessage) msg = soup_message_new (method, url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_assert_nonnull (msg);
  soup_message_add_flags (msg, SOUP_MESSAGE_NO_REDIRECT);
  const char *type = put_headers (msg, plain_headers);
  g_autofree char *kept_type = g_strdup (type ? type : "application/json");
  if (plain_body) {
    g_autoptr (GBytes) bytes = g_bytes_new (plain_body, strlen (plain_body));
    soup_message_set_request_body_from_bytes (msg, kept_type, bytes);
  }
  guint deadline = g_timeout_add_seconds (10, cancel_cb, cancellable);
  soup_session_send_and_read_async (sbt->session, msg, G_PRIORITY_DEFAULT, cancellable, sent_cb,
                                    &waiting);
  while (!waiting.done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  SbtReply *reply = make_reply (msg, waiting.bytes);
  g_clear_pointer (&waiting.bytes, g_bytes_unref);
  return reply;
}

SbtReply *
sbt_as (Sbt *sbt, const char *person, const char *method, const char *path, const char *body)
{
  g_autofree char *headers = g_strdup_printf ("accessToken: {%s}", person);
  return sbt_call (sbt, method, path, headers, body);
}

void
sbt_reply_free (SbtReply *reply)
{
  g_clear_pointer (&reply->json, json_node_unref);
  g_clear_pointer (&reply->headers, soup_message_headers_unref);
  g_free (reply->text);
  g_free (reply);
}

JsonObject *
sbt_object (SbtReply *reply)
{
  g_assert_true (reply->json && JSON_NODE_HOLDS_OBJECT (reply->json));
  return json_node_get_object (reply->json);
}

const char *
sbt_string (JsonObject *object, const char *name)
{
  const char *value = json_object_get_string_member_with_default (object, name, NULL);
  if (!value)
    g_test_message ("no string %s", name);
  g_assert_nonnull (value);
  return value;
}

JsonObject *
sbt_control (Sbt *sbt, const char *method, const char *path, const char *body)
{
  guint status;
  g_autofree char *text = body ? sbt_expand (sbt, body) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = text ? sb_lenient_parse (text, -1, &error) : NULL;
  g_assert_no_error (error);
  g_autoptr (JsonNode) answer = sb_sandbox_control (sbt->sandbox, method, path, node, &status);
  if (status != 200)
    g_test_message (
        "%s %s: %s", method, path,
        json_object_get_string_member_with_default (json_node_get_object (answer), "message", ""));
  g_assert_cmpuint (status, ==, 200);
  return json_object_ref (json_node_get_object (answer));
}

char *
sbt_register (Sbt *sbt, const char *person, const char *extra)
{
  g_autofree char *body = g_strdup_printf (
      "{\"objectId\":\"{flat}\",\"objectType\":\"Group\",\"callBackUrl\":\"{url}\","
      "\"callBackToken\":\"secret\",\"callBackContext\":\"ctx\",\"eventTypes\":["
      "\"TextMessageCreated\",\"JobCreated\",\"JobResponse\",\"MemberAdded\",\"SurveyResponse\","
      "\"AttachmentCreated\",\"Announcement\",\"PollCreated\",\"PollResponse\"]%s}",
      extra ? extra : "");
  g_autoptr (SbtReply) reply = sbt_as (sbt, person, "POST", "/v1/webhook", body);
  g_assert_cmpuint (reply->status, ==, 200);
  return g_strdup (sbt_string (sbt_object (reply), "webhookId"));
}

/* Only wakes the loop up, so that the check is looked at again. */
static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
sbt_wait (Sbt *sbt, gboolean (*check) (Sbt *sbt, gpointer data), gpointer data)
{
  gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  guint tick = g_timeout_add (5, tick_cb, NULL);
  while (!check (sbt, data) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_assert_true (check (sbt, data));
}

static gboolean
has_deliveries (Sbt *sbt, gpointer count)
{
  return sbt->deliveries->len >= GPOINTER_TO_UINT (count);
}

void
sbt_wait_deliveries (Sbt *sbt, guint count)
{
  sbt_wait (sbt, has_deliveries, GUINT_TO_POINTER (count));
}

typedef struct {
  gint64 quiet_us; /* not before it */
  gint64 end_us;   /* a receiver may hang */
} Settling;

static gboolean
is_over (Sbt *sbt, gpointer data)
{
  const Settling *settling = data;
  gint64 now_us = g_get_monotonic_time ();

  return now_us > settling->end_us ||
         (now_us > settling->quiet_us && sb_sandbox_exchanges (sbt->sandbox) == 0 &&
          !g_main_context_pending (NULL));
}

void
sbt_settle (Sbt *sbt)
{
  gint64 now_us = g_get_monotonic_time ();
  Settling settling = {now_us + 20 * G_TIME_SPAN_MILLISECOND, now_us + 250 * G_TIME_SPAN_MILLISECOND};

  sbt_wait (sbt, is_over, &settling);
}
