/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"

#include <string.h>

/* Requests give due dates in hours (API §22). A number this small in an answer is such an echo,
 * or a flag, but no time. */
#define FIRST_DUE_US (G_GINT64_CONSTANT (946684800) * G_USEC_PER_SEC)

const KzJson *
kz_json_opt_body (const KzJson *json, const char *name)
{
  const KzJson *member = kz_json_member (json, name);

  if (kz_json_is_array (member))
    member = kz_json_array_at (member, 0);
  return kz_json_is_object (member) ? member : NULL;
}

KzTri
kz_tri_read (const KzJson *json, const char *name)
{
  /* A value that cannot be read gives back both fallbacks. */
  gboolean low = kz_json_opt_bool (json, name, FALSE);
  gboolean high = kz_json_opt_bool (json, name, TRUE);

  if (low != high)
    return KZ_TRI_UNKNOWN;
  return low ? KZ_TRI_YES : KZ_TRI_NO;
}

int
kz_count_read (const KzJson *json, const char *name)
{
  gint64 count = kz_json_opt_int (json, name, -1);

  return count < 0 || count > G_MAXINT ? -1 : (int) count;
}

gint64
kz_due_read (const KzJson *json)
{
  static const char *const names[] = {"dueDate", "expiryDate", "expiry"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    gint64 due_us = kz_json_opt_time_us (json, names[i]);

    if (due_us >= FIRST_DUE_US)
      return due_us;
  }
  return 0;
}

/* The first of @names that has text. (transfer full) (nullable) */
static char *
dup_first (const KzJson *json, const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    char *text = kz_json_as_text (kz_json_member (json, names[i]));

    if (text != NULL && *text != '\0')
      return text;
    g_free (text);
  }
  return NULL;
}

static void
replace_text (char **target, char *text)
{
  if (text == NULL)
    return;
  g_free (*target);
  *target = text;
}

GStrv
kz_titles_read (const KzJson *array)
{
  static const char *const names[] = {"title", "name", "text", NULL};
  guint length = kz_json_array_length (array);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (length == 0)
    return NULL;
  for (guint i = 0; i < length; i++) {
    const KzJson *element = kz_json_array_at (array, i);
    g_autofree char *title =
        kz_json_is_object (element) ? dup_first (element, names) : kz_json_as_text (element);

    g_strv_builder_add (builder, title != NULL ? title : "");
  }
  return g_strv_builder_end (builder);
}

static gboolean
read_coordinate (const KzJson *json, const char *const *names, double limit, double *out)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    double value = kz_json_opt_double (json, names[i], 1e9);

    if (value >= -limit && value <= limit) {
      *out = value;
      return TRUE;
    }
  }
  return FALSE;
}

KzPlace
kz_place_read (const KzJson *json)
{
  static const char *const latitudes[] = {"latitude", "lt", "lat", NULL};
  static const char *const longitudes[] = {"longitude", "lg", "lng", "lon", NULL};
  static const char *const names[] = {"name", "n", "placeName", "placeAddress", NULL};
  KzPlace place = {FALSE, 0, 0, NULL};

  if (!kz_json_is_object (json))
    return place;
  place.known = read_coordinate (json, latitudes, 90, &place.latitude) &&
                read_coordinate (json, longitudes, 180, &place.longitude);
  place.name = dup_first (json, names);
  return place;
}

/* A package id has dots or is a GUID; neither is a name of a type. */
static gboolean
looks_like_package (const char *text)
{
  return strchr (text, '.') != NULL;
}

/* (transfer full) (nullable) */
static char *
read_type (const KzJson *json)
{
  char *type = kz_json_dup_id (json, "actionType");

  /* Inferred: deliveries of attachments other than images were never documented (API §19). */
  return type != NULL ? type : kz_json_dup_id (json, "attachmentType");
}

void
kz_action_read_kind (KzAction *action, const KzJson *json, const char *fallback_raw)
{
  static const char *const package_names[] = {"actionPackageId", "packageId", NULL};
  g_autofree char *type = read_type (json);
  g_autofree char *package_id = dup_first (json, package_names);

  if (package_id == NULL && type == NULL)
    package_id = kz_json_dup_id (json, "id");
  if (package_id == NULL && type != NULL && looks_like_package (type))
    package_id = g_strdup (type);

  if (action->kind == KZ_ACTION_UNKNOWN) {
    action->kind = kz_action_kind_parse (type);
    if (action->kind == KZ_ACTION_UNKNOWN && package_id != NULL)
      action->kind = KZ_ACTION_PACKAGE;
    if (type != NULL)
      replace_text (&action->kind_raw, g_strdup (type));
    else if (package_id != NULL)
      replace_text (&action->kind_raw, g_strdup (package_id));
    else if (fallback_raw != NULL)
      replace_text (&action->kind_raw, g_strdup (fallback_raw));
  }
  replace_text (&action->package_id, g_steal_pointer (&package_id));
}

static void
read_questions (KzAction *action, const KzJson *body)
{
  const KzJson *array = kz_json_opt_array (body, "questions");

  /* One sample of a created form is a copy of the response's sample (API §23 row 30). */
  if (array == NULL)
    array = kz_response_questions (body);
  if (kz_json_array_length (array) == 0)
    return;
  g_ptr_array_set_size (action->questions, 0);
  for (guint i = 0; i < kz_json_array_length (array); i++) {
    const KzJson *json = kz_json_array_at (array, i);
    const char *type = kz_json_opt_string (json, "type", "");
    KzQuestion *question;

    if (!kz_json_is_object (json))
      continue;
    question = g_new0 (KzQuestion, 1);
    question->title = g_strdup (kz_json_opt_string (json, "title", ""));
    question->kind = kz_question_kind_parse (type);
    question->kind_raw = g_strdup (type);
    question->options = kz_titles_read (kz_json_opt_array (json, "options"));
    question->invisible = kz_json_opt_bool (json, "isInvisible", FALSE);
    g_ptr_array_add (action->questions, question);
  }
}

static void
read_media (KzAction *action, const KzJson *body)
{
  const KzJson *media = kz_json_member (body, "media");
  guint length = kz_json_is_array (media) ? kz_json_array_length (media) : 0;
  KzMediaRef *ref;

  for (guint i = 0; i < length; i++) {
    ref = kz_media_ref_parse (kz_json_array_at (media, i));
    if (ref != NULL)
      g_ptr_array_add (action->media, ref);
  }
  if (length > 0)
    return;
  /* One file beside the other fields, as lists have it; or an object in place of the array. */
  ref = kz_media_ref_parse (kz_json_is_object (media) ? media : body);
  if (ref != NULL)
    g_ptr_array_add (action->media, ref);
}

/* Whatever is no number stays as it came, so that nobody is lost from the list. */
static void
read_assigned (KzAction *action, const KzJson *body)
{
  g_auto (GStrv) raw = kz_json_opt_strv (body, "assignedTo");

  if (raw == NULL)
    return;
  for (gsize i = 0; raw[i] != NULL; i++) {
    char *phone = kz_phone_from_wire (raw[i]);

    if (phone != NULL) {
      g_free (raw[i]);
      raw[i] = phone;
    }
  }
  g_strfreev (action->assigned_to);
  action->assigned_to = g_steal_pointer (&raw);
}

static void
read_place (KzAction *action, const KzJson *body)
{
  const KzJson *json = kz_json_opt_body (body, "place");
  KzPlace place;

  if (json == NULL)
    json = kz_json_opt_body (body, "location");
  place = kz_place_read (json != NULL ? json : body);
  if (json == NULL && !place.known)
    g_clear_pointer (&place.name, g_free);
  if (!place.known && place.name == NULL)
    return;
  g_free (action->place.name);
  action->place = place;
}

static void
read_counts (KzAction *action, const KzJson *body)
{
  int count = kz_count_read (body, "responseCount");
  KzTri completed = kz_tri_read (body, "isCompleted");

  if (count >= 0)
    action->response_count = count;
  count = kz_count_read (body, "assigneeCount");
  if (count >= 0)
    action->assignee_count = count;
  else if (action->assignee_count < 0 && action->assigned_to != NULL)
    action->assignee_count = (int) g_strv_length (action->assigned_to);
  /* Job details call it status, API §14. */
  if (completed == KZ_TRI_UNKNOWN)
    completed = kz_tri_read (body, "status");
  if (completed != KZ_TRI_UNKNOWN)
    action->is_completed = completed;
}

static gboolean
has_suffix (const KzMediaRef *ref, const char *const *suffixes)
{
  g_autofree char *path = kz_media_ref_identity (ref->url);

  for (gsize i = 0; suffixes[i] != NULL; i++) {
    gsize length = strlen (suffixes[i]);
    gsize path_length = strlen (path);
    gsize name_length = ref->name != NULL ? strlen (ref->name) : 0;

    if (name_length > length &&
        g_ascii_strcasecmp (ref->name + name_length - length, suffixes[i]) == 0)
      return TRUE;
    if (path_length > length && g_ascii_strcasecmp (path + path_length - length, suffixes[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What an attachment is when nothing names it, by the extensions of API §11; whatever it is, it is
 * a file. */
static KzActionKind
media_kind (const GPtrArray *media)
{
  static const char *const audio[] = {".mp3", ".wav", NULL};
  static const char *const video[] = {".mp4", ".3gp", ".3gpp", NULL};
  static const char *const image[] = {".jpg", ".jpeg", ".png", NULL};
  const KzMediaRef *first = g_ptr_array_index (media, 0);

  if (media->len > 1)
    return KZ_ACTION_ALBUM;
  if (has_suffix (first, audio))
    return KZ_ACTION_AUDIO;
  if (has_suffix (first, video))
    return KZ_ACTION_VIDEO;
  if (has_suffix (first, image))
    return KZ_ACTION_IMAGE;
  return KZ_ACTION_DOCUMENT;
}

/* Kinds that the content decides. */
static void
settle_kind (KzAction *action)
{
  KzActionKind kind = action->kind;

  /* A sample names a photo with location like a shared location (API §23 row 21). */
  if (kind == KZ_ACTION_LOCATION && action->media->len > 0)
    kind = KZ_ACTION_PHOTO_LOCATION;
  else if (kind == KZ_ACTION_PHOTO_LOCATION && action->media->len == 0)
    kind = KZ_ACTION_LOCATION;
  else if (kind == KZ_ACTION_UNKNOWN && *action->kind_raw == '\0' && action->media->len > 0) {
    kind = media_kind (action->media);
    replace_text (&action->kind_raw, g_strdup (kz_action_kind_wire (kind)));
  }
  action->kind = kind;
}

void
kz_action_read_body (KzAction *action, const KzJson *body)
{
  static const char *const titles[] = {"title", "question", NULL};
  static const char *const texts[] = {"text", "message", "agenda", "caption", "description", NULL};
  static const char *const durations[] = {"DurationInMins", "duration"};
  gint64 time_us;

  replace_text (&action->title, dup_first (body, titles));
  replace_text (&action->text, dup_first (body, texts));
  if (kz_json_array_length (kz_json_opt_array (body, "choices")) > 0) {
    g_strfreev (action->choices);
    action->choices = kz_titles_read (kz_json_opt_array (body, "choices"));
  }
  read_questions (action, body);
  read_media (action, body);
  read_assigned (action, body);
  read_place (action, body);
  read_counts (action, body);

  time_us = kz_due_read (body);
  if (time_us != 0)
    action->due_us = time_us;
  time_us = kz_json_opt_time_us (body, "startingTime");
  if (time_us != 0)
    action->start_us = time_us;
  for (gsize i = 0; action->duration_min == 0 && i < G_N_ELEMENTS (durations); i++)
    action->duration_min = MAX (kz_count_read (body, durations[i]), 0);
  action->is_anonymous = kz_json_opt_bool (body, "isAnonymous", action->is_anonymous);
  action->is_sender_only = kz_json_opt_bool (body, "isSenderOnly", action->is_sender_only);
  action->accept_multiple =
      kz_json_opt_bool (body, "acceptMultipleResponses", action->accept_multiple);
  settle_kind (action);
}
