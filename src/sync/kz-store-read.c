/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-limits.h"

#include <math.h>
#include <string.h>

/* The file may have been written by anybody who can write there, or by a disk that fails: each
 * element is looked at by itself, and one that makes no sense is left out. */

static char *
dup_bounded (const KzJson *json, const char *name)
{
  const char *text = kz_json_opt_string (json, name, NULL);

  if (text == NULL || *text == '\0' || strlen (text) > KZ_STORE_MAX_STRING)
    return NULL;
  return g_strdup (text);
}

static int
read_count (const KzJson *json, const char *name)
{
  return (int) CLAMP (kz_json_opt_int (json, name, -1), -1, G_MAXINT);
}

static void
read_marks (KzGroupState *group, const KzJson *array)
{
  guint length = MIN (kz_json_array_length (array), (guint) KZ_STORE_MAX_MARKS);

  for (guint i = 0; i < length; i++) {
    const KzJson *mark = kz_json_array_at (array, i);
    g_autofree char *unit = dup_bounded (mark, "unit");
    gint64 mark_us = kz_json_opt_int (mark, "us", -1);

    if (unit != NULL && mark_us >= 0)
      kz_cursor_set_mark (group->cursor, unit, mark_us);
  }
}

static void
read_rates (KzGroupState *group, const KzJson *array)
{
  guint length = MIN (kz_json_array_length (array), (guint) KZ_STORE_MAX_MARKS);

  for (guint i = 0; i < length; i++) {
    const KzJson *entry = kz_json_array_at (array, i);
    g_autofree char *unit = dup_bounded (entry, "unit");
    double rate = kz_json_opt_double (entry, "rate", -1);

    if (unit == NULL || !isfinite (rate) || rate < 0)
      continue;
    kz_unit_map_get (&group->rates, unit)->rate = rate;
  }
}

static void
read_group (KzStore *self, const KzJson *json)
{
  g_autofree char *group_id = dup_bounded (json, "id");
  g_autofree char *webhook_id = dup_bounded (json, "webhook");
  g_autofree char *webhook_url = dup_bounded (json, "webhookUrl");
  KzGroupState *group;

  if (group_id == NULL || kz_store_get_group (self, group_id) != NULL)
    return;
  group = kz_store_group (self, group_id);
  group->name = dup_bounded (json, "name");
  kz_store_set_webhook (self, group_id, webhook_id, webhook_url);
  group->direct_phone = dup_bounded (json, "directPhone");
  group->reaction_cursor = MAX (0, kz_json_opt_int (json, "reactionCursor", 0));
  group->reactions_us = MAX (0, kz_json_opt_int (json, "reactionsUs", 0));
  group->reactions_seeded = kz_json_opt_bool (json, "reactionsSeeded", FALSE);
  group->misses = (guint) CLAMP (kz_json_opt_int (json, "misses", 0), 0, 1000);
  read_marks (group, kz_json_opt_array (json, "marks"));
  read_rates (group, kz_json_opt_array (json, "rates"));
}

static guint64
from_hex (const char *hex)
{
  guint64 number = 0;

  g_ascii_string_to_unsigned (hex, 16, 0, G_MAXUINT64, &number, NULL);
  return number;
}

static void
read_name (KzStore *self, const KzJson *json)
{
  const char *who = kz_json_opt_string (json, "who", NULL);
  const char *unkeyed = kz_json_opt_string (json, "person", NULL);
  g_autofree char *key = dup_bounded (json, "key");
  g_autofree char *name = dup_bounded (json, "name");
  guint64 person = 0;

  if (who != NULL)
    person = from_hex (who);
  /* As it was before: a hash without a key; and before that, the words themselves. */
  else if (unkeyed != NULL)
    person = kz_names_key_of_unkeyed (self->names, from_hex (unkeyed));
  else if (key != NULL)
    person = kz_names_key (self->names, key);
  if (person != 0 && name != NULL)
    kz_names_give (self->names, person, name, NULL);
}

static void
read_questions (KzAction *action, const KzJson *array)
{
  for (guint i = 0; i < kz_json_array_length (array); i++) {
    const KzJson *json = kz_json_array_at (array, i);
    KzQuestion *question;

    if (!kz_json_is_object (json))
      continue;
    question = g_new0 (KzQuestion, 1);
    question->title = dup_bounded (json, "title");
    question->kind_raw = dup_bounded (json, "kind");
    question->kind = kz_question_kind_parse (question->kind_raw);
    question->options = kz_json_opt_strv (json, "options");
    question->invisible = kz_json_opt_bool (json, "invisible", FALSE);
    g_ptr_array_add (action->questions, question);
  }
}

static KzTri
read_tri (const KzJson *json, const char *name)
{
  return (KzTri) CLAMP (kz_json_opt_int (json, name, KZ_TRI_UNKNOWN), KZ_TRI_UNKNOWN, KZ_TRI_YES);
}

/* (nullable) */
static KzPerson *
read_person (const KzJson *json)
{
  g_autofree char *id = dup_bounded (json, "senderId");
  g_autofree char *phone = dup_bounded (json, "senderPhone");
  g_autofree char *name = dup_bounded (json, "senderName");

  if (id == NULL && phone == NULL)
    return NULL;
  return kz_person_new (id, phone, name, NULL);
}

static KzAction *
read_action (const KzJson *json)
{
  g_autofree char *group_id = dup_bounded (json, "group");
  g_autofree char *kind_raw = dup_bounded (json, "kindRaw");
  gint64 kind = kz_json_opt_int (json, "kind", -1);
  KzAction *action;

  if (group_id == NULL || kind < 0 || kind >= KZ_N_ACTION_KINDS)
    return NULL;
  action = kz_action_new ((KzActionKind) kind, kind_raw, group_id);
  action->source_group_id = dup_bounded (json, "sourceGroup");
  action->reference_id = dup_bounded (json, "reference");
  action->action_id = dup_bounded (json, "id");
  action->package_id = dup_bounded (json, "package");
  action->sender = read_person (json);
  action->sent_us = kz_json_opt_int (json, "sentUs", 0);
  action->title = dup_bounded (json, "title");
  action->choices = kz_json_opt_strv (json, "choices");
  read_questions (action, kz_json_opt_array (json, "questions"));
  action->assigned_to = kz_json_opt_strv (json, "assignedTo");
  action->subscribers = kz_json_opt_strv (json, "subscribers");
  action->due_us = kz_json_opt_int (json, "dueUs", 0);
  action->start_us = kz_json_opt_int (json, "startUs", 0);
  action->duration_min = MAX (0, read_count (json, "durationMin"));
  action->response_count = read_count (json, "responseCount");
  action->assignee_count = read_count (json, "assigneeCount");
  action->is_completed = read_tri (json, "completed");
  action->is_anonymous = kz_json_opt_bool (json, "anonymous", FALSE);
  action->is_sender_only = kz_json_opt_bool (json, "senderOnly", FALSE);
  action->accept_multiple = kz_json_opt_bool (json, "multiple", FALSE);
  return action;
}

static KzTally *
read_tally (const KzJson *json, const KzAction *action)
{
  const KzJson *counts = kz_json_opt_array (json, "counts");
  KzTally *tally;

  if (!kz_json_is_object (json))
    return NULL;
  tally = kz_tally_from_action (action);
  tally->response_count = read_count (json, "responseCount");
  tally->assignee_count = read_count (json, "assigneeCount");
  tally->is_completed = read_tri (json, "completed");
  tally->due_us = kz_json_opt_int (json, "dueUs", 0);
  g_clear_pointer (&tally->choices, g_strfreev);
  g_clear_pointer (&tally->counts, g_array_unref);
  tally->choices = kz_json_opt_strv (json, "choices");
  /* The two belong together: one of another length would be read past its end. */
  if (counts == NULL || (tally->choices != NULL
                             ? kz_json_array_length (counts) != g_strv_length (tally->choices)
                             : action->kind == KZ_ACTION_LETS_MEET))
    return tally;
  tally->counts = g_array_new (FALSE, TRUE, sizeof (int));
  for (guint i = 0; i < kz_json_array_length (counts); i++) {
    int count = (int) CLAMP (kz_json_as_int (kz_json_array_at (counts, i), 0), 0, G_MAXINT);

    g_array_append_val (tally->counts, count);
  }
  return tally;
}

void
kz_store_read_answers (KzOpenAction *open, const KzJson *json)
{
  const char *answers = kz_json_opt_string (json, "answers", NULL);

  if (answers != NULL && open->answers == NULL)
    open->answers = kz_ledger_new ();
  if (answers != NULL)
    kz_ledger_put_text (open->answers, answers);
  open->has_answers = kz_json_opt_bool (json, "hasAnswers", FALSE);
  open->unnamed = (guint) MAX (0, read_count (json, "unnamed"));
  open->touched_us = kz_json_opt_int (json, "touchedUs", 0);
  open->counted_us = MAX (0, kz_json_opt_int (json, "countedUs", 0));
  g_free (open->own_response_id);
  open->own_response_id = dup_bounded (json, "ownResponse");
  kz_tally_unref (open->tally);
  open->tally = read_tally (kz_json_opt_object (json, "tally"), open->action);
}

KzOpenAction *
kz_store_read_action (const KzJson *json)
{
  const char *handle = kz_json_opt_string (json, "handle", NULL);
  KzAction *action = read_action (kz_json_opt_object (json, "action"));
  KzOpenAction *open;

  if (action == NULL)
    return NULL;
  if (!kz_store_is_handle (handle)) {
    kz_action_unref (action);
    return NULL;
  }
  open = g_new0 (KzOpenAction, 1);
  open->handle = g_strdup (handle);
  open->action = action;
  open->likes = MAX (0, read_count (json, "likes"));
  open->comments = MAX (0, read_count (json, "comments"));
  /* Earlier versions kept texts, but no files, and did not say so. */
  open->is_bare = kz_json_opt_bool (json, "bare", kz_action_kind_is_media (action->kind)) &&
                  !kz_action_has_texts (action);
  kz_store_read_answers (open, json);
  return open;
}

KzAction *
kz_store_read_aside (const char *body, gsize length)
{
  g_autoptr (KzJson) json = kz_json_parse (body, length, NULL, NULL);
  /* What a webhook brings names the type of its event, and this does not. */
  KzAction *action = kz_json_is_object (json) && kz_json_member (json, "eventType") == NULL
                         ? read_action (kz_json_opt_object (json, "action"))
                         : NULL;
  const KzJson *media;

  if (action == NULL)
    return NULL;
  action->text = g_strdup (kz_json_opt_string (json, "text", NULL));
  media = kz_json_opt_array (json, "media");
  for (guint i = 0; i < kz_json_array_length (media); i++) {
    const KzJson *one = kz_json_array_at (media, i);
    const char *url = kz_json_opt_string (one, "url", NULL);

    if (url != NULL)
      g_ptr_array_add (action->media,
                       kz_media_ref_new (url, kz_json_opt_string (one, "name", NULL)));
  }
  if (kz_json_member (json, "latitude") != NULL) {
    action->place.known = TRUE;
    action->place.latitude = kz_json_opt_double (json, "latitude", 0);
    action->place.longitude = kz_json_opt_double (json, "longitude", 0);
    action->place.name = g_strdup (kz_json_opt_string (json, "place", NULL));
  }
  return action;
}

static void
read_secret (char **field, const char *text)
{
  if (!kz_store_is_secret (text))
    return;
  g_free (*field);
  *field = g_strdup (text);
}

/* Before any of the names. Without one they are forgotten, as nobody is found by another key. */
static void
read_names_key (KzStore *self, const char *text)
{
  g_autofree guchar *decoded = NULL;
  gsize length = 0;

  if (text != NULL)
    decoded = g_base64_decode (text, &length);
  if (length != sizeof self->names_key)
    return;
  memcpy (self->names_key, decoded, length);
  kz_names_free (self->names);
  self->names = kz_names_new (self->names_key, KZ_NAMES_MOST);
}

static void
read_account (KzStore *self, const KzJson *root)
{
  g_autofree char *installation = dup_bounded (root, "installation");
  gint64 port = kz_json_opt_int (root, "port", 0);

  self->endpoint = dup_bounded (root, "endpoint");
  if (installation != NULL) {
    g_free (self->installation_id);
    self->installation_id = g_steal_pointer (&installation);
  }
  read_names_key (self, kz_json_opt_string (root, "namesKey", NULL));
  read_secret (&self->callback_token, kz_json_opt_string (root, "callbackToken", NULL));
  read_secret (&self->callback_segment, kz_json_opt_string (root, "callbackSegment", NULL));
  self->bound_port = port > 0 && port <= G_MAXUINT16 ? (guint) port : 0;
  self->own_user_id = dup_bounded (root, "ownUser");
  self->last_online_us = MAX (0, kz_json_opt_int (root, "lastOnlineUs", 0));
}

/* --- The whole state --- */

enum {
  GROUPS,
  NAMES,
  PEOPLE,
  ACTIONS,
  N_ARRAYS
};

struct _KzStateReader {
  KzJsonPage *page;
  guint64 generation;
  guint next;            /* element of @page */
  guint taken[N_ARRAYS]; /* elements of each array so far */
  gboolean is_damaged;
};

/* 0: not a state of ours. */
static guint64
state_generation (const KzJson *root)
{
  gint64 generation = kz_json_opt_int (root, "generation", 0);

  if (!kz_json_is_object (root) || kz_json_opt_int (root, "version", 0) != KZ_STATE_VERSION)
    return 0;
  /* Room to count on: a number at the end of the range would never be exceeded again. */
  return generation > 0 && generation < G_MAXINT64 / 2 ? (guint64) generation : 0;
}

KzStateReader *
kz_state_reader_new (GBytes *bytes)
{
  static const char *const arrays[] = {"groups", "names", "people", "actions", NULL};
  static const KzJsonLimits limits = {KZ_STATE_MAX_BYTES, 16};
  KzJsonPage *page = kz_json_page_new_of (bytes, arrays, &limits, NULL);
  guint64 generation = page != NULL ? state_generation (kz_json_page_rest (page)) : 0;
  KzStateReader *reader;

  if (generation == 0) {
    kz_json_page_free (page);
    return NULL;
  }
  reader = g_new0 (KzStateReader, 1);
  reader->page = page;
  reader->generation = generation;
  return reader;
}

void
kz_state_reader_free (KzStateReader *reader)
{
  if (reader == NULL)
    return;
  kz_json_page_free (reader->page);
  g_free (reader);
}

guint64
kz_state_reader_generation (const KzStateReader *reader)
{
  return reader->generation;
}

const KzJson *
kz_state_reader_account (const KzStateReader *reader)
{
  return kz_json_page_rest (reader->page);
}

gboolean
kz_state_reader_is_damaged (const KzStateReader *reader)
{
  return reader->is_damaged;
}

static void
read_known_person (KzStore *self, const KzJson *json)
{
  KzPerson *person = read_person (json);

  if (person != NULL && person->id != NULL && person->phone != NULL)
    g_hash_table_replace (self->people, g_strdup (person->phone), kz_person_ref (person));
  kz_person_unref (person);
}

static void
read_open_action (KzStore *self, const KzJson *json)
{
  KzOpenAction *open = kz_store_read_action (json);

  if (open != NULL)
    kz_store_insert_action (self, open);
}

static void
read_element (KzStateReader *reader, KzStore *self)
{
  static const struct {
    guint most;
    void (*read) (KzStore *self, const KzJson *json);
  } arrays[N_ARRAYS] = {
      [GROUPS] = {KZ_STORE_MAX_GROUPS, read_group},
      [NAMES] = {KZ_NAMES_MOST, read_name},
      [PEOPLE] = {KZ_STORE_MAX_PEOPLE, read_known_person},
      [ACTIONS] = {KZ_STORE_MAX_ACTIONS, read_open_action},
  };
  guint array = kz_json_page_array (reader->page, reader->next);
  g_autoptr (KzJson) json = NULL;

  if (reader->taken[array]++ >= arrays[array].most)
    return;
  json = kz_json_page_parse (reader->page, reader->next, NULL);
  if (json != NULL)
    arrays[array].read (self, json);
  else
    reader->is_damaged = TRUE;
}

gboolean
kz_state_reader_step (KzStateReader *reader, KzStore *self)
{
  gsize bytes = 0;

  if (reader->next == 0) {
    self->generation = reader->generation;
    read_account (self, kz_json_page_rest (reader->page));
  }
  for (; reader->next < kz_json_page_length (reader->page) && bytes < KZ_SLICE_BYTES;
       reader->next++) {
    read_element (reader, self);
    bytes += kz_json_page_size (reader->page, reader->next);
  }
  return reader->next < kz_json_page_length (reader->page);
}
