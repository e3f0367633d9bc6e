/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-render.h"

#include "kz-markup.h"
#include "kz-render-line.h"

#include "kz-i18n.h"

/* Sentences are whole for the translator: one for "you" and one for everybody else. */

static gboolean
is_self (const KzRenderContext *context, const KzEvent *event, const KzPerson *person)
{
  return event->is_own || kz_line_is_self (context, person);
}

static gboolean
is_same_person (const KzPerson *a, const KzPerson *b)
{
  if (a->id != NULL && b->id != NULL)
    return g_str_equal (a->id, b->id);
  return a->phone != NULL && g_strcmp0 (a->phone, b->phone) == 0;
}

/* --- responses --- */

static char *
job_response (gboolean own, const char *who, KzTri is_completed, const char *what)
{
  if (is_completed == KZ_TRI_YES)
    /* Translators: 1 is who, 2 a handle and title such as “[a2x] “Check pump””. */
    return own ? g_strdup_printf (_ ("You finished the job %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s finished the job %2$s"), who, what);
  if (is_completed == KZ_TRI_NO)
    return own ? g_strdup_printf (_ ("You opened the job %s again"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s opened the job %2$s again"), who, what);
  return own ? g_strdup_printf (_ ("You answered the job %s"), what)
             /* Translators: 1 is who, 2 a handle and title. */
             : g_strdup_printf (_ ("%1$s answered the job %2$s"), who, what);
}

static char *
poll_response (gboolean own, const char *who, gboolean is_update, const char *what)
{
  if (is_update)
    return own ? g_strdup_printf (_ ("You changed your vote in the poll %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s voted anew in the poll %2$s"), who, what);
  return own ? g_strdup_printf (_ ("You voted in the poll %s"), what)
             /* Translators: 1 is who, 2 a handle and title. */
             : g_strdup_printf (_ ("%1$s voted in the poll %2$s"), who, what);
}

static char *
survey_response (gboolean own, const char *who, gboolean is_update, const char *what)
{
  if (is_update)
    return own ? g_strdup_printf (_ ("You changed your answer to the survey %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s answered the survey %2$s anew"), who, what);
  return own ? g_strdup_printf (_ ("You answered the survey %s"), what)
             /* Translators: 1 is who, 2 a handle and title. */
             : g_strdup_printf (_ ("%1$s answered the survey %2$s"), who, what);
}

static char *
other_response (gboolean own, const char *who, gboolean is_update, const char *what)
{
  if (is_update)
    return own ? g_strdup_printf (_ ("You changed your answer to %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s answered %2$s anew"), who, what);
  return own ? g_strdup_printf (_ ("You answered %s"), what)
             /* Translators: 1 is who, 2 a handle and title. */
             : g_strdup_printf (_ ("%1$s answered %2$s"), who, what);
}

static char *
response_sentence (const KzRenderContext *context, const KzEvent *event)
{
  const KzResponse *response = event->response;
  KzActionKind kind = event->action != NULL ? event->action->kind : response->kind;
  gboolean anonymous =
      response->is_anonymous || (event->action != NULL && event->action->is_anonymous);
  const KzPerson *person = response->responder != NULL ? response->responder : event->sender;
  gboolean own = is_self (context, event, person);
  /* What we did ourselves is no secret from us; a name that came along with what is called
   * anonymous is not shown. */
  g_autofree char *who = kz_line_who (context, anonymous ? NULL : person);
  g_autofree char *what = kz_line_reference (event->action, event->handle);

  if (kind == KZ_ACTION_JOB)
    return job_response (own, who, response->is_completed, what);
  if (kind == KZ_ACTION_POLL)
    return poll_response (own, who, response->is_update, what);
  if (kind == KZ_ACTION_SURVEY)
    return survey_response (own, who, response->is_update, what);
  return other_response (own, who, response->is_update, what);
}

static char *
render_response (const KzRenderContext *context, const KzEvent *event)
{
  g_autofree char *sentence = response_sentence (context, event);
  KzActionKind kind = event->action != NULL ? event->action->kind : event->response->kind;
  g_autofree char *answers = NULL;
  /* The number of a job may count those who opened it again, too. */
  g_autofree char *standing = event->response->is_completed != KZ_TRI_NO
                                  ? kz_line_standing (event->action, event->tally)
                                  : NULL;
  g_autofree char *line = NULL;

  answers = kind != KZ_ACTION_JOB ? kz_line_answers (event->response) : NULL;
  if (answers != NULL && *answers != '\0') {
    /* Translators: 1 is a sentence such as "Ben voted in the poll [k3f]", 2 what Ben answered. */
    line = g_strdup_printf (_ ("%1$s: %2$s"), sentence, answers);
    g_free (sentence);
    sentence = g_steal_pointer (&line);
  }
  if (standing == NULL)
    return kz_markup_from_text (sentence);
  /* Translators: 1 says who answered, 2 how it stands then: "2 of 3 done", "Pizza 3, Salad 1". */
  line = g_strdup_printf (_ ("%1$s (%2$s)"), sentence, standing);
  return kz_markup_from_text (line);
}

/* --- reactions --- */

/* Only a number is known, not who. */
static char *
counted_reaction (const KzReaction *reaction, const char *what)
{
  int count = reaction->count;

  if (reaction->kind == KZ_REACTION_LIKE)
    /* Translators: 1 is how many, 2 a handle and title. */
    return g_strdup_printf (ngettext ("%1$d like for %2$s", "%1$d likes for %2$s", (gulong) count),
                            count, what);
  if (reaction->kind == KZ_REACTION_COMMENT)
    /* Translators: 1 is how many, 2 a handle and title. */
    return g_strdup_printf (ngettext ("%1$d comment on %2$s (Kaizala does not hand out the text)",
                                      "%1$d comments on %2$s (Kaizala does not hand out the text)",
                                      (gulong) count),
                            count, what);
  return g_strdup_printf (
      /* Translators: 1 is how many, 2 a handle and title. */
      ngettext ("%1$d reaction to %2$s", "%1$d reactions to %2$s", (gulong) count), count, what);
}

static char *
comment_sentence (gboolean own, const char *who, const char *what, const char *text)
{
  g_autofree char *shown = kz_markup_excerpt (text, KZ_LINE_TITLE_MAX);

  if (*shown != '\0')
    /* Translators: 1 is a handle and title, 2 the comment. */
    return own ? g_strdup_printf (_ ("You commented on %1$s: %2$s"), what, shown)
               /* Translators: 1 is who, 2 a handle and title, 3 the comment. */
               : g_strdup_printf (_ ("%1$s commented on %2$s: %3$s"), who, what, shown);
  /* Translators: 1 is who, 2 a handle and title. */
  return own ? g_strdup_printf (_ ("You commented on %s (Kaizala does not hand out the text)"),
                                what)
             /* Translators: 1 is who, 2 a handle and title. */
             : g_strdup_printf (_ ("%1$s commented on %2$s (Kaizala does not hand out the text)"),
                                who, what);
}

static char *
other_reaction (gboolean own, const char *who, const char *what, const char *raw)
{
  g_autofree char *kind = kz_markup_excerpt (raw, KZ_LINE_QUOTE_MAX);

  if (*kind == '\0')
    return own ? g_strdup_printf (_ ("You reacted to %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s reacted to %2$s"), who, what);
  /* Translators: the last one is what the service calls the reaction. */
  return own ? g_strdup_printf (_ ("You reacted to %1$s: %2$s"), what, kind)
             /* Translators: 1 is who, 2 a handle and title, 3 the reaction. */
             : g_strdup_printf (_ ("%1$s reacted to %2$s: %3$s"), who, what, kind);
}

/* (transfer full): a kind says more than a handle, where there is no title: or not any more. */
static char *
liked_reference (const KzAction *action, const char *handle)
{
  g_autofree char *title = kz_line_title (action, KZ_LINE_QUOTE_MAX);

  if (action == NULL && handle == NULL)
    /* Translators: in “Ben likes …”: something that was posted before, and of which no more is known. */
    return g_strdup (_ ("an earlier post"));
  if (action == NULL || handle == NULL || *title != '\0' || action->kind == KZ_ACTION_UNKNOWN)
    return kz_line_reference (action, handle);
  /* Translators: in “Ben likes …”: 1 is a handle such as k3f, 2 a kind such as “announcement”. */
  return g_strdup_printf (_ ("[%1$s] (%2$s)"), handle, kz_render_action_kind (action->kind));
}

static char *
reaction_sentence (const KzRenderContext *context, const KzEvent *event)
{
  const KzReaction *reaction = event->reaction;
  g_autoptr (KzPerson) by_id = NULL;
  const KzPerson *person = event->sender;
  g_autofree char *what = NULL;
  g_autofree char *who = NULL;
  gboolean own;

  what = liked_reference (event->action, event->handle);
  if (person == NULL && reaction->user_id != NULL) {
    by_id = kz_person_new (reaction->user_id, NULL, NULL, NULL);
    person = by_id;
  }
  own = is_self (context, event, person);
  if (person == NULL && !own)
    return counted_reaction (reaction, what);
  who = kz_line_who (context, person);
  switch (reaction->kind) {
  case KZ_REACTION_LIKE:
    /* Translators: 1 is who, 2 a handle and title. */
    return own ? g_strdup_printf (_ ("You like %s"), what)
               /* Translators: 1 is who, 2 a handle and title. */
               : g_strdup_printf (_ ("%1$s likes %2$s"), who, what);
  case KZ_REACTION_COMMENT:
    return comment_sentence (own, who, what, reaction->own_comment);
  case KZ_REACTION_OTHER:
  default:
    return other_reaction (own, who, what, reaction->kind_raw);
  }
}

/* --- membership --- */

static char *
joined_sentence (gboolean own, gboolean by_own, const char *who, const char *by)
{
  if (own)
    return by != NULL ? g_strdup_printf (_ ("%s added you to this group"), by)
                      : g_strdup (_ ("You joined this group"));
  if (by_own)
    return g_strdup_printf (_ ("You added %s to this group"), who);
  if (by != NULL)
    /* Translators: 1 is who did it, 2 who is new. */
    return g_strdup_printf (_ ("%1$s added %2$s to this group"), by, who);
  return g_strdup_printf (_ ("%s joined this group"), who);
}

static char *
left_sentence (gboolean own, gboolean by_own, const char *who, const char *by)
{
  if (own)
    return by != NULL ? g_strdup_printf (_ ("%s removed you from this group"), by)
                      : g_strdup (_ ("You left this group"));
  if (by_own)
    return g_strdup_printf (_ ("You removed %s from this group"), who);
  if (by != NULL)
    /* Translators: 1 is who did it, 2 who is gone. */
    return g_strdup_printf (_ ("%1$s removed %2$s from this group"), by, who);
  return g_strdup_printf (_ ("%s left this group"), who);
}

static char *
role_sentence (const KzMember *member, gboolean own, const char *who)
{
  g_autofree char *raw = NULL;

  switch (member->role) {
  case KZ_ROLE_ADMIN:
    return own ? g_strdup (_ ("You are an admin of this group now"))
               : g_strdup_printf (_ ("%s is an admin of this group now"), who);
  case KZ_ROLE_MEMBER:
    return own ? g_strdup (_ ("You are a member of this group now"))
               : g_strdup_printf (_ ("%s is a member of this group now"), who);
  case KZ_ROLE_SUBSCRIBER:
    return own ? g_strdup (_ ("You are a subscriber of this group now"))
               : g_strdup_printf (_ ("%s is a subscriber of this group now"), who);
  case KZ_ROLE_NONE:
  case KZ_ROLE_UNKNOWN:
  default:
    raw = kz_markup_excerpt (member->role_raw, KZ_LINE_QUOTE_MAX);
    if (*raw == '\0')
      return NULL;
    /* Translators: 1 is who, 2 what the service calls the role. */
    return own ? g_strdup_printf (_ ("Your role in this group is “%s” now"), raw)
               /* Translators: 1 is who, 2 what the service calls the role. */
               : g_strdup_printf (_ ("The role of %1$s in this group is “%2$s” now"), who, raw);
  }
}

static char *
membership_sentence (const KzRenderContext *context, const KzEvent *event)
{
  const KzMembership *membership = event->membership;
  const KzPerson *person;
  const KzPerson *by = membership->by;
  gboolean by_own;
  gboolean own;
  g_autofree char *who = NULL;
  g_autofree char *by_name = NULL;

  if (membership->member == NULL || membership->member->person == NULL)
    return NULL;
  person = membership->member->person;
  own = kz_line_is_self (context, person);
  who = kz_line_who (context, person);
  if (event->kind == KZ_EVENT_MEMBER_CHANGED)
    return role_sentence (membership->member, own, who);
  /* Who came or went without help is not said to have added or removed somebody. */
  if (by != NULL && is_same_person (by, person))
    by = NULL;
  by_own = kz_line_is_self (context, by);
  by_name = by != NULL ? kz_line_who (context, by) : NULL;
  if (event->kind == KZ_EVENT_MEMBER_ADDED)
    return joined_sentence (own, by_own, who, by_name);
  return left_sentence (own, by_own, who, by_name);
}

/* --- the line --- */

static char *
render_sentence (char *sentence)
{
  g_autofree char *plain = sentence;

  return plain != NULL ? kz_markup_from_text (plain) : NULL;
}

/* (nullable): where its end was moved. */
static char *
moved_due (const KzRenderContext *context, const KzEvent *event)
{
  gint64 now_us = event->tally->due_us;
  gint64 before_us = event->action != NULL ? event->action->due_us : 0;
  g_autofree char *time = NULL;

  if (now_us == 0 || before_us == 0 || ABS (now_us - before_us) < G_TIME_SPAN_MINUTE)
    return NULL;
  time = kz_render_time (context, now_us);
  /* Translators: the end of a poll or job was moved; %s is a time. */
  return g_strdup_printf (_ ("now due %s"), time);
}

static char *
render_changed (const KzRenderContext *context, const KzEvent *event)
{
  g_autofree char *tally = kz_line_tally (event->action, event->tally);
  g_autofree char *due = moved_due (context, event);
  g_autofree char *what = NULL;

  if (tally == NULL)
    tally = g_steal_pointer (&due);
  if (tally == NULL)
    return NULL;
  if (due != NULL) {
    /* Translators: 1 is how it stands: "Pizza 3, Salad 1", 2 is such as "now due tomorrow 10:00".
     */
    char *both = g_strdup_printf (_ ("%1$s (%2$s)"), tally, due);

    g_free (tally);
    tally = both;
  }
  what = kz_line_named_reference (event->action, event->handle);
  /* Translators: 1 is such as “Poll [k3f] “Lunch?””, 2 how it stands: "Pizza 3, Salad 1". */
  return render_sentence (g_strdup_printf (_ ("%1$s: %2$s"), what, tally));
}

static char *
render_text (const KzText *text)
{
  if (text->text == NULL || *text->text == '\0')
    return g_strdup (_ ("(a text without words)"));
  return kz_line_words (text->text);
}

static char *
render_body (const KzRenderContext *context, const KzEvent *event)
{
  switch (event->kind) {
  case KZ_EVENT_MESSAGE:
    return event->text != NULL ? render_text (event->text) : NULL;
  case KZ_EVENT_ATTACHMENT:
  case KZ_EVENT_ACTION_ADDED:
    return event->action != NULL ? kz_render_action (context, event->action, event->handle) : NULL;
  case KZ_EVENT_ACTION_CHANGED:
    return event->tally != NULL ? render_changed (context, event) : NULL;
  case KZ_EVENT_RESPONSE:
    return event->response != NULL ? render_response (context, event) : NULL;
  case KZ_EVENT_REACTION:
    return event->reaction != NULL ? render_sentence (reaction_sentence (context, event)) : NULL;
  case KZ_EVENT_MEMBER_ADDED:
  case KZ_EVENT_MEMBER_REMOVED:
  case KZ_EVENT_MEMBER_CHANGED:
    return event->membership != NULL ? render_sentence (membership_sentence (context, event))
                                     : NULL;
  case KZ_EVENT_GROUP_ADDED:
  case KZ_EVENT_GROUP_CHANGED:
  case KZ_EVENT_GROUP_REMOVED:
  case KZ_EVENT_MEMBERS_LOADED:
  case KZ_EVENT_SEND_CONFIRMED:
  case KZ_EVENT_SEND_FAILED:
  case KZ_EVENT_SEND_UNRESOLVED:
  case KZ_EVENT_NOTICE:
  default:
    return NULL;
  }
}

static gboolean
wants_date (const KzRenderContext *context, const KzEvent *event)
{
  if (!context->dates_in_text || event->time_us == 0)
    return FALSE;
  return event->is_history || event->is_late || !kz_line_is_today (context, event->time_us);
}

char *
kz_render_event (const KzRenderContext *context, const KzEvent *event)
{
  g_autofree char *body = render_body (context, event);
  GString *html;

  if (body == NULL)
    return NULL;
  html = g_string_new (NULL);
  if (wants_date (context, event)) {
    g_autofree char *time = kz_render_time (context, event->time_us);
    g_autofree char *escaped = kz_markup_escape (time);

    g_string_append_printf (html, "(%s) ", escaped);
  }
  g_string_append (html, body);
  if (event->maybe_older) {
    g_autofree char *mark = kz_markup_escape (_ ("(may be older than it looks)"));

    g_string_append_printf (html, " %s", mark);
  }
  if (event->maybe_seen) {
    g_autofree char *mark = kz_markup_escape (_ ("(may have been shown before)"));

    g_string_append_printf (html, " %s", mark);
  }
  return g_string_free (html, FALSE);
}

char *
kz_render_reference (const KzAction *action, const char *handle)
{
  return kz_line_named_reference (action, handle);
}
