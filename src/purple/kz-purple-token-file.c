/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-token-file.h"

#include "kz-token.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A token has about 900 bytes; whatever is longer than this is no token. */
#define MAX_BYTES 16384

typedef struct {
  KzSession *session;
  KzTokenFunc func;
} ReadOp;

static void
read_op_free (ReadOp *op)
{
  kz_session_unref (op->session);
  g_free (op);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReadOp, read_op_free)

static void
finish (ReadOp *op, const char *token, const char *problem)
{
  if (!op->session->is_closed)
    op->func (op->session, token, problem);
}

static void
bytes_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ReadOp) op = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (bytes == NULL) {
    finish (op, NULL, _ ("The file of token_file could not be read."));
    return;
  }
  gsize size = 0;
  const char *start = g_bytes_get_data (bytes, &size);
  g_autofree char *token = size > 0 ? g_strndup (start, size) : g_strdup ("");
  g_strstrip (token);
  if (*token == '\0' || size >= MAX_BYTES || !g_utf8_validate (token, -1, NULL))
    finish (op, NULL, _ ("The file of token_file holds no refresh token."));
  else if (kz_token_shape (token) == KZ_TOKEN_LOOKS_CUT)
    finish (op, NULL,
            _ ("The file of token_file holds the beginning of a refresh token only. Copy "
               "the whole token into it."));
  else
    finish (op, token, NULL);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ReadOp) op = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);
  if (stream == NULL) {
    finish (op, NULL, _ ("The file of token_file could not be opened. Give its whole path."));
    return;
  }
  GCancellable *cancellable = op->session->cancellable;
  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), MAX_BYTES, G_PRIORITY_DEFAULT,
                                   cancellable, bytes_read_cb, g_steal_pointer (&op));
}

void
kz_token_file_read (KzSession *session, const char *path, KzTokenFunc func)
{
  g_return_if_fail (path != NULL && func != NULL);
  g_autofree char *whole = g_str_has_prefix (path, "~/")
                               ? g_build_filename (g_get_home_dir (), path + 2, NULL)
                               : g_strdup (path);
  g_autoptr (GFile) file = g_file_new_for_path (whole);
  ReadOp *op = g_new0 (ReadOp, 1);
  op->session = kz_session_ref (session);
  op->func = func;
  g_file_read_async (file, G_PRIORITY_DEFAULT, session->cancellable, opened_cb, op);
}
