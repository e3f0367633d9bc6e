/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a group costs that nothing happens in, and a member of a room. */
#include "config.h"

#include "bench-memory.h"
#include "kz-test-time.h"

#include <string.h>

/* So that each kind of each group was polled, more than once: 80 calls a minute. */
#define KINDS 9
#define CALLS_PER_MINUTE 75

/* A group or a person more is a longer answer, too, which the server keeps. */
static void
answer (Share *share, const char *request, const char *part, const char *json)
{
  gsize before = memory_kept ();

  bench_server_answer (share->server, request, part, 200, json);
  memory_leave_out (memory_kept () - before);
}

static void
start (Share *share, MemoryWay way)
{
  /* As in bench-memory-lines.c: how many of them stay open is no group's doing. */
  share->ends_connections = TRUE;
  share_start (share, way == MEMORY_PUSHED);
  /* Where no webhook can be, rather than where each is refused: a refusal is a line in each group, which
   * waits there to be read. */
  if (way == MEMORY_POLLED)
    purple_account_set_string (share->account, "webhook_listen", "unix:/nowhere/socket");
  bench_server_answer (share->server, "GET /v1/groups/", "/actions?", 200,
                       "{\"actions\":[],\"hasMore\":false}");
  bench_server_answer (share->server, "GET /v1/groups/", "/reaction/summary", 200,
                       "{\"reactions\":[],\"cursor\":0}");
}

/* --- Groups --- */

void
memory_groups_floor (Share *share, guint n_groups)
{
  /* One picture for all, as of all groups of a kind. */
  static const guchar picture[64] = "a picture";
  g_autofree char *work = g_strdup_printf ("%u groups", n_groups);
  PurpleGroup *place = purple_group_new ("floor");

  share_start (share, FALSE);
  purple_blist_add_group (place, NULL);
  for (guint i = 0; i < n_groups; i++) {
    GHashTable *components = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *name = g_strdup_printf ("Site %u", i);
    PurpleChat *chat;

    g_hash_table_insert (components, g_strdup ("group"),
                         g_strdup_printf ("%08x%s", 0x8ec349a2 + i, &SHARE_GROUP[8]));
    chat = purple_chat_new (share->account, name, components);
    purple_blist_add_chat (chat, place, NULL);
    purple_buddy_icons_node_set_custom_icon (PURPLE_BLIST_NODE (chat),
                                             g_memdup2 (picture, sizeof picture), sizeof picture);
  }
  kz_test_time_run (60);
  memory_note (work, "floor");
}

void
memory_groups (Share *share, guint n_groups, MemoryWay way)
{
  g_autofree char *work =
      g_strdup_printf ("%u groups %s", n_groups, way == MEMORY_PUSHED ? "pushed" : "polled");
  char *json;
  guint round_s = n_groups * KINDS * 60 / CALLS_PER_MINUTE;

  start (share, way);
  json = share_groups (n_groups);
  answer (share, "GET /v1/groups ", NULL, json);
  answer (share, "GET /v1/groups?", NULL, json);
  g_clear_pointer (&json, g_free);
  share_sign_on (share);
  kz_test_time_run (round_s + round_s / 4);
  memory_note (work, "first");
  kz_test_sign_off (share->host, share->account);
  kz_test_wait_for (share->host, purple_account_is_disconnected (share->account));
  kz_test_time_run (120);
  share_sign_on (share);
  kz_test_time_run (2 * round_s);
  memory_note (work, "second");
}

/* --- Members --- */

static guint
n_users (Share *share)
{
  PurpleConversation *room = kz_test_room (share->account, "Site 0");

  return room != NULL ? g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (room))) : 0;
}

void
memory_members_floor (Share *share, guint n_members)
{
  g_autofree char *work = g_strdup_printf ("%u members", n_members);
  PurpleConversation *room;
  GList *names = NULL, *flags = NULL;

  share_start (share, FALSE);
  /* A conversation wants a connection. */
  share_sign_on (share);
  room = purple_conversation_new (PURPLE_CONV_TYPE_CHAT, share->account, "floor");
  for (guint i = 0; i < n_members; i++) {
    names = g_list_prepend (names, g_strdup_printf ("Person %u of us", i));
    flags = g_list_prepend (flags, GINT_TO_POINTER (PURPLE_CBFLAGS_NONE));
  }
  purple_conv_chat_add_users (PURPLE_CONV_CHAT (room), names, NULL, flags, FALSE);
  g_list_free_full (names, g_free);
  g_list_free (flags);
  kz_test_time_run (60);
  memory_note (work, "floor");
}

void
memory_members (Share *share, guint n_members)
{
  g_autofree char *work = g_strdup_printf ("%u members", n_members);
  char *json;

  start (share, MEMORY_POLLED);
  json = share_members (n_members);
  answer (share, "GET /v1/groups/", "/members", json);
  g_clear_pointer (&json, g_free);
  share_sign_on (share);
  kz_test_join (share->account, "Site 0");
  kz_test_wait_for (share->host, n_users (share) == n_members);
  kz_test_time_run (60);
  memory_note (work, "first");
  /* Lists of open rooms are read again. */
  kz_test_time_run (3600 + 300);
  memory_note (work, "later");
  /* The names of the last session are known before their people are. */
  kz_test_sign_off (share->host, share->account);
  kz_test_wait_for (share->host, purple_account_is_disconnected (share->account));
  kz_test_time_run (120);
  share_sign_on (share);
  kz_test_join (share->account, "Site 0");
  kz_test_wait_for (share->host, n_users (share) == n_members);
  kz_test_time_run (300);
  memory_note (work, "second");
}
