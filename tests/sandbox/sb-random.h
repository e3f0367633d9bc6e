/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that is drawn: ids, names in several scripts, phones, sentences, a small picture. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A GUID; lower case. (transfer full) */
char *sb_random_guid (GRand *rand);

/** Lower-case hex digits. (transfer full) */
char *sb_random_hex (GRand *rand, guint digits);

/** A number like +15550123456. (transfer full) */
char *sb_random_phone (GRand *rand);

/** A person's name; @script is "hindi", "tamil", "arabic", "latin" or NULL for any. (transfer full)
 */
char *sb_random_name (GRand *rand, const char *script);

/** A sentence about work, never the same for long: it carries a number. (transfer full) */
char *sb_random_text (GRand *rand);

/** A name for a group, and one word. (transfer full) */
char *sb_random_group_name (GRand *rand);
char *sb_random_word (GRand *rand);

/** A decodable PNG of a few colours. (transfer full) */
GBytes *sb_random_png (GRand *rand);

/**
 * sb_random_expand:
 * @lookup: (nullable): called for a name that is not "random.*"; returns (transfer full) (nullable)
 *
 * Replaces {{random.name}}, {{random.name.tamil}}, {{random.text}}, {{random.word}},
 * {{random.phone}}, {{random.group}} and {{random.number}}; what nobody knows stays as it is.
 */
char *sb_random_expand (GRand *rand,
                        const char *text,
                        char *(*lookup) (const char *name, gpointer data),
                        gpointer data);

G_END_DECLS
