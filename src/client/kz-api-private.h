/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-json.h"

G_BEGIN_DECLS

/* Shared by the kz-api-*.c files only. */

/* Makes the typed result of a reply; NULL with an error. @context: what kz_api_call() got. */
typedef gpointer (*KzApiParse) (KzHttp *http, KzReply *reply, gconstpointer context,
                                GError **error);

/**
 * kz_api_call:
 * @request: (transfer full) (nullable): NULL when an id cannot be part of a path: KZ_ERROR_INVALID
 * @tag: the _async function, checked by kz_api_finish()
 * @context: (transfer full) (nullable): for @parse
 */
void kz_api_call (KzHttp *http, KzRequest *request, gpointer tag, KzApiParse parse,
                  GDestroyNotify result_free, gpointer context, GDestroyNotify context_free,
                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* As kz_api_call(), but asks @other (transfer full) (nullable) where the service does not know
 * @request's path or method. */
void kz_api_call_either (KzHttp *http, KzRequest *request, KzRequest *other, gpointer tag,
                         KzApiParse parse, GDestroyNotify result_free, gpointer context,
                         GDestroyNotify context_free, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
/**
 * KzApiWork:
 * @step: does as much as may be done in one turn; FALSE: that was all
 * @end: the result; takes what @parse made
 * @free: in place of @end
 *
 * How what a KzApiParse made becomes the result. Static.
 */
typedef struct {
  gboolean (*step) (gpointer made);
  gpointer (*end) (gpointer made);
  GDestroyNotify free;
} KzApiWork;

/* As kz_api_call(), for what is long to read beside its JSON. */
void kz_api_call_work (KzHttp *http, KzRequest *request, gpointer tag, KzApiParse parse,
                       const KzApiWork *work, GDestroyNotify result_free, gpointer context,
                       GDestroyNotify context_free, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data);
/**
 * kz_api_send:
 * @task: (transfer full): of the call
 * @request: (transfer full) (nullable): as for kz_api_call()
 * @op: (transfer full): becomes the data of @task
 * @sent: of kz_http_send_async(), gets @task
 *
 * How each call begins.
 */
void kz_api_send (GTask *task, KzRequest *request, gpointer tag, gpointer op,
                  GDestroyNotify op_free, GAsyncReadyCallback sent);

/**
 * KzApiList:
 * @array: name of the top-level array of its elements
 * @max_bytes: of the answer
 * @is_same: (nullable): a result without a look into the answer, because it is as it was last time;
 *   NULL: it is not
 * @begin: the result with what stands beside the elements
 * @add: one more element; NULL: it cannot be read
 *
 * What a list of the API is made of. Static.
 */
typedef struct {
  const char *array;
  gsize max_bytes;
  gpointer (*is_same) (const KzReply *reply, gconstpointer context);
  gpointer (*begin) (KzJsonPage *page, const KzReply *reply, gconstpointer context);
  void (*add) (gpointer result, const KzJson *element, gconstpointer context);
  GDestroyNotify result_free;
} KzApiList;

/**
 * kz_api_call_list:
 * @request, @other, @context: as for kz_api_call_either()
 *
 * An answer of more than KZ_SLICE_BYTES is worked off a slice a turn of the main loop, when nothing
 * else waits; cancelling ends that, too.
 */
void kz_api_call_list (KzHttp *http, KzRequest *request, KzRequest *other, gpointer tag,
                       const KzApiList *list, gpointer context, GDestroyNotify context_free,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gpointer kz_api_finish (KzHttp *http, GAsyncResult *result, gpointer tag, GError **error);

/* A request below the endpoint. @format is a path in which each %s is an id, which is escaped here.
 * NULL when one of them is empty or would climb in the path. (nullable) (transfer full) */
KzRequest *kz_api_request (const char *method, KzLane lane, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
/* Appends a query parameter; @value: (nullable): nothing is appended. @request: (nullable). */
void kz_api_query (KzRequest *request, const char *name, const char *value);
void kz_api_query_int (KzRequest *request, const char *name, gint64 value);
/* @writer: (transfer full): becomes the body. @request: (nullable). */
void kz_api_set_body (KzRequest *request, KzJsonWriter *writer);
/* @json: (transfer full): becomes the body. @request: (nullable). */
void kz_api_set_json (KzRequest *request, char *json);

/* The whole answer; KZ_ERROR_MALFORMED. */
KzJson *kz_api_parse_root (KzReply *reply, gsize max_bytes, GError **error);
KzJsonPage *kz_api_parse_page (const KzReply *reply, const char *array, gsize max_bytes,
                               GError **error);
/* KzApiParse: the id named by @context (a static string) of the answer; any or none. */
gpointer kz_api_parse_id (KzHttp *http, KzReply *reply, gconstpointer context, GError **error);
gpointer kz_api_parse_any (KzHttp *http, KzReply *reply, gconstpointer context, GError **error);
/* A call whose answer is "result", a bool of some sort, or nothing that anybody documented: also
 * empty. "false" is KZ_ERROR_REJECTED. */
void kz_api_call_done (KzHttp *http, KzRequest *request, KzRequest *other, gpointer tag,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_finish_done (KzHttp *http, GAsyncResult *result, gpointer tag, GError **error);

G_END_DECLS
