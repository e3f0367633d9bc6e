/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"

#include "kz-host-name.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

static GUri *
parse_base (const char *text)
{
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    return NULL;
  return g_steal_pointer (&uri);
}

gboolean
kz_auth_endpoint_is_allowed (const char *api_root, const char *to)
{
  static const char *const own_domains[] = {"kaiza.la", "osi.office.net"};
  g_autoptr (GUri) root = parse_base (api_root);
  g_autoptr (GUri) uri = parse_base (to);
  const char *root_host, *host;

  if (root == NULL || uri == NULL)
    return FALSE;
  root_host = g_uri_get_host (root);
  host = g_uri_get_host (uri);

  if (!g_str_equal (g_uri_get_scheme (uri), "https") &&
      !(g_str_equal (g_uri_get_scheme (uri), "http") &&
        g_str_equal (g_uri_get_scheme (root), "http") && kz_host_name_is_loopback (host)))
    return FALSE;
  if (g_ascii_strcasecmp (root_host, host) == 0)
    return TRUE;
  if (kz_host_name_is_address (root_host) || kz_host_name_is_loopback (root_host) || kz_host_name_is_address (host))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (own_domains); i++)
    if (kz_host_name_is_within (host, own_domains[i]))
      return TRUE;
  return kz_host_names_share_domain (root_host, host);
}
