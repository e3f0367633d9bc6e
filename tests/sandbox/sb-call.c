/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-call.h"
#include "sb-faults.h"

#include <string.h>

static void
finished_cb (SoupServerMessage *msg, gpointer data)
{
  ((SbCall *) data)->gone = TRUE;
}

static GHashTable *
parse_query (const char *text)
{
  GHashTable *query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (text ? text : "", "&", -1);
  for (guint i = 0; pairs[i]; i++) {
    char *equals = strchr (pairs[i], '=');
    if (equals)
      *equals = '\0';
    g_autofree char *key = g_uri_unescape_string (pairs[i], NULL);
    g_strdelimit (equals ? equals + 1 : pairs[i], "+", ' ');
    char *value = g_uri_unescape_string (equals ? equals + 1 : "", NULL);
    if (key && *key && value)
      g_hash_table_replace (query, g_ascii_strdown (key, -1), value);
    else
      g_free (value);
  }
  return query;
}

/* Segments are decoded one by one, so that an escaped slash stays within its segment. */
static GStrv
split_path (const char *path)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) raw = g_strsplit (path, "/", -1);
  for (guint i = 0; raw[i]; i++) {
    g_autofree char *plain = g_uri_unescape_string (raw[i], NULL);
    gboolean usable = plain && g_utf8_validate (plain, -1, NULL);
    if (*raw[i] || (i > 0 && raw[i + 1]))
      g_strv_builder_add (builder, usable ? plain : raw[i]);
  }
  return g_strv_builder_end (builder);
}

SbCall *
sb_call_new (SbSandbox *sandbox, SoupServerMessage *msg)
{
  SbCall *call = g_new0 (SbCall, 1);
  GUri *uri = soup_server_message_get_uri (msg);
  call->sandbox = sandbox;
  call->msg = g_object_ref (msg);
  call->method = soup_server_message_get_method (msg);
  call->segments = split_path (g_uri_get_path (uri));
  call->query = parse_query (g_uri_get_query (uri));
  call->status = 500;
  g_signal_connect (msg, "finished", G_CALLBACK (finished_cb), call);
  g_signal_connect (msg, "disconnected", G_CALLBACK (finished_cb), call);
  return call;
}

void
sb_call_free (SbCall *call)
{
  g_hash_table_remove (call->sandbox->open_calls, call);
  g_signal_handlers_disconnect_by_data (call->msg, call);
  g_object_unref (call->msg);
  g_strfreev (call->segments);
  g_free (call->path);
  g_free (call->endpoint);
  g_hash_table_unref (call->query);
  g_clear_pointer (&call->root, json_node_unref);
  g_free (call->content_type);
  g_clear_pointer (&call->answer, g_bytes_unref);
  g_clear_pointer (&call->fault, sb_fault_unref);
  g_free (call);
}

void
sb_call_bytes (SbCall *call, guint status, const char *content_type, GBytes *bytes)
{
  call->status = status;
  g_free (call->content_type);
  call->content_type = g_strdup (content_type);
  g_clear_pointer (&call->answer, g_bytes_unref);
  call->answer = g_bytes_ref (bytes);
}

void
sb_call_json (SbCall *call, guint status, JsonNode *node)
{
  char *text = sb_json_text (node);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  sb_call_bytes (call, status, "application/json; charset=utf-8", bytes);
  json_node_unref (node);
}

void
sb_call_ok (SbCall *call, JsonObject *object)
{
  sb_call_json (call, 200, sb_obj_node (object));
}

void
sb_call_header (SbCall *call, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (call->msg), name, value);
}

/* Only AuthException is known as a category; the other is inferred. */
void
sb_call_fail (SbCall *call, guint status, const char *code, const char *message)
{
  const char *chosen = sb_switches_get (call->sandbox->switches, "errorStatus");
  const char *category = status == 401 ? "AuthException" : "ClientException";
  if (strcmp (chosen, "documented") != 0 && status < 500 && status != 429)
    status = (guint) g_ascii_strtoull (chosen, NULL, 10);
  sb_call_json (call, status,
                sb_obj_node (sb_obj ("s:message", message, "s:errorCode", code,
                                     "s:errorCategoryKey", category, NULL)));
}

void
sb_call_invalid (SbCall *call, const char *message)
{
  sb_call_fail (call, 400, "InvalidParameters", message);
}

void
sb_call_forbidden (SbCall *call, const char *message)
{
  sb_call_fail (call, 403, "Forbidden", message);
}

void
sb_call_not_found (SbCall *call, const char *message)
{
  sb_call_fail (call, 404, "NotFound", message);
}

void
sb_call_result (SbCall *call, gboolean result)
{
  if (sb_switches_is (call->sandbox->switches, "resultType", "bool"))
    sb_call_ok (call, sb_obj ("b:result", result, NULL));
  else
    sb_call_ok (call, sb_obj ("s:result", result ? "true" : "false", NULL));
}

void
sb_call_done (SbCall *call)
{
  if (sb_switches_on (call->sandbox->switches, "emptyAnswers"))
    sb_call_ok (call, json_object_new ());
  else
    sb_call_result (call, TRUE);
}

const char *
sb_call_query (SbCall *call, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);
  return g_hash_table_lookup (call->query, key);
}

gboolean
sb_call_query_bool (SbCall *call, const char *name)
{
  const char *value = sb_call_query (call, name);
  return value && (g_ascii_strcasecmp (value, "true") == 0 || strcmp (value, "1") == 0);
}

const char *
sb_call_get_header (SbCall *call, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (call->msg), name);
}

SbRole
sb_call_role (SbCall *call)
{
  gboolean admin = call->token->group || sb_access_is_admin (call->group, call->user);
  return admin ? SB_ROLE_ADMIN : sb_access_role (call->group, call->user);
}

gboolean
sb_call_needs_admin (SbCall *call)
{
  if (sb_call_role (call) == SB_ROLE_ADMIN)
    return TRUE;
  sb_call_forbidden (call, "Only an admin of the group may do this");
  return FALSE;
}

void
sb_call_note (SbCall *call, const char *kind, const char *reference_id, JsonObject *details)
{
  g_autofree char *path = g_strconcat ("/v1", call->path, NULL);
  json_object_set_string_member (details, "method", call->method);
  json_object_set_string_member (details, "path", path);
  if (call->root)
    json_object_set_member (details, "body", json_node_copy (call->root));
  else
    json_object_set_null_member (details, "body");
  sb_note_received (call->sandbox, kind, call->group, call->user, reference_id, details);
}

void
sb_call_defer (SbCall *call)
{
  call->deferred = TRUE;
  if (!call->paused)
    soup_server_message_pause (call->msg);
  call->paused = TRUE;
}

static void
send_answer (SbCall *call)
{
  SoupServerMessage *msg = call->msg;
  gsize length = 0;
  gconstpointer data = call->answer ? g_bytes_get_data (call->answer, &length) : NULL;
  /* The headers that captures show (API §1). */
  sb_call_header (call, "Access-Control-Allow-Origin", "*");
  sb_call_header (call, "Server", "Microsoft-IIS/10.0");
  sb_call_header (call, "X-Powered-By", "ASP.NET");
  soup_server_message_set_status (msg, call->status, NULL);
  soup_server_message_set_response (
      msg, call->content_type ? call->content_type : "application/json; charset=utf-8",
      SOUP_MEMORY_COPY, data ? data : "", length);
  if (call->paused && !call->gone)
    soup_server_message_unpause (msg);
}

void
sb_call_finish (SbCall *call)
{
  if (call->fault && !call->gone && sb_fault_takes_over (call))
    return;
  if (!call->gone)
    send_answer (call);
  sb_call_free (call);
}
