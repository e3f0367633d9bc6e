/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-icons.h"

#include "kz-engine-media.h"
#include "kz-group-icons.h"
#include "kz-media-ref.h"
#include "kz-purple-blist.h"

#include <gio/gio.h>
#include <string.h>

/* Node setting: the kind whose picture we gave. */
#define GIVEN_KIND "kaizala-kind"
/* Node settings: the address of the group's own picture that we gave, and a checksum of its bytes.
 */
#define GIVEN_PICTURE "kaizala-picture"
#define GIVEN_SUM "kaizala-picture-sum"
/* How many groups share one picture: see vary(). */
#define SHARED_BY 100
/* In place of a kind: we gave something once. */
#define NO_KIND "none"

/* (nullable) */
static const char *
kind_name (KzGroupKind kind)
{
  switch (kind) {
  case KZ_GROUP_FLAT:
    return "flat";
  case KZ_GROUP_PARENT:
    return "parent";
  case KZ_GROUP_LEAF:
    return "leaf";
  case KZ_GROUP_PUBLIC:
    return "public";
  case KZ_GROUP_OTHER:
    break;
  }
  return NULL;
}

/* (transfer full) (nullable) */
static GBytes *
picture_of (const char *kind)
{
  g_autofree char *path = g_strdup_printf ("/kaizala/groups/%s.png", kind);
  return g_resource_lookup_data (kz_group_icons_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 NULL);
}

/* (transfer full) */
static char *
sum_of (gconstpointer data, gsize size)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
}

/* libpurple keeps one image of pictures that are the same, and counts who shows it in a single byte: with the
 * 256th group of a kind it would be freed under the others. A number behind the end, which no reader of
 * pictures looks at, makes them differ: so many share one, and begin anywhere, as those of other days have
 * theirs. (transfer full) */
static GBytes *
vary (GBytes *picture)
{
  static guint32 first;
  static guint given;
  if (given == 0)
    first = g_random_int ();
  guint32 number = first + given++ / SHARED_BY;
  gsize size;
  const guint8 *data = g_bytes_get_data (picture, &size);
  guint8 *varied = g_malloc (size + sizeof number);
  memcpy (varied, data, size);
  memcpy (varied + size, &number, sizeof number);
  return g_bytes_new_take (varied, size + sizeof number);
}

/* Whether @image is @picture after vary(). */
static gboolean
is_varied (PurpleStoredImage *image, GBytes *picture)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (picture, &size);
  return purple_imgstore_get_size (image) == size + sizeof (guint32) &&
         memcmp (purple_imgstore_get_data (image), data, size) == 0;
}

/* Whether what the node shows is ours to replace, and not of the person. */
static gboolean
may_replace (PurpleBlistNode *node)
{
  const char *kind = purple_blist_node_get_string (node, GIVEN_KIND);
  const char *sum = purple_blist_node_get_string (node, GIVEN_SUM);
  if (kind == NULL && sum == NULL)
    return !purple_buddy_icons_node_has_custom_icon (node);
  PurpleStoredImage *image = purple_buddy_icons_node_find_custom_icon (node);
  if (image == NULL)
    return FALSE;
  gboolean is_ours;
  if (sum != NULL) {
    g_autofree char *shown =
        sum_of (purple_imgstore_get_data (image), purple_imgstore_get_size (image));
    is_ours = strcmp (shown, sum) == 0;
  } else {
    g_autoptr (GBytes) picture = picture_of (kind);
    is_ours = picture != NULL && is_varied (image, picture);
  }
  purple_imgstore_unref (image);
  return is_ours;
}

/* (transfer full): the checksum of what is shown. */
static char *
show (PurpleBlistNode *node, GBytes *picture)
{
  g_autoptr (GBytes) varied = vary (picture);
  gsize size;
  gconstpointer data = g_bytes_get_data (varied, &size);
  purple_buddy_icons_node_set_custom_icon (node, g_memdup2 (data, size), size);
  return sum_of (data, size);
}

static void
show_kind (PurpleBlistNode *node, KzGroupKind kind)
{
  const char *name = kind_name (kind);
  if (name == NULL || g_strcmp0 (name, purple_blist_node_get_string (node, GIVEN_KIND)) == 0)
    return;
  g_autoptr (GBytes) picture = may_replace (node) ? picture_of (name) : NULL;
  if (picture != NULL)
    g_free (show (node, picture));
  purple_blist_node_set_string (node, GIVEN_KIND, name);
}

/* The group has another picture now, or none. */
static void
take_back (PurpleBlistNode *node, KzGroupKind kind)
{
  if (purple_blist_node_get_string (node, GIVEN_PICTURE) == NULL)
    return;
  gboolean is_ours = may_replace (node);
  purple_blist_node_remove_setting (node, GIVEN_PICTURE);
  purple_blist_node_remove_setting (node, GIVEN_SUM);
  const char *name = kind_name (kind);
  if (!is_ours) {
    /* Without a name given, it would count as never touched. */
    purple_blist_node_set_string (node, GIVEN_KIND, name != NULL ? name : NO_KIND);
    return;
  }
  purple_blist_node_remove_setting (node, GIVEN_KIND);
  purple_buddy_icons_node_set_custom_icon (node, NULL, 0);
  show_kind (node, kind);
}

/* --- The group's own --- */

/* A picture on its way. */
typedef struct {
  KzSession *session;
  char *identity;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  kz_session_unref (fetch->session);
  g_free (fetch->identity);
  g_free (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

static void
waiting_free (gpointer group_ids)
{
  if (group_ids != NULL)
    g_hash_table_unref (group_ids);
}

GHashTable *
kz_icons_new_fetched (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, waiting_free);
}

/* (transfer full) (nullable): the rest of an address is a permission, which is a new one each time.
 */
static char *
identity_of (const KzGroup *group)
{
  return group->image_url != NULL ? kz_media_ref_identity (group->image_url) : NULL;
}

static void
show_own (PurpleBlistNode *node, const char *identity, GBytes *picture)
{
  if (!may_replace (node))
    return;
  g_autofree char *sum = show (node, picture);
  purple_blist_node_set_string (node, GIVEN_PICTURE, identity);
  purple_blist_node_set_string (node, GIVEN_SUM, sum);
}

/* What was asked for has come, or not: to every group that waited and still has it. */
static void
hand_out (KzSession *session, const char *identity, GHashTable *group_ids, GBytes *picture)
{
  GHashTableIter iter;
  gpointer group_id;
  g_hash_table_iter_init (&iter, group_ids);
  while (g_hash_table_iter_next (&iter, &group_id, NULL)) {
    const KzGroup *group = kz_directory_group (session->directory, group_id);
    PurpleBlistNode *node = (PurpleBlistNode *) kz_blist_chat (session, group_id);
    if (node == NULL || group == NULL)
      continue;
    g_autofree char *now = identity_of (group);
    if (g_strcmp0 (identity, now) != 0 ||
        g_strcmp0 (identity, purple_blist_node_get_string (node, GIVEN_PICTURE)) == 0)
      continue;
    if (picture != NULL)
      show_own (node, identity, picture);
    else
      take_back (node, group->kind);
  }
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Fetch) fetch = data;
  KzSession *session = fetch->session;
  g_autoptr (GBytes) picture =
      kz_engine_fetch_picture_finish (KZ_ENGINE (source), result, NULL, NULL);
  if (session->is_closing || session->is_closed)
    return;
  g_autoptr (GHashTable) group_ids =
      g_hash_table_ref (g_hash_table_lookup (session->group_pictures, fetch->identity));
  if (picture != NULL)
    g_hash_table_remove (session->group_pictures, fetch->identity);
  else
    g_hash_table_insert (session->group_pictures, g_strdup (fetch->identity), NULL);
  hand_out (session, fetch->identity, group_ids, picture);
}

/* (transfer full): those who wait for it */
static GHashTable *
begin_fetch (KzSession *session, const char *url, const char *identity)
{
  Fetch *fetch = g_new0 (Fetch, 1);
  fetch->session = kz_session_ref (session);
  fetch->identity = g_strdup (identity);
  kz_engine_fetch_picture_async (session->engine, url, session->cancellable, fetched_cb, fetch);
  return g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify) g_ref_string_release,
                                NULL);
}

/* libpurple reads a picture when somebody asks for it, and then has the node drawn. Pidgin asks
 * while it draws, when all are shown at once: each would be drawn twice, in the one turn that stops
 * it. */
static void
load (PurpleBlistNode *node)
{
  PurpleStoredImage *image = purple_buddy_icons_node_find_custom_icon (node);
  if (image != NULL)
    purple_imgstore_unref (image);
}

void
kz_icons_follow (KzSession *session, PurpleChat *chat, const KzGroup *group)
{
  if (!session->host.shows_pictures)
    return;
  PurpleBlistNode *node = PURPLE_BLIST_NODE (chat);
  const char *given = purple_blist_node_get_string (node, GIVEN_PICTURE);
  g_autofree char *identity = identity_of (group);
  if (given == NULL)
    show_kind (node, group->kind);
  if (!session->is_connected)
    load (node);
  if (g_strcmp0 (identity, given) == 0 || !session->is_connected)
    return;
  gboolean may_fetch = identity != NULL && !session->is_closing &&
                       kz_engine_may_fetch (session->engine, group->image_url);
  gpointer group_ids = NULL;
  gboolean is_known = may_fetch && g_hash_table_lookup_extended (session->group_pictures, identity,
                                                                 NULL, &group_ids);
  if (!may_fetch || (is_known && group_ids == NULL)) {
    take_back (node, group->kind);
    return;
  }
  if (!may_replace (node))
    return;
  if (!is_known) {
    group_ids = begin_fetch (session, group->image_url, identity);
    g_hash_table_insert (session->group_pictures, g_steal_pointer (&identity), group_ids);
  }
  g_hash_table_add (group_ids, g_ref_string_new_intern (group->id));
}

void
kz_icons_connected (KzSession *session)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    PurpleChat *chat = kz_blist_chat (session, group->id);
    if (chat != NULL)
      kz_icons_follow (session, chat, group);
  }
}
