/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-media.h"

G_BEGIN_DECLS

/* The body of an upload, multipart/form-data, made while it is read: files are opened one after the
 * other and never held in memory. Can be read asynchronously only. */
#define KZ_TYPE_MEDIA_BODY (kz_media_body_get_type ())
G_DECLARE_FINAL_TYPE (KzMediaBody, kz_media_body, KZ, MEDIA_BODY, GInputStream)

/* @files: (element-type KzMediaFile). A file that has become shorter than it was fails the read;
 * what it has grown by is left out. */
KzMediaBody *kz_media_body_new (GPtrArray *files, const char *boundary);
/* The exact number of bytes that can be read. */
gsize kz_media_body_length (GPtrArray *files, const char *boundary);

G_END_DECLS
