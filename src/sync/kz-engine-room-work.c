/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of one room that are shown in slices. What else has lines for that room comes after all of them,
 * in the order in which it came. */
#include "config.h"

#include "kz-engine-private.h"

typedef struct {
  KzEngine *engine; /* unowned: it ends its work before it goes */
  char *group_id;
  GSourceFunc func;
  gpointer data;
  GDestroyNotify done;
  GPtrArray *waiting; /* (element-type Waiting) */
} RoomWork;

/* A delivery, or the answer to a call of ours. */
typedef struct {
  KzKept *kept; /* (nullable) */
  GAsyncReadyCallback callback;
  GObject *source;
  GAsyncResult *result;
  gpointer data;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  if (waiting->kept != NULL)
    kz_kept_free (waiting->kept);
  g_clear_object (&waiting->source);
  g_clear_object (&waiting->result);
  g_free (waiting);
}

static RoomWork *
find_work (KzEngine *self, const char *group_id)
{
  return g_hash_table_lookup (self->room_works, group_id);
}

/* Whoever has to wait again, because one before it began something long, is at the same place
 * there. */
static void
end_waiting (KzEngine *self, RoomWork *work)
{
  while (work->waiting->len > 0) {
    Waiting *waiting = g_ptr_array_steal_index (work->waiting, 0);
    RoomWork *next = find_work (self, work->group_id);

    if (waiting->kept == NULL) {
      /* Of what was torn down these only let go. */
      waiting->callback (waiting->source, waiting->result, waiting->data);
    } else if (next != NULL && next != work && kz_engine_is_alive (self)) {
      g_ptr_array_add (next->waiting, waiting);
      continue;
    } else if (kz_engine_is_up (self)) {
      kz_engine_take_held (self, g_steal_pointer (&waiting->kept));
    }
    waiting_free (waiting);
  }
}

static gboolean
slice (gpointer data)
{
  RoomWork *work = data;

  return kz_engine_is_alive (work->engine) && work->func (work->data);
}

static void
ended (gpointer data)
{
  RoomWork *work = data;
  g_autoptr (KzEngine) self = g_object_ref (work->engine);

  work->done (work->data);
  g_hash_table_remove (self->room_works, work->group_id);
  end_waiting (self, work);
  g_ptr_array_unref (work->waiting);
  g_free (work->group_id);
  g_free (work);
}

void
kz_engine_add_room_work (
    KzEngine *self, const char *group_id, GSourceFunc func, gpointer data, GDestroyNotify done)
{
  RoomWork *work;

  g_return_if_fail (find_work (self, group_id) == NULL);

  work = g_new0 (RoomWork, 1);
  work->engine = self;
  work->group_id = g_strdup (group_id);
  work->func = func;
  work->data = data;
  work->done = done;
  work->waiting = g_ptr_array_new_with_free_func (waiting_free);
  g_hash_table_insert (self->room_works, work->group_id, work);
  kz_engine_add_work (self, slice, work, ended);
}

gboolean
kz_engine_room_waits (KzEngine *self,
                      const char *group_id,
                      GAsyncReadyCallback callback,
                      GObject *source,
                      GAsyncResult *result,
                      gpointer data)
{
  RoomWork *work = kz_engine_is_alive (self) ? find_work (self, group_id) : NULL;
  Waiting *waiting;

  if (work == NULL)
    return FALSE;
  waiting = g_new0 (Waiting, 1);
  waiting->callback = callback;
  waiting->source = source != NULL ? g_object_ref (source) : NULL;
  waiting->result = g_object_ref (result);
  waiting->data = data;
  g_ptr_array_add (work->waiting, waiting);
  return TRUE;
}

gboolean
kz_engine_has_room_work (KzEngine *self, const char *group_id)
{
  return find_work (self, group_id) != NULL;
}

void
kz_engine_hold_delivery (KzEngine *self, KzKept *kept)
{
  RoomWork *work = find_work (self, kept->delivery->group_id);
  Waiting *waiting;

  g_return_if_fail (work != NULL);

  waiting = g_new0 (Waiting, 1);
  waiting->kept = kept;
  g_ptr_array_add (work->waiting, waiting);
}

void
kz_engine_finish_room_work (KzEngine *self, const char *group_id)
{
  RoomWork *work = find_work (self, group_id);

  while (work != NULL && slice (work))
    ;
  /* Its next turn finds nothing more to do. */
  for (guint i = 0; work != NULL && i < work->waiting->len && kz_engine_is_up (self);) {
    Waiting *waiting = g_ptr_array_index (work->waiting, i);

    if (waiting->kept == NULL) {
      i++;
      continue;
    }
    g_ptr_array_steal_index (work->waiting, i);
    kz_engine_take_held (self, g_steal_pointer (&waiting->kept));
    waiting_free (waiting);
  }
}
