/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-limits.h"
#include "kz-random.h"

#include <glib/gstdio.h>

/* While a worker thread does file I/O for us, the loop must turn by itself: a forked host shares
 * its wake-up descriptor with its parent and may miss the thread's signal. */
#define IO_TURN_US (100 * 1000)
#define SAVE_AGAIN_US (60 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (KzStore, kz_store, G_TYPE_OBJECT)

static void
group_state_free (gpointer data)
{
  KzGroupState *group = data;

  g_ref_string_release (group->group_id);
  g_free (group->name);
  g_free (group->webhook_id);
  g_clear_pointer (&group->webhook_url, g_ref_string_release);
  g_free (group->direct_phone);
  kz_cursor_free (group->cursor);
  kz_unit_map_free (group->rates);
  g_free (group);
}

static void
kz_store_init (KzStore *self)
{
  guint8 installation[16];
  char hex[2 * sizeof installation + 1];

  self->lock_fd = -1;
  self->next_id = 1;
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_state_free);
  self->people =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kz_person_unref);
  kz_random_fill (self->names_key, sizeof self->names_key);
  self->names = kz_names_new (self->names_key, KZ_NAMES_MOST);
  self->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_open_action_free);
  self->by_handle = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_identity = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->deliveries = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                            (GDestroyNotify) kz_journal_delivery_free);
  self->in_doubt = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->sends = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) kz_journal_send_free);
  self->pending_deliveries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_journal_delivery_free);
  self->pending_sends = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_journal_send_free);

  kz_random_fill (self->hash_key, sizeof self->hash_key);
  kz_random_fill (installation, sizeof installation);
  for (gsize i = 0; i < sizeof installation; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", installation[i]);
  self->installation_id = g_strdup (hex);
  self->callback_token = kz_store_random_secret ();
  self->callback_segment = kz_store_random_secret ();
}

static void
kz_store_dispose (GObject *object)
{
  KzStore *self = KZ_STORE (object);

  kz_store_close (self);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kz_store_parent_class)->dispose (object);
}

static void
kz_store_finalize (GObject *object)
{
  KzStore *self = KZ_STORE (object);

  g_free (self->base);
  g_free (self->phone);
  g_free (self->write_error);
  g_free (self->endpoint);
  g_free (self->installation_id);
  g_free (self->callback_token);
  g_free (self->callback_segment);
  g_free (self->own_user_id);
  g_free (self->token);
  g_hash_table_unref (self->by_handle);
  g_hash_table_unref (self->by_identity);
  g_hash_table_unref (self->groups);
  kz_names_free (self->names);
  g_hash_table_unref (self->people);
  g_ptr_array_unref (self->actions);
  g_hash_table_unref (self->deliveries);
  g_hash_table_unref (self->sends);
  g_hash_table_unref (self->in_doubt);
  g_ptr_array_unref (self->pending_deliveries);
  g_ptr_array_unref (self->pending_sends);
  G_OBJECT_CLASS (kz_store_parent_class)->finalize (object);
}

static void
kz_store_class_init (KzStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kz_store_dispose;
  object_class->finalize = kz_store_finalize;
}

KzStore *
kz_store_new_empty (KzClock *clock)
{
  KzStore *self = g_object_new (KZ_TYPE_STORE, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

char *
kz_store_path (KzStore *self, const char *ending)
{
  return g_strconcat (self->base, ending, NULL);
}

void
kz_store_set_write_error (KzStore *self, const char *error)
{
  gboolean is_news = error != NULL && self->write_error == NULL;

  if (g_strcmp0 (self->write_error, error) != 0) {
    g_free (self->write_error);
    self->write_error = g_strdup (error);
  }
  if (is_news && self->trouble != NULL && !self->is_closed)
    self->trouble (self->write_error, self->trouble_data);
}

void
kz_store_set_trouble_func (KzStore *self,
                           void (*func) (const char *error, gpointer data),
                           gpointer data)
{
  g_return_if_fail (KZ_IS_STORE (self));

  self->trouble = func;
  self->trouble_data = data;
}

void
kz_store_set_busy_func (KzStore *self,
                        void (*func) (gboolean is_busy, gpointer data),
                        gpointer data)
{
  g_return_if_fail (KZ_IS_STORE (self));

  self->busy = func;
  self->busy_data = data;
  if (func != NULL && self->io_pending > 0)
    func (TRUE, data);
}

static void
io_turn_cb (gpointer data)
{
  KzStore *self = data;

  if (self->io_pending > 0 && !self->is_closed)
    kz_clock_set (self->clock, self, "store-io", IO_TURN_US, io_turn_cb, self);
}

void
kz_store_io_begin (KzStore *self)
{
  if (self->io_pending++ == 0 && self->busy != NULL)
    self->busy (TRUE, self->busy_data);
  io_turn_cb (self);
}

void
kz_store_io_end (KzStore *self)
{
  self->io_pending--;
  if (self->io_pending > 0)
    return;
  kz_clock_cancel (self->clock, self, "store-io");
  if (self->busy != NULL)
    self->busy (FALSE, self->busy_data);
}

/* --- Saving soon --- */

static void save_timer_cb (gpointer data);

static void
save_later (KzStore *self, gint64 delay_us)
{
  if (!kz_clock_is_set (self->clock, self, "store-save"))
    kz_clock_set (self->clock, self, "store-save", delay_us, save_timer_cb, self);
}

void
kz_store_save_again (KzStore *self, const char *why)
{
  self->is_dirty = TRUE;
  kz_store_set_write_error (self, why);
  /* Who was told may have closed it. */
  if (!self->is_closed)
    save_later (self, SAVE_AGAIN_US);
}

/* Writing works again after it did not. */
static void
journal_started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzStore *self = KZ_STORE (source);
  g_autoptr (GError) error = NULL;

  if (kz_store_start_journal_finish (self, result, &error))
    kz_store_set_write_error (self, NULL);
  else if (!self->is_closed)
    kz_store_save_again (self, error->message);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzStore *self = KZ_STORE (source);
  g_autoptr (GError) error = NULL;
  gboolean is_saved = kz_store_save_finish (self, result, &error);

  g_clear_object (&self->saving);
  if (self->is_closed)
    return;
  if (!is_saved) {
    kz_store_save_again (self, error->message);
    return;
  }
  if (self->journal == NULL && !self->is_starting_journal)
    kz_store_start_journal_async (self, NULL, journal_started_cb, NULL);
  else
    kz_store_set_write_error (self, NULL);
  if (self->is_dirty)
    save_later (self, KZ_STORE_DEBOUNCE_S * G_USEC_PER_SEC);
}

static void
save_timer_cb (gpointer data)
{
  KzStore *self = data;

  /* One at a time: the end of the running one looks whether there is more. */
  if (self->saving != NULL || !self->is_dirty)
    return;
  self->saving = g_cancellable_new ();
  kz_store_save_async (self, self->saving, saved_cb, NULL);
  kz_store_compact_if_worth_it (self);
}

void
kz_store_changed (KzStore *self)
{
  g_return_if_fail (KZ_IS_STORE (self));

  if (self->is_closed || !self->is_writing)
    return;
  self->is_dirty = TRUE;
  /* Not set anew by each change: what changes all the time is saved all the same. */
  if (self->saving == NULL)
    save_later (self, KZ_STORE_DEBOUNCE_S * G_USEC_PER_SEC);
}

gboolean
kz_store_has_unsaved (KzStore *self)
{
  g_return_val_if_fail (KZ_IS_STORE (self), FALSE);

  return self->is_dirty || self->saving != NULL;
}

void
kz_store_close (KzStore *self)
{
  g_return_if_fail (KZ_IS_STORE (self));

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  self->trouble = NULL;
  self->busy = NULL;
  if (self->clock != NULL)
    kz_clock_cancel_all (self->clock, self);
  if (self->saving != NULL) {
    /* It may or may not end; what it would have saved is part of the last save. */
    g_cancellable_cancel (self->saving);
    self->is_dirty = TRUE;
  }
  if (self->compacting != NULL) {
    g_cancellable_cancel (self->compacting);
    kz_store_drop_copy (self);
  }
  if (self->is_writing && self->is_dirty)
    kz_store_save_last (self);
  self->is_writing = FALSE;
  g_clear_pointer (&self->journal, kz_journal_close);
  if (self->lock_fd >= 0)
    g_close (self->lock_fd, NULL);
  self->lock_fd = -1;
  kz_store_tell_forgotten (self);
}

/* --- Account-wide state --- */

gboolean
kz_store_is_owner (KzStore *self)
{
  return self->is_owner;
}

gboolean
kz_store_was_damaged (KzStore *self)
{
  return self->was_damaged;
}

const char *
kz_store_write_error (KzStore *self)
{
  return self->write_error;
}

static void
set_string (KzStore *self, char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  kz_store_changed (self);
}

const char *
kz_store_endpoint (KzStore *self)
{
  return self->endpoint;
}

void
kz_store_set_endpoint (KzStore *self, const char *endpoint)
{
  set_string (self, &self->endpoint, endpoint);
}

const char *
kz_store_installation_id (KzStore *self)
{
  return self->installation_id;
}

const char *
kz_store_callback_token (KzStore *self)
{
  return self->callback_token;
}

const char *
kz_store_callback_segment (KzStore *self)
{
  return self->callback_segment;
}

const char *
kz_store_phone (KzStore *self)
{
  return self->phone;
}

const guint8 *
kz_store_hash_key (KzStore *self)
{
  return self->hash_key;
}

guint
kz_store_bound_port (KzStore *self)
{
  return self->bound_port;
}

void
kz_store_set_bound_port (KzStore *self, guint port)
{
  if (self->bound_port == port)
    return;
  self->bound_port = port;
  kz_store_changed (self);
}

const char *
kz_store_own_user_id (KzStore *self)
{
  return self->own_user_id;
}

void
kz_store_set_own_user_id (KzStore *self, const char *user_id)
{
  set_string (self, &self->own_user_id, user_id);
}

gint64
kz_store_last_online_us (KzStore *self)
{
  return self->last_online_us;
}

void
kz_store_set_last_online_us (KzStore *self, gint64 wall_us)
{
  if (self->last_online_us == wall_us)
    return;
  self->last_online_us = wall_us;
  kz_store_changed (self);
}

/* --- Groups --- */

KzGroupState *
kz_store_get_group (KzStore *self, const char *group_id)
{
  return g_hash_table_lookup (self->groups, group_id);
}

KzGroupState *
kz_store_group (KzStore *self, const char *group_id)
{
  KzGroupState *group;

  g_return_val_if_fail (KZ_IS_STORE (self) && group_id != NULL, NULL);

  group = g_hash_table_lookup (self->groups, group_id);
  if (group != NULL)
    return group;
  group = g_new0 (KzGroupState, 1);
  group->group_id = g_ref_string_new_intern (group_id);
  group->cursor = kz_cursor_new (self->hash_key, KZ_SEEN_RING);
  g_hash_table_insert (self->groups, group->group_id, group);
  kz_store_changed (self);
  return group;
}

void
kz_store_set_webhook (KzStore *self, const char *group_id, const char *webhook_id, const char *url)
{
  KzGroupState *group = kz_store_group (self, group_id);

  g_return_if_fail (group != NULL);

  if (g_strcmp0 (group->webhook_id, webhook_id) == 0 && g_strcmp0 (group->webhook_url, url) == 0)
    return;
  g_free (group->webhook_id);
  group->webhook_id = g_strdup (webhook_id);
  g_clear_pointer (&group->webhook_url, g_ref_string_release);
  group->webhook_url = url != NULL ? g_ref_string_new_intern (url) : NULL;
  kz_store_changed (self);
}

GPtrArray *
kz_store_group_ids (KzStore *self)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  g_return_val_if_fail (KZ_IS_STORE (self), ids);

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));
  return ids;
}

void
kz_store_forget_group (KzStore *self, const char *group_id)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && group_id != NULL);

  record = kz_journal_record_new (KZ_RECORD_GONE, self->generation, group_id);
  if (!g_hash_table_remove (self->groups, group_id))
    return;
  /* Otherwise its ring would come back with the next start. */
  kz_store_append (self, record);
  kz_store_changed (self);
}

/* --- Shown names --- */

KzNames *
kz_store_names (KzStore *self)
{
  return self->names;
}

KzName *
kz_store_give_name (KzStore *self, guint64 person, const char *name)
{
  gboolean is_news;
  KzName *given;

  g_return_val_if_fail (name != NULL, NULL);

  given = kz_names_give (self->names, person, name, &is_news);
  if (is_news)
    kz_store_changed (self);
  return given;
}

const char *
kz_store_shown_name (KzStore *self, const char *key)
{
  const KzName *name;

  g_return_val_if_fail (key != NULL, NULL);

  name = kz_names_of (self->names, kz_names_key (self->names, key));
  return name != NULL ? name->text : NULL;
}

void
kz_store_set_shown_name (KzStore *self, const char *key, const char *name)
{
  g_return_if_fail (key != NULL);

  kz_store_give_name (self, kz_names_key (self->names, key), name);
}

/* --- People --- */

void
kz_store_keep_person (KzStore *self, const KzPerson *person)
{
  const KzPerson *known;

  g_return_if_fail (person != NULL);

  if (person->id == NULL || person->phone == NULL)
    return;
  known = g_hash_table_lookup (self->people, person->phone);
  if (known != NULL && g_strcmp0 (known->id, person->id) == 0 &&
      (person->name == NULL || g_strcmp0 (known->name, person->name) == 0))
    return;
  if (known == NULL && g_hash_table_size (self->people) >= KZ_STORE_MAX_PEOPLE)
    return;
  g_hash_table_replace (self->people, g_strdup (person->phone),
                        kz_person_new (person->id, person->phone, person->name, NULL));
  kz_store_changed (self);
}

void
kz_store_foreach_person (KzStore *self,
                         void (*func) (const KzPerson *person, gpointer data),
                         gpointer data)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &person))
    func (person, data);
}
