/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/random.h>
#include <unistd.h>

/* Secrets come from the kernel: GLib's generator is not made for them. */
void
kz_random_fill (guint8 *out, gsize length)
{
  gsize done = 0;
  int fd;

  while (done < length) {
    ssize_t got = getrandom (out + done, length - done, 0);

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    done += (gsize) got;
  }
  if (done == length)
    return;
  fd = g_open ("/dev/urandom", O_RDONLY | O_CLOEXEC, 0);
  while (fd >= 0 && done < length) {
    ssize_t got = read (fd, out + done, length - done);

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    done += (gsize) got;
  }
  if (fd >= 0)
    g_close (fd, NULL);
  /* A predictable secret would be worse than none that anybody can guess by accident. */
  if (done < length)
    g_critical ("The system gives no random bytes");
}
