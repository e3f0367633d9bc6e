/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media.h"

#include "kz-host-name.h"

#include <libsoup/soup.h>

/* (nullable) (transfer full) */
static GUri *
parse (const char *text)
{
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  /* What stands before an @ only looks like a host. */
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_userinfo (uri) != NULL)
    return NULL;
  return g_steal_pointer (&uri);
}

/* Other programs may take what is no letter of a host name for the end of it. */
static gboolean
is_plain (const char *host)
{
  if (kz_host_name_is_address (host))
    return TRUE;
  for (const char *p = host; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
      return FALSE;
  return TRUE;
}

/* -1: that of the scheme. */
static gboolean
is_known_port (GUri *uri, GUri *root)
{
  int port = g_uri_get_port (uri);

  return port == -1 || port == 443 || port == g_uri_get_port (root);
}

gboolean
kz_media_url_is_known (const char *api_root, const char *url)
{
  /* API §22, and where the service keeps its files (§11). */
  static const char *const domains[] = {"kaiza.la", "osi.office.net", "blob.core.windows.net"};
  g_autoptr (GUri) root = parse (api_root);
  g_autoptr (GUri) uri = parse (url);
  const char *host;
  gboolean is_https;

  if (root == NULL || uri == NULL)
    return FALSE;
  host = g_uri_get_host (uri);
  if (!is_plain (host))
    return FALSE;
  is_https = g_str_equal (g_uri_get_scheme (uri), "https");
  if (kz_host_name_is_loopback (host))
    return kz_host_name_is_loopback (g_uri_get_host (root)) &&
           (is_https || g_str_equal (g_uri_get_scheme (uri), "http"));
  if (!is_https || !is_known_port (uri, root))
    return FALSE;
  if (kz_host_name_is_address (host))
    return g_ascii_strcasecmp (host, g_uri_get_host (root)) == 0;
  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++)
    if (kz_host_name_is_within (host, domains[i]))
      return TRUE;
  return g_ascii_strcasecmp (host, g_uri_get_host (root)) == 0 ||
         kz_host_names_share_domain (host, g_uri_get_host (root));
}
