/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-clock.h"

typedef struct {
  gconstpointer owner;
  char *name;
  gint64 due_us;
  guint64 serial;
  KzClockFunc func;
  gpointer data;
} Timer;

typedef struct {
  /* (element-type Timer), in the order in which they fire: by due time, then by age. */
  GPtrArray *timers;
  guint64 last_serial;
  gboolean is_dispatching;
} KzClockPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KzClock, kz_clock, G_TYPE_OBJECT)

static void
timer_free (gpointer data)
{
  Timer *timer = data;

  g_free (timer->name);
  g_free (timer);
}

static void
rearm (KzClock *self)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);
  const Timer *first;

  /* The dispatch arms once at its end, whatever its callbacks set and cancelled. */
  if (priv->is_dispatching)
    return;
  first = priv->timers->len > 0 ? g_ptr_array_index (priv->timers, 0) : NULL;
  KZ_CLOCK_GET_CLASS (self)->arm (self, first != NULL ? first->due_us : -1);
}

static gboolean
find (KzClock *self, gconstpointer owner, const char *name, guint *index)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);

  for (guint i = 0; i < priv->timers->len; i++) {
    const Timer *timer = g_ptr_array_index (priv->timers, i);

    if (timer->owner == owner && g_str_equal (timer->name, name)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

gint64
kz_clock_monotonic_us (KzClock *self)
{
  return KZ_CLOCK_GET_CLASS (self)->monotonic_us (self);
}

gint64
kz_clock_wall_us (KzClock *self)
{
  return KZ_CLOCK_GET_CLASS (self)->wall_us (self);
}

void
kz_clock_set (KzClock *self,
              gconstpointer owner,
              const char *name,
              gint64 delay_us,
              KzClockFunc func,
              gpointer data)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);
  gint64 now_us = kz_clock_monotonic_us (self);
  Timer *timer;
  guint at;

  g_return_if_fail (func != NULL);

  if (find (self, owner, name, &at))
    g_ptr_array_remove_index (priv->timers, at);

  timer = g_new0 (Timer, 1);
  timer->owner = owner;
  timer->name = g_strdup (name);
  delay_us = MAX (delay_us, 0);
  timer->due_us = delay_us > G_MAXINT64 - now_us ? G_MAXINT64 : now_us + delay_us;
  timer->serial = ++priv->last_serial;
  timer->func = func;
  timer->data = data;

  /* New timers are mostly the latest to fire: look for the place from the end. */
  for (at = priv->timers->len; at > 0; at--) {
    const Timer *earlier = g_ptr_array_index (priv->timers, at - 1);

    if (earlier->due_us <= timer->due_us)
      break;
  }
  g_ptr_array_insert (priv->timers, (int) at, timer);
  rearm (self);
}

void
kz_clock_cancel (KzClock *self, gconstpointer owner, const char *name)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);
  guint at;

  if (!find (self, owner, name, &at))
    return;
  g_ptr_array_remove_index (priv->timers, at);
  rearm (self);
}

void
kz_clock_cancel_all (KzClock *self, gconstpointer owner)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);
  guint before = priv->timers->len;

  for (guint i = before; i > 0; i--) {
    const Timer *timer = g_ptr_array_index (priv->timers, i - 1);

    if (timer->owner == owner)
      g_ptr_array_remove_index (priv->timers, i - 1);
  }
  if (priv->timers->len != before)
    rearm (self);
}

gboolean
kz_clock_is_set (KzClock *self, gconstpointer owner, const char *name)
{
  guint at;

  return find (self, owner, name, &at);
}

guint
kz_clock_pending (KzClock *self)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);

  return priv->timers->len;
}

/* (nullable) (transfer full): the first timer that is due and was set before @last_serial. */
static Timer *
steal_due (KzClockPrivate *priv, gint64 now_us, guint64 last_serial)
{
  for (guint i = 0; i < priv->timers->len; i++) {
    const Timer *timer = g_ptr_array_index (priv->timers, i);

    if (timer->due_us > now_us)
      return NULL;
    if (timer->serial <= last_serial)
      return g_ptr_array_steal_index (priv->timers, i);
  }
  return NULL;
}

void
kz_clock_dispatch (KzClock *self)
{
  g_autoptr (KzClock) keep G_GNUC_UNUSED = g_object_ref (self);
  KzClockPrivate *priv = kz_clock_get_instance_private (self);
  gint64 now_us = kz_clock_monotonic_us (self);
  /* What a callback sets for at once waits for the next turn, so that nobody can spin here. */
  guint64 last_serial = priv->last_serial;
  gboolean is_outer = !priv->is_dispatching;
  Timer *timer;

  priv->is_dispatching = TRUE;
  while ((timer = steal_due (priv, now_us, last_serial)) != NULL) {
    KzClockFunc func = timer->func;
    gpointer data = timer->data;

    timer_free (timer);
    func (data);
  }
  if (is_outer) {
    priv->is_dispatching = FALSE;
    rearm (self);
  }
}

static void
kz_clock_finalize (GObject *object)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (KZ_CLOCK (object));

  g_ptr_array_unref (priv->timers);
  G_OBJECT_CLASS (kz_clock_parent_class)->finalize (object);
}

static void
kz_clock_class_init (KzClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kz_clock_finalize;
}

static void
kz_clock_init (KzClock *self)
{
  KzClockPrivate *priv = kz_clock_get_instance_private (self);

  priv->timers = g_ptr_array_new_with_free_func (timer_free);
}
