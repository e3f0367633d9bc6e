/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-render-line.h"

#include "kz-markup.h"

#include "kz-i18n.h"
#include <string.h>

/* In one line; !results shows more. */
#define STANDING_MAX 60
#define ANSWERS_MAX 6
#define CHOICES_MAX 12

/* --- people --- */

gboolean
kz_line_is_self (const KzRenderContext *context, const KzPerson *person)
{
  if (person == NULL)
    return FALSE;
  /* An id says more than a phone: a number may have had another owner. */
  if (person->id != NULL && context->own_id != NULL)
    return g_str_equal (person->id, context->own_id);
  return person->phone != NULL && g_strcmp0 (person->phone, context->own_phone) == 0;
}

char *
kz_line_who (const KzRenderContext *context, const KzPerson *person)
{
  g_autofree char *told = NULL;
  char *name;

  if (person != NULL && context->person_name != NULL)
    told = context->person_name (person, context->data);
  name = kz_markup_clean_name (told);
  if (*name == '\0' && person != NULL) {
    g_free (name);
    name = kz_markup_clean_name (person->name != NULL ? person->name : person->phone);
  }
  if (*name != '\0')
    return name;
  g_free (name);
  return g_strdup (_ ("Somebody"));
}

char *
kz_line_who_by_phone (const KzRenderContext *context, const char *phone)
{
  g_autoptr (KzPerson) person = kz_person_new (NULL, phone, NULL, NULL);

  if (kz_line_is_self (context, person) || g_strcmp0 (phone, context->own_phone) == 0)
    /* Translators: the user of this account, among the names of people that a job is for. */
    return g_strdup (_ ("you"));
  if (person->phone == NULL)
    return kz_markup_clean_name (phone);
  return kz_line_who (context, person);
}

/* --- what is talked about --- */

char *
kz_line_action_label (const KzAction *action)
{
  g_autofree char *raw = NULL;

  if (action->kind == KZ_ACTION_UNKNOWN)
    raw = kz_markup_excerpt (action->kind_raw, KZ_LINE_QUOTE_MAX);
  if (raw != NULL && *raw != '\0')
    return g_steal_pointer (&raw);
  return g_strdup (kz_line_label (action->kind));
}

char *
kz_line_title (const KzAction *action, guint max_chars)
{
  char *title;

  if (action == NULL)
    return g_strdup ("");
  title = kz_markup_excerpt (action->title, max_chars);
  if (*title == '\0') {
    g_free (title);
    title = kz_markup_excerpt (action->text, max_chars);
  }
  if (*title == '\0' && action->media != NULL && action->media->len > 0) {
    const KzMediaRef *ref = g_ptr_array_index (action->media, 0);

    g_free (title);
    title = kz_markup_excerpt (ref->name, max_chars);
  }
  return title;
}

char *
kz_line_reference (const KzAction *action, const char *handle)
{
  g_autofree char *title = kz_line_title (action, KZ_LINE_QUOTE_MAX);

  if (*title == '\0' && handle != NULL)
    return g_strdup_printf ("[%s]", handle);
  if (*title == '\0') {
    g_free (title);
    title = g_strdup (action != NULL ? kz_render_action_kind (action->kind) : _ ("(no title)"));
  }
  if (handle != NULL)
    /* Translators: 1 is a short handle, 2 a title. */
    return g_strdup_printf (_ ("[%1$s] “%2$s”"), handle, title);
  /* Translators: a title. */
  return g_strdup_printf (_ ("“%s”"), title);
}

char *
kz_line_named_reference (const KzAction *action, const char *handle)
{
  g_autofree char *reference = kz_line_reference (action, handle);
  g_autofree char *label = NULL;

  if (action == NULL)
    return g_steal_pointer (&reference);
  label = kz_line_action_label (action);
  return g_strdup_printf ("%s %s", label, reference);
}

char *
kz_line_command (const KzRenderContext *context,
                 const char *verb,
                 const char *handle,
                 const char *rest)
{
  const char *prefix = context->command_prefix != NULL ? context->command_prefix : "!";

  return g_strconcat (prefix, verb, " ", handle, rest != NULL ? " " : NULL, rest, NULL);
}

/* --- parts --- */

void
kz_line_add_html (GString *html, const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (html->len > 0 && !g_str_has_suffix (html->str, "<br>"))
    g_string_append (html, " — ");
  g_string_append (html, part);
}

void
kz_line_add (GString *html, const char *plain_part)
{
  g_autofree char *part = NULL;

  if (plain_part == NULL || *plain_part == '\0')
    return;
  part = kz_markup_from_text (plain_part);
  kz_line_add_html (html, part);
}

void
kz_line_take (GString *html, char *plain_part)
{
  kz_line_add (html, plain_part);
  g_free (plain_part);
}

void
kz_line_break (GString *html, const char *plain)
{
  g_autofree char *line = kz_markup_from_text (plain);

  if (html->len > 0)
    g_string_append (html, "<br>");
  g_string_append (html, line);
}

char *
kz_line_words (const char *plain)
{
  g_autofree char *beginning = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *words = NULL;
  glong length;

  if (plain == NULL || strlen (plain) <= KZ_LINE_WORDS_MAX)
    return kz_markup_from_text (plain);
  valid = g_utf8_make_valid (plain, -1);
  length = g_utf8_strlen (valid, -1) - KZ_LINE_WORDS_MAX;
  if (length <= 0)
    return kz_markup_from_text (valid);
  beginning = g_utf8_substring (valid, 0, KZ_LINE_WORDS_MAX);
  words = g_strdup_printf (
      /* Translators: 1 is the beginning of a text; 2 is how many characters of it are not shown. */
      ngettext ("%1$s… (%2$u character more)", "%1$s… (%2$u characters more)", (gulong) length),
      beginning, (guint) length);
  return kz_markup_from_text (words);
}

/* --- answers --- */

gboolean
kz_line_answer_has (const char *answer, const char *option)
{
  gsize length = strlen (option);
  const char *p = answer;

  if (length == 0)
    return FALSE;
  while ((p = strstr (p, option)) != NULL) {
    gboolean begins = p == answer || (p - answer >= 2 && p[-2] == ',' && p[-1] == ' ');
    gboolean ends = p[length] == '\0' || (p[length] == ',' && p[length + 1] == ' ');

    if (begins && ends)
      return TRUE;
    p += length;
  }
  return FALSE;
}

/* The one answer of somebody to a poll, "" when it is not there. */
static const char *
first_answer (const KzResponse *response)
{
  if (response->answers == NULL || response->answers->len == 0)
    return "";
  return g_ptr_array_index (response->answers, 0);
}

static GArray *
count_answers (const KzTally *tally, char **choices)
{
  guint length = g_strv_length (choices);
  GArray *counts = g_array_sized_new (FALSE, TRUE, sizeof (int), length);
  guint understood = 0;

  g_array_set_size (counts, length);
  for (guint i = 0; i < tally->responses->len; i++)
    for (guint j = 0; j < length; j++)
      if (kz_line_answer_has (first_answer (g_ptr_array_index (tally->responses, i)), choices[j])) {
        g_array_index (counts, int, j)++;
        understood++;
      }
  /* Answers in words that are none of the choices are no zero votes. */
  if (understood == 0 && tally->responses->len > 0)
    g_clear_pointer (&counts, g_array_unref);
  return counts;
}

GArray *
kz_line_votes (const KzAction *action, const KzTally *tally, char ***choices)
{
  char **of_action = action != NULL ? action->choices : NULL;

  *choices = NULL;
  if (tally == NULL)
    return NULL;
  if (tally->counts != NULL && tally->choices != NULL &&
      tally->counts->len == g_strv_length (tally->choices)) {
    *choices = tally->choices;
    return g_array_ref (tally->counts);
  }
  *choices = of_action != NULL ? of_action : tally->choices;
  if (*choices == NULL || (*choices)[0] == NULL)
    return NULL;
  if (tally->responses != NULL && (tally->responses->len > 0 || tally->response_count == 0))
    return count_answers (tally, *choices);
  return NULL;
}

static char *
votes_text (const GArray *votes, char **choices)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < votes->len && i < CHOICES_MAX; i++) {
    g_autofree char *choice = kz_markup_excerpt (choices[i], KZ_LINE_QUOTE_MAX);

    /* Translators: a choice of a poll and its votes, "Pizza 3". */
    g_string_append_printf (text, _ ("%1$s %2$d"), choice, g_array_index (votes, int, i));
    if (i + 1 < votes->len)
      /* Translators: stands between the items of a list. */
      g_string_append (text, _ (", "));
  }
  if (votes->len > CHOICES_MAX)
    g_string_append (text, "…");
  return g_string_free (text, FALSE);
}

char *
kz_line_tally (const KzAction *action, const KzTally *tally)
{
  char **choices;
  g_autoptr (GArray) votes = kz_line_votes (action, tally, &choices);
  KzActionKind kind;

  if (tally == NULL)
    return NULL;
  kind = action != NULL ? action->kind : tally->kind;
  if (votes != NULL)
    return votes_text (votes, choices);
  /* Where answers are counted whatever they say, a full number does not mean that all is done. */
  if (kind == KZ_ACTION_JOB && tally->assignee_count > 0 && tally->response_count >= 0 &&
      (tally->is_completed != KZ_TRI_NO || tally->response_count < tally->assignee_count))
    /* Translators: of a job: how many people did their part, of how many. */
    return g_strdup_printf (_ ("%1$d of %2$d done"), tally->response_count, tally->assignee_count);
  if (kind == KZ_ACTION_JOB && tally->is_completed != KZ_TRI_UNKNOWN)
    /* Translators: both are said of a job. */
    return g_strdup (tally->is_completed == KZ_TRI_YES ? _ ("done") : _ ("not done yet"));
  if (tally->response_count < 0)
    return NULL;
  return g_strdup_printf (ngettext ("%d answer", "%d answers", (gulong) tally->response_count),
                          tally->response_count);
}

static int
sum_of (const GArray *votes)
{
  int sum = 0;

  for (guint i = 0; votes != NULL && i < votes->len; i++)
    sum += g_array_index (votes, int, i);
  return sum;
}

char *
kz_line_standing (const KzAction *action, const KzTally *tally)
{
  g_autofree char *text = kz_line_tally (action, tally);
  char **choices;
  g_autoptr (GArray) votes = NULL;
  int n;

  /* That a job is done at all is no news when somebody just did it. */
  if (text == NULL || (tally->kind == KZ_ACTION_JOB && tally->assignee_count <= 0))
    return NULL;
  if (g_utf8_strlen (text, -1) <= STANDING_MAX)
    return g_steal_pointer (&text);
  votes = kz_line_votes (action, tally, &choices);
  n = tally->response_count >= 0 ? tally->response_count : sum_of (votes);
  return g_strdup_printf (ngettext ("%d answer", "%d answers", (gulong) n), n);
}

/* Whether @title has a mark at its end already, in whatever script. */
static gboolean
ends_with_mark (const char *title)
{
  const char *last = g_utf8_find_prev_char (title, title + strlen (title));

  return last != NULL && g_unichar_ispunct (g_utf8_get_char (last)) &&
         strchr (")]}\"'", *last) == NULL;
}

char *
kz_line_answers (const KzResponse *response)
{
  GString *text = g_string_new (NULL);
  guint shown = 0;
  guint n_titles =
      response->question_titles != NULL ? g_strv_length (response->question_titles) : 0;

  for (guint i = 0; response->answers != NULL && i < response->answers->len; i++) {
    g_autofree char *answer = kz_markup_excerpt (g_ptr_array_index (response->answers, i), 120);
    g_autofree char *title = NULL;

    if (*answer == '\0')
      continue;
    if (shown++ == ANSWERS_MAX) {
      g_string_append (text, "; …");
      break;
    }
    if (text->len > 0)
      g_string_append (text, "; ");
    /* One answer needs no question: the line quotes what was asked. */
    if (i < n_titles && response->answers->len > 1)
      title = kz_markup_excerpt (response->question_titles[i], KZ_LINE_QUOTE_MAX);
    if (title != NULL && ends_with_mark (title))
      g_string_append_printf (text, "%s %s", title, answer);
    else if (title != NULL && *title != '\0')
      /* Translators: a question of a survey and its answer. */
      g_string_append_printf (text, _ ("%1$s: %2$s"), title, answer);
    else
      g_string_append (text, answer);
  }
  return g_string_free (text, FALSE);
}
