/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-form.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* What forms need to know of the room that they are filled for. @misses: somebody was named whom nobody
 * here knows. */
typedef struct {
  KzSession *session; /* (unowned) */
  char *group_id;
  KzVerb verb;
  GDateTime *now;
  KzAction *action; /* (nullable) */
  gboolean misses;
  KzFormContext form;
} KzAskContext;

/* @verb: says whether people of this group are meant before all others. @action: (nullable). Valid
 * for this turn of the loop: people and groups may change later. */
void kz_ask_context_init (KzAskContext *context, KzSession *session, const char *group_id,
                          KzVerb verb, KzAction *action);
void kz_ask_context_clear (KzAskContext *context);

/* The open action of the handle: (nullable) (transfer full): a reference. */
KzAction *kz_ask_action (KzSession *session, const char *group_id, const char *handle);

/**
 * kz_ask:
 * @group_id: (nullable): %NULL for what belongs to no room; needs a host with windows
 * @handle: (nullable)
 *
 * Asks the person for what the verb needs, in a window where the host has forms, else by questions
 * in the room. What comes of it goes to kz_orders_run().
 */
void kz_ask (KzSession *session, const char *group_id, KzVerb verb, const char *handle);

/* --- kz-purple-forms.c: in a window --- */

/* @form: (transfer full). @problem: (nullable): why it is shown once more. */
void kz_forms_show (KzSession *session, const char *group_id, KzForm *form, const char *problem);
/* Frees what belongs to windows that the host closed at sign-off. */
void kz_forms_end (KzSession *session);

/* --- kz-purple-wizard.c: by questions in the room --- */

/* @form: (transfer full). Ends what is being asked in this room. */
void kz_wizards_begin (KzSession *session, KzRoom *room, KzForm *form);
/* Whether something is being asked in this room: then the line is an answer. */
gboolean kz_wizards_take_line (KzSession *session, KzRoom *room, const char *text);
void kz_wizards_back (KzSession *session, KzRoom *room);
void kz_wizards_cancel (KzSession *session, KzRoom *room);
/* The person closed the room: what was answered is given back where its lines wait. */
void kz_wizards_room_closed (KzSession *session, const char *group_id);
/* At sign-off: what was answered is given back. */
void kz_wizards_end (KzSession *session);

G_END_DECLS
