/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "worlds.h"

#include <string.h>

/* One look at the whole. */
typedef struct {
  World *world;
  GArray *shown; /* (element-type Shown): of the transcript, in its order */
  GArray *deliveries;
  JsonObject *received;
} Check;

static void
fail_world (World *world, const char *why, guint number)
{
  const Said *said = number < world->said->len ? g_ptr_array_index (world->said, number) : NULL;

  for (guint i = 0; i < world->bench->log->len; i++)
    g_test_message ("%s", (char *) world->bench->log->pdata[i]);
  for (guint i = 0; i < world->others->len; i++)
    g_test_message ("other: %s", (char *) world->others->pdata[i]);
  if (said != NULL) {
    g_autoptr (GArray) all = world_deliveries (world);
    const Deliveries *deliveries = &g_array_index (all, Deliveries, number);

    world_tell_deliveries (world, number);
    g_error ("KZ_TEST_WORLD=%u: %s: x%u. of r%u, kind %d, about x%u., %u deliveries, %u accepted",
             world->seed, why, number, said->room, (int) said->kind, said->about, deliveries->n,
             deliveries->delivered);
  }
  g_error ("KZ_TEST_WORLD=%u: %s", world->seed, why);
}

static GArray *
read_lines (World *world, GPtrArray *log)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Shown));

  for (guint i = 0; i < log->len; i++) {
    Shown shown;

    if (world_read_line (world, log->pdata[i], i, &shown))
      g_array_append_val (all, shown);
  }
  return all;
}

static const Shown *
shown_at (const GArray *shown, guint i)
{
  return &g_array_index (shown, Shown, i);
}

/* --- Once --- */

/* How often the service got that text from us. */
static guint
count_received (const Check *check, const char *text)
{
  JsonArray *items = json_object_get_array_member (check->received, "items");
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (items); i++)
    count += g_strcmp0 (json_object_get_string_member_with_default (
                            json_array_get_object_element (items, i), "text", NULL),
                        text) == 0;
  return count;
}

static guint
count_lines (GPtrArray *log, const char *part)
{
  guint count = 0;

  for (guint i = 0; i < log->len; i++)
    count += strstr (log->pdata[i], part) != NULL;
  return count;
}

/* Whether it was said of what was @typed that it has not arrived: whoever reads that sends it again. */
static gboolean
was_refused (const char *typed, GPtrArray *log)
{
  for (guint i = 0; i < log->len; i++)
    if (strstr (log->pdata[i], "send-failed ") != NULL && strstr (log->pdata[i], typed) != NULL)
      return TRUE;
  return FALSE;
}

/* It arrives once, or is given back. */
static guint
check_sent (const Check *check, const Said *said, GPtrArray *log)
{
  g_autofree char *text = g_strdup_printf ("x%u.", said->number);
  g_autofree char *typed = g_strdup_printf ("typed \"%s\"", text);
  guint arrived = count_received (check, text);

  if (arrived > 1)
    fail_world (check->world, "sent twice", said->number);
  if (arrived > 0 && was_refused (typed, log))
    fail_world (check->world, "sent and called refused", said->number);
  if (arrived == 0 && !said->is_unsure && count_lines (log, typed) == 0)
    fail_world (check->world, "neither sent nor given back", said->number);
  return arrived;
}

/* Whether there must be a line of it: texts come by deliveries alone, the rest is listed. */
static gboolean
must_be_shown (const Check *check, const Said *said)
{
  const Deliveries *deliveries = &g_array_index (check->deliveries, Deliveries, said->number);

  switch (said->kind) {
  case SAID_TEXT:
    return deliveries->delivered > 0;
  case SAID_OTHER_SEND:
    return check_sent (check, said, check->world->others) > 0 && deliveries->delivered > 0;
  case SAID_SEND:
    return FALSE;
  case SAID_ACTION:
  case SAID_PICTURE:
  case SAID_ANSWER:
  case SAID_LIKE:
  case SAID_COMMENT:
    break;
  }
  return TRUE;
}

/* It is, unless the service gave up something before, and turned the webhook off with it. */
static void
check_delivered (const Check *check, const Said *said)
{
  const Deliveries *deliveries = &g_array_index (check->deliveries, Deliveries, said->number);

  if (said->kind == SAID_TEXT && deliveries->delivered == 0 && !check->world->was_deaf &&
      g_array_index (check->deliveries, Deliveries, check->world->said->len).given_up == 0)
    fail_world (check->world, "not delivered", said->number);
}

static void
check_said (const Check *check, const Said *said)
{
  guint plain = 0;
  guint doubted = 0;

  for (guint i = 0; i < check->shown->len; i++) {
    const Shown *shown = shown_at (check->shown, i);

    if (!shown_is (shown, said))
      continue;
    if (shown->room != said->room)
      fail_world (check->world, "in another room", said->number);
    if (shown->is_doubted)
      doubted++;
    else
      plain++;
  }
  check_delivered (check, said);
  if (plain > 1)
    fail_world (check->world, "twice", said->number);
  if (said->kind == SAID_SEND &&
      (check_sent (check, said, check->world->bench->log), plain + doubted > 0))
    fail_world (check->world, "an echo was shown", said->number);
  if (plain + doubted == 0 && must_be_shown (check, said))
    fail_world (check->world, "lost", said->number);
}

/* --- Possibly seen --- */

static gboolean
is_same (const Shown *a, const Shown *b)
{
  return a->kind == b->kind && a->said == b->said;
}

/* Where the process was killed with line @at as the last thing that the transcript has, marks apart; 0:
 * it was not. */
static guint
killed_behind (const Check *check, guint at)
{
  GPtrArray *log = check->world->bench->log;

  for (guint i = at + 1; i < log->len; i++) {
    Shown shown;

    if (g_str_has_prefix (log->pdata[i], WORLD_KILLED))
      return i;
    if (g_str_has_prefix (log->pdata[i], WORLD_ENDED) ||
        world_read_line (check->world, log->pdata[i], i, &shown))
      return 0;
  }
  return 0;
}

/* Whether it is what was about to be shown at line @at, as far as that is known. */
static gboolean
was_about_to_be (const Check *check, guint at, const Shown *shown)
{
  const char *line = check->world->bench->log->pdata[at];
  Shown about;

  if (!g_str_has_prefix (line, WORLD_MIDST))
    return FALSE;
  line += strlen (WORLD_MIDST);
  if (*line == '\0')
    return TRUE;
  if (world_read_line (check->world, line, at, &about))
    return is_same (&about, shown);
  return world_read_room (line, &about.room) && about.room == shown->room;
}

/* Where a kill came between the record of what is shown in line @i and that line, which then never
 * stood there; 0: nowhere. @used: (element-type guint): kills that something else is put down to. */
static guint
killed_in_the_midst (const Check *check, const Shown *shown, GHashTable *used)
{
  for (guint at = shown->at; at > 0; at--) {
    guint kill = was_about_to_be (check, at - 1, shown) ? killed_behind (check, at - 1) : 0;

    if (kill != 0 && kill < shown->at && !g_hash_table_contains (used, GUINT_TO_POINTER (kill)))
      return kill;
  }
  return 0;
}

/* A kill leaves one thing in doubt: what was shown last, or was about to be. */
static void
check_doubts (const Check *check)
{
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < check->shown->len; i++) {
    const Shown *shown = shown_at (check->shown, i);
    const Shown *before = NULL;
    guint kill;

    if (!shown->is_doubted)
      continue;
    for (guint k = i; k > 0 && before == NULL; k--)
      if (is_same (shown_at (check->shown, k - 1), shown))
        before = shown_at (check->shown, k - 1);
    kill = before != NULL ? killed_behind (check, before->at)
                          : killed_in_the_midst (check, shown, used);
    if (kill == 0)
      fail_world (check->world, before != NULL ? "again without a kill" : "in doubt, and never shown",
                  shown->said);
    if (!g_hash_table_add (used, GUINT_TO_POINTER (kill)))
      fail_world (check->world, "more doubts than kills", shown->said);
  }
}

/* --- In order --- */

static gboolean
is_item (const Shown *shown)
{
  return shown->kind == SAID_TEXT || shown->kind == SAID_ACTION || shown->kind == SAID_PICTURE;
}

static const Said *
said_of (World *world, const Shown *shown)
{
  return g_ptr_array_index (world->said, shown->said);
}

/* Lists of two kinds agree to the second only. */
static gboolean
is_before (World *world, const Shown *shown, const Shown *other)
{
  const Said *a = said_of (world, shown);
  const Said *b = said_of (world, other);

  return a->second < b->second || (a->number < b->number && g_strcmp0 (a->type, b->type) == 0);
}

/* The last of the same kind in the same room above line @i. (nullable) */
static const Shown *
last_of_list (World *world, const GArray *all, guint first, guint i)
{
  const Shown *shown = shown_at (all, i);

  for (guint k = i; k > first; k--) {
    const Shown *before = shown_at (all, k - 1);

    if (is_item (before) && before->is_polled && !before->is_doubted &&
        before->room == shown->room && before->kind == shown->kind &&
        g_strcmp0 (said_of (world, before)->type, said_of (world, shown)->type) == 0)
      return before;
  }
  return NULL;
}

/* Polled items come in the server's order: those of one list always, those of several unless they
 * say that they are late. */
static void
check_polled (World *world, const GArray *all, guint first, guint end)
{
  const Shown *last[WORLD_ROOMS] = {NULL};

  for (guint i = first; i < end; i++) {
    const Shown *shown = shown_at (all, i);
    const Shown *before;

    if (!is_item (shown) || !shown->is_polled || shown->is_doubted)
      continue;
    before = last_of_list (world, all, first, i);
    if (before != NULL && shown->said < before->said)
      fail_world (world, "listed out of order", shown->said);
    if (shown->is_late || shown->is_history)
      continue;
    if (last[shown->room] != NULL && is_before (world, shown, last[shown->room]))
      fail_world (world, "polled out of order", shown->said);
    last[shown->room] = shown;
  }
}

/* So do deliveries that came the first time, and were given to us one after the other: where the
 * service does not change their order that is the order in which it was said. */
static void
check_delivery_order (const Check *check)
{
  guint last[WORLD_ROOMS] = {0};

  for (guint i = 0; i < check->shown->len; i++) {
    const Shown *shown = shown_at (check->shown, i);
    const Deliveries *deliveries = &g_array_index (check->deliveries, Deliveries, shown->said);
    guint place = check->world->reorders ? deliveries->first_sent : shown->said + 1;

    if (!is_item (shown) || shown->is_polled || shown->is_doubted || deliveries->retried > 0)
      continue;
    if (place < last[shown->room])
      fail_world (check->world, "delivered out of order", shown->said);
    last[shown->room] = place;
  }
}

/* What says that it is late was said before something that stands above it, or before this
 * process was online. */
static void
check_late (const Check *check)
{
  GPtrArray *log = check->world->bench->log;
  guint said_before = 0;
  int last[WORLD_ROOMS];
  guint next = 0;

  for (guint i = 0; i < WORLD_ROOMS; i++)
    last[i] = -1;
  for (guint i = 0; i < log->len; i++) {
    const Shown *shown = next < check->shown->len ? shown_at (check->shown, next) : NULL;

    if (g_str_has_prefix (log->pdata[i], WORLD_BEGAN))
      said_before = G_MAXUINT;
    if (g_str_has_prefix (log->pdata[i], WORLD_ONLINE))
      said_before =
          (guint) g_ascii_strtoull ((const char *) log->pdata[i] + strlen (WORLD_ONLINE), NULL, 10);
    if (shown == NULL || shown->at != i)
      continue;
    next++;
    if (!is_item (shown))
      continue;
    if (shown->is_history)
      fail_world (check->world, "taken for history", shown->said);
    if (shown->is_polled && shown->is_late && shown->said >= said_before &&
        (int) shown->said > last[shown->room])
      fail_world (check->world, "said to be late", shown->said);
    last[shown->room] = MAX (last[shown->room], (int) shown->said);
  }
}

/* --- The process beside ours: each time it knows only what ours had written down --- */

/* Texts come by webhooks alone, of which only ours has any. */
static gboolean
is_listed (const Said *said)
{
  return said->kind == SAID_ACTION || said->kind == SAID_PICTURE || said->kind == SAID_ANSWER ||
         said->kind == SAID_LIKE || said->kind == SAID_COMMENT;
}

static gboolean
is_shown (const GArray *all, guint first, guint end, const Said *said)
{
  for (guint i = first; i < end; i++)
    if (shown_is (shown_at (all, i), said))
      return TRUE;
  return FALSE;
}

/* Above what is shown of a list nothing of it is left out that was said since the process began. */
static void
check_gaps (World *world, const GArray *all, guint first, guint end, guint began)
{
  for (guint i = first; i < end; i++) {
    const Shown *shown = shown_at (all, i);

    for (guint number = began; is_item (shown) && number < shown->said; number++) {
      const Said *said = g_ptr_array_index (world->said, number);

      if (said->kind == shown->kind && said->room == shown->room &&
          g_strcmp0 (said->type, said_of (world, shown)->type) == 0 &&
          !is_shown (all, first, end, said))
        fail_world (world, "left out beside us", number);
    }
  }
}

static void
check_session (World *world, const GArray *all, guint first, guint end, guint began)
{
  for (guint i = first; i < end; i++)
    for (guint k = first; k < i; k++)
      if (is_same (shown_at (all, i), shown_at (all, k)))
        fail_world (world, "twice beside us", shown_at (all, i)->said);
  check_polled (world, all, first, end);
  check_gaps (world, all, first, end, began);
}

/* The first line of its last session. */
static guint
last_began (GPtrArray *log)
{
  for (guint i = log->len; i > 0; i--)
    if (g_str_has_prefix (log->pdata[i - 1], WORLD_BEGAN))
      return i - 1;
  return 0;
}

/* (nullable): what the one that stays to the end does not show yet. */
static const Said *
missing_beside (World *world, const GArray *all)
{
  guint began = last_began (world->others);
  guint first = 0;

  while (first < all->len && shown_at (all, first)->at < began)
    first++;
  for (guint i = world->beside_since; world->is_beside && i < world->said->len; i++) {
    const Said *said = g_ptr_array_index (world->said, i);

    if (is_listed (said) && !is_shown (all, first, all->len, said))
      return said;
  }
  return NULL;
}

static void
check_others (World *world)
{
  g_autoptr (GArray) all = read_lines (world, world->others);
  const Said *missing = missing_beside (world, all);
  guint began = 0;
  guint first = 0;
  guint next = 0;

  for (guint i = 0; i < world->others->len; i++) {
    const char *line = world->others->pdata[i];
    gboolean begins = g_str_has_prefix (line, WORLD_BEGAN);

    if (next < all->len && shown_at (all, next)->at == i)
      next++;
    if (!begins && i + 1 < world->others->len)
      continue;
    check_session (world, all, first, next, began);
    first = next;
    if (begins)
      began = (guint) g_ascii_strtoull (line + strlen (WORLD_BEGAN), NULL, 10);
  }
  if (missing != NULL)
    fail_world (world, "lost beside us", missing->number);
}

/* --- The whole --- */

static gboolean
are_webhooks_alive (World *world)
{
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++)
    if (!json_object_get_boolean_member (json_array_get_object_element (webhooks, i), "active"))
      return FALSE;
  return json_array_get_length (webhooks) >= WORLD_ROOMS;
}

gboolean
world_is_complete (World *world)
{
  g_autoptr (GArray) all = read_lines (world, world->bench->log);
  g_autoptr (GArray) beside = read_lines (world, world->others);
  g_autoptr (GArray) deliveries = NULL;

  for (guint i = 0; i < world->said->len; i++) {
    const Said *said = g_ptr_array_index (world->said, i);

    if (is_listed (said) && !is_shown (all, 0, all->len, said))
      return FALSE;
  }
  if (missing_beside (world, beside) != NULL)
    return FALSE;
  deliveries = world_deliveries (world);
  return g_array_index (deliveries, Deliveries, world->said->len).waiting == 0 &&
         are_webhooks_alive (world);
}

/* Else what is said when we have come online would rightly be told as late. */
static void
check_clocks (World *world)
{
  gint64 ours_us = kz_clock_wall_us (world->bench->clock);
  g_autoptr (JsonObject) service = bench_get (world->bench, "clock");

  g_assert_cmpint (json_object_get_int_member (service, "nowMs"), >=, ours_us / 1000);
}

void
world_check (World *world)
{
  g_autoptr (GArray) shown = read_lines (world, world->bench->log);
  g_autoptr (GArray) deliveries = world_deliveries (world);
  g_autoptr (JsonObject) received = bench_get (world->bench, "received");
  const Check check = {world, shown, deliveries, received};

  check_clocks (world);
  if (!are_webhooks_alive (world))
    fail_world (world, "a webhook stays dead", G_MAXUINT);
  for (guint i = 0; i < world->said->len; i++)
    check_said (&check, g_ptr_array_index (world->said, i));
  check_doubts (&check);
  check_polled (world, shown, 0, shown->len);
  check_late (&check);
  check_delivery_order (&check);
  check_others (world);
}
