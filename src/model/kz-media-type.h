/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-action.h"

G_BEGIN_DECLS

/**
 * KzMediaType:
 * @kind: IMAGE, AUDIO, DOCUMENT or VIDEO
 * @mime: what the part of an upload must be called, or the service answers 415
 * @extension: the usual one, with its dot
 *
 * A kind of file that the service takes, API §11.
 */
typedef struct {
  KzActionKind kind;
  const char *mime;
  const char *extension;
} KzMediaType;

/**
 * kz_media_type_sniff:
 * @head: the first bytes of the file, up to KZ_MEDIA_HEAD_BYTES
 * @name: (nullable): its name; asked only where the content fits several of Office's kinds
 *
 * The content decides: a name alone makes nothing acceptable.
 *
 * Returns: (nullable) (transfer none): NULL when the service does not take such files
 */
const KzMediaType *kz_media_type_sniff (gconstpointer head, gsize length, const char *name);

/* (nullable): what the extension of a name says: only for what cannot be looked into. */
const KzMediaType *kz_media_type_of_name (const char *name);

/**
 * kz_media_safe_name:
 * @name: (nullable): as somebody else chose it
 * @fallback: when nothing of @name is left
 *
 * A name that is never a path: the part behind the last separator, without control and direction
 * characters, dots in front or characters that a file system minds, cut to KZ_FILE_NAME_MAX_BYTES
 * with its extension kept.
 *
 * Returns: (transfer full)
 */
char *kz_media_safe_name (const char *name, const char *fallback);

/* (transfer full): the safe name under which a file of that type is sent: with an extension that
 * belongs to the type, since the service compares the two. */
char *kz_media_type_file_name (const KzMediaType *type, const char *name);

/* (transfer full): a line that says that @name (nullable) cannot be sent, and what can. */
char *kz_media_type_refusal (const char *name);

G_END_DECLS
