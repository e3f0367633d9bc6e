/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-signals.h"

#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-members.h"

/* The account, then strings. */
#define N_STRINGS 10
#define N_VALUES (1 + N_STRINGS)

enum {
  GROUP_ID,
  GROUP,
  HANDLE,
  KIND,
  TITLE,
  TEXT,
  LINKS,
  SENDER,
  TIME,
  FLAGS
};

static const char *const names[] = {KZ_SIGNAL_ACTION, KZ_SIGNAL_RESPONSE, KZ_SIGNAL_REACTION};

/* libpurple has none for that many. */
static void
marshal (PurpleCallback callback, va_list args, void *data, void **return_value)
{
  void *v[N_VALUES];
  for (gsize i = 0; i < N_VALUES; i++)
    v[i] = va_arg (args, void *);
  ((KzSignalHandler) callback) (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10],
                                data);
}

static PurpleValue *
string_value (void)
{
  return purple_value_new (PURPLE_TYPE_STRING);
}

void
kz_signals_register (PurplePlugin *plugin)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    purple_signal_register (plugin, names[i], marshal, NULL, N_VALUES,
                            purple_value_new (PURPLE_TYPE_SUBTYPE, PURPLE_SUBTYPE_ACCOUNT),
                            string_value (), string_value (), string_value (), string_value (),
                            string_value (), string_value (), string_value (), string_value (),
                            string_value (), string_value ());
}

void
kz_signals_unregister (PurplePlugin *plugin)
{
  purple_signals_unregister_by_instance (plugin);
}

/* --- What is told --- */

/* Nothing to clean, as in most ids, names and titles: printable ASCII without anything that may be a
 * link or what "/me" makes. */
static gboolean
is_plain (const char *text)
{
  const char *p = text;
  while (*p >= 0x20 && *p < 0x7f && (*p != ':' || p[1] == ' '))
    p++;
  return *p == '\0' && *text != '/';
}

/* (transfer full): D-Bus hangs up on a program that sends what is no UTF-8. */
static char *
clean (const char *text)
{
  if (text == NULL || *text == '\0')
    return g_strdup ("");
  if (is_plain (text))
    return g_strdup (text);
  g_autofree char *html = kz_markup_from_text (text);
  return kz_markup_to_text (html);
}

/* (transfer full) */
static char *
kind_name (const KzEvent *event)
{
  const KzAction *action = event->action;
  KzActionKind kind = action != NULL ? action->kind : KZ_ACTION_UNKNOWN;
  if (event->kind == KZ_EVENT_REACTION) {
    if (event->reaction->kind == KZ_REACTION_LIKE)
      return g_strdup ("Like");
    return event->reaction->kind == KZ_REACTION_COMMENT ? g_strdup ("Comment")
                                                        : clean (event->reaction->kind_raw);
  }
  if (kind == KZ_ACTION_UNKNOWN && event->response != NULL)
    kind = event->response->kind;
  if (action != NULL && action->package_id != NULL)
    return clean (action->package_id);
  const char *wire = kz_action_kind_wire (kind);
  return wire != NULL ? g_strdup (wire) : clean (action != NULL ? action->kind_raw : NULL);
}

/* (transfer full): a line an answer, in the order of the questions. */
static char *
answers_of (const KzResponse *response)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  for (guint i = 0; i < response->answers->len; i++) {
    g_autofree char *answer = clean (g_ptr_array_index (response->answers, i));
    g_strdelimit (answer, "\n", ' ');
    g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", answer);
  }
  if (response->is_completed != KZ_TRI_UNKNOWN)
    g_string_assign (lines, response->is_completed == KZ_TRI_YES ? "done" : "open");
  return g_strdup (lines->str);
}

static char *
text_of (const KzEvent *event)
{
  if (event->kind == KZ_EVENT_RESPONSE)
    return answers_of (event->response);
  if (event->kind == KZ_EVENT_REACTION)
    return clean (event->reaction->own_comment);
  return clean (event->action->text);
}

static char *
links_of (const KzEvent *event)
{
  if (event->kind == KZ_EVENT_REACTION || event->kind == KZ_EVENT_RESPONSE ||
      event->action->media->len == 0)
    return g_strdup ("");
  g_autoptr (GString) links = g_string_new (NULL);
  for (guint i = 0; i < event->action->media->len; i++) {
    const KzMediaRef *file = g_ptr_array_index (event->action->media, i);
    g_autofree char *url = clean (file->url);
    g_string_append_printf (links, "%s%s", i > 0 ? "\n" : "", url);
  }
  return g_strdup (links->str);
}

static gboolean
is_anonymous (const KzEvent *event)
{
  return event->kind == KZ_EVENT_RESPONSE &&
         (event->response->is_anonymous || (event->action != NULL && event->action->is_anonymous));
}

/* (transfer full): as the room calls that person. */
static char *
sender_of (KzSession *session, const KzEvent *event)
{
  const KzPerson *person = event->sender;
  g_autoptr (KzPerson) by_id = NULL;
  if (event->is_own)
    return g_strdup (purple_account_get_username (session->account));
  if (is_anonymous (event))
    return g_strdup ("");
  if (person == NULL && event->kind == KZ_EVENT_RESPONSE)
    person = event->response->responder;
  else if (person == NULL && event->kind == KZ_EVENT_REACTION && event->reaction->user_id != NULL) {
    by_id = kz_person_new (event->reaction->user_id, NULL, NULL, NULL);
    person = by_id;
  } else if (person == NULL && event->kind != KZ_EVENT_REACTION)
    person = event->action->sender;
  g_autofree char *name = person != NULL ? kz_person_name (session, person) : NULL;
  return clean (name);
}

static char *
flags_of (const KzEvent *event)
{
  gboolean is_changed = event->kind == KZ_EVENT_RESPONSE && event->response->is_update;
  const struct {
    gboolean is_set;
    const char *word;
  } flags[] = {
      {event->is_own, "own"},  {event->is_history, "history"},      {event->is_late, "late"},
      {is_changed, "changed"}, {is_anonymous (event), "anonymous"},
  };
  const char *words[G_N_ELEMENTS (flags) + 1] = {NULL};
  gsize n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    if (flags[i].is_set)
      words[n++] = flags[i].word;
  return g_strjoinv (" ", (char **) words);
}

static const char *
name_of (const KzEvent *event)
{
  if (event->group_id == NULL)
    return NULL;
  if (event->kind == KZ_EVENT_RESPONSE)
    return event->response != NULL ? KZ_SIGNAL_RESPONSE : NULL;
  if (event->kind == KZ_EVENT_REACTION)
    return event->reaction != NULL ? KZ_SIGNAL_REACTION : NULL;
  if (event->kind == KZ_EVENT_ACTION_ADDED || event->kind == KZ_EVENT_ATTACHMENT)
    return event->action != NULL ? KZ_SIGNAL_ACTION : NULL;
  return NULL;
}

void
kz_signals_emit (KzSession *session, const KzEvent *event)
{
  const char *name = name_of (event);
  if (name == NULL || session->is_closing || session->is_closed)
    return;
  g_autofree char *group = kz_blist_title (session, event->group_id);
  gint64 time_us = event->time_us > 0 ? event->time_us : kz_clock_wall_us (session->clock);
  char *s[N_STRINGS] = {
      [GROUP_ID] = clean (event->group_id),
      [GROUP] = clean (group),
      [HANDLE] = clean (event->handle),
      [KIND] = kind_name (event),
      [TITLE] = clean (event->action != NULL ? event->action->title : NULL),
      [TEXT] = text_of (event),
      [LINKS] = links_of (event),
      [SENDER] = sender_of (session, event),
      [TIME] = g_strdup_printf ("%" G_GINT64_FORMAT, time_us / G_USEC_PER_SEC),
      [FLAGS] = flags_of (event),
  };
  purple_signal_emit (purple_connection_get_prpl (session->gc), name, session->account, s[0], s[1],
                      s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9]);
  for (gsize i = 0; i < N_STRINGS; i++)
    g_free (s[i]);
}
