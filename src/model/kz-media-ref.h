/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-json.h"

G_BEGIN_DECLS

/* One received file: a link that needs no token (API §11) and a friendly name. */
typedef struct {
  char *url;  /* "&amp;" already undone (API §23 row 29) */
  char *name; /* (nullable): never a path; only shown */
} KzMediaRef;

KzMediaRef *kz_media_ref_new (const char *url, const char *name);
KzMediaRef *kz_media_ref_parse (const KzJson *json); /* (nullable): without a URL; both spellings */
KzMediaRef *kz_media_ref_copy (const KzMediaRef *ref);
void kz_media_ref_free (KzMediaRef *ref);
/* (transfer full): a link of the service with "&amp;" undone (API §23 row 29). */
char *kz_media_url_plain (const char *url);
/* (transfer full): scheme, host and path without the query: the part that two sources share. */
char *kz_media_ref_identity (const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMediaRef, kz_media_ref_free)

G_END_DECLS
