/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of pages and deliveries after they were shown: nothing, but what keeps them from being
 * shown again and lets people answer them, which is bounded: hashes of the last 256 ids of a group, and
 * 2,000 open actions of an account. That fills first; then it may not grow any more. libpurple's own
 * history of the conversation is cleared after each round, and nothing is logged. */
#include "config.h"

#include "bench-memory.h"
#include "kz-test-time.h"

/* Of SHARE_PAGE items: more than 2,000 actions. */
#define FILLING 80
#define FEW 10
#define MANY 100
#define ROUND_S 120

typedef void (*Show) (Share *share, guint round);

static void
show_page (Share *share, guint round)
{
  g_autofree char *page = share_page (round * SHARE_PAGE, "");

  bench_server_answer (share->server, "GET /v1/groups/", "/actions?actionType=Job", 200, page);
  kz_test_time_run (ROUND_S);
}

static void
show_texts (Share *share, guint round)
{
  for (guint i = 0; i < SHARE_PAGE; i++) {
    guint port;
    g_autofree char *text = share_delivery (share, round * SHARE_PAGE + i, &port);

    bench_deliver (port, text);
  }
  kz_test_time_run (ROUND_S);
}

static void
show_rounds (Share *share, const char *work, Show show)
{
  guint rounds = FILLING + FEW + MANY;

  for (guint round = 1; round <= rounds; round++) {
    show (share, round);
    if (share_count_lines () != SHARE_PAGE)
      g_error ("%u lines of round %u instead of %u", share_count_lines (), round, SHARE_PAGE);
    g_ptr_array_unref (share_take_lines ());
    purple_conversation_clear_message_history (share->room);
    if (round == FILLING)
      memory_note (work, "filled");
    else if (round == FILLING + FEW)
      memory_note (work, "few");
  }
  memory_note (work, "many");
}

static void
begin (Share *share, gboolean has_webhooks)
{
  /* Libsoup keeps up to KZ_MAX_CONNECTIONS of 4 KB each: one more stays open whenever so many calls were
   * on their way at once, until all go after a pause. How many there are at the moment of a note is no
   * text's doing. */
  share->ends_connections = TRUE;
  share_start (share, has_webhooks);
  bench_server_answer (share->server, "GET /v1/groups/", "/actions?", 200,
                       "{\"actions\":[],\"hasMore\":false}");
  bench_server_answer (share->server, "GET /v1/groups/", "/reaction/summary", 200,
                       "{\"reactions\":[],\"cursor\":0}");
  share_sign_on (share);
  share_join (share);
  kz_test_time_run (600);
  g_ptr_array_unref (share_take_lines ());
}

void
memory_pages (Share *share)
{
  begin (share, FALSE);
  show_rounds (share, "pages", show_page);
}

void
memory_texts (Share *share)
{
  begin (share, TRUE);
  show_rounds (share, "texts", show_texts);
}
