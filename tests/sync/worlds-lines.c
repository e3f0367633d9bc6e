/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads transcripts, and what the service says of its deliveries. */
#include "config.h"

#include "worlds.h"

#include <string.h>

static gboolean
read_number (const char *line, const char *before, guint *number)
{
  const char *at = strstr (line, before);

  if (at == NULL || !g_ascii_isdigit (at[strlen (before)]))
    return FALSE;
  *number = (guint) g_ascii_strtoull (at + strlen (before), NULL, 10);
  return TRUE;
}

/* An answer or a reaction. */
static gboolean
find_deed (World *world, const char *id, gsize length, guint *number)
{
  for (guint i = 0; i < world->said->len; i++) {
    const Said *said = g_ptr_array_index (world->said, i);

    if ((said->kind == SAID_ANSWER || said->kind == SAID_LIKE || said->kind == SAID_COMMENT) &&
        strlen (said->id) == length && strncmp (said->id, id, length) == 0) {
      *number = i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
read_deed (World *world, const char *line, guint *number)
{
  const char *deed = strstr (line, " deed=");

  if (deed == NULL)
    return FALSE;
  deed += strlen (" deed=");
  return find_deed (world, deed, strcspn (deed, " "), number);
}

gboolean
world_read_room (const char *line, guint *room)
{
  return read_number (line, " in r", room);
}

gboolean
world_read_line (World *world, const char *line, guint at, Shown *shown)
{
  static const struct {
    const char *begin;
    SaidKind kind;
  } kinds[] = {
      {"message in", SAID_TEXT},       {"action-added in", SAID_ACTION},
      {"attachment in", SAID_PICTURE}, {"response in", SAID_ANSWER},
      {"reaction in", SAID_LIKE},
  };

  *shown = (Shown){.line = line, .at = at};
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_has_prefix (line, kinds[i].begin))
      continue;
    shown->kind = strstr (line, " reaction=1*") != NULL ? SAID_COMMENT : kinds[i].kind;
    if (!world_read_room (line, &shown->room) ||
        !(kinds[i].kind >= SAID_ANSWER ? read_deed (world, line, &shown->said)
                                       : read_number (line, " \"x", &shown->said)) ||
        shown->said >= world->said->len)
      return FALSE;
    shown->is_polled = strstr (line, " polled") != NULL;
    shown->is_late = strstr (line, " late") != NULL;
    shown->is_history = strstr (line, " history") != NULL;
    shown->is_doubted = strstr (line, " maybe-seen") != NULL;
    return TRUE;
  }
  return FALSE;
}

gboolean
shown_is (const Shown *shown, const Said *said)
{
  SaidKind kind = said->kind == SAID_SEND || said->kind == SAID_OTHER_SEND ? SAID_TEXT : said->kind;

  return shown->kind == kind && shown->said == said->number;
}

/* Which thing a delivery tells of. */
static gboolean
read_body (World *world, const char *body, guint *number)
{
  g_autoptr (JsonNode) node = NULL;
  const char *response;

  if (strstr (body, "\"responseId\"") == NULL)
    return read_number (body, "\"x", number) && *number < world->said->len;
  node = json_from_string (body, NULL);
  response = json_object_get_string_member (
      json_object_get_object_member (json_node_get_object (node), "data"), "responseId");
  return find_deed (world, response, strlen (response), number);
}

static void
count_delivery (Deliveries *counts, JsonObject *delivery)
{
  gint64 attempts = json_object_get_int_member (delivery, "attempts");
  gboolean is_delivered = json_object_get_boolean_member (delivery, "delivered");
  gboolean is_given_up = json_object_get_boolean_member (delivery, "givenUp");
  guint first_sent = (guint) json_object_get_int_member (delivery, "firstSent");

  counts->n++;
  counts->delivered += is_delivered;
  counts->retried += attempts != 1 || !is_delivered;
  counts->waiting += !is_delivered && !is_given_up;
  counts->given_up += is_given_up;
  if (first_sent > 0 && (counts->first_sent == 0 || first_sent < counts->first_sent))
    counts->first_sent = first_sent;
}

void
world_tell_deliveries (World *world, guint of)
{
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonArray *deliveries =
        json_object_get_array_member (json_array_get_object_element (webhooks, i), "deliveries");

    for (guint k = 0; k < json_array_get_length (deliveries); k++) {
      g_autoptr (JsonNode) node = json_node_copy (json_array_get_element (deliveries, k));
      const char *body = json_object_get_string_member (json_node_get_object (node), "body");
      g_autofree char *line = json_to_string (node, FALSE);
      guint number;

      if (read_body (world, body, &number) && number == of)
        g_test_message ("%s", line);
    }
  }
}

GArray *
world_deliveries (World *world)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Deliveries));
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  g_array_set_size (all, world->said->len + 1);
  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    JsonArray *deliveries = json_object_get_array_member (webhook, "deliveries");

    for (guint k = 0; k < json_array_get_length (deliveries); k++) {
      JsonObject *delivery = json_array_get_object_element (deliveries, k);
      guint number;

      count_delivery (&g_array_index (all, Deliveries, world->said->len), delivery);
      if (read_body (world, json_object_get_string_member (delivery, "body"), &number))
        count_delivery (&g_array_index (all, Deliveries, number), delivery);
    }
  }
  return all;
}
