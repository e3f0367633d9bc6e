/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filled form becomes an order. */
#include "config.h"

#include "kz-form-private.h"

#include "kz-when.h"

#include <glib/gi18n-lib.h>

static const char *
value_of (const KzForm *form, const char *id)
{
  const KzField *field = kz_form_field (form, id);

  return field != NULL ? field->value : NULL;
}

static gboolean
says_yes (const KzForm *form, const char *id)
{
  const char *value = value_of (form, id);

  return value != NULL && kz_value_yes_no (value) == 1;
}

static gint64
now_us (const KzFormContext *context)
{
  return g_date_time_to_unix (context->now) * G_USEC_PER_SEC +
         g_date_time_get_microsecond (context->now);
}

/* 0: what the service takes by itself. */
static int
hours_of (const KzForm *form, const char *id, const KzFormContext *context)
{
  const char *value = value_of (form, id);
  g_autofree char *error = NULL;
  gint64 time_us = value != NULL ? kz_value_time (value, KZ_FIELD_DEADLINE, context, &error) : 0;

  return time_us != 0 ? kz_when_hours (time_us, now_us (context)) : 0;
}

static gboolean
read_people (const KzForm *form,
             const char *id,
             GPtrArray *people,
             const KzFormContext *context,
             char **error)
{
  const KzField *field = kz_form_field (form, id);
  g_autoptr (GPtrArray) found = NULL;

  if (field == NULL || field->value == NULL)
    return TRUE;
  found = kz_value_people (field->value, field->kind, context, error);
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (people, kz_person_ref (g_ptr_array_index (found, i)));
  return TRUE;
}

/* Requests name people by phone; a phone may be hidden from us (API §8). */
static GStrv
phones_of (const GPtrArray *people, const KzFormContext *context, char **error)
{
  g_autoptr (GStrvBuilder) phones = g_strv_builder_new ();

  for (guint i = 0; i < people->len; i++) {
    const KzPerson *person = g_ptr_array_index (people, i);

    if (person->phone == NULL) {
      g_autofree char *name = context->person_name (person, context->data);

      /* Translators: the argument is a person's name. */
      *error =
          g_strdup_printf (_ ("The phone number of %s is hidden from you, and the service wants "
                              "the number."),
                           name);
      return NULL;
    }
    g_strv_builder_add (phones, person->phone);
  }
  return g_strv_builder_end (phones);
}

static gboolean
read_phones (
    const KzForm *form, const char *id, GStrv *phones, const KzFormContext *context, char **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);

  if (!read_people (form, id, people, context, error))
    return FALSE;
  if (people->len == 0)
    return TRUE;
  *phones = phones_of (people, context, error);
  return *phones != NULL;
}

static gboolean
read_media (
    const KzForm *form, const char *id, KzOrder *order, const KzFormContext *context, char **error)
{
  g_auto (GStrv) sources = kz_value_list (value_of (form, id));

  for (gsize i = 0; sources[i] != NULL; i++) {
    g_autofree char *source = kz_value_media (sources[i], context, error);

    if (source == NULL)
      return FALSE;
    kz_order_add_media (order, source, -1);
  }
  return TRUE;
}

/* A place without a position has no field in the request: it goes before the agenda. */
static gboolean
read_place (const KzForm *form, KzActionDraft *draft, char **error)
{
  const char *typed = value_of (form, "place");
  KzPlace place;

  draft->text = g_strdup (value_of (form, "agenda"));
  if (typed == NULL)
    return TRUE;
  if (!kz_value_place (typed, FALSE, &place, error))
    return FALSE;
  if (place.known)
    draft->place = place;
  else {
    g_autofree char *agenda = g_steal_pointer (&draft->text);
    /* Translators: the argument is the name of a place where people meet. */
    g_autofree char *where = g_strdup_printf (_ ("Where: %s"), place.name);

    draft->text = agenda != NULL ? g_strconcat (where, "\n", agenda, NULL) : g_strdup (where);
    g_free (place.name);
  }
  return TRUE;
}

static KzActionKind
kind_of (KzVerb verb)
{
  static const struct {
    KzVerb verb;
    KzActionKind kind;
  } kinds[] = {
      {KZ_VERB_ANNOUNCE, KZ_ACTION_ANNOUNCEMENT}, {KZ_VERB_POLL, KZ_ACTION_POLL},
      {KZ_VERB_SURVEY, KZ_ACTION_SURVEY},         {KZ_VERB_JOB, KZ_ACTION_JOB},
      {KZ_VERB_MEET, KZ_ACTION_LETS_MEET},        {KZ_VERB_CARD, KZ_ACTION_PACKAGE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].verb == verb)
      return kinds[i].kind;
  return KZ_ACTION_UNKNOWN;
}

static void
fill_flags (const KzForm *form, KzActionDraft *draft)
{
  draft->is_anonymous = says_yes (form, "anonymous");
  draft->is_sender_only = says_yes (form, "private");
  draft->accept_multiple = says_yes (form, "several");
}

static gboolean
fill_draft (const KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  KzActionDraft *draft = order->draft = kz_action_draft_new (kind_of (form->verb));
  const char *questions = value_of (form, "questions");
  const char *properties = value_of (form, "properties");
  const char *starts = value_of (form, "starts");
  const char *minutes = value_of (form, "minutes");

  draft->title = g_strdup (value_of (form, form->verb == KZ_VERB_POLL ? "question" : "title"));
  draft->package_id = g_strdup (value_of (form, "package"));
  if (form->verb == KZ_VERB_POLL)
    draft->choices = kz_value_list (value_of (form, "choices"));
  if (form->verb == KZ_VERB_ANNOUNCE)
    draft->text = g_strdup (value_of (form, "text"));
  if (questions != NULL) {
    g_ptr_array_unref (draft->questions);
    draft->questions = kz_value_questions (questions, error);
    if (draft->questions == NULL) {
      draft->questions = g_ptr_array_new ();
      return FALSE;
    }
  }
  if (properties != NULL) {
    g_autoptr (GPtrArray) read = kz_value_properties (properties, error);

    if (read == NULL)
      return FALSE;
    while (read->len > 0)
      g_ptr_array_add (draft->properties, g_ptr_array_steal_index (read, 0));
  }
  if (starts != NULL)
    draft->start_us = kz_value_time (starts, KZ_FIELD_START, context, error);
  if (minutes != NULL)
    draft->duration_min = (int) g_ascii_strtoll (minutes, NULL, 10);
  draft->hours = hours_of (form, form->verb == KZ_VERB_JOB ? "due" : "closes", context);
  fill_flags (form, draft);
  if (form->verb == KZ_VERB_MEET && !read_place (form, draft, error))
    return FALSE;
  if (form->verb == KZ_VERB_JOB &&
      !read_phones (form, "people", &draft->assigned_to, context, error))
    return FALSE;
  return TRUE;
}

/* In a public group it goes to those named, or else to all. */
static gboolean
fill_targets (const KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  KzActionDraft *draft = order->draft;

  if (context->group == NULL || context->group->kind != KZ_GROUP_PUBLIC || draft == NULL)
    return TRUE;
  if (!read_phones (form, "to", &draft->subscribers, context, error))
    return FALSE;
  draft->to_all_subscribers = draft->subscribers == NULL;
  return TRUE;
}

static gboolean
check_draft (KzOrder *order, const KzFormContext *context, char **error)
{
  g_autoptr (GError) problem = NULL;

  if (kz_action_draft_check (order->draft, now_us (context), &problem))
    return TRUE;
  *error = g_strdup (problem->message);
  return FALSE;
}

static gboolean
fill_group (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  g_autoptr (GError) problem = NULL;
  KzGroupDraft *group = order->group = kz_group_draft_new (value_of (form, "name"));

  group->welcome = g_strdup (value_of (form, "welcome"));
  group->is_public = form->verb == KZ_VERB_PUBLIC;
  if (form->verb == KZ_VERB_SUBGROUP && context->group != NULL)
    group->parent_id = g_strdup (context->group->id);
  if (!read_phones (form, "people", &group->members, context, error))
    return FALSE;
  if (kz_group_draft_check (group, &problem))
    return TRUE;
  *error = g_strdup (problem->message);
  return FALSE;
}

static gboolean
fill_answer (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  const KzAction *action = context->action;

  order->response = kz_response_draft_new (action->kind);
  order->response->package_id = g_strdup (action->package_id);
  return kz_form_read_answers (form, action, context, order, error);
}

static gboolean
fill_other_group (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  g_autoptr (KzGroup) group = kz_value_group (value_of (form, "group"), context, error);

  if (group == NULL)
    return FALSE;
  order->group_id = g_strdup (group->id);
  return TRUE;
}

static gboolean
fill_post (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  return fill_draft (form, order, context, error) &&
         read_media (form, "pictures", order, context, error) &&
         fill_targets (form, order, context, error) && check_draft (order, context, error);
}

/* Only files make an album (API §11). */
static gboolean
check_album (const KzOrder *order, char **error)
{
  for (guint i = 0; order->media->len > 1 && i < order->media->len; i++) {
    const KzOrderMedia *media = g_ptr_array_index (order->media, i);

    if (g_path_is_absolute (media->source))
      continue;
    *error = g_strdup (_ ("An address goes alone: an album is made of files of this computer."));
    return FALSE;
  }
  return TRUE;
}

/* What kind of media it is shows when it was fetched. */
static gboolean
fill_send (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  order->draft = kz_action_draft_new (KZ_ACTION_IMAGE);
  order->draft->text = g_strdup (value_of (form, "caption"));
  return read_media (form, "source", order, context, error) && check_album (order, error) &&
         fill_targets (form, order, context, error);
}

static gboolean
fill_update (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  g_autoptr (GPtrArray) read = kz_value_properties (value_of (form, "properties"), error);

  if (read == NULL)
    return FALSE;
  g_ptr_array_unref (order->properties);
  order->properties = g_steal_pointer (&read);
  return TRUE;
}

static gboolean
fill_leave (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  if (says_yes (form, "sure"))
    return TRUE;
  *error = g_strdup (_ ("You stay in the group."));
  return FALSE;
}

static gboolean
fill_webhooks (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  static const char *const words[] = {"list", "heal", "remove"};
  const KzField *field = kz_form_field (form, "what");
  int index = kz_command_match_choice (field->value, (const char *const *) field->options, error);

  if (index < 0)
    return FALSE;
  order->choice = g_strdup (words[index]);
  return TRUE;
}

static gboolean
fill_people (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  const char *id = form->verb == KZ_VERB_REMOVE        ? "reason"
                   : form->verb == KZ_VERB_SUBSCRIBERS ? "more"
                                                       : "text";
  g_auto (GStrv) phones = NULL;

  order->text = g_strdup (value_of (form, id));
  if (!read_people (form, "people", order->people, context, error) ||
      !read_people (form, "to", order->people, context, error))
    return FALSE;
  /* Requests name these by phone: nobody is left out silently. */
  phones = phones_of (order->people, context, error);
  return phones != NULL && read_people (form, "person", order->people, context, error);
}

static gboolean
fill (KzForm *form, KzOrder *order, const KzFormContext *context, char **error)
{
  static const struct {
    KzVerb verb;
    gboolean (*fill) (KzForm *, KzOrder *, const KzFormContext *, char **);
  } verbs[] = {
      {KZ_VERB_ANNOUNCE, fill_post},      {KZ_VERB_POLL, fill_post},
      {KZ_VERB_SURVEY, fill_post},        {KZ_VERB_JOB, fill_post},
      {KZ_VERB_MEET, fill_post},          {KZ_VERB_CARD, fill_post},
      {KZ_VERB_SEND, fill_send},          {KZ_VERB_ANSWER, fill_answer},
      {KZ_VERB_GROUP, fill_group},        {KZ_VERB_PUBLIC, fill_group},
      {KZ_VERB_SUBGROUP, fill_group},     {KZ_VERB_ATTACH, fill_other_group},
      {KZ_VERB_DETACH, fill_other_group}, {KZ_VERB_UPDATE, fill_update},
      {KZ_VERB_LEAVE, fill_leave},        {KZ_VERB_WEBHOOKS, fill_webhooks},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].verb == form->verb)
      return verbs[i].fill (form, order, context, error);
  return fill_people (form, order, context, error);
}

static gboolean
check_required (const KzForm *form, char **error)
{
  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);

    if (field->value != NULL || !field->is_required)
      continue;
    if (field->hint != NULL)
      /* Translators: 1 is the label of a field that was left empty, 2 how to fill it. */
      *error = g_strdup_printf (_ ("Something is missing: %1$s (%2$s)"), field->label, field->hint);
    else
      /* Translators: the argument is the label of a field that was left empty. */
      *error = g_strdup_printf (_ ("Something is missing: %s"), field->label);
    return FALSE;
  }
  return TRUE;
}

KzOrder *
kz_form_finish (KzForm *form, const KzFormContext *context, char **error)
{
  g_autoptr (KzOrder) order = kz_order_new (form->verb, form->handle);

  if (!check_required (form, error) || !fill (form, order, context, error))
    return NULL;
  return g_steal_pointer (&order);
}
