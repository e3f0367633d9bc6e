/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The longest turn of the main loop: everything that is done in it counts, but for libpurple's own batch
 * of chat users, which cannot be had in pieces. */
#define _GNU_SOURCE
#include "config.h"

#include "bench-count.h"
#include "bench-share.h"

#include <dlfcn.h>
#include <string.h>
#include <time.h>

/* A turn of less processor time is not looked at, unless it is the longest so far: a dump of each would
 * take hours. Below callgrind a turn that is worth a row takes twenty times as long. */
#define SHORT_US (20 * 1000)
#define MEMBERS 10000
#define ACTIONS 30
#define ACTION_BYTES (70 * 1024)

static gboolean is_looking;
static gint64 longest_us;

/* In place of libpurple's. */
void
purple_conv_chat_add_users (
    PurpleConvChat *chat, GList *users, GList *extra_msgs, GList *flags, gboolean new_arrivals)
{
  static void (*real) (PurpleConvChat *, GList *, GList *, GList *, gboolean);

  if (real == NULL)
    real = (void (*) (PurpleConvChat *, GList *, GList *, GList *, gboolean)) dlsym (
        RTLD_NEXT, "purple_conv_chat_add_users");
  if (is_looking)
    bench_count_pause ();
  real (chat, users, extra_msgs, flags, new_arrivals);
  if (is_looking)
    bench_count_resume ();
}

static gint64
thread_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
turn (const char *name)
{
  gint64 before_us;
  gint64 taken_us;

  /* What waits for something is no work. */
  while (!g_main_context_pending (NULL))
    g_usleep (1000);
  before_us = thread_us ();
  bench_count_start ();
  g_main_context_iteration (NULL, FALSE);
  bench_count_end ();
  taken_us = thread_us () - before_us;
  if (taken_us >= MIN (SHORT_US, longest_us))
    bench_count_stop (name);
  longest_us = MAX (longest_us, taken_us);
}

typedef gboolean (*IsDone) (Share *share);

/* Until @is_done, and @more_s seconds on. */
static void
look (Share *share, const char *name, IsDone is_done, guint more_s)
{
  gint64 until_us = 0;

  is_looking = TRUE;
  longest_us = 0;
  while (until_us == 0 || g_get_monotonic_time () < until_us) {
    turn (name);
    if (until_us == 0 && is_done (share))
      until_us = g_get_monotonic_time () + more_s * G_USEC_PER_SEC;
  }
  is_looking = FALSE;
}

/* --- Groups --- */

static gboolean
is_online (Share *share)
{
  return purple_account_is_connected (share->account);
}

static gboolean
is_offline (Share *share)
{
  return purple_account_is_disconnected (share->account);
}

static void
turns_of_groups (Share *share, guint n_groups)
{
  g_autofree char *json = share_groups (n_groups);

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups ", NULL, 200, json);
  bench_server_answer (share->server, "GET /v1/groups?", NULL, 200, json);
  kz_test_sign_on (share->host, share->account);
  look (share, "turn first sign-on", is_online, 10);
  kz_test_sign_off (share->host, share->account);
  look (share, "turn sign-off", is_offline, 1);
  kz_test_sign_on (share->host, share->account);
  look (share, "turn second sign-on", is_online, 70);
}

/* --- Members --- */

static gboolean
has_members (Share *share)
{
  PurpleConversation *room = kz_test_room (share->account, "Site 0");

  return room != NULL &&
         g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (room))) == MEMBERS;
}

static void
turns_of_members (Share *share)
{
  g_autofree char *json = share_members (MEMBERS);

  share_start (share, FALSE);
  share_sign_on (share);
  bench_server_answer (share->server, "GET /v1/groups/", "/members", 200, json);
  kz_test_join (share->account, "Site 0");
  look (share, "turn members", has_members, 10);
}

/* --- Two megabytes --- */

static guint before_lines;

static gboolean
has_lines (Share *share)
{
  return share_count_lines () >= before_lines + ACTIONS;
}

/* (transfer full) */
static char *
long_page (void)
{
  GString *json = g_string_new ("{\"actions\":[");
  g_autofree char *title = g_strnfill (ACTION_BYTES, 'a');

  for (guint i = 0; i < ACTIONS; i++) {
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autoptr (GDateTime) then = g_date_time_add_seconds (now, (double) i - 60.0);
    g_autofree char *sent = g_date_time_format (then, "%FT%TZ");

    g_string_append_printf (
        json,
        "%s{\"referenceId\":\"%08x-c413-4e2c-a1ac-4583126571bb\",\"actionType\":\"Job\","
        "\"sender\":\"+919999900002\",\"sentAt\":\"%s\",\"actionBody\":{"
        "\"actionId\":\"%08x-2c6e-4ea0-abf1-046e56a497d0\",\"title\":\"%s\","
        "\"assigneeCount\":1,\"responseCount\":0,\"isCompleted\":false}}",
        i > 0 ? "," : "", i, sent, i, title);
  }
  g_string_append (json, "],\"hasMore\":false}");
  return g_string_free (json, FALSE);
}

static void
turns_of_a_page (Share *share)
{
  g_autofree char *json = long_page ();

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups/", "/actions?actionType=Job", 200,
                       "{\"actions\":[],\"hasMore\":false}");
  share_sign_on (share);
  share_join (share);
  for (guint i = 0; i < 2; i++) {
    guint requests = bench_server_requests (share->server);

    bench_server_mark (share->server, "GET /v1/groups/", "/actions?actionType=Job", BENCH_NOTHING);
    kz_test_wait_for (share->host, bench_server_requests (share->server) > requests &&
                                       bench_server_was_marked (share->server));
  }
  share_settle ();
  bench_server_answer (share->server, "GET /v1/groups/", "/actions?actionType=Job", 200, json);
  before_lines = share_count_lines ();
  look (share, "turn page", has_lines, 5);
}

/* --- A tree of subgroups, and who answered --- */

/* (transfer full): one group, with all the others below it. */
static char *
tree (guint n_groups)
{
  GString *json = g_string_new ("{\"groups\":[");

  for (guint i = 0; i < n_groups; i++)
    g_string_append_printf (json,
                            "%s{\"groupId\":\"%08x-7c1d-4f0e-9d1b-5b1d0f6f3b11\","
                            "\"groupName\":\"Shop %u\",\"groupImageUrl\":\"\","
                            "\"groupType\":\"Group\",\"userRole\":\"Member\","
                            "\"hasParentGroups\":true,\"hasSubGroups\":false}",
                            i > 0 ? "," : "", i + 1, i);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

static void
turns_of_a_tree (Share *share, guint n_groups)
{
  static const char root[] =
      "{\"groups\":[{\"groupId\":\"" SHARE_GROUP "\",\"groupName\":\"Site 0\","
      "\"groupImageUrl\":\"\",\"groupType\":\"Group\",\"hasSubGroups\":true,"
      "\"hasParentGroups\":false}]}";
  g_autofree char *json = tree (n_groups);

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups ", NULL, 200, root);
  bench_server_answer (share->server, "GET /v1/groups?", NULL, 200, root);
  bench_server_answer (share->server, "GET /v1/groups/", "/subGroups", 200, json);
  share_sign_on (share);
  share_settle ();
  kz_test_sign_off (share->host, share->account);
  kz_test_wait_for (share->host, is_offline (share));
  kz_test_sign_on (share->host, share->account);
  look (share, "turn tree", is_online, 15);
}

/* (transfer full): a poll to which @count people have answered, and @n of their answers. */
static char *
details (guint count, guint n)
{
  GString *json = g_string_new (
      "{\"actions\":[{\"referenceId\":\"00000001-c413-4e2c-a1ac-4583126571bb\","
      "\"actionType\":\"Poll\",\"sender\":\"+919999900002\",\"actionBody\":{"
      "\"actionId\":\"00000001-2c6e-4ea0-abf1-046e56a497d0\",\"title\":\"Lunch?\","
      "\"choices\":[{\"title\":\"Pizza\"},{\"title\":\"Soup\"}],\"responseCount\":");

  g_string_append_printf (json, "%u,\"responses\":[", count);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (
        json,
        "%s{\"responseId\":\"%08x-9b5f-4d7e-8f43-1de8c1f25c5a\","
        "\"responderId\":\"%08x-1f7c-487b-a4a0-0c4ccb308272\",\"responder\":\"+9188888%05u\","
        "\"responderName\":\"Person %u of us\",\"responseDetails\":{\"responseWithQuestions\":["
        "{\"title\":\"Lunch?\",\"type\":\"SingleOption\",\"answer\":[\"%s\"]}]}}",
        i > 0 ? "," : "", i + 1, i + 5, i, i, i % 3 == 0 ? "Soup" : "Pizza");
  g_string_append (json, "]}}],\"hasMore\":false}");
  return g_string_free (json, FALSE);
}

static gboolean
was_asked (Share *share)
{
  return bench_server_was_marked (share->server);
}

static void
turns_of_details (Share *share, guint n)
{
  g_autofree char *json = details (n, n);
  g_autofree char *page = details (n, 0);

  share_start (share, FALSE);
  bench_server_answer (share->server, "GET /v1/groups/", "/actions?actionType=Poll", 200, page);
  bench_server_answer (share->server, "GET /v1/groups/", "/actions/00000001", 200, json);
  share_sign_on (share);
  share_join (share);
  bench_server_mark (share->server, "GET /v1/groups/", "/actions/00000001", BENCH_NOTHING);
  look (share, "turn details", was_asked, 10);
}

void
share_turns (Share *share, guint n_groups)
{
  if (n_groups == 0)
    turns_of_a_page (share);
  else if (n_groups == 1)
    turns_of_members (share);
  else if (n_groups == 2)
    turns_of_a_tree (share, 2000);
  else if (n_groups == 3)
    turns_of_details (share, 6000);
  else
    turns_of_groups (share, n_groups);
}
