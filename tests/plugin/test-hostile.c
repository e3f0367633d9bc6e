/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody may put into texts, names and titles (tests/lib/hostile-lines.json): of each comes
 * one line, which forges no other line, no speaker and no link. */
#include "config.h"

#include "kz-test-html.h"
#include "plugin-test.h"

#include <string.h>

#define INDENT "\u00a0\u00a0\u00a0\u00a0"
#define MAX_MARKS 8
/* What may be shown of a megabyte. */
#define MAX_SHOWN 20000

/* --- The corpus --- */

static JsonNode *
corpus (const char *member)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, KZ_HOSTILE_LINES, &error);
  g_assert_no_error (error);
  return json_node_copy (
      json_object_get_member (json_node_get_object (json_parser_get_root (parser)), member));
}

/* A control call with any characters; takes @body. (transfer full) */
static JsonObject *
control (Fixture *fixture, const char *path, JsonObject *body)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
  guint status = 0;
  g_autoptr (JsonNode) answer =
      sb_sandbox_control (fixture->world->sandbox, "POST", path, node, &status);

  json_object_unref (body);
  g_assert_cmpuint (status, ==, 200);
  return json_object_ref (json_node_get_object (answer));
}

static void
say (Fixture *fixture, const char *person, const char *text)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "group", "team");
  json_object_set_string_member (body, "person", person);
  json_object_set_string_member (body, "text", text);
  json_object_unref (control (fixture, "/sandbox/say", body));
}

/* Says it and waits until it is there: what was said before is there, too. */
static void
say_the_last_word (Fixture *fixture)
{
  say (fixture, "second", "the last word");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "the last word"));
}

/* --- What may be shown --- */

/* Who reads sees where it leads. */
static void
check_links (const char *html)
{
  for (const char *p = html; (p = strstr (p, "<a href=\"")) != NULL;) {
    const char *target = p + strlen ("<a href=\"");
    gsize length = strcspn (target, "\"");

    g_assert_cmpint (strncmp (target + length, "\">", 2), ==, 0);
    g_assert_cmpint (strncmp (target + length + 2, target, length), ==, 0);
    g_assert_true (g_str_has_prefix (target + 2 * length + 2, "</a>"));
    p = target;
  }
}

static void
check_marks (const char *text)
{
  guint marks = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    marks = g_unichar_ismark (g_utf8_get_char (p)) ? marks + 1 : 0;
    g_assert_cmpuint (marks, <=, MAX_MARKS);
  }
}

static void
check_line (Fixture *fixture, const KzTestLine *line)
{
  kz_test_assert_safe (line->html);
  check_links (line->html);
  check_marks (line->html);
  g_assert_cmpint (g_utf8_strlen (line->text, -1), <, MAX_SHOWN);
  g_assert_null (strchr (line->html, '\n'));
  if (fixture_is_bitlbee (fixture))
    return;
  /* Where the host begins a line, a speaker stands; where we break one, there is a gap. */
  for (const char *p = line->html; (p = strstr (p, "<br>")) != NULL; p += strlen ("<br>"))
    g_assert_true (g_str_has_prefix (p + strlen ("<br>"), INDENT));
}

static void
check_name (const char *name)
{
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (name, -1), <=, 100);
  g_assert_cmpstr (name, !=, "");
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_assert_false (kz_test_is_forbidden (c));
    g_assert_true (c >= 0x20 && c != 0x2028 && c != 0x2029 && c != 0x200b);
  }
  check_marks (name);
}

/* --- Tests --- */

static void
texts_are_a_line_each (Fixture *fixture)
{
  g_autoptr (JsonNode) node = corpus ("texts");
  JsonArray *texts = json_node_get_array (node);
  guint n = json_array_get_length (texts);
  guint found = 0;

  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_forget_lines (fixture->host);
  for (guint i = 0; i < n; i++)
    say (fixture, "second", json_array_get_string_element (texts, i));
  say_the_last_word (fixture);
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);

    g_assert_cmpstr (line->room, ==, "Team");
    g_assert_cmpstr (line->who, ==, "Noor");
    check_line (fixture, line);
    found++;
  }
  g_assert_cmpuint (found, ==, n + 1);
}

static void
a_megabyte_is_cut (Fixture *fixture)
{
  static const char *const patterns[] = {"x",      "x ",     "x\n",         "<b>",
                                         "\u0301", "\u202e", "https://a.b "};

  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_forget_lines (fixture->host);
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++) {
    /* A delivery is a little more than its text, and JSON escapes the ends of lines. */
    gsize times = 1000000 / (strlen (patterns[i]) + (strchr (patterns[i], '\n') != NULL ? 1 : 0));
    g_autoptr (GString) text = g_string_new ("begins ");

    for (gsize j = 0; j < times; j++)
      g_string_append (text, patterns[i]);
    say (fixture, "second", text->str);
  }
  say_the_last_word (fixture);
  g_assert_cmpuint (fixture->host->lines->len, ==, G_N_ELEMENTS (patterns) + 1);
  for (guint i = 0; i < fixture->host->lines->len; i++)
    check_line (fixture, g_ptr_array_index (fixture->host->lines, i));
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "characters more)"), ==,
                    G_N_ELEMENTS (patterns));
}

static void
names_are_nobody_elses (Fixture *fixture)
{
  g_autoptr (JsonNode) node = corpus ("names");
  JsonArray *names = json_node_get_array (node);
  guint n = json_array_get_length (names);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_forget_lines (fixture->host);
  for (guint i = 0; i < n; i++) {
    JsonObject *person = json_object_new ();
    JsonObject *join = json_object_new ();
    g_autoptr (JsonObject) made = NULL;
    const char *phone;

    json_object_set_string_member (person, "name", json_array_get_string_element (names, i));
    made = control (fixture, "/sandbox/person", person);
    phone = json_object_get_string_member (made, "phone");
    json_object_set_string_member (join, "group", "team");
    json_object_set_string_member (join, "person", phone);
    json_object_unref (control (fixture, "/sandbox/join", join));
    say (fixture, phone, "I resign");
  }
  say_the_last_word (fixture);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "I resign") == n);
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);

    check_line (fixture, line);
    if (strcmp (line->text, "I resign") != 0)
      continue;
    check_name (line->who);
    g_assert_null (strchr (line->who, ':'));
    g_assert_cmpstr (line->who, !=, "Kaizala");
    g_assert_cmpstr (line->who, !=, "Noor");
    g_assert_cmpstr (line->who, !=, KZ_MY_PHONE);
    g_assert_true (g_hash_table_add (seen, g_utf8_casefold (line->who, -1)));
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, n);
}

static JsonObject *
poll_of (const char *title)
{
  JsonObject *post = json_object_new ();
  JsonObject *body = json_object_new ();
  JsonArray *choices = json_array_new ();

  for (guint i = 0; i < 2; i++) {
    JsonObject *choice = json_object_new ();

    json_object_set_string_member (choice, "title", title);
    json_array_add_object_element (choices, choice);
  }
  json_object_set_string_member (body, "question", title);
  json_object_set_array_member (body, "choices", choices);
  json_object_set_int_member (body, "expiryInHours", 4);
  json_object_set_string_member (post, "group", "team");
  json_object_set_string_member (post, "person", "second");
  json_object_set_string_member (post, "actionType", "Poll");
  json_object_set_object_member (post, "actionBody", body);
  return post;
}

static JsonObject *
picture_of (const char *title, const char *name)
{
  JsonObject *post = json_object_new ();

  json_object_set_string_member (post, "group", "team");
  json_object_set_string_member (post, "person", "second");
  json_object_set_string_member (post, "kind", "Document");
  json_object_set_string_member (post, "caption", title);
  json_object_set_string_member (post, "name", name);
  return post;
}

static void
titles_and_files_are_a_line_each (Fixture *fixture)
{
  g_autoptr (JsonNode) node = corpus ("titles");
  g_autoptr (JsonNode) file_node = corpus ("files");
  JsonArray *titles = json_node_get_array (node);
  JsonArray *files = json_node_get_array (file_node);
  guint n = json_array_get_length (titles);
  guint n_files = json_array_get_length (files);
  guint spoken = 0;

  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_forget_lines (fixture->host);
  for (guint i = 0; i < MAX (n, n_files); i++) {
    const char *title = json_array_get_string_element (titles, i % n);
    const char *name = json_array_get_string_element (files, i % n_files);

    json_object_unref (control (fixture, "/sandbox/action", poll_of (title)));
    json_object_unref (control (fixture, "/sandbox/picture", picture_of (title, name)));
  }
  say_the_last_word (fixture);
  kz_test_wait_for (fixture->host, fixture->host->lines->len > 2 * MAX (n, n_files));
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);

    check_line (fixture, line);
    spoken += g_strcmp0 (line->who, "Noor") == 0;
  }
  g_assert_cmpuint (spoken, ==, 2 * MAX (n, n_files) + 1);
}

static void
titles_of_groups_are_one_line (Fixture *fixture)
{
  g_autoptr (JsonNode) node = corpus ("titles");
  JsonArray *titles = json_node_get_array (node);
  guint chats = 0;

  for (guint i = 0; i < json_array_get_length (titles); i++) {
    JsonObject *group = json_object_new ();
    JsonArray *members = json_array_new ();

    json_array_add_string_element (members, "me");
    json_array_add_string_element (members, "second");
    json_object_set_string_member (group, "name", json_array_get_string_element (titles, i));
    json_object_set_array_member (group, "members", members);
    json_object_unref (control (fixture, "/sandbox/group", group));
  }
  fixture_sign_on (fixture);
  for (PurpleBlistNode *n = purple_blist_get_root (); n != NULL;
       n = purple_blist_node_next (n, TRUE))
    if (PURPLE_BLIST_NODE_IS_CHAT (n)) {
      check_name (purple_chat_get_name ((PurpleChat *) n));
      chats++;
    }
  if (!fixture_is_bitlbee (fixture))
    g_assert_cmpuint (chats, >=, json_array_get_length (titles));
}

static void
add_tests (void)
{
  plugin_test_add_online ("/hostile/texts-are-a-line-each", texts_are_a_line_each);
  plugin_test_add_online ("/hostile/a-megabyte-is-cut", a_megabyte_is_cut);
  plugin_test_add_online ("/hostile/names-are-nobody-elses", names_are_nobody_elses);
  plugin_test_add_online ("/hostile/titles-and-files-are-a-line-each",
                          titles_and_files_are_a_line_each);
  plugin_test_add ("/hostile/titles-of-groups-are-one-line", titles_of_groups_are_one_line);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
