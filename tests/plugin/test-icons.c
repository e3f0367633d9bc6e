/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures of chats in the list. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

/* (transfer full) (nullable): the picture of a chat, as bytes without the last
 * four, by which those of groups differ. */
static GBytes *
picture_of (Fixture *fixture, const char *title)
{
  PurpleChat *chat = kz_test_find_chat (fixture->account, title);
  PurpleStoredImage *image = purple_buddy_icons_node_find_custom_icon (PURPLE_BLIST_NODE (chat));
  if (image == NULL)
    return NULL;
  GBytes *bytes =
      g_bytes_new (purple_imgstore_get_data (image), purple_imgstore_get_size (image) - 4);
  purple_imgstore_unref (image);
  return bytes;
}

/* As a person does. */
static void
choose (Fixture *fixture, const char *title, GBytes *picture)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (picture, &size);
  guint8 *whole = g_malloc0 (size + 4);
  memcpy (whole, data, size);
  purple_buddy_icons_node_set_custom_icon (
      PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, title)), whole, size + 4);
}

static gboolean
is_skipped (Fixture *fixture)
{
  if (fixture->host->ui == KZ_TEST_PIDGIN)
    return FALSE;
  g_test_skip ("This host shows no pictures of groups");
  return TRUE;
}

static void
kinds_have_pictures (Fixture *fixture)
{
  if (fixture->host->ui == KZ_TEST_FINCH)
    g_assert_null (picture_of (fixture, "Team"));
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) team = picture_of (fixture, "Team");
  g_autoptr (GBytes) kitchen = picture_of (fixture, "Kitchen");
  g_autoptr (GBytes) region = picture_of (fixture, "Region");
  g_assert_nonnull (team);
  g_assert_nonnull (region);
  g_assert_true (g_bytes_equal (team, kitchen));
  g_assert_false (g_bytes_equal (team, region));
  /* What the person chose stays. */
  choose (fixture, "Team", region);
  PurpleBlistNode *node = PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, "Kitchen"));
  purple_buddy_icons_node_set_custom_icon (node, NULL, 0);
  fixture_sign_on_again (fixture);
  g_autoptr (GBytes) chosen = picture_of (fixture, "Team");
  g_assert_true (g_bytes_equal (chosen, region));
  g_assert_null (picture_of (fixture, "Kitchen"));
}

static void
picture_follows_the_kind (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) flat = picture_of (fixture, "Kitchen");
  g_autoptr (GBytes) parent = picture_of (fixture, "Region");
  kz_test_do (fixture->world, "POST", "attach", "{'parent':'region','group':'kitchen'}");
  gboolean differs = FALSE;
  g_autofree char *id = fixture_group_id (fixture, "Kitchen");
  for (guint i = 0; i < 3 && !differs; i++) {
    gint64 calls = kz_test_calls (fixture->world, "GET /groups");
    fixture_account_action (fixture, "Read the groups anew");
    kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "GET /groups") > calls);
    kz_test_host_settle (fixture->host);
    g_autoptr (GBytes) now = picture_of (fixture, "Kitchen");
    g_assert_nonnull (now);
    differs = !g_bytes_equal (now, flat);
  }
  g_assert_true (differs);
  g_autoptr (GBytes) leaf = picture_of (fixture, "Kitchen");
  g_assert_false (g_bytes_equal (leaf, parent));
}

/* The nodes that were drawn, each as often as it was. */
static GHashTable *drawn;

/* As Pidgin does: only what is connected, and with its picture. */
static void
draw_cb (PurpleBuddyList *list, PurpleBlistNode *node)
{
  (void) list;
  if (!PURPLE_BLIST_NODE_IS_CHAT (node) ||
      !purple_account_is_connected (((PurpleChat *) node)->account))
    return;
  g_hash_table_insert (drawn, node,
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (drawn, node)) + 1));
  PurpleStoredImage *image = purple_buddy_icons_node_find_custom_icon (node);
  if (image != NULL)
    purple_imgstore_unref (image);
}

/* Puts a chat in the place of another as it comes from the file of the list: its picture is a name.
 */
static PurpleBlistNode *
as_read_from_the_file (Fixture *fixture, const char *title)
{
  static const char *const settings[] = {"custom_buddy_icon", "kaizala-kind", "kaizala-name"};
  PurpleChat *old = kz_test_find_chat (fixture->account, title);
  GHashTable *components = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  g_hash_table_iter_init (&iter, purple_chat_get_components (old));
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (components, g_strdup (key), g_strdup (value));
  PurpleChat *chat = purple_chat_new (fixture->account, old->alias, components);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    const char *set = purple_blist_node_get_string (PURPLE_BLIST_NODE (old), settings[i]);
    if (set != NULL)
      purple_blist_node_set_string (PURPLE_BLIST_NODE (chat), settings[i], set);
  }
  purple_blist_add_chat (chat, purple_chat_get_group (old), NULL);
  purple_blist_remove_chat (old);
  return PURPLE_BLIST_NODE (chat);
}

static void
each_is_drawn_once_at_sign_on (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  PurpleBlistUiOps *before = purple_blist_get_ui_ops ();
  PurpleBlistUiOps ops = {.update = draw_cb};
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  PurpleBlistNode *team = as_read_from_the_file (fixture, "Team");
  drawn = g_hash_table_new (NULL, NULL);
  purple_blist_set_ui_ops (&ops);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  purple_blist_set_ui_ops (before);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (drawn, team)), ==, 1);
  g_clear_pointer (&drawn, g_hash_table_unref);
  g_autoptr (GBytes) picture = picture_of (fixture, "Team");
  g_assert_nonnull (picture);
}

/* --- The group's own --- */

static gboolean
shows (Fixture *fixture, const char *title, GBytes *picture)
{
  g_autoptr (GBytes) now = picture_of (fixture, title);
  return now != NULL && g_bytes_equal (now, picture);
}

static gint64
counted (Fixture *fixture, const char *member)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, member);
}

static void
read_anew (Fixture *fixture)
{
  gint64 calls = kz_test_calls (fixture->world, "GET /groups");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "GET /groups") > calls);
  kz_test_host_settle (fixture->host);
}

/* (transfer full): its address */
static char *
set_picture (Fixture *fixture, const char *body)
{
  g_autoptr (JsonObject) answer =
      kz_test_control (fixture->world, "POST", "group-picture", "%s", body);
  return g_strdup (json_object_get_string_member (answer, "url"));
}

static void
own_picture_is_shown (Fixture *fixture)
{
  g_autofree char *url = set_picture (fixture, "{'group':'team','picture':true}");
  if (fixture->host->ui != KZ_TEST_PIDGIN) {
    read_anew (fixture);
    g_assert_cmpint (counted (fixture, "mediaDownloads"), ==, 0);
    return;
  }
  g_autoptr (GBytes) flat = picture_of (fixture, "Team");
  kz_test_do (fixture->world, "POST", "group-picture", "{'group':'kitchen','picture':'%s'}", url);
  read_anew (fixture);
  kz_test_wait_for (fixture->host, !shows (fixture, "Team", flat));
  kz_test_wait_for (fixture->host, !shows (fixture, "Kitchen", flat));
  g_autoptr (GBytes) own = picture_of (fixture, "Team");
  g_assert_true (shows (fixture, "Kitchen", own));
  /* It is known from then on, by its address. */
  fixture_sign_on_again (fixture);
  read_anew (fixture);
  g_assert_true (shows (fixture, "Team", own));
  g_assert_cmpint (counted (fixture, "mediaDownloads"), ==, 1);
  g_assert_cmpint (counted (fixture, "mediaTokenHeaders"), ==, 0);
}

static void
own_picture_is_followed (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) flat = picture_of (fixture, "Team");
  g_autofree char *first = set_picture (fixture, "{'group':'team','picture':true}");
  read_anew (fixture);
  kz_test_wait_for (fixture->host, !shows (fixture, "Team", flat));
  g_autoptr (GBytes) own = picture_of (fixture, "Team");
  g_autofree char *second = set_picture (fixture, "{'group':'team','picture':true}");
  read_anew (fixture);
  kz_test_wait_for (fixture->host, !shows (fixture, "Team", own));
  g_assert_false (shows (fixture, "Team", flat));
  kz_test_do (fixture->world, "POST", "group-picture", "{'group':'team','picture':'%s'}", first);
  read_anew (fixture);
  kz_test_wait_for (fixture->host, shows (fixture, "Team", own));
  kz_test_do (fixture->world, "POST", "group-picture", "{'group':'team','picture':''}");
  read_anew (fixture);
  kz_test_wait_for (fixture->host, shows (fixture, "Team", flat));
}

static void
own_choice_is_not_replaced (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) flat = picture_of (fixture, "Team");
  g_autoptr (GBytes) region = picture_of (fixture, "Region");
  g_autofree char *first = set_picture (fixture, "{'group':'team','picture':true}");
  read_anew (fixture);
  kz_test_wait_for (fixture->host, !shows (fixture, "Team", flat));
  /* One chosen in place of the group's, one in place of the kind's, and one taken away. */
  static const char *const chosen[] = {"Team", "Kitchen"};
  for (guint i = 0; i < G_N_ELEMENTS (chosen); i++)
    choose (fixture, chosen[i], region);
  purple_buddy_icons_node_set_custom_icon (
      PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, "North")), NULL, 0);
  static const char *const keys[] = {"team", "kitchen", "north"};
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    kz_test_do (fixture->world, "POST", "group-picture", "{'group':'%s','picture':true}", keys[i]);
  for (guint i = 0; i < 2; i++) {
    read_anew (fixture);
    g_assert_true (shows (fixture, "Team", region));
    g_assert_true (shows (fixture, "Kitchen", region));
    g_assert_null (picture_of (fixture, "North"));
    fixture_sign_on_again (fixture);
  }
  kz_test_do (fixture->world, "POST", "group-picture", "{'group':'team','picture':''}");
  read_anew (fixture);
  g_assert_true (shows (fixture, "Team", region));
  g_assert_cmpint (counted (fixture, "mediaDownloads"), ==, 1);
}

static void
bad_picture_leaves_the_kinds (Fixture *fixture)
{
  static const struct {
    const char *body;
    gint64 downloads;
  } rows[] = {
      {"{'group':'team','picture':true,'kind':'Document'}", 1},
      {"{'group':'team','picture':true,'bytes':9000000}", 1},
      {"{'group':'team','picture':'https://192.0.2.1/att/a.png'}", 0},
      {"{'group':'team','picture':'no address'}", 0},
      {"{'group':'team','picture':'file:///etc/hostname'}", 0},
  };
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) flat = picture_of (fixture, "Team");
  gint64 downloads = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    /* First in place of the kind's, then of a good one. */
    g_autofree char *bad = set_picture (fixture, rows[i].body);
    downloads += rows[i].downloads;
    read_anew (fixture);
    kz_test_wait_for (fixture->host, counted (fixture, "mediaDownloads") == downloads);
    kz_test_host_settle (fixture->host);
    g_assert_true (shows (fixture, "Team", flat));
    g_autofree char *good = set_picture (fixture, "{'group':'team','picture':true}");
    downloads++;
    read_anew (fixture);
    kz_test_wait_for (fixture->host, !shows (fixture, "Team", flat));
    kz_test_do (fixture->world, "POST", "group-picture", "{'group':'team','picture':'%s'}", bad);
    read_anew (fixture);
    kz_test_wait_for (fixture->host, shows (fixture, "Team", flat));
    /* What could not be had is not asked for again. */
    g_assert_cmpint (counted (fixture, "mediaDownloads"), ==, downloads);
  }
}

static void
sign_off_ends_the_fetching (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  g_autoptr (GBytes) flat = picture_of (fixture, "Team");
  g_autofree char *url = set_picture (fixture, "{'group':'team','picture':true}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/att'},'action':{'stallBody':true}}");
  read_anew (fixture);
  kz_test_wait_for (fixture->host, counted (fixture, "mediaDownloads") == 1);
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  kz_test_wait_for (fixture->host, !shows (fixture, "Team", flat));
  g_assert_cmpint (counted (fixture, "mediaDownloads"), ==, 2);
}

/* libpurple counts in a byte who shows a picture. */
static void
many_of_a_kind (Fixture *fixture)
{
  if (is_skipped (fixture))
    return;
  enum { N_GROUPS = 300 };
  for (guint i = 0; i < N_GROUPS; i++) {
    g_autofree char *group = g_strdup_printf ("{'name':'Many %u','members':['asha','me']}", i);
    kz_test_do (fixture->world, "POST", "group", "%s", group);
  }
  for (guint n = 0; n < 2; n++) {
    fixture_sign_on_again (fixture);
    g_autoptr (GBytes) team = picture_of (fixture, "Team");
    for (guint i = 0; i < N_GROUPS; i++) {
      g_autofree char *title = g_strdup_printf ("Many %u", i);
      g_assert_true (shows (fixture, title, team));
    }
  }
  /* One that goes takes nobody else's picture with it. */
  purple_buddy_icons_node_set_custom_icon (
      PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, "Many 0")), NULL, 0);
  g_autoptr (GBytes) team = picture_of (fixture, "Team");
  g_assert_true (shows (fixture, "Many 1", team));
}

static void
add_tests (void)
{
  plugin_test_add_online ("/icons/each-kind-has-a-picture", kinds_have_pictures);
  plugin_test_add_online ("/icons/the-picture-follows-the-kind", picture_follows_the_kind);
  plugin_test_add_online ("/icons/each-is-drawn-once-at-sign-on", each_is_drawn_once_at_sign_on);
  plugin_test_add_online ("/icons/a-group-has-its-own", own_picture_is_shown);
  plugin_test_add_online ("/icons/its-own-is-followed", own_picture_is_followed);
  plugin_test_add_online ("/icons/what-the-person-chose-stays", own_choice_is_not_replaced);
  plugin_test_add_online ("/icons/hundreds-of-a-kind", many_of_a_kind);
  plugin_test_add_online ("/icons/a-bad-one-leaves-that-of-the-kind", bad_picture_leaves_the_kinds);
  plugin_test_add_online ("/icons/a-sign-off-ends-the-fetching", sign_off_ends_the_fetching);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
