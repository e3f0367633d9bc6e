/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own share of what something costs: the same work through the plugin and through the libraries
 * alone, in one run below callgrind. bench-share.py runs it, reads the counts and makes the table.
 */
#include "config.h"

#include "bench-share.h"

int
main (int argc, char **argv)
{
  const char *row = argc > 1 ? argv[1] : "";
  guint n = argc > 2 ? (guint) atoi (argv[2]) : 0;
  Share share = {0};

  share.host = kz_test_host_start (KZ_TEST_PIDGIN, NULL, KZ_MODULE_DIR);
  purple_prefs_set_bool ("/purple/logging/log_chats", FALSE);
  if (g_str_equal (row, "webhooks"))
    share_webhooks (&share);
  else if (g_str_equal (row, "pages"))
    share_pages (&share);
  else if (g_str_equal (row, "sends"))
    share_sends (&share);
  else if (g_str_equal (row, "members"))
    share_members_of (&share, n);
  else if (g_str_equal (row, "groups"))
    share_sign_on_again (&share, n);
  else if (g_str_equal (row, "turns"))
    share_turns (&share, n);
  else
    g_error ("no such row: %s", row);
  kz_test_account_drop (share.host, share.account);
  kz_test_host_stop (share.host);
  return 0;
}
