/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-event.h"

KzEvent *
kz_event_new (KzEventKind kind, KzSource source, const char *group_id)
{
  KzEvent *event = g_new0 (KzEvent, 1);

  event->kind = kind;
  event->source = source;
  event->group_id = g_strdup (group_id);
  return event;
}

/* What @ref makes of a value that may be missing. */
#define REF_IF_SET(ref, value) ((value) != NULL ? ref (value) : NULL)

KzEvent *
kz_event_copy (const KzEvent *event)
{
  KzEvent *copy;

  g_return_val_if_fail (event != NULL, NULL);

  copy = g_memdup2 (event, sizeof *event);
  copy->group_id = g_strdup (event->group_id);
  copy->sender = REF_IF_SET (kz_person_ref, event->sender);
  copy->handle = g_strdup (event->handle);
  copy->group = REF_IF_SET (kz_group_ref, event->group);
  copy->membership = REF_IF_SET (kz_membership_ref, event->membership);
  copy->text = REF_IF_SET (kz_text_ref, event->text);
  copy->action = REF_IF_SET (kz_action_ref, event->action);
  copy->tally = REF_IF_SET (kz_tally_ref, event->tally);
  copy->response = REF_IF_SET (kz_response_ref, event->response);
  copy->reaction = REF_IF_SET (kz_reaction_ref, event->reaction);
  copy->typed = g_strdup (event->typed);
  copy->error = REF_IF_SET (g_error_copy, event->error);
  copy->detail = g_strdup (event->detail);
  return copy;
}

void
kz_event_free (KzEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->group_id);
  kz_person_unref (event->sender);
  g_free (event->handle);
  kz_group_unref (event->group);
  kz_membership_unref (event->membership);
  kz_text_unref (event->text);
  kz_action_unref (event->action);
  kz_tally_unref (event->tally);
  kz_response_unref (event->response);
  kz_reaction_unref (event->reaction);
  g_free (event->typed);
  g_clear_error (&event->error);
  g_free (event->detail);
  g_free (event);
}

const char *
kz_event_kind_name (KzEventKind kind)
{
  static const char *const names[] = {
      [KZ_EVENT_GROUP_ADDED] = "GROUP_ADDED",
      [KZ_EVENT_GROUP_CHANGED] = "GROUP_CHANGED",
      [KZ_EVENT_GROUP_REMOVED] = "GROUP_REMOVED",
      [KZ_EVENT_MEMBERS_LOADED] = "MEMBERS_LOADED",
      [KZ_EVENT_MEMBER_ADDED] = "MEMBER_ADDED",
      [KZ_EVENT_MEMBER_CHANGED] = "MEMBER_CHANGED",
      [KZ_EVENT_MEMBER_REMOVED] = "MEMBER_REMOVED",
      [KZ_EVENT_MESSAGE] = "MESSAGE",
      [KZ_EVENT_ATTACHMENT] = "ATTACHMENT",
      [KZ_EVENT_ACTION_ADDED] = "ACTION_ADDED",
      [KZ_EVENT_ACTION_CHANGED] = "ACTION_CHANGED",
      [KZ_EVENT_RESPONSE] = "RESPONSE",
      [KZ_EVENT_REACTION] = "REACTION",
      [KZ_EVENT_SEND_CONFIRMED] = "SEND_CONFIRMED",
      [KZ_EVENT_SEND_FAILED] = "SEND_FAILED",
      [KZ_EVENT_SEND_UNRESOLVED] = "SEND_UNRESOLVED",
      [KZ_EVENT_NOTICE] = "NOTICE",
  };

  return (guint) kind < G_N_ELEMENTS (names) ? names[kind] : "?";
}
