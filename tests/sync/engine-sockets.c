/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-fixture.h"

#include "kz-engine-private.h"

#include <netinet/in.h>
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

/* Whether @fd is a connection to the sandbox, or belongs to a receiver that listened at @port. */
static gboolean
is_of_engine (int fd, int sandbox_port, int port)
{
  int local = port_of (fd, getsockname);
  int peer = port_of (fd, getpeername);

  return local != 0 && (peer == sandbox_port || (port != 0 && local == port));
}

guint
bench_sockets (Bench *bench)
{
  KzStore *store = bench->engine->store;
  int port = store != NULL ? (int) kz_store_bound_port (store) : 0;
  g_autoptr (GUri) uri = g_uri_parse (sb_sandbox_get_url (bench->sandbox), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint count = 0;

  g_assert_nonnull (fds);
  while ((name = g_dir_read_name (fds)) != NULL)
    count += is_of_engine ((int) g_ascii_strtoll (name, NULL, 10), g_uri_get_port (uri), port);
  return count;
}
