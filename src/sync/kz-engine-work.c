/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

typedef struct {
  KzEngine *engine; /* unowned: it ends its work before it goes */
  GSource *source;  /* unowned: the loop's, until it is destroyed */
  GSourceFunc func;
  gpointer data;
  GDestroyNotify done;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_ptr_array_remove (work->engine->works, work);
  work->done (work->data);
  g_free (work);
}

static gboolean
work_cb (gpointer data)
{
  Work *work = data;

  return work->func (work->data);
}

void
kz_engine_add_work (KzEngine *self, GSourceFunc func, gpointer data, GDestroyNotify done)
{
  Work *work;

  if (!kz_engine_is_alive (self) || !func (data)) {
    done (data);
    return;
  }
  work = g_new0 (Work, 1);
  work->engine = self;
  work->source = g_idle_source_new ();
  work->func = func;
  work->data = data;
  work->done = done;
  g_ptr_array_add (self->works, work);
  g_source_set_callback (work->source, work_cb, work, work_free);
  g_source_attach (work->source, NULL);
  g_source_unref (work->source);
}

void
kz_engine_end_work (KzEngine *self)
{
  g_autoptr (GPtrArray) works = g_steal_pointer (&self->works);

  self->works = g_ptr_array_new ();
  /* That which ends us in its own turn goes when that is over. */
  for (guint i = 0; i < works->len; i++)
    g_source_destroy (((const Work *) g_ptr_array_index (works, i))->source);
}
