/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-error.h"

#include <gio/gio.h>
#include <string.h>

/* Between our words and the server's: a colon and a no-break space, which no prefix of ours has. */
#define WORDS_MARK ":\302\240"

G_DEFINE_QUARK (kz - error - quark, kz_error)

static gboolean
io_error_is_transient (int code)
{
  static const int transient[] = {
      G_IO_ERROR_TIMED_OUT,         G_IO_ERROR_BUSY,
      G_IO_ERROR_WOULD_BLOCK,       G_IO_ERROR_HOST_NOT_FOUND,
      G_IO_ERROR_HOST_UNREACHABLE,  G_IO_ERROR_NETWORK_UNREACHABLE,
      G_IO_ERROR_CONNECTION_CLOSED, G_IO_ERROR_CONNECTION_REFUSED,
      G_IO_ERROR_NOT_CONNECTED,     G_IO_ERROR_PARTIAL_INPUT,
      G_IO_ERROR_PROXY_FAILED,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (transient); i++)
    if (transient[i] == code)
      return TRUE;
  return FALSE;
}

gboolean
kz_error_is_transient (const GError *error)
{
  if (error == NULL)
    return FALSE;
  if (error->domain == KZ_ERROR)
    return error->code == KZ_ERROR_THROTTLED || error->code == KZ_ERROR_UNAVAILABLE ||
           error->code == KZ_ERROR_NETWORK;
  if (error->domain == G_IO_ERROR)
    return io_error_is_transient (error->code);
  if (error->domain == G_RESOLVER_ERROR)
    return error->code == G_RESOLVER_ERROR_TEMPORARY_FAILURE;
  return FALSE;
}

GError *
kz_error_new_words (int code, const char *ours, const char *words)
{
  if (words == NULL)
    return g_error_new_literal (KZ_ERROR, code, ours);
  return g_error_new (KZ_ERROR, code, "%s" WORDS_MARK "%s", ours, words);
}

const char *
kz_error_server_words (const GError *error)
{
  const char *mark;

  if (error == NULL || error->domain != KZ_ERROR)
    return NULL;
  mark = strstr (error->message, WORDS_MARK);
  return mark != NULL ? mark + strlen (WORDS_MARK) : NULL;
}
