/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kz_name_clean:
 * @name: (nullable): a person's name as somebody else chose it
 *
 * One line of at most 80 characters: control, bidi-override and invisible format characters are
 * dropped (joiners stay between letters of scripts that need them), white space is folded, and what
 * looks like a colon becomes white space: a host writes one behind the name.
 *
 * Returns: (transfer full): "" when nothing is left
 */
char *kz_name_clean (const char *name);

/**
 * kz_name_key:
 *
 * Two names with the same key look like one to somebody: compared without case, spaces and
 * punctuation, as nicks are in IRC.
 *
 * Returns: (transfer full)
 */
char *kz_name_key (const char *name);

G_END_DECLS
