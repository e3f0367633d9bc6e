/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>

typedef struct {
  KzRequest *other; /* (nullable): to be tried where the service does not know the first */
  KzApiParse parse;
  const KzApiWork *work; /* (nullable): @parse makes the result */
  GDestroyNotify result_free;
  gpointer context;
  GDestroyNotify context_free;
  KzReply *reply;       /* (nullable): while it is parsed in slices */
  KzJsonParser *parser; /* (nullable) */
  gpointer made;        /* (nullable): what @work is at */
} ApiOp;

static void
api_op_free (gpointer data)
{
  ApiOp *op = data;

  kz_request_free (op->other);
  if (op->context_free != NULL)
    op->context_free (op->context);
  if (op->made != NULL)
    op->work->free (op->made);
  if (op->parser != NULL)
    kz_json_free (kz_json_parser_end (op->parser, NULL));
  kz_reply_free (op->reply);
  g_free (op);
}

/* All that was made becomes the result. */
static void
end_made (GTask *task)
{
  ApiOp *op = g_task_get_task_data (task);

  g_task_return_pointer (task, op->work->end (g_steal_pointer (&op->made)), op->result_free);
}

/* TRUE: op->made is to be worked on. */
static gboolean
read_reply (GTask *task, KzReply *reply)
{
  ApiOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  gpointer value = op->parse (g_task_get_source_object (task), reply, op->context, &error);

  if (error != NULL) {
    g_task_return_error (task, error);
    return FALSE;
  }
  if (op->work == NULL || value == NULL) {
    g_task_return_pointer (task, value, op->result_free);
    return FALSE;
  }
  op->made = value;
  return TRUE;
}

static gboolean
slice_cb (gpointer data)
{
  GTask *task = data;
  ApiOp *op = g_task_get_task_data (task);
  g_autoptr (KzReply) reply = NULL;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (op->made != NULL ? op->work->step (op->made)
                       : kz_json_parser_step (op->parser, KZ_SLICE_BYTES))
    return G_SOURCE_CONTINUE;
  if (op->made != NULL) {
    end_made (task);
    return G_SOURCE_REMOVE;
  }
  reply = g_steal_pointer (&op->reply);
  /* What cannot be read is parsed once more by @parse, which says so. */
  reply->root = kz_json_parser_end (g_steal_pointer (&op->parser), NULL);
  return read_reply (task, reply) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* The rest is done when the host has nothing else to do. */
static void
begin_slices (GTask *task, KzReply *reply)
{
  const KzJsonLimits limits = {KZ_JSON_MAX_BYTES, KZ_JSON_MAX_DEPTH};
  g_autoptr (GSource) idle = g_idle_source_new ();
  ApiOp *op = g_task_get_task_data (task);
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);

  op->reply = reply;
  op->parser = kz_json_parser_new (data, length, &limits);
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_attach_source (task, idle, slice_cb);
}

static void
read_at_once (GTask *task, KzReply *reply)
{
  ApiOp *op = g_task_get_task_data (task);

  if (!read_reply (task, reply))
    return;
  while (op->work->step (op->made))
    ;
  end_made (task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzHttp *http = KZ_HTTP (source);
  ApiOp *op = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (http, result, &error);

  if (op->other != NULL && g_error_matches (error, KZ_ERROR, KZ_ERROR_NOT_FOUND)) {
    GCancellable *cancellable = g_task_get_cancellable (task);

    kz_http_send_async (http, g_steal_pointer (&op->other), cancellable, sent_cb,
                        g_steal_pointer (&task));
    return;
  }
  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (g_bytes_get_size (reply->body) > KZ_SLICE_BYTES)
    begin_slices (task, g_steal_pointer (&reply));
  else
    read_at_once (task, reply);
}

void
kz_api_send (GTask *task,
             KzRequest *request,
             gpointer tag,
             gpointer op,
             GDestroyNotify op_free,
             GAsyncReadyCallback sent)
{
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, op, op_free);
  if (request != NULL) {
    kz_http_send_async (g_task_get_source_object (task), request, g_task_get_cancellable (task),
                        sent, task);
    return;
  }
  g_task_return_new_error (task, KZ_ERROR, KZ_ERROR_INVALID, "%s",
                           _ ("This id cannot be asked for"));
  g_object_unref (task);
}

/* @other, @work: (nullable). */
static void
call (KzHttp *http,
      KzRequest *request,
      KzRequest *other,
      gpointer tag,
      KzApiParse parse,
      const KzApiWork *work,
      GDestroyNotify result_free,
      gpointer context,
      GDestroyNotify context_free,
      GCancellable *cancellable,
      GAsyncReadyCallback callback,
      gpointer data)
{
  ApiOp *op = g_new0 (ApiOp, 1);

  op->other = other;
  op->parse = parse;
  op->work = work;
  op->result_free = result_free;
  op->context = context;
  op->context_free = context_free;
  kz_api_send (g_task_new (http, cancellable, callback, data), request, tag, op, api_op_free,
               sent_cb);
}

void
kz_api_call_either (KzHttp *http,
                    KzRequest *request,
                    KzRequest *other,
                    gpointer tag,
                    KzApiParse parse,
                    GDestroyNotify result_free,
                    gpointer context,
                    GDestroyNotify context_free,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  call (http, request, other, tag, parse, NULL, result_free, context, context_free, cancellable,
        callback, data);
}

void
kz_api_call_work (KzHttp *http,
                  KzRequest *request,
                  gpointer tag,
                  KzApiParse parse,
                  const KzApiWork *work,
                  GDestroyNotify result_free,
                  gpointer context,
                  GDestroyNotify context_free,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  call (http, request, NULL, tag, parse, work, result_free, context, context_free, cancellable,
        callback, data);
}

void
kz_api_call (KzHttp *http,
             KzRequest *request,
             gpointer tag,
             KzApiParse parse,
             GDestroyNotify result_free,
             gpointer context,
             GDestroyNotify context_free,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer data)
{
  kz_api_call_either (http, request, NULL, tag, parse, result_free, context, context_free,
                      cancellable, callback, data);
}

gpointer
kz_api_finish (KzHttp *http, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, http), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- requests ------------------------------------------------------------------------------ */

/* Ids are opaque (API §22), but one that is a step in a path would make it another path. */
static gboolean
is_path_segment (const char *id)
{
  return id != NULL && *id != '\0' && !g_str_equal (id, ".") && !g_str_equal (id, "..");
}

KzRequest *
kz_api_request (const char *method, KzLane lane, const char *format, ...)
{
  g_autoptr (GString) path = g_string_new (NULL);
  const char *rest = format;
  gboolean is_good = TRUE;
  va_list ids;

  va_start (ids, format);
  for (const char *mark; (mark = strstr (rest, "%s")) != NULL; rest = mark + 2) {
    const char *id = va_arg (ids, const char *);

    g_string_append_len (path, rest, mark - rest);
    is_good = is_good && is_path_segment (id);
    /* The service takes the @ of its ids as it is (API §5). */
    if (is_good)
      g_string_append_uri_escaped (path, id, "@", FALSE);
  }
  va_end (ids);
  g_string_append (path, rest);
  return is_good ? kz_request_new (method, path->str, lane) : NULL;
}

void
kz_api_query (KzRequest *request, const char *name, const char *value)
{
  g_autofree char *escaped = NULL;
  g_autofree char *path = NULL;

  if (request == NULL || value == NULL)
    return;
  escaped = g_uri_escape_string (value, "@", FALSE);
  path = g_strconcat (request->path, strchr (request->path, '?') != NULL ? "&" : "?", name, "=",
                      escaped, NULL);
  g_free (request->path);
  request->path = g_steal_pointer (&path);
}

void
kz_api_query_int (KzRequest *request, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  kz_api_query (request, name, text);
}

void
kz_api_set_body (KzRequest *request, KzJsonWriter *writer)
{
  g_autoptr (GBytes) body = kz_json_writer_end (writer);

  if (request != NULL)
    request->body = g_steal_pointer (&body);
}

void
kz_api_set_json (KzRequest *request, char *json)
{
  if (request == NULL)
    g_free (json);
  else
    request->body = g_bytes_new_take (json, strlen (json));
}

/* --- answers ------------------------------------------------------------------------------- */

static void
say_malformed (GError **error)
{
  /* How it is broken helps nobody who reads this. */
  if (error == NULL || !g_error_matches (*error, KZ_ERROR, KZ_ERROR_MALFORMED))
    return;
  g_clear_error (error);
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED,
                       _ ("This is not an answer of Kaizala: it cannot be read"));
}

KzJson *
kz_api_parse_root (KzReply *reply, gsize max_bytes, GError **error)
{
  const KzJsonLimits limits = {max_bytes, KZ_JSON_MAX_DEPTH};
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);
  KzJson *root = reply->root != NULL ? g_steal_pointer (&reply->root)
                                     : kz_json_parse (data, length, &limits, error);

  if (root == NULL)
    say_malformed (error);
  return root;
}

KzJsonPage *
kz_api_parse_page (const KzReply *reply, const char *array, gsize max_bytes, GError **error)
{
  const KzJsonLimits limits = {max_bytes, KZ_JSON_MAX_DEPTH};
  KzJsonPage *page = kz_json_page_new (reply->body, array, &limits, error);

  if (page == NULL)
    say_malformed (error);
  return page;
}

gpointer
kz_api_parse_id (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
  char *id = NULL;

  if (root == NULL || !kz_json_get_id (root, context, &id, error))
    return NULL;
  return id;
}

gpointer
kz_api_parse_any (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  /* That it is JSON and no error body was checked on the way. */
  return GINT_TO_POINTER (TRUE);
}

/* --- answers that say yes or nothing ------------------------------------------------------- */

static gpointer
parse_done (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = NULL;

  if (g_bytes_get_size (reply->body) > 0) {
    root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
    if (root == NULL)
      return NULL;
  }
  if (root == NULL || kz_json_opt_bool (root, "result", TRUE))
    return GINT_TO_POINTER (TRUE);
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_REJECTED,
                       _ ("The service says that it was not done, or not for everybody"));
  return NULL;
}

void
kz_api_call_done (KzHttp *http,
                  KzRequest *request,
                  KzRequest *other,
                  gpointer tag,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  if (request != NULL)
    request->may_be_empty = TRUE;
  if (other != NULL)
    other->may_be_empty = TRUE;
  kz_api_call_either (http, request, other, tag, parse_done, NULL, NULL, NULL, cancellable,
                      callback, data);
}

gboolean
kz_api_finish_done (KzHttp *http, GAsyncResult *result, gpointer tag, GError **error)
{
  return kz_api_finish (http, result, tag, error) != NULL;
}
