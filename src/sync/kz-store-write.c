/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include <glib/gstdio.h>
#include <string.h>

/* A state that is larger is not put into the journal at sign-off but written in the background. */
#define LAST_SAVE_MAX_BYTES (4u << 20)
/* Of a save: 2 M instructions. */
#define NAMES_A_TURN 1000

/* --- The text of the state --- */

static void
write_mark (const char *unit, gint64 mark_us, gpointer data)
{
  KzJsonWriter *writer = data;

  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_string (writer, "unit", unit);
  kz_json_writer_int (writer, "us", mark_us);
  kz_json_writer_end_object (writer);
}

static void
write_group (KzJsonWriter *writer, const KzGroupState *group)
{
  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_string (writer, "id", group->group_id);
  kz_json_writer_string (writer, "name", group->name);
  kz_json_writer_string (writer, "webhook", group->webhook_id);
  kz_json_writer_string (writer, "webhookUrl", group->webhook_url);
  kz_json_writer_string (writer, "directPhone", group->direct_phone);
  kz_json_writer_int (writer, "reactionCursor", group->reaction_cursor);
  kz_json_writer_int (writer, "reactionsUs", group->reactions_us);
  kz_json_writer_bool (writer, "reactionsSeeded", group->reactions_seeded);
  kz_json_writer_int (writer, "misses", group->misses);
  /* Lists, not members: an object may hold fewer members than a group has units. */
  kz_json_writer_begin_array (writer, "marks");
  kz_cursor_foreach_mark (group->cursor, write_mark, writer);
  kz_json_writer_end_array (writer);
  kz_json_writer_begin_array (writer, "rates");
  for (guint i = 0; i < kz_unit_map_length (group->rates); i++) {
    kz_json_writer_begin_object (writer, NULL);
    kz_json_writer_string (writer, "unit", kz_unit_map_unit (group->rates, i));
    kz_json_writer_double (writer, "rate", kz_unit_map_value (group->rates, i).rate);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
  kz_json_writer_end_object (writer);
}

/* What is read back as @fallback when it is missing is not written: most of an action is so. */
static void
write_unless (KzJsonWriter *writer, const char *name, gint64 value, gint64 fallback)
{
  if (value != fallback)
    kz_json_writer_int (writer, name, value);
}

static void
write_if (KzJsonWriter *writer, const char *name, gboolean value)
{
  if (value)
    kz_json_writer_bool (writer, name, TRUE);
}

/* A long one ends with "…", as it does where it is shown. */
static void
write_title (KzJsonWriter *writer, const char *title)
{
  g_autofree char *cut = NULL;
  gsize length;

  if (title == NULL || strnlen (title, KZ_STORE_MAX_TITLE) < KZ_STORE_MAX_TITLE) {
    kz_json_writer_string (writer, "title", title);
    return;
  }
  length = (gsize) (g_utf8_find_prev_char (title, title + KZ_STORE_MAX_TITLE - strlen ("…")) - title);
  cut = g_strdup_printf ("%.*s…", (int) length, title);
  kz_json_writer_string (writer, "title", cut);
}

static void
write_questions (KzJsonWriter *writer, const KzAction *action)
{
  if (action->questions == NULL || action->questions->len == 0)
    return;
  kz_json_writer_begin_array (writer, "questions");
  for (guint i = 0; i < action->questions->len; i++) {
    const KzQuestion *question = g_ptr_array_index (action->questions, i);

    kz_json_writer_begin_object (writer, NULL);
    write_title (writer, question->title);
    kz_json_writer_string (writer, "kind", question->kind_raw);
    if (question->options != NULL)
      kz_json_writer_strv (writer, "options", (const char *const *) question->options);
    kz_json_writer_bool (writer, "invisible", question->invisible);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
}

static void
write_person (KzJsonWriter *writer, const KzPerson *person)
{
  kz_json_writer_string (writer, "senderId", person->id);
  kz_json_writer_string (writer, "senderPhone", person->phone);
  kz_json_writer_string (writer, "senderName", person->name);
}

static void
write_texts (KzJsonWriter *writer, const KzAction *action)
{
  write_title (writer, action->title);
  if (action->choices != NULL)
    kz_json_writer_strv (writer, "choices", (const char *const *) action->choices);
  write_questions (writer, action);
}

/* What is needed to follow and answer it. @has_texts: the only texts at rest are lines that nobody has seen
 * yet: of what was shown the service tells them again. */
static void
write_action (KzJsonWriter *writer, const KzAction *action, gboolean has_texts)
{
  kz_json_writer_begin_object (writer, "action");
  kz_json_writer_int (writer, "kind", action->kind);
  kz_json_writer_string (writer, "kindRaw", action->kind_raw);
  kz_json_writer_string (writer, "group", action->group_id);
  kz_json_writer_string (writer, "sourceGroup", action->source_group_id);
  kz_json_writer_string (writer, "reference", action->reference_id);
  kz_json_writer_string (writer, "id", action->action_id);
  kz_json_writer_string (writer, "package", action->package_id);
  if (action->sender != NULL)
    write_person (writer, action->sender);
  kz_json_writer_int (writer, "sentUs", action->sent_us);
  if (has_texts)
    write_texts (writer, action);
  if (action->assigned_to != NULL)
    kz_json_writer_strv (writer, "assignedTo", (const char *const *) action->assigned_to);
  if (action->subscribers != NULL)
    kz_json_writer_strv (writer, "subscribers", (const char *const *) action->subscribers);
  write_unless (writer, "dueUs", action->due_us, 0);
  write_unless (writer, "startUs", action->start_us, 0);
  write_unless (writer, "durationMin", action->duration_min, 0);
  write_unless (writer, "responseCount", action->response_count, -1);
  write_unless (writer, "assigneeCount", action->assignee_count, -1);
  write_unless (writer, "completed", action->is_completed, KZ_TRI_UNKNOWN);
  write_if (writer, "anonymous", action->is_anonymous);
  write_if (writer, "senderOnly", action->is_sender_only);
  write_if (writer, "multiple", action->accept_multiple);
  kz_json_writer_end_object (writer);
}

/* Those of a meeting are words of the API (§15), and in the order in which people took them; those of a poll
 * are somebody's text, and in its order. TRUE: the counts make sense by what was written. */
static gboolean
write_choices (KzJsonWriter *writer, KzActionKind kind, const KzTally *tally)
{
  if (tally->choices == NULL || kind != KZ_ACTION_LETS_MEET)
    return kind != KZ_ACTION_LETS_MEET;
  for (guint i = 0; tally->choices[i] != NULL; i++)
    if (!g_strv_contains (kz_meeting_choices (), tally->choices[i]))
      return FALSE;
  kz_json_writer_strv (writer, "choices", (const char *const *) tally->choices);
  return TRUE;
}

/* Counts only: who answered what is asked again when somebody wants to know. */
static void
write_tally (KzJsonWriter *writer, KzActionKind kind, const KzTally *tally)
{
  kz_json_writer_begin_object (writer, "tally");
  write_unless (writer, "responseCount", tally->response_count, -1);
  write_unless (writer, "assigneeCount", tally->assignee_count, -1);
  write_unless (writer, "completed", tally->is_completed, KZ_TRI_UNKNOWN);
  write_unless (writer, "dueUs", tally->due_us, 0);
  if (write_choices (writer, kind, tally) && tally->counts != NULL) {
    kz_json_writer_begin_array (writer, "counts");
    for (guint i = 0; i < tally->counts->len; i++)
      kz_json_writer_int (writer, NULL, g_array_index (tally->counts, int, i));
    kz_json_writer_end_array (writer);
  }
  kz_json_writer_end_object (writer);
}

static void
write_answers (KzJsonWriter *writer, const KzOpenAction *open, const char *answers)
{
  kz_json_writer_string (writer, "answers", answers);
  write_if (writer, "hasAnswers", open->has_answers);
  write_unless (writer, "unnamed", open->unnamed, 0);
  kz_json_writer_string (writer, "ownResponse", open->own_response_id);
  kz_json_writer_int (writer, "touchedUs", open->touched_us);
  kz_json_writer_int (writer, "countedUs", open->counted_us);
  if (open->tally != NULL)
    write_tally (writer, open->action->kind, open->tally);
}

static void
write_open_action (KzJsonWriter *writer, const KzOpenAction *open)
{
  g_autofree char *answers = open->answers != NULL ? kz_ledger_to_text (open->answers) : NULL;

  kz_json_writer_string (writer, "handle", open->handle);
  write_unless (writer, "likes", open->likes, 0);
  write_unless (writer, "comments", open->comments, 0);
  write_action (writer, open->action, FALSE);
  write_if (writer, "bare", open->is_bare || kz_action_has_texts (open->action));
  write_answers (writer, open, answers);
}

GBytes *
kz_store_serialize_action (const KzOpenAction *open)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  write_open_action (writer, open);
  return kz_json_writer_end (writer);
}

GBytes *
kz_store_serialize_answers (const KzOpenAction *open, const char *answers)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "handle", open->handle);
  write_answers (writer, open, answers);
  return kz_json_writer_end (writer);
}

GBytes *
kz_store_serialize_aside (const KzAction *action)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  write_action (writer, action, TRUE);
  kz_json_writer_string (writer, "text", action->text);
  kz_json_writer_begin_array (writer, "media");
  for (guint i = 0; i < action->media->len; i++) {
    const KzMediaRef *ref = g_ptr_array_index (action->media, i);

    kz_json_writer_begin_object (writer, NULL);
    kz_json_writer_string (writer, "url", ref->url);
    kz_json_writer_string (writer, "name", ref->name);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
  if (action->place.known) {
    kz_json_writer_double (writer, "latitude", action->place.latitude);
    kz_json_writer_double (writer, "longitude", action->place.longitude);
    kz_json_writer_string (writer, "place", action->place.name);
  }
  return kz_json_writer_end (writer);
}

static void
write_account (KzJsonWriter *writer, KzStore *self)
{
  g_autofree char *key = g_base64_encode (self->hash_key, sizeof self->hash_key);
  g_autofree char *names_key = g_base64_encode (self->names_key, sizeof self->names_key);

  kz_json_writer_int (writer, "version", KZ_STATE_VERSION);
  kz_json_writer_int (writer, "generation", (gint64) self->generation);
  kz_json_writer_string (writer, "endpoint", self->endpoint);
  kz_json_writer_string (writer, "installation", self->installation_id);
  kz_json_writer_string (writer, "callbackToken", self->callback_token);
  kz_json_writer_string (writer, "callbackSegment", self->callback_segment);
  kz_json_writer_string (writer, "hashKey", key);
  kz_json_writer_string (writer, "namesKey", names_key);
  kz_json_writer_int (writer, "port", self->bound_port);
  kz_json_writer_string (writer, "ownUser", self->own_user_id);
  kz_json_writer_int (writer, "lastOnlineUs", self->last_online_us);
}

static void
write_name (KzJsonWriter *writer, const KzName *name)
{
  char person[KZ_NAMES_HEX] = "";

  kz_names_to_hex (name->person, person);
  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_string (writer, "who", person);
  kz_json_writer_string (writer, "name", name->text);
  kz_json_writer_end_object (writer);
}

/**
 * Snapshot:
 * @names: (element-type KzName)
 * @next: the first that is not written
 *
 * The state as it was at one moment. What changes is written at once; of names there are as many as of all
 * people of all rooms that were ever open, and one that was given stays as it is: they may be written later.
 */
typedef struct {
  KzJsonWriter *writer;
  GPtrArray *names;
  guint next;
} Snapshot;

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;

  kz_json_writer_free (snapshot->writer);
  g_ptr_array_unref (snapshot->names);
  g_free (snapshot);
}

static Snapshot *
snapshot_new (KzStore *self)
{
  Snapshot *snapshot = g_new0 (Snapshot, 1);
  KzJsonWriter *writer = kz_json_writer_new ();
  GHashTableIter iter;
  gpointer value;

  self->generation++;
  write_account (writer, self);
  kz_json_writer_begin_array (writer, "groups");
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    write_group (writer, value);
  kz_json_writer_end_array (writer);
  kz_json_writer_begin_array (writer, "people");
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    kz_json_writer_begin_object (writer, NULL);
    write_person (writer, value);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
  kz_json_writer_begin_array (writer, "actions");
  for (guint i = 0; i < self->actions->len; i++) {
    kz_json_writer_begin_object (writer, NULL);
    write_open_action (writer, g_ptr_array_index (self->actions, i));
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
  kz_json_writer_begin_array (writer, "names");
  snapshot->writer = writer;
  snapshot->names = kz_names_kept (self->names);
  return snapshot;
}

/* TRUE: there are more. */
static gboolean
snapshot_step (Snapshot *snapshot, guint n_names)
{
  for (; n_names > 0 && snapshot->next < snapshot->names->len; n_names--)
    write_name (snapshot->writer, g_ptr_array_index (snapshot->names, snapshot->next++));
  return snapshot->next < snapshot->names->len;
}

/* (transfer full) */
static GBytes *
snapshot_end (Snapshot *snapshot)
{
  kz_json_writer_end_array (snapshot->writer);
  return kz_json_writer_end (g_steal_pointer (&snapshot->writer));
}

GBytes *
kz_store_serialize (KzStore *self)
{
  Snapshot *snapshot = snapshot_new (self);
  GBytes *bytes;

  snapshot_step (snapshot, G_MAXUINT);
  bytes = snapshot_end (snapshot);
  snapshot_free (snapshot);
  return bytes;
}

/* --- The file --- */

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzStore *self = g_task_get_source_object (task);
  GError *error = NULL;

  kz_store_io_end (self);
  if (kz_store_replace_file_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
write_file (GTask *task)
{
  KzStore *self = g_task_get_source_object (task);
  g_autoptr (GBytes) bytes = snapshot_end (g_task_get_task_data (task));
  g_autofree char *path = kz_store_path (self, ".json");

  kz_store_replace_file_async (path, bytes, g_task_get_cancellable (task), replaced_cb, task);
}

static gboolean
slice_cb (gpointer data)
{
  GTask *task = data;

  if (g_task_return_error_if_cancelled (task)) {
    kz_store_io_end (g_task_get_source_object (task));
    g_object_unref (task);
    return G_SOURCE_REMOVE;
  }
  if (snapshot_step (g_task_get_task_data (task), NAMES_A_TURN))
    return G_SOURCE_CONTINUE;
  write_file (task);
  return G_SOURCE_REMOVE;
}

void
kz_store_save_async (KzStore *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Snapshot *snapshot = snapshot_new (self);

  g_task_set_source_tag (task, kz_store_save_async);
  g_task_set_task_data (task, snapshot, snapshot_free);
  self->is_dirty = FALSE;
  kz_store_io_begin (self);
  if (snapshot_step (snapshot, NAMES_A_TURN)) {
    g_autoptr (GSource) source = g_idle_source_new ();

    g_source_set_callback (source, slice_cb, task, NULL);
    g_source_attach (source, g_task_get_context (task));
  } else {
    write_file (task);
  }
}

gboolean
kz_store_save_finish (KzStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Sign-off --- */

/* Keeps the lock until the write has ended, so that the next opener reads what was written. */
typedef struct {
  int lock_fd;
  GBytes *bytes;
} LastSave;

static void
last_saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  LastSave *last = data;
  g_autoptr (GError) error = NULL;

  if (!kz_store_replace_file_finish (result, &error))
    g_info ("store: the last save failed");
  if (last->lock_fd >= 0)
    g_close (last->lock_fd, NULL);
  g_bytes_unref (last->bytes);
  g_free (last);
}

void
kz_store_save_last (KzStore *self)
{
  g_autoptr (GBytes) bytes = kz_store_serialize (self);

  self->is_dirty = FALSE;
  /* A host that quits turns its loop no more, so a background write would never end. The journal
   * takes the state; the next start puts it into its file. */
  if (g_bytes_get_size (bytes) <= LAST_SAVE_MAX_BYTES) {
    g_autoptr (KzJournalRecord) record =
        kz_journal_record_new (KZ_RECORD_STATE, self->generation, NULL);

    record->payload = g_bytes_ref (bytes);
    if (kz_store_append (self, record))
      return;
  }

  LastSave *last = g_new0 (LastSave, 1);
  g_autofree char *path = kz_store_path (self, ".json");

  last->lock_fd = self->lock_fd;
  self->lock_fd = -1;
  last->bytes = g_steal_pointer (&bytes);
  kz_store_replace_file_async (path, last->bytes, NULL, last_saved_cb, last);
}
