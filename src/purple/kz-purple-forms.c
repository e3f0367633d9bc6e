/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forms in a window of the host. */
#include "config.h"

#include "kz-purple-ask.h"
#include "kz-purple-blist.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders.h"

#include <glib/gi18n-lib.h>

/* A window that is open; in the session's queue until it is answered or the account signs off. */
typedef struct {
  KzSession *session; /* (owned) */
  char *group_id;
  KzForm *form;
} Window;

static void
window_free (Window *window)
{
  g_queue_remove (&window->session->windows, window);
  kz_session_unref (window->session);
  g_free (window->group_id);
  kz_form_free (window->form);
  g_free (window);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Window, window_free)

/* --- fields --- */

static gboolean
is_multiline (KzFieldKind kind)
{
  return kind == KZ_FIELD_TEXT || kind == KZ_FIELD_LIST || kind == KZ_FIELD_QUESTIONS ||
         kind == KZ_FIELD_PROPERTIES || kind == KZ_FIELD_MEDIAS;
}

static PurpleRequestField *
choice_field (const KzField *field, const char *label)
{
  /* The first one stands for no answer. */
  PurpleRequestField *made = purple_request_field_choice_new (field->id, label, 0);
  purple_request_field_choice_add (made, _ ("(no answer)"));
  for (guint i = 0; field->options != NULL && field->options[i] != NULL; i++)
    purple_request_field_choice_add (made, field->options[i]);
  int chosen =
      field->value != NULL
          ? kz_command_match_choice (field->value, (const char *const *) field->options, NULL)
          : -1;
  purple_request_field_choice_set_default_value (made, chosen + 1);
  purple_request_field_choice_set_value (made, chosen + 1);
  return made;
}

/* The value is what text_of() made of the items. */
static gboolean
is_selected (const KzField *field, guint number)
{
  g_autofree char *item = g_strdup_printf ("#%u", number);
  g_auto (GStrv) items = g_strsplit (field->value != NULL ? field->value : "", ",", -1);
  return g_strv_contains ((const char *const *) items, item);
}

static PurpleRequestField *
choices_field (const KzField *field, const char *label)
{
  PurpleRequestField *made = purple_request_field_list_new (field->id, label);
  purple_request_field_list_set_multi_select (made, TRUE);
  for (guint i = 0; field->options != NULL && field->options[i] != NULL; i++) {
    g_autofree char *item = g_strdup_printf ("%u %s", i + 1, field->options[i]);
    purple_request_field_list_add_icon (made, item, NULL, GUINT_TO_POINTER (i + 1));
    if (is_selected (field, i + 1))
      purple_request_field_list_add_selected (made, item);
  }
  return made;
}

/* (transfer full) (nullable): a list that has no place for lines is separated by bars: forms read
 * both alike. */
static char *
shown_value (const KzHost *host, const KzField *field)
{
  g_auto (GStrv) lines = field->value != NULL ? g_strsplit (field->value, "\n", -1) : NULL;
  return lines != NULL ? g_strjoinv (host->has_long_fields ? "\n" : " | ", lines) : NULL;
}

static PurpleRequestField *
new_field (const KzHost *host, const KzField *field)
{
  /* Choices stand there to be clicked: how to type them is of no use. */
  g_autofree char *value = shown_value (host, field);
  gboolean has_hint = field->hint != NULL && field->options == NULL;
  g_autofree char *label = has_hint
                               /* Translators: the label of a field, and how to fill it. */
                               ? g_strdup_printf (_ ("%1$s (%2$s)"), field->label, field->hint)
                               : g_strdup (field->label);
  PurpleRequestField *made;
  if (field->kind == KZ_FIELD_YES_NO)
    made = purple_request_field_bool_new (
        field->id, label, field->value != NULL && g_str_equal (field->value, "yes"));
  else if (field->kind == KZ_FIELD_CHOICE)
    made = choice_field (field, label);
  else if (field->kind == KZ_FIELD_CHOICES)
    made = choices_field (field, label);
  else
    made = purple_request_field_string_new (field->id, label, value,
                                            host->has_long_fields && is_multiline (field->kind));
  return made;
}

/* (transfer full) (nullable): what stands in the field, as it would be typed. */
static char *
text_of (PurpleRequestFields *fields, const KzField *field)
{
  if (field->kind == KZ_FIELD_YES_NO)
    return purple_request_fields_get_bool (fields, field->id) ? g_strdup ("yes") : NULL;
  if (field->kind == KZ_FIELD_CHOICE) {
    int chosen = purple_request_fields_get_choice (fields, field->id);
    return chosen > 0 ? g_strdup_printf ("#%d", chosen) : NULL;
  }
  if (field->kind == KZ_FIELD_CHOICES) {
    PurpleRequestField *list = purple_request_fields_get_field (fields, field->id);
    GString *text = g_string_new (NULL);
    for (GList *l = purple_request_field_list_get_selected (list); l != NULL; l = l->next) {
      void *number = purple_request_field_list_get_data (list, l->data);
      g_string_append_printf (text, "%s#%u", text->len > 0 ? "," : "", GPOINTER_TO_UINT (number));
    }
    return g_string_free (text, FALSE);
  }
  return g_strdup (purple_request_fields_get_string (fields, field->id));
}

/* --- the window --- */

/* FALSE with what is wrong first; every field has what stands in the window, if it can be so. */
static gboolean
read_fields (Window *window,
             PurpleRequestFields *fields,
             const KzFormContext *context,
             char **problem)
{
  for (guint i = 0; i < window->form->fields->len; i++) {
    KzField *field = g_ptr_array_index (window->form->fields, i);
    g_autofree char *text = text_of (fields, field);
    g_autofree char *error = NULL;
    if (kz_form_set (window->form, field, text, context, &error))
      continue;
    /* It stands in the window again, to be mended. */
    g_free (field->value);
    field->value = g_steal_pointer (&text);
    if (*problem == NULL)
      *problem = g_strdup_printf ("%s: %s", field->label, error);
  }
  return *problem == NULL;
}

static void
ok_cb (Window *data, PurpleRequestFields *fields)
{
  g_autoptr (Window) window = data;
  KzSession *session = window->session;
  if (session->is_closing || session->directory == NULL)
    return;
  g_autoptr (KzAction) action = kz_ask_action (session, window->group_id, window->form->handle);
  g_autofree char *problem = NULL;
  g_autoptr (KzOrder) order = NULL;
  KzAskContext context;
  kz_ask_context_init (&context, session, window->group_id, window->form->verb, action);
  if (read_fields (window, fields, &context.form, &problem))
    order = kz_form_finish (window->form, &context.form, &problem);
  g_autofree char *line =
      kz_form_to_line (window->form, session->host.command_prefix, &context.form);
  kz_ask_context_clear (&context);
  if (order == NULL) {
    kz_forms_show (session, window->group_id, g_steal_pointer (&window->form), problem);
    return;
  }
  kz_orders_run (session, window->group_id, order, line);
}

static void
cancel_cb (Window *window, PurpleRequestFields *fields)
{
  window_free (window);
}

static void
yes_cb (Window *data, int action)
{
  g_autoptr (Window) window = data;
  KzSession *session = window->session;
  KzField *field = g_ptr_array_index (window->form->fields, 0);
  g_autofree char *problem = NULL;
  KzAskContext context;
  if (session->is_closing || session->directory == NULL)
    return;
  kz_ask_context_init (&context, session, window->group_id, window->form->verb, NULL);
  g_autoptr (KzOrder) order = kz_form_set (window->form, field, "yes", &context.form, &problem)
                                  ? kz_form_finish (window->form, &context.form, &problem)
                                  : NULL;
  g_autofree char *line =
      kz_form_to_line (window->form, session->host.command_prefix, &context.form);
  kz_ask_context_clear (&context);
  if (order != NULL)
    kz_orders_run (session, window->group_id, order, line);
}

static void
no_cb (Window *window, int action)
{
  window_free (window);
}

/* Whether all that is asked is whether the person is sure. */
static gboolean
is_question (const KzForm *form)
{
  const KzField *field = g_ptr_array_index (form->fields, 0);
  return form->fields->len == 1 && field->kind == KZ_FIELD_YES_NO && field->is_required;
}

static void
show_question (Window *window, const char *title)
{
  KzSession *session = window->session;
  const KzField *field = g_ptr_array_index (window->form->fields, 0);
  purple_request_action (session->gc, title, field->label, NULL, 1, session->account, NULL, NULL,
                         window, 2, _ ("_Yes"), G_CALLBACK (yes_cb), _ ("_No"),
                         G_CALLBACK (no_cb));
}

void
kz_forms_show (KzSession *session, const char *group_id, KzForm *form, const char *problem)
{
  Window *window = g_new0 (Window, 1);
  window->session = kz_session_ref (session);
  window->group_id = g_strdup (group_id);
  window->form = form;
  g_queue_push_tail (&session->windows, window);

  const KzGroup *where =
      group_id != NULL ? kz_directory_group (session->directory, group_id) : NULL;
  g_autofree char *title = where != NULL ? kz_group_title (where) : g_strdup ("Kaizala");
  if (is_question (form)) {
    show_question (window, title);
    return;
  }
  PurpleRequestFields *fields = purple_request_fields_new ();
  PurpleRequestFieldGroup *group = purple_request_field_group_new (NULL);
  purple_request_fields_add_group (fields, group);
  for (guint i = 0; i < form->fields->len; i++)
    purple_request_field_group_add_field (
        group, new_field (&session->host, g_ptr_array_index (form->fields, i)));
  purple_request_fields (session->gc, form->title, form->title, problem != NULL ? problem : title,
                         fields, _ ("OK"), G_CALLBACK (ok_cb), _ ("Cancel"), G_CALLBACK (cancel_cb),
                         session->account, NULL, NULL, window);
}

void
kz_forms_end (KzSession *session)
{
  while (!g_queue_is_empty (&session->windows))
    window_free (g_queue_peek_head (&session->windows));
}
