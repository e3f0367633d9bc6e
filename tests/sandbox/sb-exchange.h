/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One HTTP exchange with a callback. */
#pragma once

#include "sb-server.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* @status: 0: there was no answer. @text: (nullable): of the answer. */
typedef void (*SbAnswered) (guint status, const char *text, gpointer data);

/**
 * sb_exchange_start:
 * @msg: (transfer full):
 * @seconds_switch: names the switch that says how long it may take
 * @answered: not called when the sandbox ends before
 *
 * Sends @msg; a redirection is an answer, too.
 */
void sb_exchange_start (SbSandbox *sandbox, SoupMessage *msg, const char *seconds_switch,
                        SbAnswered answered, gpointer data, GDestroyNotify destroy);

G_END_DECLS
