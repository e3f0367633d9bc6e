/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "deed-test.h"

#include <string.h>

PurpleConversation *
deed_join_group (Fixture *fixture, const char *title)
{
  PurpleConversation *room = fixture_join (fixture, title);
  fixture_wait_for_webhooks (fixture);
  kz_test_forget_lines (fixture->host);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  return room;
}

PurpleConversation *
deed_join (Fixture *fixture)
{
  return deed_join_group (fixture, TEAM);
}

void
deed_type (Fixture *fixture, PurpleConversation *room, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  kz_test_type (fixture->host, room, text);
}

/* --- what the server received --- */

/* (transfer full): what a person had it write: not what keeps texts coming. */
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

static void
assert_body (JsonObject *item, const char *expected)
{
  JsonNode *body = json_object_get_member (item, "body");
  g_autofree char *got = json_to_string (body, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) wanted = json_from_string (expected, &error);
  g_assert_no_error (error);
  if (wanted == NULL || !json_node_equal (body, wanted))
    g_error ("the server received %s\nand not %s", got, expected);
}

void
deed_expect (Fixture *fixture,
             const char *method,
             const char *group,
             const char *path,
             const char *format,
             ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *body =
      format != NULL ? g_strdelimit (g_strdup_vprintf (format, args), "'", '"') : g_strdup ("null");
  va_end (args);
  g_autofree char *group_id = fixture_group_id (fixture, group);
  g_autofree char *whole = g_strdup_printf ("/v1/groups/%s%s", group_id, path);
  kz_test_wait_for (fixture->host, n_received (fixture) > 0);
  g_autoptr (GPtrArray) writes = received (fixture);
  g_assert_cmpuint (writes->len, ==, 1);
  JsonObject *item = g_ptr_array_index (writes, 0);
  g_assert_cmpstr (json_object_get_string_member (item, "method"), ==, method);
  g_assert_cmpstr (json_object_get_string_member (item, "path"), ==, whole);
  assert_body (item, body);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
}

void
deed_expect_nothing (Fixture *fixture)
{
  kz_test_host_settle (fixture->host);
  g_autoptr (GPtrArray) writes = received (fixture);
  if (writes->len > 0) {
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), writes->pdata[0]);
    g_autofree char *text = json_to_string (node, FALSE);
    g_error ("the server received %s", text);
  }
}

/* --- what is seen --- */

const KzTestLine *
deed_see (Fixture *fixture, const char *title, const char *text)
{
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, title, text) > 0);
  return kz_test_find_line (fixture->host, title, text);
}

/* Lines that the person did not type. */
static guint
n_said (Fixture *fixture)
{
  guint count = 0;
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);
    count += (line->flags & PURPLE_MESSAGE_SEND) == 0;
  }
  return count;
}

void
deed_refused (Fixture *fixture, PurpleConversation *room, const char *typed, const char *why)
{
  g_autofree char *back = g_strdup_printf ("You wrote: %s", typed);
  kz_test_forget_lines (fixture->host);
  g_test_message ("%s", typed);
  kz_test_type (fixture->host, room, typed);
  kz_test_wait_for (fixture->host, n_said (fixture) > 0);
  deed_expect_nothing (fixture);
  const KzTestLine *line = kz_test_find_line (fixture->host, NULL, why);
  if (line == NULL || n_said (fixture) != 1) {
    g_autofree char *story = kz_test_host_story (fixture->host);
    g_error ("“%s” should be told “%s” and nothing else\n%s", typed, why, story);
  }
  if (strstr (line->text, back) == NULL)
    g_error ("it was not given back: %s", line->text);
  /* What is wrong, and what was typed. */
  const char *end = strchr (line->text, '\n');
  g_assert_nonnull (end);
  g_assert_true (g_str_has_prefix (end + 1, back));
}

void
deed_refused_all (Fixture *fixture, PurpleConversation *room, const DeedRefusal *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    deed_refused (fixture, room, rows[i].typed, rows[i].why);
}

/* --- something to answer --- */

char *
deed_handle (Fixture *fixture, const char *title, const char *text)
{
  const KzTestLine *line = deed_see (fixture, title, text);
  const char *open = strchr (line->text, '[');
  const char *close = open != NULL ? strchr (open, ']') : NULL;
  g_assert_nonnull (close);
  return g_strndup (open + 1, (gsize) (close - open - 1));
}

DeedItem *
deed_post (Fixture *fixture, const char *kind, const char *body, const char *title)
{
  const char *name = strchr (kind, '.') != NULL ? "id" : "actionType";
  DeedItem *item = g_new0 (DeedItem, 1);
  g_autoptr (JsonObject) posted = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','%s':'%s','actionBody':%s}", name, kind, body);
  item->action_id = g_strdup (json_object_get_string_member (posted, "actionId"));
  item->reference_id = g_strdup (json_object_get_string_member (posted, "referenceId"));
  item->handle = deed_handle (fixture, TEAM, title);
  return item;
}

void
deed_item_free (DeedItem *item)
{
  g_free (item->handle);
  g_free (item->action_id);
  g_free (item->reference_id);
  g_free (item);
}
