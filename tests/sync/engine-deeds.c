/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-error.h"

static gboolean
is_back (Bench *bench, gconstpointer data)
{
  return ((const Fate *) data)->is_back;
}

void
fate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fate *fate = data;

  g_assert_false (fate->is_back);
  fate->is_back = TRUE;
  fate->value = g_task_propagate_pointer (G_TASK (result), &fate->error);
}

void
fate_await (Bench *bench, Fate *fate)
{
  g_assert_false (fate->is_back);
  bench_until (bench, is_back, fate);
}

void
fate_assert_refused (Bench *bench, Fate *fate, int code)
{
  fate_await (bench, fate);
  g_assert_error (fate->error, KZ_ERROR, code);
  g_assert_null (fate->value);
  g_clear_error (&fate->error);
  fate->is_back = FALSE;
}

KzPosted *
bench_post (Bench *bench, const char *group, const KzActionDraft *draft)
{
  g_autofree char *group_id = bench_group (bench, group);
  Fate fate = {0};

  kz_engine_post_async (bench->engine, group_id, draft, fate_cb, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  return fate.value;
}

char *
bench_bodies (Bench *bench, const char *kind)
{
  g_autoptr (JsonObject) received = bench_get (bench, "received");
  JsonArray *items = json_object_get_array_member (received, "items");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    g_autofree char *body = NULL;

    if (g_strcmp0 (json_object_get_string_member (item, "kind"), kind) != 0 ||
        !json_object_has_member (item, "body"))
      continue;
    body = json_to_string (json_object_get_member (item, "body"), FALSE);
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", body);
  }
  return g_strdelimit (g_string_free (text, FALSE), "\"", '\'');
}

void
bench_assert_body (Bench *bench, const char *kind, const char *expected)
{
  g_autofree char *text = bench_bodies (bench, kind);

  g_assert_cmpstr (text, ==, expected);
}

guint
bench_count_received (Bench *bench, const char *member, const char *value)
{
  g_autoptr (JsonObject) received = bench_get (bench, "received");
  JsonArray *items = json_object_get_array_member (received, "items");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (items); i++)
    n += g_strcmp0 (json_object_get_string_member_with_default (
                        json_array_get_object_element (items, i), member, NULL),
                    value) == 0;
  return n;
}

KzActionDraft *
lunch_draft_new (const char *question)
{
  KzActionDraft *draft = kz_action_draft_new (KZ_ACTION_POLL);

  draft->title = g_strdup (question);
  draft->choices = g_strsplit ("Pizza|Soup", "|", -1);
  return draft;
}

GStrv
subscriber_phones (guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *phone = g_strdup_printf ("+1666000%04u", i);

    g_strv_builder_add (builder, phone);
  }
  return g_strv_builder_end (builder);
}

Bench *
bench_new_public (const char *const *switches, guint n)
{
  Bench *bench = bench_new (switches);
  g_autoptr (JsonObject) made =
      bench_do (bench, "group",
                "{'name':'news','type':'ConnectGroup','members':[{'person':'me','role':'Admin'}]}");

  for (guint i = 0; i + 1 < n; i++) {
    g_autoptr (JsonObject) person =
        bench_do (bench, "person", "{'name':'S%u','phone':'+1666000%04u'}", i, i);
    g_autoptr (JsonObject) joined =
        bench_do (bench, "join", "{'group':'news','person':'+1666000%04u','role':'Subscriber'}", i);
  }
  bench_settle_in_hearing (bench);
  return bench;
}
