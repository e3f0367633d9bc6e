/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "left-test.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int
port_of (int fd, int (*name_of) (int fd, struct sockaddr *address, socklen_t *length))
{
  struct sockaddr_in address = {0};
  socklen_t length = sizeof address;
  if (name_of (fd, (struct sockaddr *) &address, &length) != 0 || address.sin_family != AF_INET)
    return 0;
  return ntohs (address.sin_port);
}

static gboolean
listens (int fd)
{
  int yes = 0;
  socklen_t length = sizeof yes;
  return getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &length) == 0 && yes != 0;
}

/* Files of the host itself are its logs. */
static gboolean
is_file_of_ours (Fixture *fixture, int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);
  g_autofree char *logs = g_build_filename (fixture->host->user_dir, "logs", NULL);
  return path != NULL && g_str_has_prefix (path, fixture->host->user_dir) &&
         !g_str_has_prefix (path, logs);
}

guint
left_open (Fixture *fixture, int *receiver)
{
  g_autoptr (GUri) uri = g_uri_parse (fixture->world->url, G_URI_FLAGS_NONE, NULL);
  int sandbox = g_uri_get_port (uri);
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;
  const char *name;
  g_assert_nonnull (fds);
  while ((name = g_dir_read_name (fds)) != NULL) {
    int fd = (int) g_ascii_strtoll (name, NULL, 10);
    int local = port_of (fd, getsockname);
    if (local != 0 && local != sandbox && listens (fd))
      *receiver = local;
    if (local != 0)
      count += port_of (fd, getpeername) == sandbox || local == *receiver;
    else
      count += is_file_of_ours (fixture, fd);
  }
  return count;
}

void
left_send_file (Fixture *fixture, PurpleConversation *room)
{
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "gate.jpg", NULL);
  g_autofree char *bytes = g_malloc0 (3u << 20);
  memcpy (bytes, "\xff\xd8\xff\xe0", 4);
  g_assert_true (g_file_set_contents (path, bytes, 3 << 20, NULL));
  serv_chat_send_file (purple_account_get_connection (fixture->account),
                       purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)), path);
}

/* --- A session, and its end --- */

void
left_begin_to_sign_on (Fixture *fixture)
{
  g_autoptr (JsonObject) connector = kz_test_control (fixture->world, "POST", "connector", "{}");
  const char *id = json_object_get_string_member (connector, "connectorId");
  g_autoptr (JsonObject) token =
      kz_test_control (fixture->world, "POST", "token", "{'person':'me','connector':'%s'}", id);
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, json_object_get_string_member (token, "refreshToken"),
      "connector_id", id, "connector_secret",
      json_object_get_string_member (connector, "connectorSecret"), "api_root", fixture->world->url,
      NULL);
  kz_test_sign_on (fixture->host, fixture->account);
}

void
left_sign_on (Fixture *fixture)
{
  left_begin_to_sign_on (fixture);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

char *
left_begin (Fixture *fixture, PurpleConversation **room)
{
  left_sign_on (fixture);
  *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  /* Later than all of the rounds before, of which the first look shows the latest only. */
  kz_test_do (fixture->world, "POST", "clock", "{'advanceSeconds':2}");
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Which?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Which?") > 0);
  const char *text = kz_test_find_line (fixture->host, "Team", "Which?")->text;
  const char *open = strchr (text, '[') + 1;
  return g_strndup (open, strcspn (open, "]"));
}

void
left_others_act (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'second','text':'hello'}");
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'hindi','text':'hello there'}");
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'gate','name':'gate.jpg'}");
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'When?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
}

void
left_type (Fixture *fixture, PurpleConversation *room, const char *line, const char *handle)
{
  g_auto (GStrv) parts = g_strsplit (line, "HANDLE", -1);
  g_autofree char *whole = g_strjoinv (handle, parts);
  kz_test_type (fixture->host, room, whole);
}

void
left_ask_and_upload (Fixture *fixture, PurpleConversation *room)
{
  guint before = fixture->host->forms->len;
  left_type (fixture, room, "!survey", "");
  fixture_account_action (fixture, "State of the account");
  if (fixture_is_bitlbee (fixture))
    return;
  g_assert_cmpuint (fixture->host->forms->len, >, before);
  g_assert_cmpuint (fixture->host->open_notices->len, >, 0);
  left_send_file (fixture, room);
}

void
left_drop_and_see (Fixture *fixture)
{
  int receiver = 0;
  g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
  purple_account_set_enabled (fixture->account, purple_core_get_ui (), FALSE);
  kz_test_host_settle (fixture->host);
  /* Before it is deleted, with which libpurple would close all windows under its name, too. */
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
  g_assert_cmpuint (fixture->host->open_notices->len, ==, 0);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  kz_test_wait_for (fixture->host, left_open (fixture, &receiver) == 0);
  /* What was on its way to us comes to nobody. */
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
  g_assert_cmpuint (left_open (fixture, &receiver), ==, 0);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_forget_lines (fixture->host);
}
