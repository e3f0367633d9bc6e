/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The values of JSON, at the end of a text. KzJsonWriter puts them into members and lists; a record
 * of the journal, which is one flat object, is written with these alone. */

/* In quotes, escaped; what is no UTF-8 is made valid. */
void kz_json_append_string (GString *text, const char *value);
void kz_json_append_int (GString *text, gint64 value);

G_END_DECLS
