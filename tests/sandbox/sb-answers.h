/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers to questions: what may be posted (API §15) and how it is delivered (API §19). */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** Returns: (nullable): what is wrong with @answers to the questions of @item. */
const char *sb_answers_check (SbSandbox *sandbox, SbItem *item, JsonArray *answers);

/**
 * sb_answer_on_the_wire:
 * @type: the question's
 * @posted: an answer that passed the check
 *
 * What was posted one way is delivered another: a single option becomes an array, seconds become
 * milliseconds, resources become addresses.
 *
 * Returns: (transfer full): the delivered form
 */
JsonNode *sb_answer_on_the_wire (SbSandbox *sandbox, const char *type, JsonNode *posted);

G_END_DECLS
