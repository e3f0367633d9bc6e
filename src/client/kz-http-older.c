/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A renewal that is on its way when the network changes has most likely lost its connection, and nobody
 * should wait a minute to be sure. But where the service has carried it out, its answer may hold the only
 * copy of a new refresh token (API §2.4), and the connection may live after all. So another one goes out
 * beside it, and the first answer of any counts; a refusal of the later one is not believed as long as an
 * older one may still bring what it lacks. */
#include "config.h"

#include "kz-http-private.h"

/* Each ends after KZ_REPLY_TIMEOUT_S; a network that comes and goes starts no more than these. */
#define MAX_OLDER 3

typedef struct {
  KzCall *call;
  KzExchange *exchange; /* (nullable): it has ended */
} Older;

static void
older_free (gpointer data)
{
  Older *older = data;

  if (older->exchange != NULL)
    kz_exchange_abort (older->exchange);
  g_free (older);
}

GPtrArray *
kz_older_new (void)
{
  return g_ptr_array_new_with_free_func (older_free);
}

static gboolean
is_answer (const KzOutcome *outcome)
{
  g_auto (KzServerWords) words = {0};

  if (outcome->error != NULL || outcome->timed_out || outcome->too_large ||
      outcome->status / 100 != 2 || !kz_http_check_body (outcome->body, TRUE, NULL))
    return FALSE;
  kz_server_words_read (&words, outcome->body);
  return words.code == NULL;
}

static void
older_cb (const KzOutcome *outcome, gpointer data)
{
  Older *older = data;
  KzCall *call = older->call;
  g_autoptr (GTask) keep G_GNUC_UNUSED = g_object_ref (call->task);
  g_autoptr (KzHttp) http = g_object_ref (call->http);

  older->exchange = NULL;
  kz_call_leave_wire (call);
  if (call->state == KZ_CALL_DONE)
    return;
  g_ptr_array_remove_fast (call->older, older);
  kz_http_pump_soon (http);
  if (is_answer (outcome))
    kz_call_end (call, kz_reply_new (outcome, 0), NULL);
  else if (call->state == KZ_CALL_LISTENING && call->older->len == 0)
    kz_call_end (call, NULL, g_steal_pointer (&call->verdict));
}

gboolean
kz_call_overtake (KzCall *call)
{
  Older *older;

  if (call->older->len >= MAX_OLDER)
    return FALSE;
  older = g_new0 (Older, 1);
  older->call = call;
  older->exchange = g_steal_pointer (&call->exchange);
  kz_exchange_hand_over (older->exchange, older_cb, older);
  g_ptr_array_add (call->older, older);
  return TRUE;
}

gboolean
kz_call_listens (KzCall *call, GError *error)
{
  if (call->older->len == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  call->state = KZ_CALL_LISTENING;
  call->verdict = error;
  return TRUE;
}

void
kz_call_drop_older (KzCall *call)
{
  guint on_wire = 0;

  for (guint i = 0; i < call->older->len; i++)
    on_wire += ((const Older *) g_ptr_array_index (call->older, i))->exchange != NULL ? 1 : 0;
  g_ptr_array_set_size (call->older, 0);
  g_clear_error (&call->verdict);
  while (on_wire-- > 0)
    kz_call_leave_wire (call);
}
