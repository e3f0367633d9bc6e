/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include <string.h>

#define HANDLE_LENGTH 3
/* Of what ids are looked up by: nearly all are GUIDs. */
#define KEY_ROOM 64
#define HANDLE_MAX_LENGTH 8
/* Draws before a longer handle is taken: with 2,000 of 21,000 in use, one is nearly always free. */
#define HANDLE_DRAWS 32
#define KEPT_AFTER_END_US ((gint64) 30 * 24 * 3600 * G_USEC_PER_SEC)

void
kz_open_action_free (KzOpenAction *open)
{
  g_free (open->handle);
  g_clear_pointer (&open->action, kz_action_unref);
  g_clear_pointer (&open->tally, kz_tally_unref);
  g_free (open->own_response_id);
  kz_ledger_free (open->answers);
  g_free (open);
}

static void
index_action (KzStore *self, KzOpenAction *open)
{
  if (open->action->action_id != NULL)
    g_hash_table_replace (self->by_identity, g_strconcat ("a:", open->action->action_id, NULL),
                          open);
  if (open->action->reference_id != NULL)
    g_hash_table_replace (self->by_identity, g_strconcat ("r:", open->action->reference_id, NULL),
                          open);
}

static KzOpenAction *
find_identity (KzStore *self, const char *prefix, const char *id)
{
  g_autofree char *longer = NULL;
  char key[KEY_ROOM];
  gsize before = strlen (prefix);
  gsize length = id != NULL ? strlen (id) : 0;

  if (id == NULL)
    return NULL;
  if (before + length >= sizeof key) {
    longer = g_strconcat (prefix, id, NULL);
    return g_hash_table_lookup (self->by_identity, longer);
  }
  g_stpcpy (g_stpcpy (key, prefix), id);
  return g_hash_table_lookup (self->by_identity, key);
}

static void
unindex_one (KzStore *self, KzOpenAction *open, const char *prefix, const char *id)
{
  /* Two values may claim one id: only the entry that leads here goes. */
  if (find_identity (self, prefix, id) == open) {
    g_autofree char *identity = g_strconcat (prefix, id, NULL);

    g_hash_table_remove (self->by_identity, identity);
  }
}

static void
unindex_action (KzStore *self, KzOpenAction *open)
{
  unindex_one (self, open, "a:", open->action->action_id);
  unindex_one (self, open, "r:", open->action->reference_id);
}

static void
drop_action (KzStore *self, guint index)
{
  KzOpenAction *open = g_ptr_array_index (self->actions, index);

  unindex_action (self, open);
  g_hash_table_remove (self->by_handle, open->handle);
  g_ptr_array_remove_index (self->actions, index);
}

gboolean
kz_store_is_handle (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;
  gboolean has_digit = FALSE;
  gboolean has_letter = FALSE;

  if (length < HANDLE_LENGTH || length > HANDLE_MAX_LENGTH)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++) {
    if (*p >= '2' && *p <= '9')
      has_digit = TRUE;
    else if (*p >= 'a' && *p <= 'z')
      has_letter = TRUE;
    else
      return FALSE;
  }
  return has_digit && has_letter;
}

static char *
draw_handle (KzStore *self)
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz23456789";
  char handle[HANDLE_MAX_LENGTH + 1];

  for (guint draw = 0;; draw++) {
    guint length = MIN (HANDLE_LENGTH + draw / HANDLE_DRAWS, (guint) HANDLE_MAX_LENGTH);

    for (guint i = 0; i < length; i++)
      handle[i] = alphabet[g_random_int_range (0, (gint32) sizeof alphabet - 1)];
    handle[length] = '\0';
    if (kz_store_is_handle (handle) && !g_hash_table_contains (self->by_handle, handle))
      return g_strdup (handle);
  }
}

gboolean
kz_store_insert_action (KzStore *self, KzOpenAction *open)
{
  if (self->actions->len >= KZ_STORE_MAX_ACTIONS ||
      g_hash_table_contains (self->by_handle, open->handle)) {
    kz_open_action_free (open);
    return FALSE;
  }
  g_ptr_array_add (self->actions, open);
  g_hash_table_insert (self->by_handle, open->handle, open);
  index_action (self, open);
  return TRUE;
}

gboolean
kz_store_replace_action (KzStore *self, KzOpenAction *open)
{
  KzOpenAction *before = g_hash_table_lookup (self->by_handle, open->handle);
  guint index;

  if (before != NULL && g_ptr_array_find (self->actions, before, &index))
    drop_action (self, index);
  return kz_store_insert_action (self, open);
}

GPtrArray *
kz_store_open_actions (KzStore *self)
{
  GPtrArray *all;

  g_return_val_if_fail (KZ_IS_STORE (self), NULL);

  all = g_ptr_array_sized_new (self->actions->len);
  for (guint i = 0; i < self->actions->len; i++)
    g_ptr_array_add (all, g_ptr_array_index (self->actions, i));
  return all;
}

/* The one that nothing happened to for the longest time makes room. */
static void
drop_stalest (KzStore *self)
{
  guint stalest = 0;

  for (guint i = 1; i < self->actions->len; i++) {
    const KzOpenAction *a = g_ptr_array_index (self->actions, i);
    const KzOpenAction *b = g_ptr_array_index (self->actions, stalest);

    if (a->touched_us < b->touched_us)
      stalest = i;
  }
  drop_action (self, stalest);
}

KzOpenAction *
kz_store_add_open_action (KzStore *self,
                          KzAction *action,
                          KzTally *tally,
                          gint64 counted_us,
                          gboolean has_answers)
{
  KzOpenAction *open;

  g_return_val_if_fail (KZ_IS_STORE (self) && action != NULL, NULL);

  while (self->actions->len >= KZ_STORE_MAX_ACTIONS)
    drop_stalest (self);
  open = g_new0 (KzOpenAction, 1);
  open->handle = draw_handle (self);
  open->action = kz_action_ref (action);
  open->tally = tally != NULL ? kz_tally_ref (tally) : NULL;
  open->counted_us = counted_us;
  open->has_answers = has_answers;
  open->touched_us = kz_clock_wall_us (self->clock);
  kz_store_insert_action (self, open);
  /* The item is about to be marked as shown for ever: its handle and what is counted from must be as
   * durable as that mark. */
  kz_store_journal_action (self, open);
  return open;
}

void
kz_store_journal_action (KzStore *self, const KzOpenAction *open)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && open != NULL);

  record = kz_journal_record_new (KZ_RECORD_ACTION, self->generation, NULL);
  record->json = kz_store_serialize_action (open);
  kz_store_append (self, record);
  kz_store_changed (self);
}

KzOpenAction *
kz_store_find_by_handle (KzStore *self, const char *handle)
{
  g_autofree char *lower = NULL;

  g_return_val_if_fail (KZ_IS_STORE (self), NULL);

  if (handle == NULL)
    return NULL;
  lower = g_ascii_strdown (handle, -1);
  return g_hash_table_lookup (self->by_handle, lower);
}

KzOpenAction *
kz_store_find_action (KzStore *self, const char *action_id, const char *reference_id)
{
  KzOpenAction *open;

  g_return_val_if_fail (KZ_IS_STORE (self), NULL);

  open = find_identity (self, "a:", action_id);
  return open != NULL ? open : find_identity (self, "r:", reference_id);
}

void
kz_store_update_action (KzStore *self, KzOpenAction *open, KzAction *action)
{
  KzAction *old;

  g_return_if_fail (KZ_IS_STORE (self) && open != NULL && action != NULL);

  unindex_action (self, open);
  old = open->action;
  open->action = kz_action_ref (action);
  kz_action_unref (old);
  index_action (self, open);
  kz_store_changed (self);
}

void
kz_store_prune_actions (KzStore *self, gint64 now_us)
{
  guint before;

  g_return_if_fail (KZ_IS_STORE (self));

  before = self->actions->len;
  for (guint i = before; i > 0; i--) {
    const KzOpenAction *open = g_ptr_array_index (self->actions, i - 1);
    gint64 end_us = MAX (open->action->due_us, MAX (open->action->sent_us, open->touched_us));

    if (end_us < now_us - KEPT_AFTER_END_US)
      drop_action (self, i - 1);
  }
  if (self->actions->len != before)
    kz_store_changed (self);
}
