/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-http-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_http (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  return host != NULL && *host != '\0' &&
         (g_str_equal (g_uri_get_scheme (uri), "https") ||
          g_str_equal (g_uri_get_scheme (uri), "http"));
}

static char *
origin_of (GUri *uri)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  gboolean is_v6 = strchr (host, ':') != NULL;
  gboolean is_tls = g_str_equal (g_uri_get_scheme (uri), "https");
  int port = g_uri_get_port (uri);

  if (port < 0 || port == (is_tls ? 443 : 80))
    return g_strdup_printf ("%s://%s%s%s", g_uri_get_scheme (uri), is_v6 ? "[" : "", host,
                            is_v6 ? "]" : "");
  return g_strdup_printf ("%s://%s%s%s:%d", g_uri_get_scheme (uri), is_v6 ? "[" : "", host,
                          is_v6 ? "]" : "", port);
}

char *
kz_url_origin (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  return uri != NULL && is_http (uri) ? origin_of (uri) : NULL;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE,
                       _ ("The service says that it moved to an address that cannot be trusted"));
  return FALSE;
}

/* (nullable) (transfer full): what stands in front of @path in @full; the case of a path does not
 * count for the service (API §5). */
static char *
prefix_before (const char *full, const char *path)
{
  gsize full_length = strlen (full), path_length = strlen (path);

  if (path_length > full_length || g_ascii_strcasecmp (full + full_length - path_length, path) != 0)
    return NULL;
  return g_strndup (full, full_length - path_length);
}

static char *
path_and_query (GUri *uri)
{
  const char *query = g_uri_get_query (uri);

  return g_strconcat (g_uri_get_path (uri), query != NULL ? "?" : NULL, query, NULL);
}

static void
drop_slashes (char *text)
{
  for (gsize length = strlen (text); length > 0 && text[length - 1] == '/'; length--)
    text[length - 1] = '\0';
}

gboolean
kz_redirect_resolve (const char *url,
                     const char *location,
                     const char *path,
                     char **next,
                     char **base,
                     GError **error)
{
  g_autoptr (GUri) from = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) to = NULL;
  g_autofree char *origin = NULL, *own_path = NULL, *bare_path = NULL, *prefix = NULL;
  const char *to_path, *query;

  if (from == NULL || location == NULL)
    return refuse (error);
  to = g_uri_parse_relative (from, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (to == NULL || !is_http (to) || g_uri_get_userinfo (to) != NULL)
    return refuse (error);
  if (g_str_equal (g_uri_get_scheme (from), "https") &&
      !g_str_equal (g_uri_get_scheme (to), "https"))
    return refuse (error);

  origin = origin_of (to);
  to_path = g_uri_get_path (to);
  query = g_uri_get_query (to);
  own_path = path != NULL ? g_strdup (path) : path_and_query (from);
  bare_path = g_strndup (own_path, strcspn (own_path, "?"));
  prefix = *to_path == '\0' || g_str_equal (to_path, "/") ? g_strdup ("")
                                                          : prefix_before (to_path, bare_path);
  if (prefix != NULL) {
    drop_slashes (prefix);
    *base = g_strconcat (origin, prefix, NULL);
    *next = g_strconcat (*base, own_path, NULL);
    return TRUE;
  }
  *base = g_strdup (origin);
  *next = g_strconcat (origin, to_path, query != NULL ? "?" : NULL, query, NULL);
  return TRUE;
}
