/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft-private.h"

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)

static gboolean
is_filled (GStrv list)
{
  return list != NULL && list[0] != NULL;
}

static void
write_true (KzJsonWriter *writer, const char *name, gboolean value)
{
  /* All of them are false by default. */
  if (value)
    kz_json_writer_bool (writer, name, TRUE);
}

static void
write_filled (KzJsonWriter *writer, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    kz_json_writer_string (writer, name, value);
}

static void
write_hours (KzJsonWriter *writer, const char *name, int hours)
{
  if (hours > 0)
    kz_json_writer_int (writer, name, hours);
}

/* --- the body of each kind, API §11, §13 --------------------------------------------------- */

static void
write_announcement (KzJsonWriter *writer, const KzActionDraft *draft)
{
  /* The spelling of the page; the swagger has it small. */
  write_filled (writer, "Title", draft->title);
  /* Whether it may be missing is not clear, so it never is. */
  kz_json_writer_string (writer, "Message", draft->text != NULL ? draft->text : "");
  if (is_filled (draft->media))
    kz_json_writer_strv (writer, "MediaResources", (const char *const *) draft->media);
}

static void
write_job (KzJsonWriter *writer, const KzActionDraft *draft)
{
  kz_json_writer_string (writer, "title", draft->title);
  kz_json_writer_strv (writer, "assignedTo", (const char *const *) draft->assigned_to);
  write_hours (writer, "dueDate", draft->hours);
}

static void
write_poll (KzJsonWriter *writer, const KzActionDraft *draft)
{
  guint n_images = draft->choice_images != NULL ? g_strv_length (draft->choice_images) : 0;

  kz_json_writer_string (writer, "question", draft->title);
  kz_json_writer_begin_array (writer, "choices");
  for (guint i = 0; draft->choices != NULL && draft->choices[i] != NULL; i++) {
    kz_json_writer_begin_object (writer, NULL);
    kz_json_writer_string (writer, "title", draft->choices[i]);
    if (i < n_images)
      write_filled (writer, "image", draft->choice_images[i]);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
  write_hours (writer, "expiryInHours", draft->hours);
  /* Lists tell it of polls; that it can be posted is inferred. */
  write_true (writer, "isSenderOnly", draft->is_sender_only);
}

static void
write_place (KzJsonWriter *writer, const KzPlace *place)
{
  if (!place->known)
    return;
  kz_json_writer_begin_object (writer, "place");
  kz_json_writer_double (writer, "latitude", place->latitude);
  kz_json_writer_double (writer, "longitude", place->longitude);
  write_filled (writer, "name", place->name);
  kz_json_writer_end_object (writer);
}

static void
write_meeting (KzJsonWriter *writer, const KzActionDraft *draft)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (draft->start_us / G_USEC_PER_SEC);
  g_autofree char *start =
      time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");

  kz_json_writer_string (writer, "title", draft->title);
  kz_json_writer_string (writer, "startingTime", start);
  if (draft->duration_min > 0) {
    /* Documented under one name and then the other (API §23 row 14). */
    kz_json_writer_int (writer, "duration", draft->duration_min);
    kz_json_writer_int (writer, "DurationInMins", draft->duration_min);
  }
  write_place (writer, &draft->place);
  write_filled (writer, "agenda", draft->text);
  write_true (writer, "isSenderOnly", draft->is_sender_only);
}

static void
write_question (KzJsonWriter *writer, const KzQuestion *question)
{
  const char *wire = kz_question_kind_wire (question->kind);

  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_string (writer, "title", question->title);
  kz_json_writer_string (writer, "type", wire != NULL ? wire : question->kind_raw);
  write_true (writer, "isInvisible", question->invisible);
  if (kz_question_kind_has_options (question->kind)) {
    kz_json_writer_begin_array (writer, "options");
    for (guint i = 0; question->options != NULL && question->options[i] != NULL; i++) {
      kz_json_writer_begin_object (writer, NULL);
      kz_json_writer_string (writer, "title", question->options[i]);
      kz_json_writer_end_object (writer);
    }
    kz_json_writer_end_array (writer);
  }
  kz_json_writer_end_object (writer);
}

static void
write_form (KzJsonWriter *writer, const KzActionDraft *draft)
{
  if (draft->questions->len > 0) {
    kz_json_writer_begin_array (writer, "questions");
    for (guint i = 0; i < draft->questions->len; i++)
      write_question (writer, g_ptr_array_index (draft->questions, i));
    kz_json_writer_end_array (writer);
  }
  write_true (writer, "isAnonymous", draft->is_anonymous);
  write_true (writer, "isSenderOnly", draft->is_sender_only);
  write_true (writer, "acceptMultipleResponses", draft->accept_multiple);
}

static void
write_survey (KzJsonWriter *writer, const KzActionDraft *draft)
{
  kz_json_writer_string (writer, "title", draft->title);
  write_form (writer, draft);
  write_hours (writer, "dueDate", draft->hours);
}

static void
write_properties (KzJsonWriter *writer, const char *name, GPtrArray *properties)
{
  kz_json_writer_begin_array (writer, name);
  for (guint i = 0; i < properties->len; i++) {
    const KzProperty *property = g_ptr_array_index (properties, i);

    kz_json_writer_begin_object (writer, NULL);
    kz_json_writer_string (writer, "name", property->name);
    kz_json_writer_string (writer, "type", property->type);
    kz_json_writer_string (writer, "value", property->value);
    kz_json_writer_end_object (writer);
  }
  kz_json_writer_end_array (writer);
}

static void
write_package (KzJsonWriter *writer, const KzActionDraft *draft)
{
  write_filled (writer, "title", draft->title);
  write_hours (writer, "validity", draft->hours);
  write_form (writer, draft);
  if (draft->properties->len > 0)
    write_properties (writer, "properties", draft->properties);
}

static void
write_media (KzJsonWriter *writer, const KzActionDraft *draft)
{
  if (is_filled (draft->media))
    kz_json_writer_string (writer, "mediaResource", draft->media[0]);
  write_filled (writer, "caption", draft->text);
}

static void
write_body (KzJsonWriter *writer, const KzActionDraft *draft)
{
  switch (draft->kind) {
  case KZ_ACTION_ANNOUNCEMENT:
    write_announcement (writer, draft);
    return;
  case KZ_ACTION_JOB:
    write_job (writer, draft);
    return;
  case KZ_ACTION_POLL:
    write_poll (writer, draft);
    return;
  case KZ_ACTION_SURVEY:
    write_survey (writer, draft);
    return;
  case KZ_ACTION_LETS_MEET:
    write_meeting (writer, draft);
    return;
  case KZ_ACTION_IMAGE:
  case KZ_ACTION_ALBUM:
  case KZ_ACTION_AUDIO:
  case KZ_ACTION_DOCUMENT:
  case KZ_ACTION_VIDEO:
    write_media (writer, draft);
    return;
  case KZ_ACTION_PACKAGE:
    write_package (writer, draft);
    return;
  case KZ_ACTION_UNKNOWN:
  case KZ_ACTION_PHOTO_LOCATION:
  case KZ_ACTION_LOCATION:
    /* Not to be posted, as kz_action_draft_check() says. */
    return;
  }
}

char *
kz_action_draft_to_json (const KzActionDraft *draft)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_draft_write_kind (writer, draft->kind, draft->package_id);
  if (is_filled (draft->subscribers))
    kz_json_writer_strv (writer, "subscribers", (const char *const *) draft->subscribers);
  write_true (writer, "sendToAllSubscribers", draft->to_all_subscribers);
  write_filled (writer, "replyToReferenceId", draft->reply_to);
  kz_json_writer_begin_object (writer, "actionBody");
  write_body (writer, draft);
  kz_json_writer_end_object (writer);
  return kz_draft_end (writer);
}

char *
kz_properties_to_json (GPtrArray *properties)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  /* Whatever version the card has now. */
  kz_json_writer_int (writer, "version", -1);
  write_properties (writer, "updateProperties", properties);
  return kz_draft_end (writer);
}

/* --- as it will be shown ------------------------------------------------------------------- */

/* What the service takes when nothing is said, API §13; 0 when that is not known. */
static int
default_hours (KzActionKind kind)
{
  if (kind == KZ_ACTION_JOB || kind == KZ_ACTION_SURVEY)
    return 24;
  return kind == KZ_ACTION_POLL ? 720 : 0;
}

KzAction *
kz_action_draft_to_action (const KzActionDraft *draft, const char *group_id, gint64 now_us)
{
  const char *package_id = draft->kind == KZ_ACTION_PACKAGE ? draft->package_id : NULL;
  KzAction *action = kz_action_new (draft->kind, package_id, group_id);
  int hours = draft->hours > 0 ? draft->hours : default_hours (draft->kind);
  gboolean takes_responses = draft->kind == KZ_ACTION_JOB || draft->kind == KZ_ACTION_SURVEY ||
                             draft->kind == KZ_ACTION_POLL || draft->kind == KZ_ACTION_LETS_MEET;

  action->package_id = g_strdup (package_id);
  action->title = g_strdup (draft->title);
  action->text = g_strdup (draft->text);
  action->choices = g_strdupv (draft->choices);
  for (guint i = 0; i < draft->questions->len; i++)
    g_ptr_array_add (action->questions, kz_question_copy (draft->questions->pdata[i]));
  action->assigned_to = g_strdupv (draft->assigned_to);
  action->subscribers = is_filled (draft->subscribers) ? g_strdupv (draft->subscribers) : NULL;
  action->sent_us = now_us;
  action->due_us = hours > 0 ? now_us + hours * HOUR_US : 0;
  action->start_us = draft->start_us;
  if (draft->kind == KZ_ACTION_LETS_MEET)
    action->duration_min = draft->duration_min > 0 ? draft->duration_min : 30;
  action->place = draft->place;
  action->place.name = g_strdup (draft->place.name);
  action->response_count = takes_responses ? 0 : -1;
  if (draft->kind == KZ_ACTION_JOB) {
    action->assignee_count =
        is_filled (draft->assigned_to) ? (int) g_strv_length (draft->assigned_to) : 0;
    action->is_completed = KZ_TRI_NO;
  }
  action->is_anonymous = draft->is_anonymous;
  action->is_sender_only = draft->is_sender_only;
  action->accept_multiple = draft->accept_multiple;
  return action;
}
