/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-render.h"

#include "kz-markup.h"
#include "kz-render-line.h"

#include "kz-i18n.h"
#include <math.h>
#include <string.h>

/* What a hostile or a very long item may fill; the app shows the rest. */
#define CHOICES_MAX 30
#define QUESTIONS_MAX 30
#define PEOPLE_MAX 10
#define FILES_MAX 30
/* A caption up to this long stands in the first line, a longer one below. */
#define CAPTION_MAX 200

static gboolean
is_over (const KzRenderContext *context, const KzAction *action)
{
  return action->due_us != 0 && action->due_us < context->now_us;
}

/* --- the first words --- */

static char *
head_of (const KzAction *action, const char *handle, const char *title)
{
  g_autofree char *label = kz_line_action_label (action);

  if (handle != NULL && *title != '\0')
    /* Translators: 1 a kind, 2 a handle, 3 a title: "Poll [k3f]: Lunch?" */
    return g_strdup_printf (_ ("%1$s [%2$s]: %3$s"), label, handle, title);
  if (handle != NULL)
    return g_strdup_printf ("%s [%s]", label, handle);
  if (*title != '\0')
    /* Translators: 1 a kind, 2 a title: "Photo: the gate" */
    return g_strdup_printf (_ ("%1$s: %2$s"), label, title);
  return g_steal_pointer (&label);
}

/* Whether the text is a caption that can stand for a title that is missing. */
static gboolean
text_is_title (const KzAction *action)
{
  return (action->title == NULL || *action->title == '\0') && action->text != NULL &&
         strpbrk (action->text, "\r\n") == NULL &&
         g_utf8_strlen (action->text, CAPTION_MAX * 6) <= CAPTION_MAX;
}

/* --- the parts of the first line --- */

static char *
choices_part (const KzAction *action)
{
  GString *part = g_string_new (NULL);

  for (guint i = 0; action->choices != NULL && action->choices[i] != NULL; i++) {
    g_autofree char *choice = kz_markup_excerpt (action->choices[i], KZ_LINE_QUOTE_MAX * 2);

    if (part->len > 0)
      g_string_append (part, " · ");
    if (i == CHOICES_MAX) {
      guint more = g_strv_length (action->choices) - i;

      /* Translators: stands behind as many choices, people or files as have room. */
      g_string_append_printf (part, ngettext ("and %u more", "and %u more", more), more);
      break;
    }
    g_string_append_printf (part, "%u %s", i + 1, choice);
  }
  return g_string_free (part, FALSE);
}

static char *
meeting_part (const KzRenderContext *context, const KzAction *action)
{
  g_autofree char *start = NULL;

  if (action->start_us == 0 && action->duration_min <= 0)
    return NULL;
  if (action->start_us == 0)
    return g_strdup_printf (ngettext ("%d minute", "%d minutes", (gulong) action->duration_min),
                            action->duration_min);
  start = kz_render_time (context, action->start_us);
  if (action->duration_min <= 0)
    return g_steal_pointer (&start);
  return g_strdup_printf (
      /* Translators: a meeting: 1 is when, 2 how long. */
      ngettext ("%1$s, for %2$d minute", "%1$s, for %2$d minutes", (gulong) action->duration_min),
      start, action->duration_min);
}

static void
add_place (GString *html, const KzAction *action)
{
  g_autofree char *name = kz_markup_excerpt (action->place.name, KZ_LINE_QUOTE_MAX * 2);
  char latitude[G_ASCII_DTOSTR_BUF_SIZE];
  char longitude[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *url = NULL;
  g_autofree char *link = NULL;

  /* A place on no globe is no place. */
  if (action->place.known && fabs (action->place.latitude) <= 90 &&
      fabs (action->place.longitude) <= 180) {
    g_ascii_formatd (latitude, sizeof latitude, "%.6f", action->place.latitude);
    g_ascii_formatd (longitude, sizeof longitude, "%.6f", action->place.longitude);
    url = g_strdup_printf ("geo:%s,%s", latitude, longitude);
    link = kz_markup_link (url, name);
    kz_line_add_html (html, link);
  } else
    kz_line_add (html, name);
}

static char *
people_part (const KzRenderContext *context, const KzAction *action)
{
  GString *people = g_string_new (NULL);
  g_autofree char *list = NULL;

  if (action->assigned_to == NULL || action->assigned_to[0] == NULL) {
    g_string_free (people, TRUE);
    return NULL;
  }
  for (guint i = 0; action->assigned_to[i] != NULL; i++) {
    g_autofree char *who = kz_line_who_by_phone (context, action->assigned_to[i]);

    if (i > 0)
      g_string_append (people, _ (", "));
    if (i == PEOPLE_MAX) {
      guint more = g_strv_length (action->assigned_to) - i;

      g_string_append_printf (people, ngettext ("and %u more", "and %u more", more), more);
      break;
    }
    g_string_append (people, who);
  }
  list = g_string_free (people, FALSE);
  /* Translators: the people that a job is given to. */
  return g_strdup_printf (_ ("for %s"), list);
}

static char *
due_part (const KzRenderContext *context, const KzAction *action)
{
  g_autofree char *time = NULL;

  if (action->due_us == 0)
    return NULL;
  time = kz_render_time (context, action->due_us);
  if (action->kind == KZ_ACTION_JOB)
    /* Translators: both are said of a job; the argument is a time, "today 18:00". */
    return g_strdup_printf (is_over (context, action) ? _ ("was due %s") : _ ("due %s"), time);
  /* Translators: both are said of a poll or survey; the argument is a time, "today 18:00". */
  return g_strdup_printf (is_over (context, action) ? _ ("closed %s") : _ ("closes %s"), time);
}

static char *
counts_part (const KzAction *action)
{
  int count = action->response_count;

  if (action->kind == KZ_ACTION_JOB && action->is_completed == KZ_TRI_YES)
    return g_strdup (_ ("done"));
  if (count < 0 || (count == 0 && action->assignee_count <= 1))
    return NULL;
  if (action->kind == KZ_ACTION_JOB && action->assignee_count > 0)
    return g_strdup_printf (_ ("%1$d of %2$d done"), count, action->assignee_count);
  if (count == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%d answer so far", "%d answers so far", (gulong) count),
                          count);
}

/* --- what to type --- */

static gboolean
is_for_self (const KzRenderContext *context, const KzAction *action)
{
  /* The lists of the service do not say whose job it is: then it may be ours. */
  if (action->assigned_to == NULL || action->assigned_to[0] == NULL || context->own_phone == NULL)
    return TRUE;
  return g_strv_contains ((const char *const *) action->assigned_to, context->own_phone);
}

/* What we know nothing about may well take answers. */
static gboolean
takes_answers (KzActionKind kind)
{
  return !kz_action_kind_is_media (kind) && kind != KZ_ACTION_ANNOUNCEMENT &&
         kind != KZ_ACTION_LOCATION && kind != KZ_ACTION_PHOTO_LOCATION;
}

static gboolean
has_questions (const KzAction *action)
{
  return action->kind == KZ_ACTION_PACKAGE && action->questions != NULL &&
         action->questions->len > 0;
}

static char *
hint_part (const KzRenderContext *context, const KzAction *action, const char *handle)
{
  g_autofree char *command = NULL;

  if (handle == NULL || !takes_answers (action->kind))
    return NULL;
  if (action->kind == KZ_ACTION_JOB && action->is_completed != KZ_TRI_YES &&
      is_for_self (context, action)) {
    command = kz_line_command (context, "done", handle, NULL);
    /* Translators: the argument is what to type. */
    return g_strdup_printf (_ ("when done: %s"), command);
  }
  if (action->kind == KZ_ACTION_POLL && !is_over (context, action) && action->choices != NULL) {
    command = kz_line_command (context, "vote", handle, "1");
    /* Translators: the argument is what to type. */
    return g_strdup_printf (_ ("to vote: %s"), command);
  }
  if (action->kind == KZ_ACTION_LETS_MEET &&
      (action->start_us == 0 || action->start_us > context->now_us)) {
    command = kz_line_command (context, "vote", handle, "accept");
    /* Translators: 1 is what to type, 2 and 3 words that can be typed instead of the last one. */
    return g_strdup_printf (_ ("to answer: %1$s (or %2$s, %3$s)"), command, "decline", "maybe");
  }
  if ((action->kind == KZ_ACTION_SURVEY || has_questions (action)) && !is_over (context, action)) {
    command = kz_line_command (context, "answer", handle, NULL);
    /* Translators: the argument is what to type. */
    return g_strdup_printf (_ ("to answer: %s"), command);
  }
  command = kz_line_command (context, "results", handle, NULL);
  /* Translators: the argument is what to type. */
  return g_strdup_printf (_ ("to see how it stands: %s"), command);
}

/* --- what stands below --- */

static const char *
question_kind (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_NUMERIC:
    /* Translators: these say what a question of a survey asks for. */
    return _ ("a number");
  case KZ_QUESTION_DATE:
    return _ ("a date");
  case KZ_QUESTION_LOCATION:
    return _ ("a place");
  case KZ_QUESTION_IMAGE:
    return _ ("a photo");
  case KZ_QUESTION_ATTACHMENTS:
    return _ ("files");
  case KZ_QUESTION_PHONE:
    return _ ("a phone number");
  case KZ_QUESTION_MULTI:
    return _ ("several may be chosen");
  case KZ_QUESTION_SINGLE:
  case KZ_QUESTION_TEXT:
  case KZ_QUESTION_UNKNOWN:
  default:
    return NULL;
  }
}

static char *
question_line (const KzQuestion *question, guint number)
{
  GString *line = g_string_new (NULL);
  g_autofree char *title = kz_markup_excerpt (question->title, KZ_LINE_TITLE_MAX);
  const char *kind = question_kind (question->kind);

  g_string_append_printf (line, "%u. %s", number, title);
  for (guint i = 0; question->options != NULL && question->options[i] != NULL; i++) {
    g_autofree char *option = kz_markup_excerpt (question->options[i], KZ_LINE_QUOTE_MAX * 2);

    g_string_append (line, i == 0 ? " — " : " · ");
    if (i == CHOICES_MAX) {
      g_string_append (line, "…");
      break;
    }
    g_string_append (line, option);
  }
  if (kind != NULL)
    g_string_append_printf (line, " (%s)", kind);
  return g_string_free (line, FALSE);
}

static void
add_questions (GString *html, const KzAction *action)
{
  guint number = 0;

  for (guint i = 0; action->questions != NULL && i < action->questions->len; i++) {
    const KzQuestion *question = g_ptr_array_index (action->questions, i);
    g_autofree char *line = NULL;

    if (question->invisible)
      continue;
    if (number == QUESTIONS_MAX) {
      kz_line_break (html, "…");
      return;
    }
    line = question_line (question, ++number);
    kz_line_break (html, line);
  }
}

/* One file goes into the first line, several below it. @title: what that line says already. */
static void
add_files (GString *html, const KzAction *action, const char *title)
{
  guint count = action->media != NULL ? action->media->len : 0;

  for (guint i = 0; i < count && i < FILES_MAX; i++) {
    const KzMediaRef *ref = g_ptr_array_index (action->media, i);
    g_autofree char *name = kz_markup_excerpt (ref->name, 200);
    g_autofree char *link = kz_markup_link (ref->url, g_str_equal (name, title) ? NULL : name);

    if (count > 1)
      g_string_append (html, "<br>");
    kz_line_add_html (html, link);
  }
  if (count > FILES_MAX) {
    g_autofree char *more = g_strdup_printf (
        ngettext ("and %u more", "and %u more", count - FILES_MAX), count - FILES_MAX);

    kz_line_break (html, more);
  }
}

static char *
n_files_part (const KzAction *action)
{
  guint count = action->media != NULL ? action->media->len : 0;

  return count > 1 ? g_strdup_printf (ngettext ("%u file", "%u files", count), count) : NULL;
}

char *
kz_render_action (const KzRenderContext *context, const KzAction *action, const char *handle)
{
  GString *html = g_string_new (NULL);
  gboolean short_text = text_is_title (action);
  gboolean has_text = action->text != NULL && *action->text != '\0' && !short_text;
  g_autofree char *title = has_text ? kz_markup_excerpt (action->title, KZ_LINE_TITLE_MAX)
                                    : kz_line_title (action, KZ_LINE_TITLE_MAX);

  kz_line_take (html, head_of (action, handle, title));
  kz_line_take (html, choices_part (action));
  kz_line_take (html, meeting_part (context, action));
  add_place (html, action);
  kz_line_take (html, people_part (context, action));
  kz_line_take (html, due_part (context, action));
  kz_line_take (html, counts_part (action));
  if (action->is_anonymous)
    kz_line_add (html, _ ("answers are anonymous"));
  if (action->is_sender_only)
    kz_line_add (html, _ ("only the sender sees the answers"));
  kz_line_take (html, n_files_part (action));
  kz_line_take (html, hint_part (context, action, handle));
  if (action->media != NULL && action->media->len == 1 && !has_text)
    add_files (html, action, title);
  if (has_text) {
    g_autofree char *words = kz_line_words (action->text);

    g_string_append_printf (html, "%s%s", html->len > 0 ? "<br>" : "", words);
  }
  add_questions (html, action);
  if (action->media != NULL && (action->media->len > 1 || has_text)) {
    if (action->media->len == 1)
      g_string_append (html, "<br>");
    add_files (html, action, title);
  }
  return g_string_free (html, FALSE);
}
