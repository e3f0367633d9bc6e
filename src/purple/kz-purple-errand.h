/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/**
 * KzErrand:
 * @session: (owned)
 * @group_id: (nullable): where the person is told; %NULL: not in a room
 * @handle: (nullable): of the action that it is about
 * @typed: (nullable): what the person typed; %NULL when nothing is lost without an answer
 * @only_asks: nothing of what was typed is on its way yet
 * @data: (nullable): (owned): what else its end needs
 *
 * Something that the person wants done and that waits for an answer of the service. Holds the
 * session, not the room: that may be closed meanwhile.
 */
typedef struct {
  KzSession *session;
  char *group_id;
  char *handle;
  char *typed;
  gboolean only_asks;
  gpointer data;
  GDestroyNotify free_data;
} KzErrand;

KzErrand *kz_errand_new (KzSession *session, const char *group_id, const char *handle,
                     const char *typed);
void kz_errand_free (KzErrand *errand);

/* Whether nobody is there any more to be told. */
gboolean kz_errand_is_over (const KzErrand *errand);
/* A word of the plugin where the errand was begun. */
void kz_errand_say (const KzErrand *errand, const char *text);
void kz_errand_say_html (const KzErrand *errand, const char *html);
/* It did not work, or may not have: says why and gives back what was typed. */
void kz_errand_fail (const KzErrand *errand, const GError *error);

/* Its files were cancelled in the host's window: gives back what was typed. */
void kz_errand_cancelled (const KzErrand *errand);

/* At sign-off: nobody waits for the answers any more, and what was typed is given back. */
void kz_errands_end (KzSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzErrand, kz_errand_free)

G_END_DECLS
