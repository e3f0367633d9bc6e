/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-avatars.h"

#include "kz-engine-media.h"
#include "kz-media-ref.h"

/* A picture on its way. */
typedef struct {
  KzSession *session;
  char *buddy_name;
  char *identity;
} Avatar;

static void
avatar_free (Avatar *avatar)
{
  kz_session_unref (avatar->session);
  g_free (avatar->buddy_name);
  g_free (avatar->identity);
  g_free (avatar);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Avatar, avatar_free)

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Avatar) avatar = data;
  KzSession *session = avatar->session;
  g_autoptr (GBytes) bytes =
      kz_engine_fetch_picture_finish (KZ_ENGINE (source), result, NULL, NULL);
  if (bytes == NULL || session->is_closing || session->is_closed)
    return;
  gsize size;
  gconstpointer picture = g_bytes_get_data (bytes, &size);
  purple_buddy_icons_set_for_user (session->account, avatar->buddy_name, g_memdup2 (picture, size),
                                   size, avatar->identity);
}

void
kz_avatars_show (KzSession *session, const char *buddy_name, const KzPerson *person)
{
  const char *url = person->picture_url;
  PurpleBuddy *buddy = purple_find_buddy (session->account, buddy_name);
  if (!session->host.shows_pictures || url == NULL || *url == '\0' || buddy == NULL ||
      session->is_closing || !kz_engine_may_fetch (session->engine, url))
    return;
  /* The rest of an address is a permission, which is a new one each time. */
  g_autofree char *identity = kz_media_ref_identity (url);
  g_autofree char *key = g_strconcat (buddy_name, " ", identity, NULL);
  if (g_strcmp0 (purple_buddy_icons_get_checksum_for_user (buddy), identity) == 0 ||
      !g_hash_table_add (session->avatars, g_steal_pointer (&key)))
    return;
  Avatar *avatar = g_new0 (Avatar, 1);
  avatar->session = kz_session_ref (session);
  avatar->buddy_name = g_strdup (buddy_name);
  avatar->identity = g_steal_pointer (&identity);
  kz_engine_fetch_picture_async (session->engine, url, session->cancellable, fetched_cb, avatar);
}
