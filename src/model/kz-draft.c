/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft-private.h"

#include <string.h>

/* --- what all drafts need ------------------------------------------------------------------ */

gboolean
kz_draft_refuse (GError **error, const char *words)
{
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, words);
  return FALSE;
}

gboolean
kz_draft_is_blank (const char *text)
{
  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

gboolean
kz_draft_check_options (const char *const *options,
                        const char *empty,
                        const char *twice,
                        GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; options != NULL && options[i] != NULL; i++) {
    char *plain = g_strstrip (g_strdup (options[i]));

    if (kz_draft_is_blank (plain)) {
      g_free (plain);
      return kz_draft_refuse (error, empty);
    }
    if (!g_hash_table_add (seen, plain))
      return kz_draft_refuse (error, twice);
  }
  return TRUE;
}

char *
kz_draft_end (KzJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = kz_json_writer_end (writer);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  return g_strndup (text, length);
}

void
kz_draft_write_kind (KzJsonWriter *writer, KzActionKind kind, const char *package_id)
{
  if (kind == KZ_ACTION_PACKAGE)
    kz_json_writer_string (writer, "id", package_id);
  else
    kz_json_writer_string (writer, "actionType", kz_action_kind_wire (kind));
}

/* --- properties ---------------------------------------------------------------------------- */

/* API §13. */
static const char *const property_types[] = {"Text",      "Numeric",       "Location",
                                             "DateTime",  "StringList",    "Attachment",
                                             "StringSet", "AttachmentList"};

const char *
kz_property_type_wire (const char *name)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (property_types); i++)
    if (g_ascii_strcasecmp (name, property_types[i]) == 0)
      return property_types[i];
  return NULL;
}

KzProperty *
kz_property_new (const char *name, const char *type, const char *value)
{
  KzProperty *property = g_new0 (KzProperty, 1);

  property->name = g_strdup (name);
  property->type = g_strdup (type != NULL ? type : "Text");
  property->value = g_strdup (value != NULL ? value : "");
  return property;
}

void
kz_property_free (KzProperty *property)
{
  if (property == NULL)
    return;
  g_free (property->name);
  g_free (property->type);
  g_free (property->value);
  g_free (property);
}

static gpointer
property_copy (gconstpointer data, gpointer unused)
{
  const KzProperty *property = data;

  return kz_property_new (property->name, property->type, property->value);
}

/* --- questions ----------------------------------------------------------------------------- */

KzQuestion *
kz_question_new (const char *title, KzQuestionKind kind, const char *const *options)
{
  KzQuestion *question = g_new0 (KzQuestion, 1);
  const char *wire = kz_question_kind_wire (kind);

  question->title = g_strdup (title);
  question->kind = kind;
  question->kind_raw = g_strdup (wire != NULL ? wire : "");
  question->options = g_strdupv ((GStrv) options);
  return question;
}

KzQuestion *
kz_question_copy (const KzQuestion *question)
{
  KzQuestion *copy = g_new0 (KzQuestion, 1);

  copy->title = g_strdup (question->title);
  copy->kind = question->kind;
  copy->kind_raw = g_strdup (question->kind_raw);
  copy->options = g_strdupv (question->options);
  copy->invisible = question->invisible;
  return copy;
}

static gpointer
question_copy (gconstpointer data, gpointer unused)
{
  return kz_question_copy (data);
}

/* --- actions ------------------------------------------------------------------------------- */

KzActionDraft *
kz_action_draft_new (KzActionKind kind)
{
  KzActionDraft *draft = g_new0 (KzActionDraft, 1);

  draft->kind = kind;
  draft->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_question_free);
  draft->properties = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);
  return draft;
}

KzActionDraft *
kz_action_draft_copy (const KzActionDraft *draft)
{
  KzActionDraft *copy = g_new (KzActionDraft, 1);

  *copy = *draft;
  copy->package_id = g_strdup (draft->package_id);
  copy->title = g_strdup (draft->title);
  copy->text = g_strdup (draft->text);
  copy->choices = g_strdupv (draft->choices);
  copy->choice_images = g_strdupv (draft->choice_images);
  copy->questions = g_ptr_array_copy (draft->questions, (GCopyFunc) question_copy, NULL);
  copy->assigned_to = g_strdupv (draft->assigned_to);
  copy->place.name = g_strdup (draft->place.name);
  copy->properties = g_ptr_array_copy (draft->properties, (GCopyFunc) property_copy, NULL);
  copy->media = g_strdupv (draft->media);
  copy->reply_to = g_strdup (draft->reply_to);
  copy->subscribers = g_strdupv (draft->subscribers);
  return copy;
}

void
kz_action_draft_free (KzActionDraft *draft)
{
  if (draft == NULL)
    return;
  g_free (draft->package_id);
  g_free (draft->title);
  g_free (draft->text);
  g_strfreev (draft->choices);
  g_strfreev (draft->choice_images);
  g_ptr_array_unref (draft->questions);
  g_strfreev (draft->assigned_to);
  g_free (draft->place.name);
  g_ptr_array_unref (draft->properties);
  g_strfreev (draft->media);
  g_free (draft->reply_to);
  g_strfreev (draft->subscribers);
  g_free (draft);
}
