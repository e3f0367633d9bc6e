/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-exchange.h"

typedef struct {
  SbSandbox *sandbox;    /* (unowned): not looked at once cancelled */
  GCancellable *overall; /* the sandbox's */
  GCancellable *own;
  gulong overall_id;
  GSource *timeout;
  SoupMessage *msg;
  SbAnswered answered;
  gpointer data;
  GDestroyNotify destroy;
} Exchange;

static void
overall_cancelled_cb (GCancellable *overall, gpointer own)
{
  g_cancellable_cancel (own);
}

static gboolean
timeout_cb (gpointer data)
{
  g_cancellable_cancel (((Exchange *) data)->own);
  return G_SOURCE_REMOVE;
}

static void
exchange_free (Exchange *exchange)
{
  g_signal_handler_disconnect (exchange->overall, exchange->overall_id);
  g_source_destroy (exchange->timeout);
  g_source_unref (exchange->timeout);
  g_object_unref (exchange->overall);
  g_object_unref (exchange->own);
  g_object_unref (exchange->msg);
  exchange->destroy (exchange->data);
  g_free (exchange);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  gsize length = 0;
  const char *body = bytes ? g_bytes_get_data (bytes, &length) : NULL;
  g_autofree char *text = body ? g_strndup (body, length) : NULL;
  /* When the sandbox ended, it has freed whatever waited for this. */
  if (!g_cancellable_is_cancelled (exchange->overall)) {
    exchange->sandbox->exchanges--;
    exchange->answered (bytes ? soup_message_get_status (exchange->msg) : 0, text, exchange->data);
  }
  exchange_free (exchange);
}

void
sb_exchange_start (SbSandbox *sandbox,
                   SoupMessage *msg,
                   const char *seconds_switch,
                   SbAnswered answered,
                   gpointer data,
                   GDestroyNotify destroy)
{
  gint64 limit_s = sb_switches_int (sandbox->switches, seconds_switch);
  Exchange *exchange = g_new0 (Exchange, 1);
  exchange->sandbox = sandbox;
  exchange->msg = msg;
  exchange->answered = answered;
  exchange->data = data;
  exchange->destroy = destroy;
  exchange->overall = g_object_ref (sandbox->cancellable);
  exchange->own = g_cancellable_new ();
  exchange->overall_id =
      g_signal_connect_object (exchange->overall, "cancelled", G_CALLBACK (overall_cancelled_cb),
                               exchange->own, (GConnectFlags) 0);
  exchange->timeout = g_timeout_source_new ((guint) MIN (limit_s, 3600) * 1000);
  g_source_set_callback (exchange->timeout, timeout_cb, exchange, NULL);
  g_source_attach (exchange->timeout, g_main_context_get_thread_default ());
  soup_message_add_flags (msg, SOUP_MESSAGE_NO_REDIRECT);
  sandbox->exchanges++;
  soup_session_send_and_read_async (sandbox->session, msg, G_PRIORITY_DEFAULT, exchange->own,
                                    answer_cb, exchange);
}
