/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files into rooms and out of them. */
#include "config.h"

#include "plugin-test.h"

#ifdef KZ_TEST_STATIC
#include "kz-purple-xfer.h"
#endif

#include <glib/gstdio.h>
#include <string.h>

#define JPEG_HEAD "\xff\xd8\xff\xe0"
#define JPEG_BYTES (700 * 1000)

static const char *const escaped[] = {"ampInMediaUrls=on", NULL};
static const char *const elsewhere[] = {"mediaHost=http://192.0.2.1", NULL};

/* --- Helpers --- */

/* (transfer full): a file of that name in a directory of its own. */
static char *
write_file (const char *name, const char *head, gsize length)
{
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  char *path = g_build_filename (dir, name, NULL);
  g_autofree char *content = g_malloc (length);
  for (gsize i = 0; i < length; i++)
    content[i] = (char) (i * 7 + i / 251);
  memcpy (content, head, strlen (head));
  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  return path;
}

static void
remove_file (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_unlink (path);
  g_rmdir (dir);
}

static void
send_file (Fixture *fixture, PurpleConversation *room, const char *path)
{
  int id = purple_conv_chat_get_id (PURPLE_CONV_CHAT (room));
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
  g_assert_true (info->chat_can_receive_file (gc, id));
  serv_chat_send_file (gc, id, path);
}

static guint
received (Fixture *fixture, const char *kind)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (items); i++)
    if (g_strcmp0 (json_object_get_string_member (json_array_get_object_element (items, i), "kind"),
                   kind) == 0)
      count++;
  return count;
}

/* (transfer full): "name mime size" of the files of everything in the room, in order. */
static char *
files_of (Fixture *fixture, const char *group)
{
  g_autoptr (JsonObject) world = kz_test_control (fixture->world, "GET", "world", NULL);
  g_autoptr (GString) found = g_string_new (NULL);
  JsonArray *groups = json_object_get_array_member (world, "groups");
  for (guint i = 0; i < json_array_get_length (groups); i++) {
    JsonObject *one = json_array_get_object_element (groups, i);
    JsonArray *items =
        json_object_has_member (one, "items") ? json_object_get_array_member (one, "items") : NULL;
    if (g_strcmp0 (json_object_get_string_member (one, "name"), group) != 0 || items == NULL)
      continue;
    for (guint j = 0; j < json_array_get_length (items); j++) {
      JsonObject *item = json_array_get_object_element (items, j);
      JsonNode *node = json_object_get_member (item, "files");
      JsonArray *files =
          node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      for (guint k = 0; files != NULL && k < json_array_get_length (files); k++) {
        JsonObject *file = json_array_get_object_element (files, k);
        g_string_append_printf (found, "%s %s %" G_GINT64_FORMAT "\n",
                                json_object_get_string_member (file, "name"),
                                json_object_get_string_member (file, "mime"),
                                json_object_get_int_member (file, "bytes"));
      }
    }
  }
  return g_strdup (found->str);
}

static gint64
leaked_tokens (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "mediaTokenHeaders");
}

static PurpleConversation *
join (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  return room;
}

static gboolean
no_transfer (void)
{
  return purple_xfers_get_all () == NULL;
}

/* --- Sending --- */

static void
picture_is_sent (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("gate.jpg", JPEG_HEAD, JPEG_BYTES);
  send_file (fixture, room, path);
  kz_test_wait_for (fixture->host, received (fixture, "action") == 1);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "gate.jpg") == 1);
  kz_test_wait_for (fixture->host, no_transfer ());
  g_autofree char *files = files_of (fixture, "Team");
  g_autofree char *expected = g_strdup_printf ("gate.jpg image/jpeg %d\n", JPEG_BYTES);
  g_assert_cmpstr (files, ==, expected);
  const KzTestTransfer *transfer = kz_test_transfer (fixture->host, 0);
  g_assert_cmpstr (transfer->name, ==, "gate.jpg");
  g_assert_cmpuint (transfer->updates, >, 1);
  g_assert_cmpfloat (transfer->fraction, ==, 1.0);
  g_assert_true (transfer->is_completed);
  g_assert_false (transfer->is_cancelled);
  g_assert_true (kz_test_find_line (fixture->host, "Team", "gate.jpg")->flags &
                 PURPLE_MESSAGE_SEND);
  /* The echo comes as a delivery; another one behind it shows that it has been. */
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'asha','text':'seen it'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "seen it") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "gate"), ==, 1);
  remove_file (path);
}

static void
program_is_refused (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("holiday.jpg", "MZ\x90", 2000);
  send_file (fixture, room, path);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "holiday.jpg") == 1);
  kz_test_wait_for (fixture->host, no_transfer ());
  const char *text = kz_test_find_line (fixture->host, "Team", "holiday.jpg")->text;
  g_assert_nonnull (strstr (text, "JPEG"));
  g_assert_nonnull (strstr (text, "MP4"));
  g_assert_null (strstr (text, "/holiday.jpg"));
  g_assert_cmpuint (received (fixture, "media"), ==, 0);
  g_assert_cmpuint (received (fixture, "action"), ==, 0);
  g_assert_true (kz_test_transfer (fixture->host, 0)->is_cancelled);
  remove_file (path);
}

static void
missing_file_leaves_nothing (Fixture *fixture)
{
  send_file (fixture, join (fixture), "/nonexistent/gate.jpg");
  kz_test_host_settle (fixture->host);
  g_assert_true (no_transfer ());
  g_assert_cmpuint (received (fixture, "media"), ==, 0);
}

static void
cancel_posts_nothing (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("gate.jpg", JPEG_HEAD, 4 * JPEG_BYTES);
  fixture->host->cancels_transfers = TRUE;
  send_file (fixture, room, path);
  kz_test_wait_for (fixture->host, fixture->host->transfers->len == 1 && no_transfer ());
  g_assert_true (kz_test_transfer (fixture->host, 0)->is_cancelled);
  g_assert_cmpuint (kz_test_transfer (fixture->host, 0)->updates, ==, 1);
  kz_test_type (fixture->host, room, "never mind");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "never mind") == 1);
  g_assert_cmpuint (received (fixture, "media"), ==, 0);
  g_assert_cmpuint (received (fixture, "action"), ==, 0);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "gate.jpg"), ==, 0);
  remove_file (path);
}

/* All bytes are there, the answer is not. */
static void
cancel_before_the_answer (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("gate.jpg", JPEG_HEAD, 5000);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/media'},'action':{'stallHeaders':true}}");
  send_file (fixture, room, path);
  kz_test_wait_for (fixture->host, received (fixture, "media") == 1 ||
                                       kz_test_calls (fixture->world, "POST /media") == 1);
  g_assert_cmpuint (g_list_length (purple_xfers_get_all ()), ==, 1);
  purple_xfer_cancel_local (purple_xfers_get_all ()->data);
  g_assert_true (no_transfer ());
  kz_test_type (fixture->host, room, "never mind");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "never mind") == 1);
  g_assert_cmpuint (received (fixture, "action"), ==, 0);
  remove_file (path);
}

static void
sign_off_ends_transfers (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("gate.jpg", JPEG_HEAD, 5000);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/media','times':0},"
              "'action':{'stallHeaders':true}}");
  send_file (fixture, room, path);
  send_file (fixture, room, path);
  send_file (fixture, room, path);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "POST /media") == 2);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_true (no_transfer ());
  kz_test_host_settle (fixture->host);
  remove_file (path);
}

static void
host_asks_for_a_file (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *path = write_file ("plan.pdf", "%PDF-1.4", 3000);
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("it has no window to choose a file in");
    remove_file (path);
    return;
  }
  send_file (fixture, room, NULL);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 1);
  kz_test_answer (fixture->host, NULL);
  send_file (fixture, room, NULL);
  kz_test_answer (fixture->host, path);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "plan.pdf") == 1);
  g_autofree char *files = files_of (fixture, "Team");
  g_assert_cmpstr (files, ==, "plan.pdf application/pdf 3000\n");
  /* One that is open at sign-off closes. */
  send_file (fixture, room, NULL);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  remove_file (path);
}

static void
type_pictures (PurpleConversation *room, const char *format, guint count)
{
  int ids[2] = {0};
  for (guint i = 0; i < count; i++)
    ids[i] = purple_imgstore_add_with_id (g_memdup2 (JPEG_HEAD " inline", 11), 11, "screen.jpg");
  g_autofree char *first = g_strdup_printf ("<img id=\"%d\">", ids[0]);
  g_autofree char *second = g_strdup_printf ("<img id=\"%d\">", ids[1]);
  GString *html = g_string_new (format);
  g_string_replace (html, "@", first, 1);
  g_string_replace (html, "#", second, 1);
  purple_conv_chat_send_with_flags (PURPLE_CONV_CHAT (room), html->str, PURPLE_MESSAGE_IMAGES);
  g_string_free (html, TRUE);
  for (guint i = 0; i < count; i++)
    purple_imgstore_unref_by_id (ids[i]);
}

static void
pictures_are_typed (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  type_pictures (room, "look @ at <b>this</b>", 1);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "screen.jpg") == 1);
  g_assert_nonnull (strstr (kz_test_find_line (fixture->host, "Team", "screen.jpg")->text, "look"));
  type_pictures (room, "@#", 2);
  kz_test_wait_for (fixture->host, received (fixture, "action") == 2);
  g_autofree char *files = files_of (fixture, "Team");
  g_assert_cmpstr (files, ==,
                   "screen.jpg image/jpeg 11\n"
                   "screen.jpg image/jpeg 11\nscreen-2.jpg image/jpeg 11\n");
  /* Nothing went out as text. */
  g_assert_cmpuint (received (fixture, "message"), ==, 0);
}

/* --- Receiving --- */

static guint shown_pictures;
static gsize shown_bytes;

static void
count_picture (const KzTestLine *line)
{
  const char *image = strstr (line->html, "<img id=\"");
  if (image == NULL)
    return;
  PurpleStoredImage *stored = purple_imgstore_find_by_id (atoi (image + strlen ("<img id=\"")));
  g_assert_nonnull (stored);
  g_assert_true (line->flags & PURPLE_MESSAGE_IMAGES);
  shown_pictures++;
  shown_bytes = purple_imgstore_get_size (stored);
}

static void
picture_comes_in (Fixture *fixture)
{
  gboolean is_pidgin = fixture->host->ui == KZ_TEST_PIDGIN;
  shown_pictures = 0;
  fixture->host->on_line = count_picture;
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the new gate','name':'gate.png'}");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "the new gate") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "the new gate");
  g_assert_null (strstr (line->html, "<img"));
  g_assert_nonnull (strstr (line->text, "http://127.0.0.1"));
  g_assert_null (strstr (line->text, "&amp;"));
  if (is_pidgin)
    kz_test_wait_for (fixture->host, shown_pictures == 1);
  else
    kz_test_host_settle (fixture->host);
  g_assert_cmpuint (shown_pictures, ==, is_pidgin ? 1 : 0);
  if (is_pidgin)
    g_assert_cmpuint (shown_bytes, >, 0);
  g_assert_cmpint (leaked_tokens (fixture), ==, 0);
  fixture->host->on_line = NULL;
}

static void
picture_from_elsewhere_stays_a_link (Fixture *fixture)
{
  shown_pictures = 0;
  fixture->host->on_line = count_picture;
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the new gate','name':'gate.png'}");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "http://192.0.2.1") == 1);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (shown_pictures, ==, 0);
  fixture->host->on_line = NULL;
}

static void
sign_off_while_a_picture_comes (Fixture *fixture)
{
  join (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/att*','times':0},'action':{'stallBody':true}}");
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'three of them','count':3}");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "three of them") == 1);
  kz_test_host_settle (fixture->host);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
}

#ifdef KZ_TEST_STATIC
/* The address that a line in Team names. (transfer full) */
static char *
link_in (Fixture *fixture, const char *text)
{
  const char *line = kz_test_find_line (fixture->host, "Team", text)->text;
  const char *link = strstr (line, "http://127.0.0.1");
  g_assert_nonnull (link);
  return g_strndup (link, strcspn (link, " )\n"));
}

static void
save (Fixture *fixture, const char *link, const char *name)
{
  KzSession *session = purple_account_get_connection (fixture->account)->proto_data;
  g_autofree char *id = fixture_group_id (fixture, "Team");
  kz_xfer_receive (session, kz_room_of_group (session, id), link, name);
}

static void
file_is_saved (Fixture *fixture)
{
  g_autofree char *path = write_file ("old", "", 1);
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the gate',"
              "'name':'../../.evil/gate.png'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "the gate") == 1);
  g_assert_null (strstr (kz_test_find_line (fixture->host, "Team", "the gate")->text, "../"));
  g_autofree char *link = link_in (fixture, "the gate");
  save (fixture, link, "../../.evil/gate.png");
  if (fixture_is_bitlbee (fixture)) {
    g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "cannot be saved"), ==, 1);
    g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
    remove_file (path);
    return;
  }
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  g_assert_cmpstr (prompt->primary, ==, "gate.png");
  kz_test_answer (fixture->host, path);
  kz_test_wait_for (fixture->host, no_transfer ());
  g_autofree char *content = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (content, 4, "\x89PNG", 4);
  const KzTestTransfer *transfer = kz_test_transfer (fixture->host, 0);
  g_assert_true (transfer->is_completed);
  g_assert_cmpfloat (transfer->fraction, ==, 1.0);
  g_assert_cmpint (leaked_tokens (fixture), ==, 0);
  remove_file (path);
}

static void
saving_fails (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("it has no window to choose a file in");
    return;
  }
  g_autofree char *path = write_file ("old", "", 1);
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the gate'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "the gate") == 1);
  g_autofree char *link = link_in (fixture, "the gate");
  save (fixture, "https://evil.example/a.jpg", NULL);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "https://evil.example"), ==, 1);
  save (fixture, link, NULL);
  kz_test_answer (fixture->host, NULL);
  /* Nowhere to write to. */
  save (fixture, link, NULL);
  kz_test_answer (fixture->host, "/nonexistent/gate.png");
  g_assert_true (no_transfer ());
  /* Gone on the server. */
  g_autofree char *gone = g_strconcat (link, "x", NULL);
  save (fixture, gone, NULL);
  kz_test_answer (fixture->host, path);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "not saved") == 1);
  g_assert_true (no_transfer ());
  /* And one that stalls at sign-off. */
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/att*','times':0},'action':{'stallBody':true}}");
  save (fixture, link, NULL);
  kz_test_answer (fixture->host, path);
  kz_test_host_settle (fixture->host);
  save (fixture, link, NULL);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  remove_file (path);
}
#endif

static void
profile_picture_is_an_icon (Fixture *fixture)
{
  gboolean is_pidgin = fixture->host->ui == KZ_TEST_PIDGIN;
  const char *name = fixture_is_bitlbee (fixture) ? "Noor" : "+919999900002";
  g_autoptr (JsonObject) picture =
      kz_test_control (fixture->world, "POST", "picture",
                       "{'group':'team','person':'second','caption':'me','name':'me.png'}");
  kz_test_do (fixture->world, "POST", "person", "{'phone':'+919999900002','profilePic':'%s'}",
              json_object_get_string_member (picture, "url"));
  fixture_sign_on (fixture);
  join (fixture);
  kz_test_wait_for (fixture->host, purple_find_buddy (fixture->account, name) != NULL);
  PurpleBuddy *buddy = purple_find_buddy (fixture->account, name);
  if (is_pidgin) {
    kz_test_wait_for (fixture->host, purple_buddy_get_icon (buddy) != NULL);
    size_t size = 0;
    const char *data = purple_buddy_icon_get_data (purple_buddy_get_icon (buddy), &size);
    g_assert_cmpuint (size, >, 4);
    g_assert_cmpmem (data, 4, "\x89PNG", 4);
  } else {
    kz_test_host_settle (fixture->host);
    g_assert_null (purple_buddy_get_icon (buddy));
  }
  g_assert_cmpint (leaked_tokens (fixture), ==, 0);
}

static void
add_tests (void)
{
  plugin_test_add ("/media/profile-picture-is-an-icon", profile_picture_is_an_icon);
  plugin_test_add_online ("/media/picture-is-sent", picture_is_sent);
  plugin_test_add_online ("/media/program-is-refused", program_is_refused);
  plugin_test_add_online ("/media/missing-file-leaves-nothing", missing_file_leaves_nothing);
  plugin_test_add_online ("/media/cancel-posts-nothing", cancel_posts_nothing);
  plugin_test_add_online ("/media/cancel-before-the-answer", cancel_before_the_answer);
  plugin_test_add_online ("/media/sign-off-ends-transfers", sign_off_ends_transfers);
  plugin_test_add_online ("/media/host-asks-for-a-file", host_asks_for_a_file);
  plugin_test_add_online ("/media/pictures-are-typed", pictures_are_typed);
  plugin_test_add_online ("/media/picture-comes-in", picture_comes_in);
  plugin_test_add_with ("/media/picture-comes-in-escaped", escaped, TRUE, picture_comes_in);
  plugin_test_add_with ("/media/picture-from-elsewhere-stays-a-link", elsewhere, TRUE,
                        picture_from_elsewhere_stays_a_link);
  plugin_test_add_online ("/media/sign-off-while-a-picture-comes", sign_off_while_a_picture_comes);
#ifdef KZ_TEST_STATIC
  plugin_test_add_online ("/media/file-is-saved", file_is_saved);
  plugin_test_add_online ("/media/saving-fails", saving_fails);
#endif
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
