/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists name people by number alone, and who is no admin is not told whose it is: deliveries are. */
#include "config.h"

#include "engine-world.h"

#include <string.h>

/* Chi is in no group of which we are an admin. */
static void
post_job (Bench *bench, const char *person, const char *title)
{
  g_autofree char *id = bench_do_id (bench, "action", "actionId",
                                     "{'group':'team','person':'%s','actionType':'Job','actionBody':"
                                     "{'title':'%s','assignedTo':['me'],'dueDate':48}}",
                                     person, title);
}

static gboolean
says (Bench *bench, const char *title, const char *part)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", title);

  bench_until_line (bench, quoted);
  return strstr (bench_line (bench, quoted), part) != NULL;
}

static void
set_paused (Bench *bench, gboolean is_paused)
{
  g_autoptr (JsonObject) done =
      bench_do (bench, is_paused ? "webhooks/pause" : "webhooks/resume", "{}");
}

static void
test_number_of_a_delivery (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzPerson) by_number = NULL;
  const KzPerson *chi;

  bench->limit_us = G_TIME_SPAN_HOUR;
  /* Until then nobody can know. */
  set_paused (bench, TRUE);
  post_job (bench, "chi", "unknown");
  g_assert_true (says (bench, "unknown", " by +"));
  set_paused (bench, FALSE);
  bench_say (bench, "team", "chi", "good morning");
  bench_until_line (bench, "good morning");
  g_assert_nonnull (strstr (bench_line (bench, "good morning"), " by Chi"));
  set_paused (bench, TRUE);
  post_job (bench, "chi", "known");
  g_assert_true (says (bench, "known", " by Chi "));
  /* One person, whatever names it. */
  chi = kz_directory_find (kz_engine_directory (bench->engine), "Chi");
  g_assert_nonnull (chi);
  by_number = kz_person_new (NULL, chi->phone, NULL, NULL);
  g_assert_true (kz_directory_lookup (kz_engine_directory (bench->engine), by_number) == chi);

  /* And in the next session, in which no delivery comes. */
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  post_job (bench, "chi", "after a restart");
  g_assert_true (says (bench, "after a restart", " by Chi "));
}

static void
test_own_number (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_only_poll (bench);
  bench_settle_in (bench);
  post_job (bench, "me", "from the phone");
  g_assert_true (says (bench, "from the phone", " own"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/numbers/a-delivery-tells-whose-it-is-for-good", test_number_of_a_delivery);
  g_test_add_func ("/numbers/our-own-is-ours", test_own_number);
  return g_test_run ();
}
