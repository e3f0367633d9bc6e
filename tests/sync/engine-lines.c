/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-lines.h"

const char *
engine_group_name (KzEngine *engine, const char *group_id)
{
  const KzGroup *group = kz_directory_group (kz_engine_directory (engine), group_id);

  return group != NULL ? group->name : "-";
}

static void
append_what (GString *line, const KzEvent *event)
{
  if (event->text != NULL)
    g_string_append_printf (line, " \"%s\"", event->text->text);
  if (event->action != NULL && event->response == NULL && event->reaction == NULL)
    g_string_append_printf (line, " %s \"%s\"", event->action->kind_raw,
                            event->action->title != NULL ? event->action->title : "");
  if (event->response != NULL) {
    g_string_append_printf (line, " completed=%d", (int) event->response->is_completed);
    for (guint i = 0; i < event->response->answers->len; i++)
      g_string_append_printf (line, " <%s>", (char *) event->response->answers->pdata[i]);
  }
  if (event->reaction != NULL)
    g_string_append_printf (line, " reaction=%d*%d", event->reaction->kind, event->reaction->count);
  if (event->send_id != 0)
    g_string_append_printf (line, " send");
  if (event->typed != NULL)
    g_string_append_printf (line, " typed \"%s\"", event->typed);
  if (event->kind == KZ_EVENT_NOTICE)
    g_string_append_printf (line, " notice=%d", (int) event->notice);
}

/* What an answer or a like is to, as far as the event says it, and how it stands then. */
static void
append_target (GString *line, const KzEvent *event)
{
  if (event->action != NULL && (event->response != NULL || event->reaction != NULL))
    g_string_append_printf (line, event->handle != NULL ? " about %s [%s]" : " about %s",
                            event->action->title != NULL ? event->action->title : "-",
                            event->handle);
  if (event->tally == NULL)
    return;
  g_string_append_printf (line, event->response != NULL ? " stands=%d" : " count=%d",
                          event->tally->response_count);
  /* Of what, a person could not know. */
  if (event->tally->counts != NULL && event->tally->choices == NULL)
    g_string_append (line, ",?");
  for (guint i = 0; event->tally->counts != NULL && i < event->tally->counts->len; i++)
    g_string_append_printf (line, ",%d", g_array_index (event->tally->counts, int, i));
}

static void
append_marks (GString *line, const KzEvent *event)
{
  if (event->is_own)
    g_string_append (line, " own");
  if (event->is_history)
    g_string_append (line, " history");
  if (event->is_late)
    g_string_append (line, " late");
  if (event->maybe_seen)
    g_string_append (line, " maybe-seen");
  if (event->maybe_older)
    g_string_append (line, " maybe-older");
}

static void
append_more (GString *line, const KzEvent *event)
{
  if (event->source == KZ_SOURCE_POLL)
    g_string_append (line, " polled");
  if (event->kind == KZ_EVENT_ATTACHMENT && event->action->text != NULL)
    g_string_append_printf (line, " \"%s\"", event->action->text);
  if (event->response != NULL && event->response->response_id != NULL)
    g_string_append_printf (line, " deed=%s", event->response->response_id);
  if (event->reaction != NULL && event->reaction->reaction_id != NULL)
    g_string_append_printf (line, " deed=%s", event->reaction->reaction_id);
}

char *
engine_line (KzEngine *engine, const KzEvent *event, gboolean tells_more)
{
  KzDirectory *directory = kz_engine_directory (engine);
  g_autofree char *kind = g_ascii_strdown (kz_event_kind_name (event->kind), -1);
  GString *line = g_string_new (g_strdelimit (kind, "_", '-'));

  if (event->group_id != NULL)
    g_string_append_printf (line, " in %s", engine_group_name (engine, event->group_id));
  if (event->membership != NULL)
    g_string_append_printf (line, " of %s",
                            kz_directory_name (directory, event->membership->member->person));
  if (event->sender != NULL)
    g_string_append_printf (line, " by %s", kz_directory_name (directory, event->sender));
  append_what (line, event);
  append_marks (line, event);
  if (tells_more)
    append_more (line, event);
  if (event->time_us != 0 && event->text != NULL)
    g_string_append_printf (line, " at=%" G_GINT64_FORMAT, event->time_us / G_USEC_PER_SEC);
  append_target (line, event);
  return g_string_free (line, FALSE);
}
