/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

char *
kz_store_random_secret (void)
{
  guint8 bytes[KZ_STORE_SECRET_BYTES];
  char *text;

  kz_random_fill (bytes, sizeof bytes);
  text = g_base64_encode (bytes, sizeof bytes);
  memset (bytes, 0, sizeof bytes);
  /* It is part of a URL and of a header. */
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

gboolean
kz_store_is_secret (const char *text)
{
  if (text == NULL || strlen (text) != (KZ_STORE_SECRET_BYTES * 4 + 2) / 3)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return FALSE;
  return TRUE;
}

char *
kz_store_base_path (const char *dir,
                    const char *api_root,
                    const char *connector_id,
                    const char *phone)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *parts[] = {api_root, connector_id, phone};
  g_autofree char *name = NULL;

  /* A hash: neither a phone number nor a server's string becomes a file name. The NUL bytes keep
   * ("a", "bc") and ("ab", "c") apart. */
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    const char *part = parts[i] != NULL ? parts[i] : "";

    g_checksum_update (checksum, (const guchar *) part, (gssize) strlen (part) + 1);
  }
  name = g_strndup (g_checksum_get_string (checksum), 32);
  return g_build_filename (dir, name, NULL);
}

static KzLockResult
impossible (int code, char **why)
{
  *why = g_strdup (g_strerror (code));
  return KZ_LOCK_IMPOSSIBLE;
}

KzLockResult
kz_store_take_lock (const char *dir, const char *path, int *fd, char **why)
{
  int code;

  *fd = -1;
  if (g_mkdir_with_parents (dir, 0700) != 0)
    return impossible (errno, why);
  /* The directory may be older than us and wider open. */
  if (g_chmod (dir, 0700) != 0)
    g_debug ("store: the directory's mode cannot be set");
  *fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (*fd < 0)
    return impossible (errno, why);
  /* flock, not fcntl: the lock belongs to this open file, so a second opener in this very process
   * is refused too, and a close of another descriptor does not give it up. */
  if (flock (*fd, LOCK_EX | LOCK_NB) == 0)
    return KZ_LOCK_TAKEN;
  code = errno;
  /* A file system without locks: better a store that nobody guards than none. */
  if (code == ENOSYS || code == ENOLCK || code == EOPNOTSUPP)
    return KZ_LOCK_TAKEN;
  g_close (*fd, NULL);
  *fd = -1;
  if (code == EWOULDBLOCK)
    return KZ_LOCK_HELD_BY_OTHER;
  return impossible (code, why);
}
