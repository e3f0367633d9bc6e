/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long lists: members of a room, groups of an account. */
#define _GNU_SOURCE
#include "config.h"

#include "bench-count.h"
#include "bench-share.h"

#include <dlfcn.h>
#include <string.h>

/* --- Saves of the list --- */

static guint list_saves;

/* In place of libpurple's. */
gboolean
purple_util_write_data_to_file (const char *name, const char *data, gssize size)
{
  static gboolean (*real) (const char *name, const char *data, gssize size);

  if (real == NULL)
    real = (gboolean (*) (const char *, const char *, gssize)) dlsym (
        RTLD_NEXT, "purple_util_write_data_to_file");
  if (g_str_equal (name, "blist.xml"))
    list_saves++;
  return real (name, data, size);
}

/* --- libpurple's own timers --- */

typedef struct {
  GSourceFunc func;
  gpointer data;
} Later;

static gboolean
later_cb (gpointer data)
{
  Later *later = data;
  gboolean goes_on;

  bench_count_pause ();
  goes_on = later->func (later->data);
  bench_count_resume ();
  return goes_on;
}

/* In place of libpurple's: what it saves some seconds after a change has nothing to do with how many
 * groups there are, but comes into what is counted when signing on takes longer than that. */
guint
purple_timeout_add_seconds (guint seconds, GSourceFunc func, gpointer data)
{
  Later *later = g_new (Later, 1);

  *later = (Later){func, data};
  /* Whoever takes it back does not know of this: so much is never freed. */
  return purple_timeout_add (seconds * 1000, later_cb, later);
}

/* --- Members --- */

static guint
n_users (Share *share)
{
  PurpleConversation *room = kz_test_room (share->account, "Site 0");

  return room != NULL ? g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (room))) : 0;
}

/* The same names in a room of nobody's. */
static void
members_floor (Share *share, const char *json, GList *names, GList *flags, const char *dump)
{
  g_autofree char *url = g_strconcat (bench_server_url (share->server), "/v1/floor", NULL);
  PurpleConversation *room =
      purple_conversation_new (PURPLE_CONV_TYPE_CHAT, share->account, "floor");
  GBytes *body = NULL;

  bench_server_answer (share->server, "GET /v1/floor", NULL, 200, json);
  bench_server_mark (share->server, "GET /v1/floor", NULL, BENCH_START_AT_ANSWER);
  bench_floor_get (share->session, url, &body);
  while (body == NULL)
    g_main_context_iteration (NULL, TRUE);
  bench_floor_parse (body);
  purple_conv_chat_add_users (PURPLE_CONV_CHAT (room), names, NULL, flags, FALSE);
  share_settle ();
  bench_count_stop (dump);
  g_bytes_unref (body);
}

void
share_members_of (Share *share, guint n_members)
{
  g_autofree char *json = share_members (n_members);
  g_autofree char *ours = g_strdup_printf ("members %u ours", n_members);
  g_autofree char *floor = g_strdup_printf ("members %u floor", n_members);
  GList *names = NULL, *flags = NULL;
  PurpleConversation *room;

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups/", "/members", 200, json);
  /* They are asked for after signing on; what is asked for beside them is the same for any number.
   */
  bench_server_mark (share->server, "GET /v1/groups/", "/members", BENCH_START_AT_ANSWER);
  share_sign_on (share);
  kz_test_join (share->account, "Site 0");
  while (!bench_count_is_on ())
    g_main_context_iteration (NULL, TRUE);
  for (guint users = 0; users < n_members;) {
    g_main_context_iteration (NULL, TRUE);
    bench_count_pause ();
    users = n_users (share);
    bench_count_resume ();
  }
  share_settle ();
  bench_count_stop (ours);
  room = kz_test_room (share->account, "Site 0");
  for (GList *l = purple_conv_chat_get_users (PURPLE_CONV_CHAT (room)); l != NULL; l = l->next) {
    PurpleConvChatBuddy *user = l->data;

    names = g_list_prepend (names, g_strdup (user->name));
    flags = g_list_prepend (flags, GINT_TO_POINTER (user->flags));
  }
  members_floor (share, json, names, flags, floor);
  g_list_free_full (names, g_free);
  g_list_free (flags);
}

/* --- Groups --- */

static void
wait_s (Share *share, guint seconds)
{
  gint64 until_us = kz_test_real_us () + seconds * G_USEC_PER_SEC;

  while (kz_test_host_turn (share->host, until_us))
    ;
}

void
share_sign_on_again (Share *share, guint n_groups)
{
  g_autofree char *json = share_groups (n_groups);
  g_autofree char *ours = g_strdup_printf ("groups %u ours", n_groups);
  g_autofree char *floor = g_strdup_printf ("groups %u floor", n_groups);
  g_autofree char *saves = g_strdup_printf ("groups %u saves of the list", n_groups);
  g_autofree char *calls = g_strdup_printf ("groups %u calls before online", n_groups);
  g_autofree char *url = NULL;
  GBytes *body = NULL;
  guint requests;

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups ", NULL, 200, json);
  bench_server_answer (share->server, "GET /v1/groups?", NULL, 200, json);
  share_sign_on (share);
  /* libpurple saves five seconds after a change, the plugin after two. */
  wait_s (share, 8);
  kz_test_sign_off (share->host, share->account);
  kz_test_wait_for (share->host, purple_account_is_disconnected (share->account));
  /* And the calls of the first sign-on fill its minute. */
  wait_s (share, 65);
  list_saves = 0;
  requests = bench_server_requests (share->server);
  bench_count_start ();
  kz_test_sign_on (share->host, share->account);
  while (!purple_account_is_connected (share->account))
    g_main_context_iteration (NULL, TRUE);
  bench_count_pause ();
  share_note (calls, bench_server_requests (share->server) - requests);
  bench_count_resume ();
  bench_count_stop (ours);
  wait_s (share, 8);
  share_note (saves, list_saves);
  /* What the plugin does in the meantime is no part of the floor. */
  kz_test_sign_off (share->host, share->account);
  kz_test_wait_for (share->host, purple_account_is_disconnected (share->account));
  share_settle ();

  url = g_strconcat (bench_server_url (share->server), "/v1/floor", NULL);
  bench_server_answer (share->server, "GET /v1/floor", NULL, 200, json);
  bench_server_mark (share->server, "GET /v1/floor", NULL, BENCH_START_AT_ANSWER);
  bench_floor_get (share->session, url, &body);
  while (body == NULL)
    g_main_context_iteration (NULL, TRUE);
  bench_floor_parse (body);
  bench_count_stop (floor);
  g_bytes_unref (body);
}
