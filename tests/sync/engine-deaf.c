/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-deaf.h"
#include "engine-deeds.h"

#include <string.h>

Bench *
new_deaf_bench (void)
{
  Bench *bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_open (bench, "team");
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  return bench;
}

void
vote_for (Bench *bench, const char *poll, const char *who, const char *choice)
{
  json_object_unref (bench_do (bench, "vote", "{'actionId':'%s','person':'%s','choice':'%s'}", poll,
                               who, choice));
}

void
vote (Bench *bench, const char *poll, const char *who)
{
  vote_for (bench, poll, who, "Soup");
}

void
complete (Bench *bench, const char *job, const char *who)
{
  json_object_unref (bench_do (bench, "complete", "{'actionId':'%s','person':'%s'}", job, who));
}

void
reopen (Bench *bench, const char *job, const char *who)
{
  json_object_unref (bench_do (
      bench, "complete", "{'actionId':'%s','person':'%s','isCompleted':false}", job, who));
}

void
vote_ourselves (Bench *bench, guint choice)
{
  Fate fate = {0};

  kz_engine_vote_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), choice, fate_cb,
                        &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  bench_settle (bench);
}

void
set_hooks_active (Bench *bench, gboolean active)
{
  g_autoptr (JsonObject) all = bench_get (bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (all, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++)
    json_object_unref (bench_do (
        bench, "webhooks/active", "{'webhookId':'%s','active':%s}",
        json_object_get_string_member (json_array_get_object_element (webhooks, i), "webhookId"),
        active ? "true" : "false"));
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_free (delivery->webhook_id);
  g_free (delivery->body);
  g_free (delivery);
}

GPtrArray *
deliveries_with (Bench *bench, const char *part, const char *other)
{
  g_autoptr (JsonObject) all = bench_get (bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (all, "webhooks");
  GPtrArray *found = g_ptr_array_new_with_free_func (delivery_free);

  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    JsonArray *deliveries = json_object_get_array_member (webhook, "deliveries");

    for (guint k = 0; k < json_array_get_length (deliveries); k++) {
      const char *body =
          json_object_get_string_member (json_array_get_object_element (deliveries, k), "body");
      Delivery *delivery;

      if (strstr (body, part) == NULL || strstr (body, other) == NULL)
        continue;
      delivery = g_new (Delivery, 1);
      delivery->webhook_id = g_strdup (json_object_get_string_member (webhook, "webhookId"));
      delivery->body = g_strdup (body);
      g_ptr_array_add (found, delivery);
    }
  }
  g_assert_cmpuint (found->len, >, 0);
  return found;
}

void
deliver (Bench *bench, const char *part, const char *other)
{
  g_autoptr (GPtrArray) found = deliveries_with (bench, part, other);

  for (guint i = 0; i < found->len; i++) {
    const Delivery *delivery = g_ptr_array_index (found, i);

    json_object_unref (bench_do (bench, "raw-delivery", "{'webhookId':'%s','body':%s}",
                                 delivery->webhook_id, delivery->body));
  }
  bench_settle (bench);
}

void
deliver_answer_of (Bench *bench, const char *name)
{
  g_autofree char *from = g_strdup_printf ("\"fromUserName\":\"%s\"", name);

  deliver (bench, "\"responseId\"", from);
}

guint
answers_of (Bench *bench, const char *name)
{
  g_autofree char *line = g_strdup_printf ("response in team by %s", name);

  return bench_count (bench, line);
}

void
until_told (Bench *bench, const char *line)
{
  for (guint i = 0; i < 24 * 12 && bench_count (bench, line) == 0; i++)
    bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, line), ==, 1);
}
