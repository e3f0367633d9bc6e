/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names for hosts that keep only ASCII letters of a name, made by ICU where we were built with it.
 */
typedef struct _KzNickMaker KzNickMaker;

/* (nullable): without ICU. */
KzNickMaker *kz_nick_maker_new (void);
void kz_nick_maker_free (KzNickMaker *maker);

/**
 * kz_nick_maker_name:
 * @clean_name: plain text on one line
 * @data: (nullable): a #KzNickMaker
 *
 * A KzNameFunc.
 *
 * Returns: (transfer full) (nullable): the name as it is when it has an ASCII letter, else spelled
 *   in ASCII; %NULL when nothing readable comes out: such a person is shown by phone number
 */
char *kz_nick_maker_name (const char *clean_name, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzNickMaker, kz_nick_maker_free)

G_END_DECLS
