/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-limits.h"

#include <string.h>

typedef enum {
  STEP_LOAD_STATE,
  STEP_LOAD_JOURNAL,
  STEP_LOAD_TOKEN,
  STEP_READ_JOURNAL,
  STEP_CUT_STATE,
  STEP_CUT_LAST,
  STEP_READ_STATE,
  STEP_REPLAY,
  STEP_MERGE,
  STEP_ASIDE_STATE,
  STEP_ASIDE_JOURNAL,
  STEP_SAVE_STATE,
  STEP_START_JOURNAL,
  STEP_END,
} OpenStep;

/* One opening. Nobody has the store before it has ended, and until everything is read into it nothing
 * is written: a half of it would take the place of the whole. */
typedef struct {
  KzStore *store;
  OpenStep step;
  gboolean (*work) (gpointer op); /* of this step, a turn of the loop each; FALSE: that was all */
  gboolean is_writing;            /* what the store will be */
  char *state_path;
  char *journal_path;
  char *token_path;
  GBytes *state_bytes;     /* (nullable) */
  GBytes *token_bytes;     /* (nullable): what a second process left */
  KzJournalReader *reader; /* (nullable) */
  KzStateReader *file;     /* (nullable): the state of the file */
  KzStateReader *last;     /* (nullable): what was saved when an earlier session ended */
  GPtrArray *no_records;   /* where there is no journal */
  KzReplay *replay;        /* (nullable) */
  gboolean state_is_bad;
  gboolean journal_is_bad;
} OpenOp;

static void open_step (GTask *task);

static void
open_op_free (gpointer data)
{
  OpenOp *op = data;

  g_clear_object (&op->store);
  g_free (op->state_path);
  g_free (op->journal_path);
  g_free (op->token_path);
  g_clear_pointer (&op->token_bytes, g_bytes_unref);
  g_clear_pointer (&op->state_bytes, g_bytes_unref);
  g_clear_pointer (&op->replay, kz_replay_free);
  g_clear_pointer (&op->reader, kz_journal_reader_free);
  g_clear_pointer (&op->file, kz_state_reader_free);
  g_clear_pointer (&op->last, kz_state_reader_free);
  g_ptr_array_unref (op->no_records);
  g_free (op);
}

static void
next_step (GTask *task)
{
  OpenOp *op = g_task_get_task_data (task);

  op->step++;
  open_step (task);
}

/* NULL with @is_bad when there is a file that cannot be read. FALSE: the opening was cancelled and
 * the task has returned. */
static gboolean
loaded (GTask *task, GAsyncResult *result, GBytes **bytes, gboolean *is_bad)
{
  g_autoptr (GError) error = NULL;
  OpenOp *op = g_task_get_task_data (task);

  kz_store_io_end (op->store);
  *bytes = kz_store_load_file_finish (result, &error);
  if (g_task_return_error_if_cancelled (task)) {
    g_object_unref (task);
    return FALSE;
  }
  *is_bad = *bytes == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  return TRUE;
}

static void
state_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = NULL;

  if (!loaded (task, result, &bytes, &op->state_is_bad))
    return;
  op->state_bytes = g_steal_pointer (&bytes);
  next_step (task);
}

static void
journal_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = NULL;

  if (!loaded (task, result, &bytes, &op->journal_is_bad))
    return;
  if (bytes != NULL)
    op->reader = kz_journal_reader_new (bytes);
  next_step (task);
}

static void
token_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_bad;

  /* There mostly is none, and one that cannot be read helps nobody. */
  if (!loaded (task, result, &bytes, &is_bad))
    return;
  op->token_bytes = g_steal_pointer (&bytes);
  next_step (task);
}

/* --- Work in slices --- */

static gboolean
slice_cb (gpointer data)
{
  GTask *task = data;
  OpenOp *op = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task)) {
    g_object_unref (task);
    return G_SOURCE_REMOVE;
  }
  if (op->work (op))
    return G_SOURCE_CONTINUE;
  next_step (task);
  return G_SOURCE_REMOVE;
}

/* When the host has nothing else to do. */
static void
work (GTask *task, gboolean (*func) (gpointer op))
{
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GSource) source = g_idle_source_new ();

  op->work = func;
  g_source_set_callback (source, slice_cb, task, NULL);
  g_source_attach (source, g_task_get_context (task));
}

static gboolean
read_journal (gpointer data)
{
  OpenOp *op = data;

  if (op->reader == NULL)
    return FALSE;
  if (kz_journal_reader_step (op->reader, KZ_SLICE_BYTES))
    return TRUE;
  op->journal_is_bad = kz_journal_reader_is_damaged (op->reader);
  return FALSE;
}

/* --- What was read becomes the store --- */

static GPtrArray *
records_of (OpenOp *op)
{
  return op->reader != NULL ? kz_journal_reader_records (op->reader) : op->no_records;
}

static gboolean
cut_state (gpointer data)
{
  OpenOp *op = data;

  if (op->state_bytes == NULL)
    return FALSE;
  op->file = kz_state_reader_new (op->state_bytes);
  op->state_is_bad = op->file == NULL;
  return FALSE;
}

/* The last one of the journal: what was saved when an earlier session ended. */
static GBytes *
find_journalled_state (GPtrArray *records)
{
  for (guint i = records->len; i > 0; i--) {
    const KzJournalRecord *record = g_ptr_array_index (records, i - 1);

    if (strcmp (record->type, KZ_RECORD_STATE) == 0)
      return record->payload;
  }
  return NULL;
}

/* The hashes of the journal are made with its key, so its own one comes first. */
static void
choose_hash_key (KzStore *self, GPtrArray *records, const KzJson *state)
{
  g_autofree guchar *decoded = NULL;
  const char *text = kz_json_opt_string (state, "hashKey", NULL);
  const KzJournalRecord *head = records->len > 0 ? g_ptr_array_index (records, 0) : NULL;
  gsize length = 0;

  if (head != NULL && head->payload != NULL &&
      g_bytes_get_size (head->payload) == sizeof self->hash_key) {
    memcpy (self->hash_key, g_bytes_get_data (head->payload, NULL), sizeof self->hash_key);
    return;
  }
  if (text != NULL)
    decoded = g_base64_decode (text, &length);
  if (length == sizeof self->hash_key)
    memcpy (self->hash_key, decoded, length);
}

static guint64
generation_of (const KzStateReader *reader)
{
  return reader != NULL ? kz_state_reader_generation (reader) : 0;
}

/* (nullable): the later one counts. */
static KzStateReader *
chosen (OpenOp *op)
{
  return generation_of (op->last) > generation_of (op->file) ? op->last : op->file;
}

static gboolean
cut_last (gpointer data)
{
  OpenOp *op = data;
  GBytes *bytes = find_journalled_state (records_of (op));
  const KzStateReader *state;

  op->last = bytes != NULL ? kz_state_reader_new (bytes) : NULL;
  state = chosen (op);
  choose_hash_key (op->store, records_of (op),
                   state != NULL ? kz_state_reader_account (state) : NULL);
  return FALSE;
}

static gboolean
read_state (gpointer data)
{
  OpenOp *op = data;
  KzStateReader *state = chosen (op);

  if (state == NULL)
    return FALSE;
  if (kz_state_reader_step (state, op->store))
    return TRUE;
  if (state == op->file && kz_state_reader_is_damaged (state))
    op->state_is_bad = TRUE;
  return FALSE;
}

static gboolean
replay (gpointer data)
{
  OpenOp *op = data;

  if (op->replay == NULL)
    op->replay = kz_replay_new (records_of (op));
  return kz_replay_step (op->replay, op->store);
}

static gboolean
merge (gpointer data)
{
  OpenOp *op = data;
  KzStore *self = op->store;

  if (op->token_bytes != NULL)
    kz_store_replay_token_file (self, op->token_bytes);
  self->is_writing = op->is_writing;
  self->was_damaged = self->is_writing && (op->state_is_bad || op->journal_is_bad);
  return FALSE;
}

/* --- Steps that write --- */

static void
aside_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  kz_store_io_end (op->store);
  /* Where this fails the new file takes the place of the damaged one. */
  if (!kz_store_set_aside_finish (result, &error))
    g_info ("store: a damaged file could not be set aside");
  next_step (task);
}

static void
set_aside (GTask *task, gboolean is_bad, const char *path)
{
  OpenOp *op = g_task_get_task_data (task);

  if (!is_bad || !op->store->is_writing) {
    next_step (task);
    return;
  }
  kz_store_io_begin (op->store);
  kz_store_set_aside_async (path, NULL, aside_cb, task);
}

static void
state_saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  KzStore *self = KZ_STORE (source);
  OpenOp *op = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (kz_store_save_finish (self, result, &error)) {
    next_step (task);
    return;
  }
  /* The old journal may hold what the old state lacks: it is left as it is. */
  kz_store_save_again (self, error->message);
  op->step = STEP_END;
  open_step (task);
}

static void
journal_started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  KzStore *self = KZ_STORE (source);
  g_autoptr (GError) error = NULL;

  if (!kz_store_start_journal_finish (self, result, &error))
    kz_store_save_again (self, error->message);
  next_step (task);
}

static void
end (GTask *task)
{
  OpenOp *op = g_task_get_task_data (task);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&op->store), g_object_unref);
  else
    /* Nothing happened in this session that would have to be saved. */
    op->store->is_dirty = FALSE;
  g_object_unref (task);
}

static void
load (GTask *task, const char *path, gsize max_bytes, GAsyncReadyCallback callback)
{
  OpenOp *op = g_task_get_task_data (task);

  kz_store_io_begin (op->store);
  kz_store_load_file_async (path, max_bytes, g_task_get_cancellable (task), callback, task);
}

static void
open_step (GTask *task)
{
  OpenOp *op = g_task_get_task_data (task);

  switch (op->step) {
  case STEP_LOAD_STATE:
    load (task, op->state_path, KZ_STATE_MAX_BYTES, state_loaded_cb);
    break;
  case STEP_LOAD_JOURNAL:
    load (task, op->journal_path, KZ_JOURNAL_MAX_BYTES, journal_loaded_cb);
    break;
  case STEP_LOAD_TOKEN:
    load (task, op->token_path, KZ_TOKEN_FILE_MAX_BYTES, token_loaded_cb);
    break;
  case STEP_READ_JOURNAL:
    work (task, read_journal);
    break;
  case STEP_CUT_STATE:
    work (task, cut_state);
    break;
  case STEP_CUT_LAST:
    work (task, cut_last);
    break;
  case STEP_READ_STATE:
    work (task, read_state);
    break;
  case STEP_REPLAY:
    work (task, replay);
    break;
  case STEP_MERGE:
    work (task, merge);
    break;
  case STEP_ASIDE_STATE:
    set_aside (task, op->state_is_bad, op->state_path);
    break;
  case STEP_ASIDE_JOURNAL:
    set_aside (task, op->journal_is_bad, op->journal_path);
    break;
  case STEP_SAVE_STATE:
    /* Always: it shows at once whether the directory can be written. */
    if (op->store->is_writing)
      kz_store_save_async (op->store, NULL, state_saved_cb, task);
    else
      next_step (task);
    break;
  case STEP_START_JOURNAL:
    if (op->store->is_writing)
      kz_store_start_journal_async (op->store, NULL, journal_started_cb, task);
    else
      next_step (task);
    break;
  case STEP_END:
    end (task);
    break;
  }
}

/* --- Beginning --- */

/* TRUE: its files are ours to write. */
static gboolean
lock_store (KzStore *self, const char *dir)
{
  g_autofree char *lock_path = kz_store_path (self, ".lock");
  g_autofree char *why = NULL;

  switch (kz_store_take_lock (dir, lock_path, &self->lock_fd, &why)) {
  case KZ_LOCK_TAKEN:
    self->is_owner = TRUE;
    return TRUE;
  case KZ_LOCK_HELD_BY_OTHER:
    break;
  case KZ_LOCK_IMPOSSIBLE:
    /* Nobody else has it either; there is just no place to write. */
    self->is_owner = TRUE;
    kz_store_set_write_error (self, why);
    break;
  }
  return FALSE;
}

void
kz_store_open_async (const char *dir,
                     const char *api_root,
                     const char *connector_id,
                     const char *phone,
                     KzClock *clock,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  OpenOp *op = g_new0 (OpenOp, 1);

  g_return_if_fail (KZ_IS_CLOCK (clock));

  g_task_set_source_tag (task, kz_store_open_async);
  g_task_set_task_data (task, op, open_op_free);
  op->no_records = g_ptr_array_new ();
  op->store = kz_store_new_empty (clock);
  op->store->phone = g_strdup (phone);
  if (dir == NULL) {
    op->store->is_owner = TRUE;
    end (task);
    return;
  }
  op->store->base = kz_store_base_path (dir, api_root, connector_id, phone);
  op->state_path = kz_store_path (op->store, ".json");
  op->journal_path = kz_store_path (op->store, ".journal");
  op->token_path = kz_store_path (op->store, KZ_TOKEN_ENDING);
  op->is_writing = lock_store (op->store, dir);
  open_step (task);
}

KzStore *
kz_store_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
