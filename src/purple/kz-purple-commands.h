/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-command.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/**
 * kz_commands_run:
 * @input: a KZ_INPUT_COMMAND
 * @typed: as typed, to be given back
 *
 * The one dispatcher, for "!verb" in a line and "/verb" of a host that has commands.
 */
void kz_commands_run (KzSession *session, KzRoom *room, const KzInput *input, const char *typed);

/* Registers "/verb" for every row of the table of verbs. @ids: (element-type PurpleCmdId) */
void kz_commands_register (GArray *ids);
void kz_commands_unregister (GArray *ids);

G_END_DECLS
