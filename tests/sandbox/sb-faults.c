/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-faults.h"

#include "sb-router.h"

#include <string.h>
#include <sys/socket.h>

struct _SbFault {
  guint id;
  gboolean linked; /* still in the list */
  JsonObject *request;
  GPatternSpec *path; /* (nullable): lower case */
  char *method;       /* (nullable) */
  char *endpoint;     /* (nullable) */
  gint64 nth;
  gint64 times; /* 0: for ever */
  gint64 seen;
  gint64 hits;
  JsonObject *action; /* (unowned): within request */
};

struct _SbFaults {
  guint last_id;
  GPtrArray *list; /* (element-type SbFault) */
};

static void
fault_clear (gpointer data)
{
  SbFault *fault = data;
  json_object_unref (fault->request);
  g_clear_pointer (&fault->path, g_pattern_spec_free);
  g_free (fault->method);
  g_free (fault->endpoint);
}

void
sb_fault_unref (SbFault *fault)
{
  g_rc_box_release_full (fault, fault_clear);
}

SbFaults *
sb_faults_new (void)
{
  SbFaults *faults = g_new0 (SbFaults, 1);
  faults->list = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_fault_unref);
  return faults;
}

void
sb_faults_free (SbFaults *faults)
{
  g_ptr_array_unref (faults->list);
  g_free (faults);
}

static gboolean
action_is_known (JsonObject *action)
{
  static const char *const known[] = {"status",    "retryAfter", "body",  "contentType",
                                      "cutAfter",  "location",   "reset", "stallHeaders",
                                      "stallBody", "delayMs",    "work",  "repeat",
                                      "bodyBase64", "onward", "doubled"};
  g_autoptr (GList) names = json_object_get_members (action);
  for (GList *link = names; link; link = link->next) {
    gboolean found = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
      found = found || g_ascii_strcasecmp (known[i], link->data) == 0;
    if (!found)
      return FALSE;
  }
  return names != NULL;
}

guint
sb_faults_add (SbSandbox *sandbox, JsonObject *request, GError **error)
{
  JsonObject *match = sb_json_object (request, "match");
  JsonObject *action = sb_json_object (request, "action");
  if (!action || !action_is_known (action)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "a fault needs an action of known parts");
    return 0;
  }
  SbFault *fault = g_rc_box_new0 (SbFault);
  const char *path = sb_json_string (match, "path", NULL);
  g_autofree char *lower = path ? g_ascii_strdown (path, -1) : NULL;
  fault->id = ++sandbox->faults->last_id;
  fault->linked = TRUE;
  fault->request = json_object_ref (request);
  fault->action = action;
  fault->path = lower ? g_pattern_spec_new (lower) : NULL;
  fault->method = g_strdup (sb_json_string (match, "method", NULL));
  fault->endpoint = g_strdup (sb_json_string (match, "endpoint", NULL));
  fault->nth = sb_json_int (match, "nth", 1);
  fault->times = sb_json_int (match, "times", 1);
  g_ptr_array_add (sandbox->faults->list, fault);
  return fault->id;
}

JsonArray *
sb_faults_list (SbSandbox *sandbox)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < sandbox->faults->list->len; i++) {
    SbFault *fault = sandbox->faults->list->pdata[i];
    json_array_add_object_element (
        array, sb_obj ("i:faultId", (int) fault->id, "l:seen", fault->seen, "l:hits", fault->hits,
                       "o:match",
                       sb_json_object (fault->request, "match")
                           ? json_object_ref (sb_json_object (fault->request, "match"))
                           : NULL,
                       "o:action", json_object_ref (fault->action), NULL));
  }
  return array;
}

guint
sb_faults_remove (SbSandbox *sandbox, guint fault_id)
{
  guint removed = 0;
  for (guint i = sandbox->faults->list->len; i > 0; i--) {
    SbFault *fault = sandbox->faults->list->pdata[i - 1];
    if (fault_id && fault->id != fault_id)
      continue;
    g_ptr_array_remove_index (sandbox->faults->list, i - 1);
    removed++;
  }
  return removed;
}

static SbFault *
due_fault (SbCall *call)
{
  SbFault *due = NULL;
  g_autofree char *path = g_ascii_strdown (call->path, -1);
  for (guint i = 0; i < call->sandbox->faults->list->len; i++) {
    SbFault *fault = call->sandbox->faults->list->pdata[i];
    if (fault->method && g_ascii_strcasecmp (fault->method, call->method) != 0)
      continue;
    if (fault->path && !g_pattern_spec_match_string (fault->path, path))
      continue;
    if (fault->endpoint && g_strcmp0 (fault->endpoint, call->endpoint) != 0)
      continue;
    fault->seen++;
    if (!due && fault->seen >= fault->nth && (!fault->times || fault->hits < fault->times))
      due = fault;
  }
  return due;
}

/* Bytes that JSON cannot tell, or more of them than one wants to write down. */
static GBytes *
body_of (JsonObject *action, const char *text)
{
  const char *encoded = sb_json_string (action, "bodyBase64", NULL);
  gint64 repeat = CLAMP (sb_json_int (action, "repeat", 1), 1, 1000000);
  GByteArray *all = g_byte_array_new ();
  gsize length = text ? strlen (text) : 0;
  g_autofree guchar *decoded = encoded ? g_base64_decode (encoded, &length) : NULL;
  const guint8 *piece = decoded ? decoded : (const guint8 *) text;
  for (gint64 i = 0; i < repeat && length > 0; i++)
    g_byte_array_append (all, piece, (guint) length);
  return g_byte_array_free_to_bytes (all);
}

static void
answer_as_told (SbCall *call, JsonObject *action)
{
  guint status = (guint) sb_json_int (action, "status", 200);
  const char *body = sb_json_string (action, "body", NULL);
  JsonNode *raw = sb_json_get (action, "body");
  g_autofree char *text = NULL;
  if (body)
    text = g_strdup (body);
  else if (raw && !JSON_NODE_HOLDS_NULL (raw))
    text = sb_json_text (raw);
  else if (status >= 400 && !sb_json_get (action, "bodyBase64")) {
    sb_call_fail (call, status, status == 429 ? "TooManyRequests" : "InternalError",
                  "A fault of the sandbox");
    return;
  }
  g_autoptr (GBytes) bytes = body_of (action, text);
  sb_call_bytes (call, status,
                 sb_json_string (action, "contentType", "application/json; charset=utf-8"), bytes);
}

static void
put_headers (SbCall *call, JsonObject *action)
{
  gint64 retry_after_s = sb_json_int (action, "retryAfter", -1);
  const char *words = sb_json_string (action, "retryAfter", NULL);
  const char *location = sb_json_string (action, "location", NULL);
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, retry_after_s);
  if (words || retry_after_s >= 0)
    sb_call_header (call, "Retry-After", words ? words : seconds);
  if (location && strcmp (location, "itself") == 0)
    location = g_uri_get_path (soup_server_message_get_uri (call->msg));
  if (location)
    sb_call_header (call, "Location", location);
}

/* The data root moves on to where it never was. */
static void
move_on (SbSandbox *sandbox)
{
  g_autofree char *last = g_strdup (sandbox->moved_to ? sandbox->moved_to : sandbox->url);
  char *path = strchr (strstr (last, "://") + 3, '/');
  if (path)
    *path = '\0';
  g_free (sandbox->moved_path);
  g_free (sandbox->moved_to);
  sandbox->moved_path = g_strdup_printf ("onward-%u", sandbox->old_paths->len);
  sandbox->moved_to = g_strdup_printf ("%s/%s", last, sandbox->moved_path);
  g_ptr_array_add (sandbox->old_paths, g_strdup (sandbox->moved_path));
}

gboolean
sb_fault_before (SbCall *call)
{
  SbFault *fault = due_fault (call);
  if (!fault)
    return FALSE;
  fault->hits++;
  call->fault = g_rc_box_acquire (fault);
  JsonObject *action = fault->action;
  gboolean tells = sb_json_get (action, "status") || sb_json_get (action, "body") ||
                   sb_json_get (action, "bodyBase64");
  gboolean resets_first = g_strcmp0 (sb_json_string (action, "reset", NULL), "before") == 0;
  if (sb_json_bool (action, "onward", FALSE)) {
    move_on (call->sandbox);
    sb_router_redirect (call);
    return TRUE;
  }
  put_headers (call, action);
  if (tells)
    answer_as_told (call, action);
  return !sb_json_bool (action, "work", !tells && !resets_first);
}

/* ---- answers that no HTTP library would send ---- */

static char *
raw_headers (SbCall *call, gsize length)
{
  GString *out = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name, *value;
  g_string_printf (
      out, "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n",
      call->status, soup_status_get_phrase (call->status),
      call->content_type ? call->content_type : "application/json; charset=utf-8", length);
  soup_message_headers_iter_init (&iter, soup_server_message_get_response_headers (call->msg));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    if (g_ascii_strcasecmp (name, "Content-Length") != 0 &&
        g_ascii_strcasecmp (name, "Content-Type") != 0)
      g_string_append_printf (out, "%s: %s\r\n", name, value);
  g_string_append (out, "\r\n");
  return g_string_free (out, FALSE);
}

typedef struct {
  SbCall *call;
  GIOStream *stream;
  GSocket *socket; /* (nullable) */
} Wire;

/* A reset, not an orderly end: nothing lingers. */
static void
close_hard (Wire *wire)
{
  struct linger none = {1, 0};
  if (wire->socket)
    setsockopt (g_socket_get_fd (wire->socket), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  g_io_stream_close (wire->stream, NULL, NULL);
}

/* A few KB into an empty socket buffer do not block; a longer answer is cut at what fits. */
static void
write_some (Wire *wire, const char *data, gsize length)
{
  GOutputStream *out = g_io_stream_get_output_stream (wire->stream);
  gsize done = 0;
  while (done < length && G_IS_POLLABLE_OUTPUT_STREAM (out)) {
    gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (out),
                                                           data + done, length - done, NULL, NULL);
    if (n <= 0)
      return;
    done += (gsize) n;
  }
}

static void
send_raw (Wire *wire)
{
  SbCall *call = wire->call;
  JsonObject *action = call->fault->action;
  gsize length = 0;
  const char *data = call->answer ? g_bytes_get_data (call->answer, &length) : NULL;
  gint64 cut_after = sb_json_int (action, "cutAfter", -1);
  gboolean stall_body = sb_json_bool (action, "stallBody", FALSE);
  gboolean stall = stall_body || sb_json_bool (action, "stallHeaders", FALSE);
  if (stall_body || cut_after >= 0) {
    g_autofree char *head = raw_headers (call, MAX (length, (gsize) MAX (cut_after, 0) + 1));
    gsize part = stall_body ? length / 2 : MIN (length, (gsize) cut_after);
    write_some (wire, head, strlen (head));
    write_some (wire, data, part);
  }
  if (stall)
    g_ptr_array_add (call->sandbox->stolen, g_object_ref (wire->stream));
  else if (sb_json_get (action, "reset"))
    close_hard (wire);
  else
    g_io_stream_close (wire->stream, NULL, NULL);
}

static gboolean
steal_cb (gpointer data)
{
  SbCall *call = data;
  if (!call->gone) {
    GSocket *known = soup_server_message_get_socket (call->msg);
    g_autoptr (GSocket) socket = known ? g_object_ref (known) : NULL;
    g_autoptr (GIOStream) stream = soup_server_message_steal_connection (call->msg);
    Wire wire = {call, stream, socket};
    if (stream)
      send_raw (&wire);
  }
  sb_call_free (call);
  return G_SOURCE_REMOVE;
}

static gboolean
delayed_cb (gpointer data)
{
  SbCall *call = data;
  call->sandbox->origin = SB_ORIGIN_CONTROL;
  sb_call_finish (call);
  return G_SOURCE_REMOVE;
}

/* Delays are real time: they are about patience, not about the sandbox's calendar. */
static void
later (SbCall *call, guint delay_ms, GSourceFunc callback)
{
  g_autoptr (GSource) source = g_timeout_source_new (delay_ms);
  g_hash_table_insert (call->sandbox->open_calls, call, g_source_ref (source));
  g_source_set_callback (source, callback, call, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* Something else of the same type. */
static const char *
other_than (JsonNode *value)
{
  if (JSON_NODE_HOLDS_OBJECT (value))
    return "{}";
  if (JSON_NODE_HOLDS_ARRAY (value))
    return "[]";
  if (JSON_NODE_HOLDS_NULL (value) || json_node_get_value_type (value) == G_TYPE_STRING)
    return "\"another\"";
  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (value) ? "false" : "true";
  return "1";
}

/* Each member of the answer stands there twice, and the right one comes last. */
static void
double_members (SbCall *call)
{
  gsize length = 0;
  const char *data = call->answer ? g_bytes_get_data (call->answer, &length) : NULL;
  g_autofree char *text = g_strndup (data ? data : "", length);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  GString *out = g_string_new ("{");
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &value)) {
    g_autofree char *right = json_to_string (value, FALSE);
    g_string_append_printf (out, "%s\"%s\":%s,\"%s\":%s", out->len > 1 ? "," : "", name,
                            other_than (value), name, right);
  }
  g_string_append_c (out, '}');
  g_bytes_unref (call->answer);
  call->answer = g_string_free_to_bytes (out);
}

gboolean
sb_fault_takes_over (SbCall *call)
{
  JsonObject *action = call->fault->action;
  if (sb_json_bool (action, "doubled", FALSE))
    double_members (call);
  gint64 delay_ms = sb_json_int (action, "delayMs", 0);
  gboolean raw = sb_json_get (action, "cutAfter") || sb_json_get (action, "reset") ||
                 sb_json_bool (action, "stallHeaders", FALSE) ||
                 sb_json_bool (action, "stallBody", FALSE);
  if (!raw && delay_ms <= 0)
    return FALSE;
  sb_call_defer (call);
  if (raw) {
    later (call, (guint) CLAMP (delay_ms, 0, 3600000), steal_cb);
    return TRUE;
  }
  later (call, (guint) MIN (delay_ms, 3600000), delayed_cb);
  g_clear_pointer (&call->fault, sb_fault_unref);
  return TRUE;
}
