/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-connects.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

static guint16 watched_port;
static void (*watcher) (gpointer data);
static gpointer watcher_data;

typedef int (*Connect) (int fd, const struct sockaddr *address, socklen_t length);

/* Stands in for that of libc in all libraries of the program. */
__attribute__ ((visibility ("default"))) int counted_connect (
    int fd, const struct sockaddr *address, socklen_t length) __asm__ ("connect");

static guint16
port_of (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET)
    return ntohs (((const struct sockaddr_in *) (gconstpointer) address)->sin_port);
  if (address->sa_family == AF_INET6)
    return ntohs (((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_port);
  return 0;
}

int
counted_connect (int fd, const struct sockaddr *address, socklen_t length)
{
  static Connect usual;

  if (usual == NULL)
    *(void **) &usual = dlsym (RTLD_NEXT, "connect");
  if (watcher != NULL && port_of (address) == watched_port)
    watcher (watcher_data);
  return usual (fd, address, length);
}

void
engine_connects_watch (guint16 port, void (*func) (gpointer data), gpointer data)
{
  watched_port = port;
  watcher_data = data;
  watcher = func;
}
