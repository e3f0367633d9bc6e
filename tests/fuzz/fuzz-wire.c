/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "fuzz-wire.h"

#include "kz-http-private.h"

static const FuzzAnswer *the_answer;
static guint asked;

void
fuzz_wire_set (const FuzzAnswer *answer)
{
  the_answer = answer;
  asked = 0;
}

guint
fuzz_wire_asked (void)
{
  return asked;
}

KzHttp *
fuzz_wire_http (void)
{
  static KzHttp *http;

  if (http == NULL) {
    g_autoptr (KzClock) clock = kz_clock_new_manual (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC);
    g_autoptr (KzThrottle) throttle = kz_throttle_new (10000, 10000);

    http = kz_http_new (clock, throttle, NULL);
  }
  return http;
}

void
fuzz_wire_drive (const gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
}

void
fuzz_wire_check_error (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == KZ_ERROR);
  g_assert_cmpstr (error->message, !=, "");
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_error_free (error);
}

static void
reply_free (gpointer reply)
{
  kz_reply_free (reply);
}

/* (transfer full): as kz-http-call.c judges an answer, without what makes it ask again. */
static KzReply *
judge (KzHttp *http, const KzRequest *request, guint status, GError **error)
{
  g_auto (KzServerWords) words = {0};
  GBytes *body = the_answer->body;
  KzReply *reply;

  if (status != 200 || kz_server_words_are_possible (body))
    kz_server_words_read (&words, body);
  if (status != 200 || words.code != NULL) {
    g_propagate_error (error, kz_http_error_new_refusal (status, &words, body, TRUE));
    return NULL;
  }
  if (!(request->may_be_empty && g_bytes_get_size (body) == 0) &&
      !kz_http_check_body (body, !request->is_list && !the_answer->is_long, error))
    return NULL;
  reply = g_new0 (KzReply, 1);
  reply->status = status;
  reply->body = g_bytes_ref (body);
  reply->date_us = the_answer->date_us;
  reply->hash = request->comes_again ? kz_http_hash (http, body) : 0;
  return reply;
}

void __wrap_kz_http_send_async (KzHttp *self, KzRequest *request, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
KzReply *__wrap_kz_http_send_finish (KzHttp *self, GAsyncResult *result, GError **error);

void
__wrap_kz_http_send_async (KzHttp *self,
                           KzRequest *request,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;
  KzReply *reply = judge (self, request, asked++ == 0 ? the_answer->status : 200, &error);

  /* The callback comes in a later turn: the task was made in this one. */
  if (reply != NULL)
    g_task_return_pointer (task, reply, reply_free);
  else
    g_task_return_error (task, error);
  kz_request_free (request);
}

KzReply *
__wrap_kz_http_send_finish (KzHttp *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
