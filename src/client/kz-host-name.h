/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Questions about the host part of a URL. Pure: no name is looked up. */

gboolean kz_host_name_is_address (const char *host);  /* an IP address */
gboolean kz_host_name_is_loopback (const char *host); /* of this machine, or "localhost" */
/* It is @domain or below it; any case. */
gboolean kz_host_name_is_within (const char *host, const char *domain);
/* Both belong to one domain that somebody can register. */
gboolean kz_host_names_share_domain (const char *a, const char *b);

G_END_DECLS
