/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-draft.h"
#include "kz-json.h"

G_BEGIN_DECLS

/* Shared by the kz-draft*.c files only. */

/* Sets KZ_ERROR_INVALID and gives FALSE, for `return kz_draft_refuse (...)`. @words: translated. */
gboolean kz_draft_refuse (GError **error, const char *words);
gboolean kz_draft_is_blank (const char *text); /* also NULL */
/* Neither empty nor the same twice; @empty, @twice: translated, for a refusal. */
gboolean kz_draft_check_options (const char *const *options, const char *empty, const char *twice,
                                 GError **error);
/* (transfer full): the text of the document; frees @writer. */
char *kz_draft_end (KzJsonWriter *writer);
/* actionType or id of a package, as every body begins (API §13, §15). */
void kz_draft_write_kind (KzJsonWriter *writer, KzActionKind kind, const char *package_id);

G_END_DECLS
