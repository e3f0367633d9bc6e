/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"

#include "kz-limits.h"

#define WALL_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)
#define LONG_US (3600 * (gint64) G_USEC_PER_SEC)
#define ENOUGH_DRIPS 20

static gboolean
headers (gpointer auth,
         KzAuthNeed need,
         void (*add) (gpointer target, const char *name, const char *value),
         gpointer target)
{
  Bench *bench = auth;
  g_autofree char *token = g_strdup_printf ("token-%u", bench->token);

  if (need == KZ_AUTH_NONE)
    return TRUE;
  if (bench->token == 0)
    return FALSE;
  add (target, "accessToken", token);
  return TRUE;
}

static gboolean
renewed_cb (gpointer data)
{
  g_autoptr (GTask) task = data;
  Bench *bench = g_task_get_task_data (task);

  if (bench->renewal_error != NULL)
    g_task_return_error (task, g_error_copy (bench->renewal_error));
  else {
    bench->token++;
    g_task_return_boolean (task, TRUE);
  }
  return G_SOURCE_REMOVE;
}

static void
renew_async (gpointer auth,
             gboolean refused,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer data)
{
  Bench *bench = auth;
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  bench->renewals++;
  bench->refusals += refused ? 1 : 0;
  g_task_set_task_data (task, bench, NULL);
  g_idle_add (renewed_cb, task);
}

static gboolean
renew_finish (gpointer auth, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static const char *
endpoint (gpointer auth)
{
  return ((Bench *) auth)->endpoint;
}

static void
moved (gpointer auth, const char *base)
{
  Bench *bench = auth;

  g_free (bench->endpoint);
  bench->endpoint = g_strdup (base);
  g_ptr_array_add (bench->moved, g_strdup (base));
}

static gboolean
may_follow (gpointer auth, const char *from, const char *to)
{
  return g_str_has_prefix (to, "http://127.0.0.1:");
}

static gint64
renew_wait_us (gpointer auth)
{
  return 0;
}

static const KzHttpAuth functions = {headers, renew_async, renew_finish, endpoint,
                                     moved,   may_follow,  renew_wait_us};

static void
busy_cb (gboolean is_busy, gpointer data)
{
  Bench *bench = data;

  g_assert_cmpint (bench->is_busy, !=, is_busy);
  bench->is_busy = is_busy;
  bench->busy_changes++;
}

Bench *
bench_new (const char *endpoint_url)
{
  return bench_new_narrow (endpoint_url, KZ_CALLS_PER_MINUTE);
}

Bench *
bench_new_narrow (const char *endpoint_url, guint calls_per_minute)
{
  Bench *bench = g_new0 (Bench, 1);

  bench->clock = kz_clock_new_manual (WALL_US);
  bench->throttle =
      kz_throttle_new (calls_per_minute, MIN (calls_per_minute, KZ_BUDGET_PER_MINUTE));
  bench->http = kz_http_new (bench->clock, bench->throttle, NULL);
  bench->endpoint = g_strdup (endpoint_url);
  bench->token = 1;
  bench->moved = g_ptr_array_new_with_free_func (g_free);
  kz_http_set_auth (bench->http, &functions, bench);
  kz_http_set_busy_func (bench->http, busy_cb, bench);
  return bench;
}

KzHttp *
bench_neighbour (Bench *bench)
{
  KzHttp *http = kz_http_new (bench->clock, bench->throttle, NULL);

  kz_http_set_auth (http, &functions, bench);
  return http;
}

void
bench_settle (Bench *bench)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
bench_free (Bench *bench)
{
  kz_http_shutdown (bench->http);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, 0);
  g_assert_false (bench->is_busy);
  bench_settle (bench);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  g_assert_finalize_object (bench->http);
  kz_throttle_unref (bench->throttle);
  g_assert_finalize_object (bench->clock);
  g_clear_error (&bench->renewal_error);
  g_ptr_array_unref (bench->moved);
  g_free (bench->endpoint);
  g_free (bench);
}

Fate *
fate_new (void)
{
  return g_new0 (Fate, 1);
}

void
fate_free (Fate *fate)
{
  g_clear_pointer (&fate->reply, kz_reply_free);
  g_clear_error (&fate->error);
  g_free (fate);
}

void
fate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fate *fate = data;

  g_assert_false (fate->done);
  fate->done = TRUE;
  fate->reply = kz_http_send_finish (KZ_HTTP (source), result, &fate->error);
  /* One of the two, always. */
  g_assert_true ((fate->reply == NULL) != (fate->error == NULL));
}

void
got_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Got *got = data;

  got->result = g_object_ref (result);
  got->done = TRUE;
}

void
got_clear (Got *got)
{
  g_clear_object (&got->result);
  got->done = FALSE;
}

KzRequest *
bench_request (const char *method, KzLane lane)
{
  KzRequest *request = kz_request_new (method, "/v1/groups/g@1/things?a=b", lane);

  if (g_str_equal (method, "POST"))
    request->body = g_bytes_new_static ("{\"message\":\"hello\"}", 19);
  return request;
}

void
bench_send (Bench *bench, KzRequest *request, GCancellable *cancellable, Fate *fate)
{
  kz_http_send_async (bench->http, request, cancellable, fate_cb, fate);
  g_assert_false (fate->done);
}

static gboolean
only_time_helps (Bench *bench)
{
  guint in_flight = kz_http_in_flight (bench->http);

  if (bench->wire != NULL && in_flight > 0 && wire_dripped (bench->wire) > ENOUGH_DRIPS)
    return TRUE;
  if (g_main_context_pending (NULL))
    return FALSE;
  return in_flight == 0 || (bench->wire != NULL && wire_stalled (bench->wire) >= in_flight);
}

void
bench_drive (Bench *bench, const gboolean *done)
{
  while (!*done) {
    if (!only_time_helps (bench) || !kz_clock_advance_to_next (bench->clock, LONG_US))
      g_main_context_iteration (NULL, TRUE);
  }
}

Fate *
bench_ask (Bench *bench, KzRequest *request)
{
  Fate *fate = fate_new ();

  bench_send (bench, request, NULL, fate);
  bench_drive (bench, &fate->done);
  return fate;
}
