/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "worlds.h"

#include <string.h>

/* Number of the thing that a line shows; -1: of none. */
static int
number_of (const char *line)
{
  const char *at = strstr (line, "\"x");

  return at != NULL ? (int) g_ascii_strtoull (at + 2, NULL, 10) : -1;
}

/* What became of its deliveries; how many of them we accepted: none while the webhook is dead.
 */
static guint
tell_deliveries (World *world, const Said *said)
{
  guint count = 0;
  g_autofree char *text = g_strdup_printf ("x%u.", said->number);
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    JsonArray *deliveries = json_object_get_array_member (webhook, "deliveries");

    for (guint k = 0; k < json_array_get_length (deliveries); k++) {
      JsonObject *delivery = json_array_get_object_element (deliveries, k);
      g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), delivery);
      g_autofree char *line = json_to_string (node, FALSE);

      if (strstr (line, text) == NULL)
        continue;
      count += json_object_get_boolean_member (delivery, "delivered");
      if (g_test_verbose ())
        g_test_message ("%s %s", json_object_get_string_member (webhook, "webhookId"), line);
    }
  }
  return count;
}

static void
fail_world (World *world, const char *why, const Said *said)
{
  tell_deliveries (world, said);
  for (guint i = 0; i < world->bench->log->len; i++)
    g_test_message ("%s", (char *) world->bench->log->pdata[i]);
  g_error ("KZ_TEST_WORLD=%u: %s: x%u. of r%u", world->seed, why, said->number, said->room);
}

/* How often the service got that text from us. */
static guint
count_received (World *world, const char *text)
{
  g_autoptr (JsonObject) received = bench_get (world->bench, "received");
  JsonArray *items = json_object_get_array_member (received, "items");
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (items); i++)
    count += g_strcmp0 (json_object_get_string_member_with_default (
                            json_array_get_object_element (items, i), "text", NULL),
                        text) == 0;
  return count;
}

static void
check_send (World *world, const Said *said, guint shown)
{
  g_autofree char *text = g_strdup_printf ("x%u.", said->number);
  g_autofree char *typed = g_strdup_printf ("typed \"%s\"", text);
  guint arrived = count_received (world, text);

  if (arrived > 1)
    fail_world (world, "sent twice", said);
  if (arrived == 0 && bench_count (world->bench, typed) == 0)
    fail_world (world, "neither sent nor given back", said);
  if (shown > 0)
    fail_world (world, "an echo was shown", said);
}

static void
check_said (World *world, const Said *said)
{
  g_autofree char *quoted = g_strdup_printf ("\"x%u.", said->number);
  g_autofree char *room = g_strdup_printf (" in r%u ", said->room);
  guint plain = 0;
  guint maybe = 0;

  for (guint i = 0; i < world->bench->log->len; i++) {
    const char *line = world->bench->log->pdata[i];

    if (strstr (line, quoted) == NULL || strstr (line, " about ") != NULL ||
        (!g_str_has_prefix (line, "message in") && !g_str_has_prefix (line, "attachment in") &&
         !g_str_has_prefix (line, "action-added in")))
      continue;
    if (strstr (line, room) == NULL)
      fail_world (world, "in another room", said);
    if (strstr (line, "maybe-seen") != NULL)
      maybe++;
    else
      plain++;
  }
  if (said->kind == SAID_SEND) {
    check_send (world, said, plain + maybe);
    return;
  }
  if (plain + maybe == 0 && (said->kind != SAID_TEXT || tell_deliveries (world, said) > 0))
    fail_world (world, "lost", said);
  if (plain > 1)
    fail_world (world, "twice", said);
  if (maybe > world->kills)
    fail_world (world, "again without a kill", said);
}

/* Polled items come in the server's order, unless they say that they are late. */
static void
check_order (World *world)
{
  int last[ROOMS];

  for (guint i = 0; i < ROOMS; i++)
    last[i] = -1;
  for (guint i = 0; i < world->bench->log->len; i++) {
    const char *line = world->bench->log->pdata[i];
    int number = number_of (line);
    const Said *said;

    if (!g_str_has_prefix (line, "action-added in") || strstr (line, " polled") == NULL ||
        strstr (line, " late") != NULL || strstr (line, " history") != NULL ||
        strstr (line, "maybe") != NULL || number < 0)
      continue;
    said = g_ptr_array_index (world->said, number);
    if (number < last[said->room])
      fail_world (world, "polled out of order", said);
    last[said->room] = number;
  }
}

/* (element-type utf8): texts whose delivery was tried more than once, or given up. */
static GHashTable *
retried_texts (World *world)
{
  GHashTable *texts = g_hash_table_new (NULL, NULL);
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonArray *deliveries =
        json_object_get_array_member (json_array_get_object_element (webhooks, i), "deliveries");

    for (guint k = 0; k < json_array_get_length (deliveries); k++) {
      JsonObject *delivery = json_array_get_object_element (deliveries, k);
      int number = number_of (json_object_get_string_member (delivery, "body"));

      if (number >= 0 && json_object_get_int_member (delivery, "attempts") > 1)
        g_hash_table_add (texts, GINT_TO_POINTER (number + 1));
    }
  }
  return texts;
}

/* So do deliveries that came the first time. */
static void
check_deliveries (World *world)
{
  g_autoptr (GHashTable) retried = retried_texts (world);
  int last[ROOMS];

  for (guint i = 0; i < ROOMS; i++)
    last[i] = -1;
  for (guint i = 0; i < world->bench->log->len; i++) {
    const char *line = world->bench->log->pdata[i];
    int number = number_of (line);
    const Said *said;

    if (!g_str_has_prefix (line, "message in") || number < 0 || strstr (line, "maybe") != NULL ||
        g_hash_table_contains (retried, GINT_TO_POINTER (number + 1)))
      continue;
    said = g_ptr_array_index (world->said, number);
    if (number < last[said->room])
      fail_world (world, "delivered out of order", said);
    last[said->room] = number;
  }
}

static void
check_webhooks (World *world)
{
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++)
    if (!json_object_get_boolean_member (json_array_get_object_element (webhooks, i), "active"))
      g_error ("KZ_TEST_WORLD=%u: a webhook stays dead", world->seed);
}

void
check_world (World *world)
{
  check_webhooks (world);
  for (guint i = 0; i < world->said->len; i++)
    check_said (world, g_ptr_array_index (world->said, i));
  check_order (world);
  if (!world->reorders)
    check_deliveries (world);
}
