/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-proxy.h"

static GProxyResolver *
direct (void)
{
  return g_simple_proxy_resolver_new ("direct://", NULL);
}

static const char *
environment (const char *lower, const char *upper)
{
  const char *value = g_getenv (lower);
  if (value == NULL || *value == '\0')
    value = g_getenv (upper);
  return value != NULL && *value != '\0' ? value : NULL;
}

/* What an HTTP proxy wants to know of the person. */
typedef struct {
  char **user;
  char **password;
} Login;

/* (transfer full): @uri without the name and password in it, which go into @login. */
static char *
take_login (const char *uri, const Login *login)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (parsed == NULL || g_uri_get_user (parsed) == NULL ||
      !g_str_has_prefix (g_uri_get_scheme (parsed), "http"))
    return g_strdup (uri);
  g_free (*login->user);
  g_free (*login->password);
  *login->user = g_strdup (g_uri_get_user (parsed));
  *login->password = g_strdup (g_uri_get_password (parsed));
  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (parsed), NULL, g_uri_get_host (parsed),
                     g_uri_get_port (parsed), "", NULL, NULL);
}

/* "host:8080" is common in these variables; GIO wants a scheme. */
static char *
proxy_uri (const char *value, const Login *login)
{
  if (value == NULL)
    return NULL;
  g_autofree char *uri =
      strstr (value, "://") != NULL ? g_strdup (value) : g_strconcat ("http://", value, NULL);
  return take_login (uri, login);
}

static GProxyResolver *
from_environment (const Login *login)
{
  /* The last that names somebody counts: most calls are https. */
  g_autofree char *all = proxy_uri (environment ("all_proxy", "ALL_PROXY"), login);
  g_autofree char *http = proxy_uri (environment ("http_proxy", "HTTP_PROXY"), login);
  g_autofree char *https = proxy_uri (environment ("https_proxy", "HTTPS_PROXY"), login);
  const char *no_proxy = environment ("no_proxy", "NO_PROXY");
  g_auto (GStrv) ignored = no_proxy != NULL ? g_strsplit_set (no_proxy, ", ", -1) : NULL;
  /* GIO knows names and patterns of names only. */
  if (ignored != NULL && g_strv_contains ((const char *const *) ignored, "*"))
    return direct ();
  g_autoptr (GPtrArray) hosts = g_ptr_array_new ();
  for (gsize i = 0; ignored != NULL && ignored[i] != NULL; i++)
    if (*ignored[i] != '\0')
      g_ptr_array_add (hosts, ignored[i]);
  g_ptr_array_add (hosts, NULL);
  GProxyResolver *resolver =
      g_simple_proxy_resolver_new (all != NULL ? all : "direct://", (char **) hosts->pdata);
  GSimpleProxyResolver *simple = G_SIMPLE_PROXY_RESOLVER (resolver);
  if (http != NULL)
    g_simple_proxy_resolver_set_uri_proxy (simple, "http", http);
  /* libpurple takes http_proxy for everything, and people rely on it. */
  if (https != NULL || http != NULL)
    g_simple_proxy_resolver_set_uri_proxy (simple, "https", https != NULL ? https : http);
  return resolver;
}

static GProxyResolver *
from_info (PurpleProxyInfo *info, const char *scheme, const Login *login)
{
  const char *host = purple_proxy_info_get_host (info);
  if (host == NULL || *host == '\0')
    return direct ();
  const char *user = purple_proxy_info_get_username (info);
  const char *password = purple_proxy_info_get_password (info);
  int port = purple_proxy_info_get_port (info);
  gboolean has_user = user != NULL && *user != '\0';
  gboolean has_password = has_user && password != NULL && *password != '\0';
  g_autofree char *uri = g_uri_join_with_user (G_URI_FLAGS_NONE, scheme, has_user ? user : NULL,
                                               has_password ? password : NULL, NULL, host,
                                               port > 0 ? port : -1, "", NULL, NULL);
  g_autofree char *bare = take_login (uri, login);
  return g_simple_proxy_resolver_new (bare, NULL);
}

static PurpleProxyInfo *
chosen_info (PurpleAccount *account)
{
  PurpleProxyInfo *info = purple_account_get_proxy_info (account);
  if (info != NULL && purple_proxy_info_get_type (info) != PURPLE_PROXY_USE_GLOBAL)
    return info;
  info = purple_global_proxy_get_info ();
  if (info != NULL && purple_proxy_info_get_type (info) == PURPLE_PROXY_USE_ENVVAR)
    return info;
  /* Also knows where a GNOME desktop keeps its settings. */
  return purple_proxy_get_setup (account);
}

GProxyResolver *
kz_proxy_resolver_new (PurpleAccount *account, char **user, char **password)
{
  g_return_val_if_fail (account != NULL && user != NULL && password != NULL, NULL);
  Login login = {user, password};
  *user = *password = NULL;
  PurpleProxyInfo *info = chosen_info (account);
  if (info == NULL)
    return direct ();
  switch (purple_proxy_info_get_type (info)) {
  case PURPLE_PROXY_HTTP:
    return from_info (info, "http", &login);
  case PURPLE_PROXY_SOCKS4:
    return from_info (info, "socks4", &login);
  case PURPLE_PROXY_SOCKS5:
  case PURPLE_PROXY_TOR:
    return from_info (info, "socks5", &login);
  case PURPLE_PROXY_USE_ENVVAR:
    return from_environment (&login);
  case PURPLE_PROXY_NONE:
  case PURPLE_PROXY_USE_GLOBAL:
    break;
  }
  return direct ();
}
