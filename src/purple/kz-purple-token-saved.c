/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-token-saved.h"

#include "kz-limits.h"

#include <string.h>

#define TIMER "token-saved"

static void look_cb (gpointer data);

static void
look_later (KzSession *session)
{
  kz_clock_set (session->clock, session, TIMER, KZ_HOST_SAVES_AFTER_S * (gint64) G_USEC_PER_SEC,
                look_cb, session);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzSession *session = data;
  g_autofree char *contents = NULL;
  gsize length;
  gboolean is_read =
      g_file_load_contents_finish (G_FILE (source), result, &contents, &length, NULL, NULL);
  if (!session->is_closed) {
    const char *token = purple_account_get_password (session->account);
    /* No character of a token is written in another way there; if one were, it would stay in the
     * store until the next sign-on. */
    if (is_read && token != NULL && *token != '\0' &&
        g_strstr_len (contents, (gssize) length, token) != NULL)
      kz_engine_token_saved (session->engine, token);
    else if (--session->token_looks > 0)
      look_later (session);
  }
  kz_session_unref (session);
}

static void
look_cb (gpointer data)
{
  KzSession *session = data;
  g_autofree char *path = g_build_filename (purple_user_dir (), "accounts.xml", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_file_load_contents_async (file, session->cancellable, loaded_cb, kz_session_ref (session));
}

void
kz_token_saved_watch (KzSession *session)
{
  if (session->host.ui == KZ_UI_BITLBEE)
    return;
  session->token_looks = KZ_HOST_SAVES_LOOKS;
  look_later (session);
}
