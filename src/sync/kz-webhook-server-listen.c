/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-server-internal.h"

#include "kz-error.h"
#include "kz-i18n.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOOPBACK "127.0.0.1"
/* sun_path with its terminating NUL. */
#define UNIX_PATH_MAX_BYTES 108

gboolean
kz_webhook_listen_parse (const char *text, char **host, guint *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  const char *port_text = colon != NULL ? colon + 1 : text;
  g_autofree char *name = NULL;
  guint64 number;

  if (!g_ascii_string_to_unsigned (port_text, 10, 0, G_MAXUINT16, &number, NULL)) {
    /* Translators: about the account option webhook_listen, such as “127.0.0.1:8080”. */
    g_set_error (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("“%s” is no address with a port"), text);
    return FALSE;
  }
  name = colon != NULL && colon != text ? g_strndup (text, (gsize) (colon - text))
                                        : g_strdup (LOOPBACK);
  if (g_ascii_strcasecmp (name, "localhost") == 0) {
    g_free (name);
    name = g_strdup (LOOPBACK);
  }
  if (name[0] == '[' && g_str_has_suffix (name, "]")) {
    name[strlen (name) - 1] = '\0';
    memmove (name, name + 1, strlen (name));
  }
  /* No names: to look one up would take a thread and tell the network. */
  if (!g_hostname_is_ip_address (name)) {
    g_set_error (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("“%s” is no IP address"), name);
    return FALSE;
  }
  *host = g_steal_pointer (&name);
  *port = (guint) number;
  return TRUE;
}

char *
kz_webhook_listen_local_host (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  gboolean is_v6;

  g_return_val_if_fail (address != NULL, NULL);

  is_v6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;
  if (g_inet_address_get_is_any (address))
    return g_strdup (is_v6 ? "[::1]" : LOOPBACK);
  return is_v6 ? g_strdup_printf ("[%s]", host) : g_strdup (host);
}

GSocketAddress *
kz_webhook_listen_unix_address (const char *path)
{
  return g_unix_socket_address_new (path);
}

/* Whether a process answers there. A local connect is done, or refused, at once. */
static gboolean
is_alive (const char *path)
{
  g_autoptr (GSocketAddress) address = kz_webhook_listen_unix_address (path);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GError) error = NULL;

  if (socket == NULL)
    return TRUE; /* no descriptor is left to find out with */
  g_socket_set_blocking (socket, FALSE);
  if (g_socket_connect (socket, address, NULL, &error))
    return TRUE;
  /* A full queue means that somebody is there, only slow. */
  return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

gboolean
kz_webhook_listen_check_unix (const char *path, GError **error)
{
  GStatBuf status;

  if (!g_path_is_absolute (path) || strlen (path) >= UNIX_PATH_MAX_BYTES) {
    /* Translators: a path of the file system that is relative or too long. */
    g_set_error (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("“%s” is no path for a socket"), path);
    return FALSE;
  }
  if (g_lstat (path, &status) != 0)
    return TRUE;
  if (!S_ISSOCK (status.st_mode)) {
    /* Translators: a path at which there is a file of another kind. */
    g_set_error (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("“%s” is not a socket"), path);
    return FALSE;
  }
  if (is_alive (path)) {
    /* Translators: a path of a socket at which another program listens. */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, _ ("“%s” is in use"), path);
    return FALSE;
  }
  g_unlink (path);
  return TRUE;
}

void
kz_webhook_listen_remove_unix (const char *path)
{
  GStatBuf status;

  if (g_lstat (path, &status) == 0 && S_ISSOCK (status.st_mode))
    g_unlink (path);
}
