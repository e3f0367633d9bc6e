/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "left-test.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int
port_of (int fd, int (*name_of) (int fd, struct sockaddr *address, socklen_t *length))
{
  struct sockaddr_in address = {0};
  socklen_t length = sizeof address;
  if (name_of (fd, (struct sockaddr *) &address, &length) != 0 || address.sin_family != AF_INET)
    return 0;
  return ntohs (address.sin_port);
}

static gboolean
listens (int fd)
{
  int yes = 0;
  socklen_t length = sizeof yes;
  return getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &length) == 0 && yes != 0;
}

/* Files of the host itself are its logs. */
static gboolean
is_file_of_ours (Fixture *fixture, int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);
  g_autofree char *logs = g_build_filename (fixture->host->user_dir, "logs", NULL);
  return path != NULL && g_str_has_prefix (path, fixture->host->user_dir) &&
         !g_str_has_prefix (path, logs);
}

guint
left_open (Fixture *fixture, int *receiver)
{
  g_autoptr (GUri) uri = g_uri_parse (fixture->world->url, G_URI_FLAGS_NONE, NULL);
  int sandbox = g_uri_get_port (uri);
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;
  const char *name;
  g_assert_nonnull (fds);
  while ((name = g_dir_read_name (fds)) != NULL) {
    int fd = (int) g_ascii_strtoll (name, NULL, 10);
    int local = port_of (fd, getsockname);
    if (local != 0 && local != sandbox && listens (fd))
      *receiver = local;
    if (local != 0)
      count += port_of (fd, getpeername) == sandbox || local == *receiver;
    else
      count += is_file_of_ours (fixture, fd);
  }
  return count;
}

void
left_send_file (Fixture *fixture, PurpleConversation *room)
{
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "gate.jpg", NULL);
  g_autofree char *bytes = g_malloc0 (3u << 20);
  memcpy (bytes, "\xff\xd8\xff\xe0", 4);
  g_assert_true (g_file_set_contents (path, bytes, 3 << 20, NULL));
  serv_chat_send_file (purple_account_get_connection (fixture->account),
                       purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)), path);
}
