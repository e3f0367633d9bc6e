/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-render.h"

#include "kz-markup.h"
#include "kz-render-line.h"

#include "kz-i18n.h"
#include <string.h>

/* A full bar; it fits behind a short choice in 80 columns. */
#define BAR_MAX 20
#define ANSWERS_MAX 50
#define NAMES_MAX 20
#define QUESTIONS_MAX 30

typedef struct {
  const KzRenderContext *context;
  const KzAction *action; /* (nullable) */
  const KzTally *tally;
  GString *html;
} Results;

static gboolean
is_anonymous (const Results *results, const KzResponse *response)
{
  return response->is_anonymous || response->responder == NULL ||
         (results->action != NULL && results->action->is_anonymous);
}

static char *
responder_name (const Results *results, const KzResponse *response)
{
  if (is_anonymous (results, response))
    return g_strdup (_ ("Somebody"));
  if (kz_line_is_self (results->context, response->responder))
    return g_strdup (_ ("you"));
  return kz_line_who (results->context, response->responder);
}

static const char *
answer_at (const KzResponse *response, guint question)
{
  if (response->answers == NULL || question >= response->answers->len)
    return "";
  return g_ptr_array_index (response->answers, question);
}

static const KzResponse *
response_at (const Results *results, guint index)
{
  return g_ptr_array_index (results->tally->responses, index);
}

static guint
n_responses (const Results *results)
{
  return results->tally->responses != NULL ? results->tally->responses->len : 0;
}

/* (transfer full): "Ben, Chi", those who answered @question with @option; "" when nobody is known.
 */
static char *
names_for (const Results *results, guint question, const char *option)
{
  GString *names = g_string_new (NULL);
  guint shown = 0;

  for (guint i = 0; i < n_responses (results); i++) {
    const KzResponse *response = response_at (results, i);
    g_autofree char *name = NULL;

    if (is_anonymous (results, response) ||
        !kz_line_answer_has (answer_at (response, question), option))
      continue;
    if (shown > 0)
      g_string_append (names, _ (", "));
    if (shown++ == NAMES_MAX) {
      g_string_append (names, "…");
      break;
    }
    name = responder_name (results, response);
    g_string_append (names, name);
  }
  return g_string_free (names, FALSE);
}

/* One choice: its words, a bar as long as its share, its votes, who chose it. */
static void
add_choice (Results *results, guint question, guint number, const char *choice, int votes, int of)
{
  g_autofree char *words = kz_markup_excerpt (choice, KZ_LINE_QUOTE_MAX * 2);
  g_autofree char *names = names_for (results, question, choice);
  g_autofree char *bar = NULL;
  gint64 share = of > 0 ? CLAMP ((gint64) votes * 100 / of, 0, 100) : 0;
  GString *line = g_string_new (NULL);

  bar = g_strnfill (votes > 0 ? (gsize) MAX (1, share * BAR_MAX / 100) : 0, '=');
  g_string_append_printf (line, "%u %s", number, words);
  if (*bar != '\0')
    g_string_append_printf (line, " %s", bar);
  g_string_append_printf (line, " %d", votes);
  if (of > 0)
    g_string_append_printf (line, " (%d%%)", (int) share);
  if (*names != '\0')
    g_string_append_printf (line, ": %s", names);
  kz_line_break (results->html, line->str);
  g_string_free (line, TRUE);
}

static int
sum_of (const GArray *votes)
{
  gint64 sum = 0;

  for (guint i = 0; i < votes->len; i++)
    sum += MAX (0, g_array_index (votes, int, i));
  return (int) MIN (sum, G_MAXINT);
}

static void
add_votes (Results *results, const GArray *votes, char **choices)
{
  /* Where several can be chosen, shares are of people and may add up to more than all. */
  int of = n_responses (results) > 0 ? (int) n_responses (results) : sum_of (votes);

  for (guint i = 0; i < votes->len; i++)
    add_choice (results, 0, i + 1, choices[i], MAX (0, g_array_index (votes, int, i)), of);
}

static gboolean
is_any_option (const char *answer, char **options)
{
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    if (kz_line_answer_has (answer, options[i]))
      return TRUE;
  return FALSE;
}

static void
add_more (Results *results, guint count)
{
  g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", count), count);

  kz_line_break (results->html, more);
}

/* Each answer to @question that is none of @options (nullable), behind who gave it. */
static void
add_free_answers (Results *results, guint question, char **options)
{
  guint shown = 0;
  guint left = 0;

  for (guint i = 0; i < n_responses (results); i++) {
    const KzResponse *response = response_at (results, i);
    g_autofree char *answer = kz_markup_excerpt (answer_at (response, question), KZ_LINE_TITLE_MAX);
    g_autofree char *name = NULL;
    g_autofree char *line = NULL;

    if (*answer == '\0' || is_any_option (answer_at (response, question), options))
      continue;
    if (shown++ >= ANSWERS_MAX) {
      left++;
      continue;
    }
    name = responder_name (results, response);
    /* Translators: 1 is who answered, 2 the answer. */
    line = g_strdup_printf (_ ("%1$s: %2$s"), name, answer);
    kz_line_break (results->html, line);
  }
  if (left > 0)
    add_more (results, left);
}

static int
count_option (const Results *results, guint question, const char *option)
{
  int count = 0;

  for (guint i = 0; i < n_responses (results); i++)
    count += kz_line_answer_has (answer_at (response_at (results, i), question), option);
  return count;
}

static void
add_question (Results *results, guint index, const KzQuestion *question)
{
  g_autofree char *title = kz_markup_excerpt (question->title, KZ_LINE_TITLE_MAX);
  g_autofree char *line = g_strdup_printf ("%u. %s", index + 1, title);

  kz_line_break (results->html, line);
  for (guint i = 0; question->options != NULL && question->options[i] != NULL; i++)
    add_choice (results, index, i + 1, question->options[i],
                count_option (results, index, question->options[i]), (int) n_responses (results));
  add_free_answers (results, index, question->options);
}

/* Answers whose questions are not known: all of one person in a line. */
static void
add_answers (Results *results)
{
  for (guint i = 0; i < n_responses (results) && i < ANSWERS_MAX; i++) {
    const KzResponse *response = response_at (results, i);
    g_autofree char *name = responder_name (results, response);
    g_autofree char *answers = kz_line_answers (response);
    g_autofree char *line = NULL;

    if (*answers == '\0')
      continue;
    line = g_strdup_printf (_ ("%1$s: %2$s"), name, answers);
    kz_line_break (results->html, line);
  }
  if (n_responses (results) > ANSWERS_MAX)
    add_more (results, n_responses (results) - ANSWERS_MAX);
}

static void
add_workers (Results *results)
{
  for (guint i = 0; i < n_responses (results) && i < ANSWERS_MAX; i++) {
    const KzResponse *response = response_at (results, i);
    g_autofree char *name = responder_name (results, response);
    g_autofree char *line = NULL;

    if (response->is_completed == KZ_TRI_UNKNOWN)
      continue;
    /* Translators: who did a part of a job, and who did not. */
    line = g_strdup_printf (
        response->is_completed == KZ_TRI_YES ? _ ("%s: done") : _ ("%s: not done yet"), name);
    kz_line_break (results->html, line);
  }
  if (n_responses (results) > ANSWERS_MAX)
    add_more (results, n_responses (results) - ANSWERS_MAX);
}

static gboolean
is_understood (const KzTally *tally)
{
  return tally != NULL && (tally->response_count >= 0 || tally->counts != NULL ||
                           (tally->responses != NULL && tally->responses->len > 0) ||
                           (tally->kind == KZ_ACTION_JOB && tally->is_completed != KZ_TRI_UNKNOWN));
}

static void
add_body (Results *results)
{
  const KzAction *action = results->action;
  GPtrArray *questions = action != NULL ? action->questions : NULL;
  KzActionKind kind = action != NULL ? action->kind : results->tally->kind;
  char **choices;
  g_autoptr (GArray) votes = kz_line_votes (action, results->tally, &choices);

  if (votes != NULL) {
    add_votes (results, votes, choices);
    add_free_answers (results, 0, choices);
  } else if (kind == KZ_ACTION_JOB)
    add_workers (results);
  else if (questions != NULL && questions->len > 0 && n_responses (results) > 0)
    for (guint i = 0; i < questions->len && i < QUESTIONS_MAX; i++)
      add_question (results, i, g_ptr_array_index (questions, i));
  else
    add_answers (results);
}

/* How many answered, once it is known in whatever way. */
static char *
count_part (const KzAction *action, const KzTally *tally)
{
  int count = tally->response_count;
  KzActionKind kind = action != NULL ? action->kind : tally->kind;

  if (kind == KZ_ACTION_JOB)
    return kz_line_tally (action, tally);
  if (count < 0 && tally->responses != NULL)
    count = (int) tally->responses->len;
  if (count <= 0 && tally->counts != NULL)
    count = sum_of (tally->counts);
  if (count <= 0)
    return g_strdup (_ ("no answers yet"));
  return g_strdup_printf (ngettext ("%d answer", "%d answers", (gulong) count), count);
}

char *
kz_render_results (const KzRenderContext *context,
                   const KzAction *action,
                   const KzTally *tally,
                   const char *handle)
{
  Results results = {.context = context, .action = action, .tally = tally};

  results.html = g_string_new (NULL);
  kz_line_take (results.html, kz_line_named_reference (action, handle));
  if (!is_understood (tally)) {
    kz_line_add (results.html, _ ("Kaizala’s answer was not understood: there may be answers that "
                                  "only the app shows"));
    return g_string_free (results.html, FALSE);
  }
  kz_line_take (results.html, count_part (action, tally));
  add_body (&results);
  return g_string_free (results.html, FALSE);
}
