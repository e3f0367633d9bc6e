/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <string.h>

/* @next_read, @next_count: of @responses
 * @counts: (nullable): of the choices, while every answer is understood */
struct _KzTallyReader {
  const KzJson *root;
  const KzJson *element;   /* (nullable) */
  const KzJson *body;      /* (nullable) */
  const KzJson *responses; /* (nullable) */
  KzTally *tally;
  guint next_read;
  gboolean has_choices;
  guint next_count;
  GArray *counts;
};

static KzTally *
tally_alloc (const char *action_id)
{
  KzTally *tally = g_rc_box_new0 (KzTally);

  tally->action_id = g_strdup (action_id);
  tally->response_count = -1;
  tally->assignee_count = -1;
  tally->is_completed = KZ_TRI_UNKNOWN;
  tally->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_response_unref);
  return tally;
}

KzTally *
kz_tally_ref (KzTally *tally)
{
  return g_rc_box_acquire (tally);
}

static void
tally_clear (gpointer data)
{
  KzTally *tally = data;

  g_free (tally->action_id);
  g_strfreev (tally->choices);
  g_clear_pointer (&tally->counts, g_array_unref);
  g_ptr_array_unref (tally->responses);
}

void
kz_tally_unref (KzTally *tally)
{
  if (tally != NULL)
    g_rc_box_release_full (tally, tally_clear);
}

KzTally *
kz_tally_from_action (const KzAction *action)
{
  KzTally *tally = tally_alloc (action->action_id);

  tally->kind = action->kind;
  tally->response_count = action->response_count;
  tally->assignee_count = action->assignee_count;
  tally->is_completed = action->is_completed;
  tally->due_us = action->due_us;
  tally->choices = g_strdupv (action->choices);
  return tally;
}

static gboolean
has_action_id (const KzJson *json, const char *action_id)
{
  const KzJson *body = kz_json_opt_body (json, "actionBody");
  g_autofree char *outer = kz_json_dup_id (json, "actionId");
  g_autofree char *inner = kz_json_dup_id (body, "actionId");

  return g_strcmp0 (inner != NULL ? inner : outer, action_id) == 0;
}

const KzJson *
kz_details_unwrap (const KzJson *root, const char *action_id)
{
  const KzJson *array = kz_json_is_array (root) ? root : kz_json_opt_array (root, "actions");

  if (array == NULL) {
    const KzJson *single = kz_json_opt_object (root, "actions");

    return single != NULL ? single : root;
  }
  for (guint i = 0; i < kz_json_array_length (array); i++)
    if (has_action_id (kz_json_array_at (array, i), action_id))
      return kz_json_array_at (array, i);
  /* Of several none of which is the one, none can be counted. */
  return kz_json_array_length (array) == 1 ? kz_json_array_at (array, 0) : NULL;
}

static const KzJson *
find_array (const KzJson *root, const KzJson *element, const KzJson *body, const char *name)
{
  const KzJson *array = kz_json_opt_array (body, name);

  if (array == NULL)
    array = kz_json_opt_array (element, name);
  if (array == NULL)
    array = kz_json_opt_array (root, name);
  return array;
}

static int
choice_index (GStrv choices, const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  for (int i = 0; choices[i] != NULL; i++) {
    g_autofree char *choice = g_strstrip (g_strdup (choices[i]));

    if (strcmp (choice, trimmed) == 0)
      return i;
  }
  return -1;
}

/* Adds one answer, a string or an array of strings (API §23 row 16). FALSE: not one of the
 * choices. */
static gboolean
count_answer (GStrv choices, const KzJson *answer, GArray *counts)
{
  guint length = kz_json_is_array (answer) ? kz_json_array_length (answer) : 1;
  gboolean understood = length > 0;

  for (guint i = 0; i < length; i++) {
    const KzJson *part = kz_json_is_array (answer) ? kz_json_array_at (answer, i) : answer;
    const char *text = kz_json_as_string (part, NULL);
    int index;

    if (text == NULL)
      text = kz_json_opt_string (part, "title", NULL);
    index = text != NULL ? choice_index (choices, text) : -1;
    if (index >= 0)
      g_array_index (counts, int, index)++;
    else
      understood = FALSE;
  }
  return understood;
}

/* The answer to the first question, which is the only one that a poll has. (nullable) */
static const KzJson *
first_answer (const KzJson *response)
{
  const KzJson *questions = kz_response_questions (response);
  const KzJson *answers = kz_json_member (response, "answers");

  if (kz_json_array_length (questions) > 0)
    return kz_json_member (kz_json_array_at (questions, 0), "answer");
  if (answers == NULL)
    answers = kz_json_member (kz_json_opt_body (response, "responseDetails"), "answers");
  if (kz_json_is_array (answers))
    return kz_json_array_at (answers, 0);
  return answers != NULL ? answers : kz_json_member (response, "answer");
}

/* Inferred: counts out of single responses. None when one of them is not understood, or when
 * there are fewer than the service says: half a result is a wrong one. */
static void
begin_counting (KzTallyReader *reader)
{
  const KzTally *tally = reader->tally;
  guint n_choices = g_strv_length (tally->choices);

  if (reader->responses == NULL ||
      tally->response_count > (int) kz_json_array_length (reader->responses))
    return;
  reader->counts = g_array_sized_new (FALSE, TRUE, sizeof (int), n_choices);
  g_array_set_size (reader->counts, n_choices);
}

static void
count_one (KzTallyReader *reader, const KzJson *response)
{
  if (reader->counts != NULL &&
      !count_answer (reader->tally->choices, first_answer (response), reader->counts))
    g_clear_pointer (&reader->counts, g_array_unref);
}

/* Inferred: counts that the choices bring along. NULL unless each has one. */
static GArray *
counts_from_choices (const KzJson *choices)
{
  static const char *const names[] = {"count", "responseCount", "votes"};
  guint length = kz_json_array_length (choices);
  g_autoptr (GArray) counts = g_array_sized_new (FALSE, TRUE, sizeof (int), length);

  if (length == 0)
    return NULL;
  for (guint i = 0; i < length; i++) {
    int count = -1;

    for (gsize n = 0; count < 0 && n < G_N_ELEMENTS (names); n++)
      count = kz_count_read (kz_json_array_at (choices, i), names[n]);
    if (count < 0)
      return NULL;
    g_array_append_val (counts, count);
  }
  return g_steal_pointer (&counts);
}

/* The choices of a poll: its own, or the options of the only question that it may be sent as. */
static const KzJson *
find_choices (const KzJson *root,
              const KzJson *element,
              const KzJson *body,
              const KzJson *responses)
{
  const KzJson *choices = find_array (root, element, body, "choices");
  const KzJson *questions = find_array (root, element, body, "questions");

  if (kz_json_array_length (choices) > 0)
    return choices;
  if (kz_json_array_length (questions) == 0)
    questions = kz_response_questions (kz_json_array_at (responses, 0));
  return kz_json_opt_array (kz_json_array_at (questions, 0), "options");
}

/* A meeting has no list of choices: what people answered makes one, in order. */
static GStrv
choices_from_answers (const KzJson *responses)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < kz_json_array_length (responses); i++) {
    const KzJson *answer = first_answer (kz_json_array_at (responses, i));
    const char *text;

    if (kz_json_is_array (answer))
      answer = kz_json_array_at (answer, 0);
    text = kz_json_as_string (answer, NULL);
    if (text != NULL && g_hash_table_add (seen, (char *) text))
      g_strv_builder_add (builder, text);
  }
  return g_hash_table_size (seen) > 0 ? g_strv_builder_end (builder) : NULL;
}

static void
read_choices (KzTallyReader *reader)
{
  KzTally *tally = reader->tally;
  const KzJson *choices;

  if (tally->kind == KZ_ACTION_LETS_MEET) {
    tally->choices = choices_from_answers (reader->responses);
    if (tally->choices != NULL)
      begin_counting (reader);
    return;
  }
  choices = find_choices (reader->root, reader->element, reader->body, reader->responses);
  if (tally->kind != KZ_ACTION_POLL &&
      find_array (reader->root, reader->element, reader->body, "choices") == NULL)
    return;
  tally->choices = kz_titles_read (choices);
  if (tally->choices == NULL)
    return;
  tally->counts = counts_from_choices (choices);
  if (tally->counts == NULL)
    begin_counting (reader);
}

static void
read_response (KzTallyReader *reader, const KzJson *json)
{
  KzTally *tally = reader->tally;
  g_autofree char *group_id = kz_json_dup_id (json, "groupId");
  g_autoptr (KzResponse) response = NULL;

  if (!kz_json_is_object (json))
    return;
  if (group_id == NULL)
    group_id = kz_json_dup_id (reader->element, "groupId");
  response = kz_response_read (json, group_id, tally->action_id, NULL, tally->kind);
  if (kz_response_says_something (response))
    g_ptr_array_add (tally->responses, g_steal_pointer (&response));
}

KzTallyReader *
kz_tally_reader_new (const KzJson *root, const char *action_id, GError **error)
{
  const KzJson *element = kz_details_unwrap (root, action_id);
  const KzJson *body = kz_json_opt_body (element, "actionDetails");
  g_autoptr (KzAction) action = NULL;
  KzTallyReader *reader;

  if (!kz_json_is_object (root) && !kz_json_is_array (root)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "These are no details");
    return NULL;
  }
  if (body == NULL)
    body = kz_json_opt_body (element, "actionBody");
  if (body == NULL)
    body = element;

  action = kz_action_new (KZ_ACTION_UNKNOWN, NULL, NULL);
  kz_action_read_kind (action, element, NULL);
  if (body != element)
    kz_action_read_body (action, element);
  kz_action_read_body (action, body);
  reader = g_new0 (KzTallyReader, 1);
  reader->root = root;
  reader->element = element;
  reader->body = body;
  reader->tally = tally_alloc (action_id);
  reader->tally->kind = action->kind;
  reader->tally->response_count = action->response_count;
  reader->tally->assignee_count = action->assignee_count;
  reader->tally->is_completed = action->is_completed;
  reader->tally->due_us = action->due_us;
  if (element != NULL)
    reader->responses = find_array (root, element, body, "responses");
  return reader;
}

/* All responses are read. */
static void
begin_choices (KzTallyReader *reader)
{
  guint length = kz_json_array_length (reader->responses);

  if (reader->tally->response_count < 0 && reader->responses != NULL &&
      reader->tally->responses->len == length)
    reader->tally->response_count = (int) length;
  if (reader->element != NULL)
    read_choices (reader);
}

gboolean
kz_tally_reader_step (KzTallyReader *reader)
{
  guint length = kz_json_array_length (reader->responses);

  for (guint n = 0; n < KZ_SLICE_ITEMS && reader->next_read < length; n++)
    read_response (reader, kz_json_array_at (reader->responses, reader->next_read++));
  if (reader->next_read < length)
    return TRUE;
  if (!reader->has_choices) {
    reader->has_choices = TRUE;
    begin_choices (reader);
    return TRUE;
  }
  for (guint n = 0; n < KZ_SLICE_ITEMS && reader->counts != NULL && reader->next_count < length;
       n++)
    count_one (reader, kz_json_array_at (reader->responses, reader->next_count++));
  if (reader->counts != NULL && reader->next_count < length)
    return TRUE;
  if (reader->counts != NULL)
    reader->tally->counts = g_steal_pointer (&reader->counts);
  return FALSE;
}

KzTally *
kz_tally_reader_end (KzTallyReader *reader)
{
  KzTally *tally = reader->tally;

  g_clear_pointer (&reader->counts, g_array_unref);
  g_free (reader);
  return tally;
}

KzTally *
kz_tally_parse (const KzJson *root, const char *action_id, GError **error)
{
  KzTallyReader *reader = kz_tally_reader_new (root, action_id, error);

  while (reader != NULL && kz_tally_reader_step (reader))
    ;
  return reader != NULL ? kz_tally_reader_end (reader) : NULL;
}

static gboolean
responses_equal (const KzResponse *a, const KzResponse *b)
{
  if (g_strcmp0 (a->response_id, b->response_id) != 0 || a->is_completed != b->is_completed ||
      a->answers->len != b->answers->len || (a->responder == NULL) != (b->responder == NULL))
    return FALSE;
  if (a->responder != NULL && (g_strcmp0 (a->responder->id, b->responder->id) != 0 ||
                               g_strcmp0 (a->responder->phone, b->responder->phone) != 0))
    return FALSE;
  for (guint i = 0; i < a->answers->len; i++)
    if (strcmp (g_ptr_array_index (a->answers, i), g_ptr_array_index (b->answers, i)) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
choices_equal (GStrv a, GStrv b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
counts_equal (const GArray *a, const GArray *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, a->len * sizeof (int)) == 0);
}

gboolean
kz_tally_equal (const KzTally *a, const KzTally *b)
{
  if (g_strcmp0 (a->action_id, b->action_id) != 0 || a->kind != b->kind ||
      a->response_count != b->response_count || a->assignee_count != b->assignee_count ||
      a->is_completed != b->is_completed || a->due_us != b->due_us ||
      !choices_equal (a->choices, b->choices) || !counts_equal (a->counts, b->counts) ||
      a->responses->len != b->responses->len)
    return FALSE;
  for (guint i = 0; i < a->responses->len; i++)
    if (!responses_equal (g_ptr_array_index (a->responses, i), g_ptr_array_index (b->responses, i)))
      return FALSE;
  return TRUE;
}
