/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files inside announcements and answers, and for chosen people. */
#include "config.h"

#include "deed-test.h"

#include <glib/gstdio.h>
#include <string.h>

static const char public_json[] =
    "{\"users\":["
    "{\"key\":\"me\",\"name\":\"Gita Rao\",\"phone\":\"+919999900001\",\"signIn\":true},"
    "{\"key\":\"asha\",\"name\":\"Asha\",\"phone\":\"+919999900003\"},"
    "{\"key\":\"ravi\",\"name\":\"Ravi\",\"phone\":\"+919999900004\"}],"
    "\"groups\":[{\"key\":\"news\",\"name\":\"News\",\"type\":\"ConnectGroup\",\"tenant\":true,"
    "\"members\":[{\"person\":\"me\",\"role\":\"Admin\"},{\"person\":\"asha\",\"role\":\"Admin\"}],"
    "\"subscribers\":[\"ravi\"]}]}";

/* (transfer full): a file of that name in a directory of its own. */
static char *
write_file (const char *name, const char *content)
{
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  char *path = g_build_filename (dir, name, NULL);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  return path;
}

static void
remove_file (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_unlink (path);
  g_rmdir (dir);
}

/* (transfer full): what a person had the server do, in order. */
static GPtrArray *
received (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  GPtrArray *writes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    if (!g_str_has_prefix (json_object_get_string_member (item, "kind"), "webhook"))
      g_ptr_array_add (writes, json_object_ref (item));
  }
  return writes;
}

static guint
n_received (Fixture *fixture)
{
  g_autoptr (GPtrArray) writes = received (fixture);
  return writes->len;
}

/* (transfer full) */
static char *
body_of (JsonObject *item)
{
  return json_to_string (json_object_get_member (item, "body"), FALSE);
}

static void
assert_json (const char *got, const char *expected)
{
  g_autofree char *text = g_strdelimit (g_strdup (expected), "'", '"');
  g_autoptr (JsonNode) a = json_from_string (got, NULL);
  g_autoptr (JsonNode) b = json_from_string (text, NULL);
  g_assert_nonnull (b);
  if (!json_node_equal (a, b))
    g_error ("the server received %s\nand not %s", got, text);
}

/* Waits for @n uploads or addresses and one write behind them, whose body is @expected, where each
 * @ stands for the resource of the next of them. */
static void
expect_after_media (Fixture *fixture, guint n, const char *expected)
{
  kz_test_wait_for (fixture->host, n_received (fixture) == n + 1);
  g_autoptr (GPtrArray) writes = received (fixture);
  GString *text = g_string_new (expected);
  for (guint i = 0; i < n; i++) {
    JsonObject *item = g_ptr_array_index (writes, i);
    g_assert_cmpstr (json_object_get_string_member (item, "kind"), ==, "media");
    g_string_replace (text, "@", json_object_get_string_member (item, "referenceId"), 1);
  }
  g_autofree char *got = body_of (g_ptr_array_index (writes, n));
  assert_json (got, text->str);
  g_string_free (text, TRUE);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
}

/* A public group, alone in its world. */
static PurpleConversation *
join_news (Fixture *fixture)
{
  fixture_new_world (fixture, public_json);
  fixture_sign_on (fixture);
  kz_test_join (fixture->account, "News");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "News") != NULL);
  kz_test_wait_for (fixture->host, fixture_webhooks (fixture) == 1);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  return kz_test_room (fixture->account, "News");
}

/* --- Announcements --- */

static void
announcement_has_pictures_of_addresses (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room,
             "!announce The gate | It is new | and green | pictures: https://example.org/a.jpg | "
             "https://example.org/b.png");
  kz_test_wait_for (fixture->host, n_received (fixture) == 3);
  g_autoptr (GPtrArray) writes = received (fixture);
  g_autofree char *first = body_of (writes->pdata[0]);
  g_autofree char *second = body_of (writes->pdata[1]);
  assert_json (first, "{'mediaUrl':'https://example.org/a.jpg'}");
  assert_json (second, "{'mediaUrl':'https://example.org/b.png'}");
  expect_after_media (
      fixture, 2,
      "{'actionType':'Announcement','actionBody':{'Message':'It is new | and green',"
      "'Title':'The gate','MediaResources':['@','@']}}");
  deed_see (fixture, TEAM, "The gate");
}

static void
announcement_has_pictures_of_files (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *path = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  if (fixture_is_bitlbee (fixture)) {
    deed_type (fixture, room, "!announce The gate | New | pictures: %s", path);
    deed_see (fixture, TEAM, "is no address that begins with https://");
    deed_expect_nothing (fixture);
  } else {
    deed_type (fixture, room, "!announce The gate | New | Pictures: %s", path);
    expect_after_media (fixture, 1,
                        "{'actionType':'Announcement','actionBody':{'Message':'New',"
                        "'Title':'The gate','MediaResources':['@']}}");
  }
  remove_file (path);
}

static void
failed_picture_posts_nothing (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/media/url','nth':2,'times':0},"
              "'action':{'status':400,'body':{'errorCode':'InvalidParameters',"
              "'message':'That address needs a login'}}}");
  deed_type (fixture, room,
             "!announce The gate | New | pictures: https://example.org/a.jpg | "
             "https://example.org/b.png");
  const KzTestLine *line = deed_see (fixture, TEAM, "needs a login");
  g_assert_nonnull (strstr (line->text, "!announce The gate | New | pictures: https://example.org/"
                                        "a.jpg | https://example.org/b.png"));
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (n_received (fixture), ==, 1);
}

static void
wrong_pictures_are_refused (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room, "!announce A | B | pictures: https://example.org/plan.pdf");
  const KzTestLine *line = deed_see (fixture, TEAM, "is no picture");
  g_assert_nonnull (strstr (line->text, "plan.pdf"));
  g_assert_nonnull (strstr (line->text, "You wrote: !announce A"));
  deed_type (fixture, room, "!announce C | D | pictures: gate.jpg");
  deed_see (fixture, TEAM, "gate.jpg” is n");
  deed_expect_nothing (fixture);
  if (fixture_is_bitlbee (fixture))
    return;
  g_autofree char *path = write_file ("plan.jpg", "%PDF-1.4");
  deed_type (fixture, room, "!announce E | F | pictures: %s", path);
  deed_see (fixture, TEAM, "“plan.pdf” is no picture");
  deed_expect_nothing (fixture);
  remove_file (path);
}

static void
sign_off_gives_the_announcement_back (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/media/url','times':0},"
              "'action':{'stallHeaders':true}}");
  deed_type (fixture, room, "!announce A | B | pictures: https://example.org/a.jpg");
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "POST /media/url") == 1);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "You wrote: !announce A | B"), ==, 1);
}

/* --- Answers --- */

static void
survey_takes_pictures_and_files (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Trip','questions':[{'title':'Name?','type':'Text'},"
                 "{'title':'The ticket','type':'Image'},"
                 "{'title':'All papers','type':'AttachmentList'}]}",
                 "Trip");
  deed_type (fixture, room,
             "!answer %s Gita | https://example.org/ticket.png | https://example.org/plan.pdf",
             item->handle);
  g_autofree char *expected = g_strdup ("{'actionType':'Survey','actionBody':{'Answers':['Gita',"
                                        "'@',['@']]}}");
  kz_test_wait_for (fixture->host, n_received (fixture) == 3);
  g_autoptr (GPtrArray) writes = received (fixture);
  g_autofree char *got = body_of (writes->pdata[2]);
  g_test_message ("%s", got);
  g_assert_cmpstr (json_object_get_string_member (writes->pdata[2], "kind"), ==, "response");
  g_assert_nonnull (strstr (got, json_object_get_string_member (writes->pdata[0], "referenceId")));
  expect_after_media (fixture, 2, expected);
  deed_see (fixture, TEAM, "You answered the survey");
}

static void
survey_refuses_what_is_no_picture (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Trip','questions':[{'title':'The ticket','type':'Image'}]}", "Trip");
  deed_type (fixture, room, "!answer %s https://example.org/ticket.pdf", item->handle);
  const KzTestLine *line = deed_see (fixture, TEAM, "is no picture");
  g_assert_nonnull (strstr (line->text, "https://example.org/ticket.pdf"));
  deed_expect_nothing (fixture);
}

/* --- To chosen people --- */

static void
file_goes_to_chosen_subscribers (Fixture *fixture)
{
  PurpleConversation *room = join_news (fixture);
  deed_type (fixture, room, "!send https://example.org/plan.pdf | The plan | to: +919999900004");
  expect_after_media (fixture, 1,
                      "{'actionType':'Document','actionBody':{'mediaResource':'@',"
                      "'caption':'The plan'},'subscribers':['+919999900004']}");
  deed_type (fixture, room, "!send https://example.org/plan.pdf | For all");
  expect_after_media (fixture, 1,
                      "{'actionType':'Document','actionBody':{'mediaResource':'@',"
                      "'caption':'For all'},'sendToAllSubscribers':true}");
  deed_type (fixture, room,
             "!announce The gate | New | to: +919999900004 | pictures: https://example.org/a.jpg");
  expect_after_media (
      fixture, 1,
      "{'actionType':'Announcement','actionBody':{'Message':'New',"
      "'Title':'The gate','MediaResources':['@']},'subscribers':['+919999900004']}");
}

/* --- The window of transfers --- */

static gboolean
has_window (Fixture *fixture)
{
  if (!fixture_is_bitlbee (fixture))
    return TRUE;
  g_test_skip ("files of this machine are not the person's");
  return FALSE;
}

static void
sent_file_is_a_transfer (Fixture *fixture)
{
  if (!has_window (fixture))
    return;
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *path = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  deed_type (fixture, room, "!send %s | The gate", path);
  expect_after_media (fixture, 1,
                      "{'actionType':'Image','actionBody':{'mediaResource':'@',"
                      "'caption':'The gate'}}");
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
  g_assert_cmpuint (fixture->host->transfers->len, ==, 1);
  g_assert_cmpstr (kz_test_transfer (fixture->host, 0)->name, ==, "gate.jpg");
  g_assert_true (kz_test_transfer (fixture->host, 0)->is_completed);
  g_assert_cmpint (kz_test_transfer (fixture->host, 0)->updates, >=, 1);
  /* What cannot be sent is told in the room alone. */
  g_autofree char *missing = g_strconcat (path, ".jpg", NULL);
  g_autofree char *typed = g_strdup_printf ("!send %s", missing);
  deed_refused (fixture, room, typed, "gate.jpg.jpg");
  g_assert_cmpuint (fixture->host->transfers->len, ==, 1);
  remove_file (path);
}

static void
pictures_of_orders_are_transfers (Fixture *fixture)
{
  if (!has_window (fixture))
    return;
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *first = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  g_autofree char *second = write_file ("door.png", "\x89PNG\r\n\x1a\n door");
  deed_type (fixture, room, "!announce The gate | New | pictures: %s | %s", first, second);
  expect_after_media (fixture, 2,
                      "{'actionType':'Announcement','actionBody':{'Message':'New',"
                      "'Title':'The gate','MediaResources':['@','@']}}");
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
  g_assert_cmpuint (fixture->host->transfers->len, ==, 2);
  g_assert_cmpstr (kz_test_transfer (fixture->host, 1)->name, ==, "door.png");
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Trip','questions':[{'title':'The ticket','type':'Image'}]}", "Trip");
  deed_type (fixture, room, "!answer %s %s", item->handle, first);
  expect_after_media (fixture, 1, "{'actionType':'Survey','actionBody':{'Answers':['@']}}");
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
  g_assert_cmpuint (fixture->host->transfers->len, ==, 3);
  g_assert_true (kz_test_transfer (fixture->host, 2)->is_completed);
  remove_file (first);
  remove_file (second);
}

/* (transfer full): a picture that takes a while. */
static char *
write_large_picture (void)
{
  g_autofree char *content = g_strnfill (3000 * 1000, 'x');
  memcpy (content, "\xff\xd8\xff\xe0", 4);
  return write_file ("gate.jpg", content);
}

static void
cancelled_transfer_posts_nothing (Fixture *fixture)
{
  if (!has_window (fixture))
    return;
  static const char *const lines[] = {"!send %s | The gate", "!announce A | B | pictures: %s"};
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *path = write_large_picture ();
  fixture->host->cancels_transfers = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (GStrv) around = g_strsplit (lines[i], "%s", 2);
    g_autofree char *typed = g_strjoinv (path, around);
    g_autofree char *back = g_strconcat ("You wrote: ", typed, NULL);
    kz_test_forget_lines (fixture->host);
    kz_test_type (fixture->host, room, typed);
    const KzTestLine *line =
        deed_see (fixture, TEAM, "You cancelled the transfer; nothing was sent.");
    g_assert_nonnull (strstr (line->text, back));
    g_assert_true (kz_test_transfer (fixture->host, i)->is_cancelled);
    g_assert_null (purple_xfers_get_all ());
  }
  kz_test_host_settle (fixture->host);
  deed_expect_nothing (fixture);
  fixture->host->cancels_transfers = FALSE;
  remove_file (path);
}

static void
sign_off_ends_the_transfer_of_an_order (Fixture *fixture)
{
  if (!has_window (fixture))
    return;
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *path = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/media','times':0},"
              "'action':{'stallHeaders':true}}");
  deed_type (fixture, room, "!send %s", path);
  deed_type (fixture, room, "!announce A | B | pictures: %s", path);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "POST /media") == 2);
  g_assert_cmpuint (g_list_length (purple_xfers_get_all ()), ==, 2);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_null (purple_xfers_get_all ());
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "You wrote: !announce A | B"), ==, 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "You wrote: !send /"), ==, 1);
  remove_file (path);
}

static void
several_pictures_make_an_album (Fixture *fixture)
{
  PurpleConversation *room = join_news (fixture);
  g_autofree char *first = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  g_autofree char *second = write_file ("door.png", "\x89PNG\r\n\x1a\n door");
  fixture_expect_refusal (
      fixture, room, "!send https://example.org/a.jpg | https://example.org/b.jpg | c",
      fixture_is_bitlbee (fixture) ? "There is one part too many: “c”" : "An address goes alone");
  if (!fixture_is_bitlbee (fixture)) {
    deed_type (fixture, room, "!send %s | %s | Two of them", first, second);
    expect_after_media (fixture, 1,
                        "{'actionType':'Album','sendToAllSubscribers':true,'actionBody':{"
                        "'mediaResource':'@','caption':'Two of them'}}");
    deed_type (fixture, room, "!send %s | %s | to: +919999900004", first, second);
    expect_after_media (fixture, 1,
                        "{'actionType':'Album','subscribers':['+919999900004'],'actionBody':{"
                        "'mediaResource':'@'}}");
  }
  remove_file (first);
  remove_file (second);
}

/* @is_old: no file has its address, and a list is looked through for it. */
static void
save_by_handle (Fixture *fixture, gboolean is_old)
{
  PurpleConversation *room = deed_join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the gate','name':'gate.png'}");
  deed_see (fixture, TEAM, "the gate");
  g_autofree char *handle = deed_handle (fixture, TEAM, "the gate");
  if (is_old) {
    fixture_sign_on_again (fixture);
    room = deed_join (fixture);
  }
  deed_type (fixture, room, "!save %s", handle);
  if (fixture_is_bitlbee (fixture)) {
    const KzTestLine *line = deed_see (fixture, TEAM, "Files cannot be saved from here");
    g_assert_nonnull (strstr (line->text, "http://127.0.0.1"));
    return;
  }
  g_autofree char *path = write_file ("old", "x");
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  if (!is_old)
    g_assert_cmpstr (prompt->primary, ==, "gate.png");
  kz_test_answer (fixture->host, path);
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
  g_autofree char *content = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (content, 4, "\x89PNG", 4);
  remove_file (path);
}

static void
file_is_saved_by_its_handle (Fixture *fixture)
{
  save_by_handle (fixture, FALSE);
}

static void
old_file_is_saved_by_its_handle (Fixture *fixture)
{
  save_by_handle (fixture, TRUE);
}

#define NOOR "+919999900002"

/* As the host calls Noor. */
static const char *
noor (Fixture *fixture)
{
  return fixture_is_bitlbee (fixture) ? "Noor" : NOOR;
}

static void
file_goes_to_a_person (Fixture *fixture)
{
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
  g_autofree char *path = write_file ("gate.jpg", "\xff\xd8\xff\xe0 gate");
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  g_assert_false (info->can_receive_file (gc, noor (fixture)));
  info->send_file (gc, noor (fixture), path);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, NULL, "Write something first") == 1);
  purple_conv_im_send (PURPLE_CONV_IM (purple_conversation_new (PURPLE_CONV_TYPE_IM,
                                                                fixture->account, noor (fixture))),
                       "hello");
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_decide (fixture->host, TRUE);
  kz_test_wait_for (fixture->host, n_received (fixture) == 2);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  g_assert_true (info->can_receive_file (gc, noor (fixture)));
  serv_send_file (gc, noor (fixture), path);
  expect_after_media (fixture, 1, "{'actionType':'Image','actionBody':{'mediaResource':'@'}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, NULL, "gate.jpg") == 1);
  g_assert_cmpstr (kz_test_find_line (fixture->host, NULL, "gate.jpg")->conversation, ==,
                   noor (fixture));
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
  remove_file (path);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/media-orders/a-file-goes-to-a-person", file_goes_to_a_person);
  plugin_test_add_online ("/media-orders/a-file-is-saved-by-its-handle",
                          file_is_saved_by_its_handle);
  plugin_test_add_online ("/media-orders/an-old-file-is-saved-by-its-handle",
                          old_file_is_saved_by_its_handle);

  plugin_test_add_online ("/media-orders/an-announcement-has-pictures-of-addresses",
                          announcement_has_pictures_of_addresses);
  plugin_test_add_online ("/media-orders/an-announcement-has-pictures-of-files",
                          announcement_has_pictures_of_files);
  plugin_test_add_online ("/media-orders/a-failed-picture-posts-nothing",
                          failed_picture_posts_nothing);
  plugin_test_add_online ("/media-orders/wrong-pictures-are-refused", wrong_pictures_are_refused);
  plugin_test_add_online ("/media-orders/a-sign-off-gives-the-announcement-back",
                          sign_off_gives_the_announcement_back);
  plugin_test_add_online ("/media-orders/a-survey-takes-pictures-and-files",
                          survey_takes_pictures_and_files);
  plugin_test_add_online ("/media-orders/a-survey-refuses-what-is-no-picture",
                          survey_refuses_what_is_no_picture);
  plugin_test_add_online ("/media-orders/a-sent-file-is-a-transfer", sent_file_is_a_transfer);
  plugin_test_add_online ("/media-orders/pictures-of-orders-are-transfers",
                          pictures_of_orders_are_transfers);
  plugin_test_add_online ("/media-orders/a-cancelled-transfer-posts-nothing",
                          cancelled_transfer_posts_nothing);
  plugin_test_add_online ("/media-orders/a-sign-off-ends-the-transfer",
                          sign_off_ends_the_transfer_of_an_order);
  plugin_test_add ("/media-orders/several-pictures-make-an-album", several_pictures_make_an_album);
  plugin_test_add ("/media-orders/a-file-goes-to-chosen-subscribers",
                   file_goes_to_chosen_subscribers);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
