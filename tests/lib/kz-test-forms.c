/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows with several fields, and what a person does with them. */
#include "kz-test-host-private.h"

#include <string.h>

static KzTestHost *the_host;

void
kz_test_form_free (KzTestForm *form)
{
  purple_request_fields_destroy (form->fields);
  g_free (form->title);
  g_free (form->primary);
  g_free (form->secondary);
  g_free (form);
}

static void *
request_fields (const char *title,
                const char *primary,
                const char *secondary,
                PurpleRequestFields *fields,
                const char *ok_text,
                GCallback ok_cb,
                const char *cancel_text,
                GCallback cancel_cb,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conversation,
                void *user_data)
{
  KzTestForm *form = g_new0 (KzTestForm, 1);
  form->title = g_strdup (title);
  form->primary = g_strdup (primary);
  form->secondary = g_strdup (secondary);
  form->fields = fields;
  form->ok_cb = ok_cb;
  form->cancel_cb = cancel_cb;
  form->user_data = user_data;
  g_ptr_array_add (the_host->forms, form);
  return form;
}

void
kz_test_forms_connect (KzTestHost *host, PurpleRequestUiOps *requests)
{
  the_host = host;
  if (host->ui != KZ_TEST_BITLBEE)
    requests->request_fields = request_fields;
}

gboolean
kz_test_forms_close (void *ui_handle)
{
  return g_ptr_array_remove (the_host->forms, ui_handle);
}

/* --- What a person does --- */

static KzTestForm *
oldest (KzTestHost *host)
{
  g_assert_cmpuint (host->forms->len, >, 0);
  return g_ptr_array_index (host->forms, 0);
}

static PurpleRequestField *
field_of (KzTestHost *host, const char *id)
{
  PurpleRequestField *field = purple_request_fields_get_field (oldest (host)->fields, id);
  g_assert_nonnull (field);
  return field;
}

static void
choose (PurpleRequestField *field, const char *label)
{
  int index = 0;
  for (GList *l = purple_request_field_choice_get_labels (field); l != NULL; l = l->next, index++)
    if (g_str_equal (l->data, label)) {
      purple_request_field_choice_set_value (field, index);
      return;
    }
  g_error ("there is no “%s” to choose", label);
}

static void
select_item (PurpleRequestField *field, const char *item)
{
  GList *found =
      g_list_find_custom (purple_request_field_list_get_items (field), item, (GCompareFunc) strcmp);
  g_assert_nonnull (found);
  purple_request_field_list_add_selected (field, item);
}

void
kz_test_fill (KzTestHost *host, const char *id, const char *text)
{
  PurpleRequestField *field = field_of (host, id);
  switch (purple_request_field_get_type (field)) {
  case PURPLE_REQUEST_FIELD_STRING:
    purple_request_field_string_set_value (field, text);
    return;
  case PURPLE_REQUEST_FIELD_BOOLEAN:
    purple_request_field_bool_set_value (field, g_strcmp0 (text, "yes") == 0);
    return;
  case PURPLE_REQUEST_FIELD_CHOICE:
    choose (field, text);
    return;
  case PURPLE_REQUEST_FIELD_LIST:
    select_item (field, text);
    return;
  case PURPLE_REQUEST_FIELD_NONE:
  case PURPLE_REQUEST_FIELD_INTEGER:
  case PURPLE_REQUEST_FIELD_LABEL:
  case PURPLE_REQUEST_FIELD_IMAGE:
  case PURPLE_REQUEST_FIELD_ACCOUNT:
    break;
  }
  g_error ("nothing can be typed into “%s”", id);
}

/* (transfer full) */
static char *
selected_items (PurpleRequestField *field)
{
  GString *text = g_string_new (NULL);
  for (GList *l = purple_request_field_list_get_selected (field); l != NULL; l = l->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", (char *) l->data);
  return g_string_free (text, FALSE);
}

char *
kz_test_filled (KzTestHost *host, const char *id)
{
  PurpleRequestField *field = field_of (host, id);
  switch (purple_request_field_get_type (field)) {
  case PURPLE_REQUEST_FIELD_STRING:
    return g_strdup (purple_request_field_string_get_value (field));
  case PURPLE_REQUEST_FIELD_BOOLEAN:
    return g_strdup (purple_request_field_bool_get_value (field) ? "yes" : "no");
  case PURPLE_REQUEST_FIELD_CHOICE:
    return g_strdup (g_list_nth_data (purple_request_field_choice_get_labels (field),
                                      (guint) purple_request_field_choice_get_value (field)));
  case PURPLE_REQUEST_FIELD_LIST:
    return selected_items (field);
  case PURPLE_REQUEST_FIELD_NONE:
  case PURPLE_REQUEST_FIELD_INTEGER:
  case PURPLE_REQUEST_FIELD_LABEL:
  case PURPLE_REQUEST_FIELD_IMAGE:
  case PURPLE_REQUEST_FIELD_ACCOUNT:
    break;
  }
  return NULL;
}

gboolean
kz_test_has_field (KzTestHost *host, const char *id)
{
  return purple_request_fields_exists (oldest (host)->fields, id);
}

void
kz_test_press (KzTestHost *host, gboolean ok)
{
  KzTestForm *form = oldest (host);
  GCallback callback = ok ? form->ok_cb : form->cancel_cb;
  /* Hosts call back first and close the window then. */
  if (callback != NULL)
    ((PurpleRequestFieldsCb) callback) (form->user_data, form->fields);
  purple_request_close (PURPLE_REQUEST_FIELDS, form);
}
