/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-http-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>

#define READ_SIZE (32u << 10)

/* Lives until the last asynchronous call of libsoup has come back, also after an abort. */
struct _KzExchange {
  SoupSession *session;
  KzClock *clock; /* (nullable): NULL after an abort */
  SoupMessage *message;
  GCancellable *cancellable;
  GInputStream *stream; /* (nullable) */
  GBytes *whole;      /* (nullable): what was read, when that was one piece so far */
  GByteArray *pieces; /* (nullable): otherwise */
  gsize received;
  gsize max_bytes;
  const KzTransfer *transfer; /* (nullable): NULL after an abort */
  gsize sent;
  gint64 deadline_us;
  gulong starting_id;
  gulong wrote_id;
  KzExchangeFunc func; /* (nullable): NULL after an abort */
  gpointer data;
  KzOutcome outcome;
};

#define SHUT "kaizala-shut"

void
kz_exchange_shut (SoupSession *session)
{
  g_object_set_data (G_OBJECT (session), SHUT, GINT_TO_POINTER (TRUE));
  soup_session_abort (session);
}

static void
exchange_free (KzExchange *self)
{
  /* What ends only after that would leave its connection open for the next one. */
  if (g_object_get_data (G_OBJECT (self->session), SHUT) != NULL)
    soup_session_abort (self->session);
  g_signal_handler_disconnect (self->message, self->starting_id);
  g_clear_signal_handler (&self->wrote_id, self->message);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->whole, g_bytes_unref);
  g_clear_pointer (&self->pieces, g_byte_array_unref);
  g_clear_pointer (&self->outcome.body, g_bytes_unref);
  g_free (self->outcome.retry_after);
  g_free (self->outcome.location);
  g_clear_error (&self->outcome.error);
  g_free (self);
}

static void deadline_cb (gpointer data);

static void
set_deadline_in (KzExchange *self, gint64 delay_us)
{
  self->deadline_us = kz_clock_monotonic_us (self->clock) + delay_us;
  kz_clock_set (self->clock, self, "deadline", delay_us, deadline_cb, self);
}

static void
set_deadline (KzExchange *self)
{
  if (self->clock != NULL)
    set_deadline_in (self, KZ_REPLY_TIMEOUT_S * G_USEC_PER_SEC);
}

void
kz_exchange_hurry (KzExchange *self)
{
  gint64 delay_us = KZ_RESUMED_REPLY_S * G_USEC_PER_SEC;

  if (self->deadline_us > kz_clock_monotonic_us (self->clock) + delay_us)
    set_deadline_in (self, delay_us);
}

static void
keep (KzExchange *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (self->whole == NULL && self->pieces == NULL) {
    self->whole = g_bytes_ref (bytes);
    return;
  }
  if (self->pieces == NULL)
    self->pieces = g_bytes_unref_to_array (g_steal_pointer (&self->whole));
  g_byte_array_append (self->pieces, data, (guint) size);
}

/* (transfer full) */
static GBytes *
take_body (KzExchange *self)
{
  if (self->whole != NULL)
    return g_steal_pointer (&self->whole);
  if (self->pieces != NULL)
    return g_byte_array_free_to_bytes (g_steal_pointer (&self->pieces));
  return g_bytes_new (NULL, 0);
}

static void
finish (KzExchange *self)
{
  if (self->func != NULL) {
    kz_clock_cancel (self->clock, self, "deadline");
    self->outcome.body = take_body (self);
    self->outcome.message = self->message;
    self->func (&self->outcome, self->data);
  }
  exchange_free (self);
}

static void
close_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzExchange *self = data;

  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  finish (self);
}

/* Also after a failure: a stream that is only dropped is closed synchronously by GIO. */
static void
close_stream (KzExchange *self)
{
  g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, self->cancellable, close_cb, self);
}

static void
stop_too_large (KzExchange *self)
{
  self->outcome.too_large = TRUE;
  /* The rest of the body is not wanted: without this, closing reads it to its end. */
  g_cancellable_cancel (self->cancellable);
  close_stream (self);
}

static gboolean
is_2xx (const KzExchange *self)
{
  return self->outcome.status / 100 == 2;
}

/* FALSE: it is too much. */
static gboolean
take (KzExchange *self, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size > self->max_bytes - self->received)
    return FALSE;
  self->received += size;
  if (self->transfer != NULL) {
    set_deadline (self);
    if (self->transfer->chunk != NULL && is_2xx (self))
      return self->transfer->chunk (data, size, self->transfer->data);
  }
  keep (self, bytes);
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzExchange *self = data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &self->outcome.error);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (size == 0) {
    close_stream (self);
    return;
  }
  if (!take (self, bytes)) {
    stop_too_large (self);
    return;
  }
  g_input_stream_read_bytes_async (self->stream, READ_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, self);
}

static void
read_headers (KzExchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) time = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;

  self->outcome.status = soup_message_get_status (self->message);
  self->outcome.retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  self->outcome.location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  if (time != NULL)
    self->outcome.date_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

/* -1: it does not say. */
static goffset
length_of_body (KzExchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
             ? soup_message_headers_get_content_length (headers)
             : -1;
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzExchange *self = data;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &self->outcome.error);
  if (self->stream == NULL) {
    finish (self);
    return;
  }
  read_headers (self);
  if (length_of_body (self) > (goffset) self->max_bytes) {
    stop_too_large (self);
    return;
  }
  if (self->transfer != NULL && self->transfer->began != NULL && is_2xx (self))
    self->transfer->began (length_of_body (self), self->transfer->data);
  g_input_stream_read_bytes_async (self->stream, READ_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, self);
}

/* A message that never started has left no byte, whatever else went wrong. */
static void
starting_cb (SoupMessage *message, gpointer data)
{
  KzExchange *self = data;

  self->outcome.bytes_left = TRUE;
}

static void
wrote_cb (SoupMessage *message, guint size, gpointer data)
{
  KzExchange *self = data;

  set_deadline (self);
  self->sent += size;
  if (self->transfer != NULL && self->transfer->sent != NULL)
    self->transfer->sent (self->sent, self->transfer->data);
}

static void
deadline_cb (gpointer data)
{
  KzExchange *self = data;
  g_autoptr (GCancellable) cancellable = g_object_ref (self->cancellable);

  /* The callbacks of libsoup come from the loop and tell the owner. */
  self->outcome.timed_out = TRUE;
  g_cancellable_cancel (cancellable);
}

KzExchange *
kz_exchange_start (SoupSession *session,
                   KzClock *clock,
                   SoupMessage *message,
                   gsize max_bytes,
                   const KzTransfer *transfer,
                   KzExchangeFunc func,
                   gpointer data)
{
  KzExchange *self = g_new0 (KzExchange, 1);

  self->session = g_object_ref (session);
  self->clock = g_object_ref (clock);
  self->message = g_object_ref (message);
  self->cancellable = g_cancellable_new ();
  self->max_bytes = MIN (max_bytes, G_MAXUINT / 2);
  self->transfer = transfer;
  self->func = func;
  self->data = data;
  self->starting_id = g_signal_connect (message, "starting", G_CALLBACK (starting_cb), self);
  if (transfer != NULL)
    self->wrote_id = g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_cb), self);
  set_deadline (self);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, self->cancellable, send_cb, self);
  return self;
}

gboolean
kz_exchange_has_left (const KzExchange *self)
{
  return self->outcome.bytes_left;
}

void
kz_exchange_hand_over (KzExchange *self, KzExchangeFunc func, gpointer data)
{
  self->func = func;
  self->data = data;
}

void
kz_exchange_abort (KzExchange *self)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (self->cancellable);

  self->func = NULL;
  self->transfer = NULL;
  kz_clock_cancel (self->clock, self, "deadline");
  g_clear_object (&self->clock);
  g_cancellable_cancel (cancellable);
}
