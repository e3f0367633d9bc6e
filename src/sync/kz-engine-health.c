/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

/* So soon a suspend is noticed; the rest takes its time. */
#define WATCH_US (10 * G_USEC_PER_SEC)
#define LOOKS_EVERY 3
/* The clocks may drift; more than this is a suspend, or somebody set the time. */
#define JUMP_US (60 * G_USEC_PER_SEC)
/* Nothing answers for so long: HELD, and then FAILED, so that the host connects anew. */
#define HOLD_AFTER_US (100 * G_USEC_PER_SEC)
#define FAIL_AFTER_US (5 * 60 * G_USEC_PER_SEC)

static gboolean
is_silence (const GError *error)
{
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_NETWORK) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_UNAVAILABLE) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_TLS) ||
         (error != NULL && error->domain != KZ_ERROR);
}

static void
note_answer (KzEngine *self)
{
  self->last_answer_us = kz_clock_monotonic_us (self->clock);
  self->is_failing = FALSE;
  g_clear_error (&self->last_error);
  if (self->state != KZ_ENGINE_HELD)
    return;
  self->held_since_us = 0;
  if (kz_engine_set_state (self, KZ_ENGINE_ONLINE, NULL) && kz_engine_is_up (self))
    kz_poller_resume (self->poller);
}

void
kz_engine_note_result (KzEngine *self, const GError *error)
{
  if (!kz_engine_is_up (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* Only the person can mend these. */
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED) ||
      g_error_matches (error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR)) {
    kz_engine_fail (self, error);
    return;
  }
  if (!is_silence (error)) {
    note_answer (self);
    return;
  }
  self->is_failing = TRUE;
  g_clear_error (&self->last_error);
  self->last_error = g_error_copy (error);
}

/* (transfer full) */
static GError *
silence_error (KzEngine *self)
{
  if (self->last_error != NULL && self->last_error->domain == KZ_ERROR &&
      self->last_error->code != KZ_ERROR_UNRESOLVED)
    return g_error_copy (self->last_error);
  return g_error_new_literal (KZ_ERROR, KZ_ERROR_NETWORK, _ ("The service does not answer"));
}

static void
hold (KzEngine *self)
{
  g_autoptr (GError) error = silence_error (self);

  self->held_since_us = kz_clock_monotonic_us (self->clock);
  kz_poller_pause (self->poller);
  if (kz_engine_set_state (self, KZ_ENGINE_HELD, error) && kz_engine_is_up (self))
    kz_engine_notice (self, KZ_NOTICE_RECONNECTING, NULL, NULL);
}

static void
give_up (KzEngine *self)
{
  g_autoptr (GError) error = silence_error (self);
  g_autoptr (GError) network = g_error_new_literal (KZ_ERROR, KZ_ERROR_NETWORK, error->message);

  kz_engine_fail (self, network);
}

/* Whether a call that could be answered has not been for long. */
static gboolean
is_silent (KzEngine *self, gint64 now_us)
{
  /* Asked to wait is answered. */
  if (kz_throttle_wait_us (self->throttle, KZ_LANE_USER, now_us) > 0) {
    self->last_answer_us = now_us;
    return FALSE;
  }
  return (self->is_failing || kz_http_in_flight (self->http) > 0) &&
         now_us - self->last_answer_us > HOLD_AFTER_US;
}

static void
check_silence (KzEngine *self)
{
  gint64 now_us = kz_clock_monotonic_us (self->clock);

  if (self->state == KZ_ENGINE_HELD) {
    if (now_us - self->held_since_us > FAIL_AFTER_US)
      give_up (self);
    else
      kz_engine_refresh_groups (self);
  } else if (is_silent (self, now_us)) {
    hold (self);
  } else if (!self->is_failing && kz_http_in_flight (self->http) == 0) {
    /* Quiet is not silence. */
    self->last_answer_us = now_us;
  }
}

static void
save_progress (KzEngine *self)
{
  gint64 oldest_us = kz_outbox_oldest_open_us (self->outbox);
  gint64 wall_us = kz_clock_wall_us (self->clock);

  /* A crash must leave the sends that nobody was told about later than this. */
  kz_store_set_last_online_us (self->store,
                               oldest_us != 0 ? MIN (wall_us, oldest_us - 1) : wall_us);
  kz_poller_save_rates (self->poller);
}

static void
watch_cb (gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);
  gint64 wall_us = kz_clock_wall_us (self->clock);
  gint64 mono_us = kz_clock_monotonic_us (self->clock);
  gint64 wall_step_us = wall_us - self->watch_wall_us;
  gint64 mono_step_us = mono_us - self->watch_mono_us;

  if (!kz_engine_is_alive (self))
    return;
  self->watch_wall_us = wall_us;
  self->watch_mono_us = mono_us;
  kz_clock_set (self->clock, self, "watch", WATCH_US, watch_cb, self);
  if (ABS (wall_step_us - mono_step_us) > JUMP_US || mono_step_us > WATCH_US + JUMP_US) {
    /* The time we slept is not silence. */
    self->last_answer_us = mono_us;
    kz_engine_network_changed (self);
    return;
  }
  if (!kz_engine_is_up (self) || ++self->watch_turns % LOOKS_EVERY != 0)
    return;
  check_silence (self);
  if (kz_engine_is_up (self))
    save_progress (self);
}

void
kz_engine_start_watch (KzEngine *self)
{
  self->watch_wall_us = kz_clock_wall_us (self->clock);
  self->watch_mono_us = kz_clock_monotonic_us (self->clock);
  kz_clock_set (self->clock, self, "watch", WATCH_US, watch_cb, self);
}

void
kz_engine_network_changed (KzEngine *self)
{
  g_autoptr (KzEngine) hold_ref G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold_ref = g_object_ref (self);
  if (self->is_torn_down || self->http == NULL)
    return;
  if (self->auth != NULL)
    kz_auth_network_changed (self->auth);
  kz_http_network_changed (self->http);
  if (!kz_engine_is_up (self))
    return;
  kz_poller_resume (self->poller);
  kz_engine_refresh_groups (self);
}
