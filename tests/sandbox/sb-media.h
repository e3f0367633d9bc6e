/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Media files and their download: API §11. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

/** The kind ("Image"…) that has this extension and MIME type; NULL when they do not fit. */
const char *sb_media_kind (const char *file_name, const char *mime);

/** The usual MIME type of an extension, or NULL. */
const char *sb_media_mime (const char *file_name);

/** GET /att/{file}: no token, the signature in the query does (API §11). */
void sb_media_download (SbCall *call);

/** New media with that many small pictures, or a file of another kind. (transfer none) */
SbMedia *sb_media_invent (SbSandbox *sandbox, const char *kind, const char *name, guint count);

G_END_DECLS
