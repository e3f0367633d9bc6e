/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers that are a list of any length: worked off in slices, so that the longest freezes no host. */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

typedef struct {
  KzRequest *other; /* (nullable): to be tried where the service does not know the first */
  const KzApiList *list;
  gpointer context; /* (nullable) */
  GDestroyNotify context_free;
  KzJsonPage *page; /* (nullable): until the answer came */
  guint next;       /* element of @page */
  gpointer result;  /* (nullable): so far */
} ListOp;

static void
list_op_free (gpointer data)
{
  ListOp *op = data;

  kz_request_free (op->other);
  if (op->context_free != NULL)
    op->context_free (op->context);
  kz_json_page_free (op->page);
  if (op->result != NULL)
    op->list->result_free (op->result);
  g_free (op);
}

/* As much as may be done in one turn. TRUE: there is more. */
static gboolean
work (ListOp *op)
{
  gsize bytes = 0;

  for (; op->next < kz_json_page_length (op->page) && bytes < KZ_SLICE_BYTES; op->next++) {
    g_autoptr (KzJson) element = kz_json_page_parse (op->page, op->next, NULL);

    op->list->add (op->result, element, op->context);
    bytes += kz_json_page_size (op->page, op->next);
  }
  return op->next < kz_json_page_length (op->page);
}

static void
finish (GTask *task)
{
  ListOp *op = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&op->result), op->list->result_free);
}

static gboolean
slice_cb (gpointer data)
{
  GTask *task = data;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (work (g_task_get_task_data (task)))
    return G_SOURCE_CONTINUE;
  finish (task);
  return G_SOURCE_REMOVE;
}

static void
begin (GTask *task, const KzReply *reply, GError **error)
{
  ListOp *op = g_task_get_task_data (task);
  g_autoptr (GSource) idle = NULL;

  op->page = kz_api_parse_page (reply, op->list->array, op->list->max_bytes, error);
  if (op->page == NULL)
    return;
  op->result = op->list->begin (op->page, reply, op->context);
  /* To cut a long one was a turn's work. */
  if (g_bytes_get_size (reply->body) <= KZ_SLICE_BYTES) {
    work (op);
    finish (task);
    return;
  }
  idle = g_idle_source_new ();
  /* When the host has nothing else to do. */
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_attach_source (task, idle, slice_cb);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzHttp *http = KZ_HTTP (source);
  ListOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (http, result, &error);

  if (op->other != NULL && g_error_matches (error, KZ_ERROR, KZ_ERROR_NOT_FOUND)) {
    GCancellable *cancellable = g_task_get_cancellable (task);

    g_clear_error (&error);
    kz_http_send_async (http, g_steal_pointer (&op->other), cancellable, sent_cb,
                        g_steal_pointer (&task));
    return;
  }
  if (reply != NULL && op->list->is_same != NULL)
    op->result = op->list->is_same (reply, op->context);
  if (op->result != NULL)
    finish (task);
  else if (reply != NULL)
    begin (task, reply, &error);
  if (error != NULL)
    g_task_return_error (task, error);
}

void
kz_api_call_list (KzHttp *http,
                  KzRequest *request,
                  KzRequest *other,
                  gpointer tag,
                  const KzApiList *list,
                  gpointer context,
                  GDestroyNotify context_free,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  ListOp *op = g_new0 (ListOp, 1);

  op->other = other;
  op->list = list;
  op->context = context;
  op->context_free = context_free;
  if (request != NULL && list->max_bytes > KZ_JSON_MAX_BYTES)
    request->max_bytes = list->max_bytes;
  if (request != NULL)
    request->is_list = TRUE;
  if (other != NULL)
    other->is_list = TRUE;
  kz_api_send (g_task_new (http, cancellable, callback, data), request, tag, op, list_op_free,
               sent_cb);
}
