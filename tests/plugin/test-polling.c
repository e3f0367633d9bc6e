/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where nobody can call us, everything comes by polls: each kind once, with what a person needs. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define ROOM "Site"
#define PACKAGE "com.example.visit"

/* Few calls until all kinds of the one group were asked for. An admin sees whose number the sender
 * of a list is. */
static const char site_json[] =
    "{\"users\":[{\"key\":\"me\",\"name\":\"Gita Rao\",\"phone\":\"" KZ_MY_PHONE
    "\",\"signIn\":true},{\"key\":\"noor\",\"name\":\"Noor\",\"phone\":\"+919999900002\"},"
    "{\"key\":\"asha\",\"name\":\"Asha\",\"phone\":\"+919999900003\"}],"
    "\"groups\":[{\"key\":\"site\",\"name\":\"" ROOM "\",\"members\":["
    "{\"person\":\"me\",\"role\":\"Admin\"},"
    "{\"person\":\"noor\",\"role\":\"Admin\"},\"asha\"]}]}";

#define LISTS 9

/* Until every list was asked for (once more). */
static void
wait_for_a_round (Fixture *fixture)
{
  gint64 before = kz_test_calls (fixture->world, "GET /groups/{groupId}/actions");
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "GET /groups/{groupId}/actions") >=
                        before + LISTS);
}

/* Signs on where no webhook can be registered; the option names the package. */
static PurpleConversation *
begin (Fixture *fixture)
{
  fixture_new_world (fixture, site_json);
  fixture_skip_waits (fixture);
  /* The two descriptions of the API disagree on these. */
  kz_test_do (fixture->world, "POST", "switch", "{'documentList':'on'}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/webhook*','times':0},'action':{'status':403,"
              "'body':{'message':'no webhooks','errorCode':'Forbidden'}}}");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "packages", PACKAGE);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  PurpleConversation *room = fixture_join (fixture, ROOM);
  /* Each list was looked at: what comes from now on is new. */
  wait_for_a_round (fixture);
  return room;
}

/* (transfer full): the action's id. */
static char *
post (Fixture *fixture, const char *kind, const char *body)
{
  g_autoptr (JsonObject) posted =
      kz_test_control (fixture->world, "POST", "action",
                       "{'group':'site','person':'noor','%s':'%s','actionBody':%s}",
                       strchr (kind, '.') != NULL ? "id" : "actionType", kind, body);
  return g_strdup (json_object_get_string_member (posted, "actionId"));
}

/* @parts: NULL-terminated, of the one line with the first of them; in the others k3f is its handle,
 * and ! what a command begins with in this host. */
static void
assert_shown (Fixture *fixture, const char *const *parts)
{
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, ROOM, parts[0]) > 0);
  const KzTestLine *line = kz_test_find_line (fixture->host, ROOM, parts[0]);
  const char *open = strchr (line->text, '[');
  const char *close = open != NULL ? strchr (open, ']') : NULL;
  g_autofree char *handle =
      g_strndup (close != NULL ? open + 1 : "", (gsize) (close != NULL ? close - open - 1 : 0));
  g_assert_cmpstr (line->who, ==, "Noor");
  for (guint i = 1; parts[i] != NULL; i++) {
    g_auto (GStrv) pieces = g_strsplit (parts[i], "k3f", -1);
    g_autofree char *part = g_strjoinv (handle, pieces);
    if (!fixture_is_bitlbee (fixture))
      g_strdelimit (part, "!", '/');
    if (strstr (line->text, part) == NULL)
      g_error ("“%s” is not in: %s", part, line->text);
  }
}

static const struct {
  const char *kind;
  const char *body;
  const char *shown[8]; /* the first is in no other line */
} kinds[] = {
    {"Job",
     "{'title':'Check the pump','assignedTo':['me','asha'],'dueDate':48}",
     {"Check the pump", "Job [k3f]", "when done: !done k3f"}},
    {"Poll",
     "{'question':'Eat where?','choices':[{'title':'Canteen'},{'title':'Market'}],"
     "'expiryInHours':48}",
     {"Eat where?", "Poll [k3f]", "1 Canteen · 2 Market", "closes ", "to vote: !vote k3f 1"}},
    {"Survey",
     "{'title':'Trip','dueDate':48,'isAnonymous':true,'questions':[{'title':'Which day?',"
     "'type':'SingleOption','options':[{'title':'Mon'},{'title':'Tue'}]},"
     "{'title':'How many?','type':'Numeric'}]}",
     /* This list tells no questions (API §14): they come when one begins to answer. */
     {"Trip", "Survey [k3f]", "closes ", "to answer: !answer k3f"}},
    {"LetsMeet",
     "{'title':'Talk','startingTime':'2027-05-06T09:00:00Z','DurationInMins':45,'agenda':'The "
     "rota','place':{'latitude':1.5,'longitude':2.5,'name':'the gate'}}",
     {"Talk", "Let’s meet [k3f]", "6 May 2027 9:00, for 45 minutes", "the gate", "The rota",
      "to answer: !vote k3f accept (or decline, maybe)"}},
    {"ShareLocation",
     "{'latitude':12.25,'longitude':77.5}",
     {"12.250000,77.500000", "Place [k3f]"}},
    {"PhotoWithLocation",
     "{'latitude':13.25,'longitude':78.5}",
     {"13.250000,78.500000", "Photo", "[k3f]", "http://127.0.0.1"}},
    {PACKAGE ".2",
     "{'title':'Visit of the plant','validity':48,'questions':[{'title':'Who comes?',"
     "'type':'Text'}],'properties':[{'name':'status','type':'Text','value':'open'}]}",
     {"Visit of the plant", "Form [k3f]", "closes ", "1. Who comes?", "to answer: !answer k3f"}},
};

static const char *const photo[] = {"the new gate", "Photo [k3f]", "http://127.0.0.1", NULL};
static const char *const file[] = {"fire drill", "File [k3f]", "http://127.0.0.1", NULL};

/* Each of them stands there once. */
static void
assert_all_once (Fixture *fixture)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpuint (kz_test_count_lines (fixture->host, ROOM, kinds[i].shown[0]), ==, 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, ROOM, photo[0]), ==, 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, ROOM, file[0]), ==, 1);
}

/* One short line with these words, after those that were forgotten. */
static void
assert_told (Fixture *fixture, const char *words)
{
  const KzTestLine *line = fixture_expect_line (fixture, ROOM, words);
  g_assert_null (strchr (line->text, '\n'));
  g_assert_cmpint (g_utf8_strlen (line->text, -1), <, 100);
}

/* What the lists of the service tell of each kind, and what people did with three of them. */
static void
each_kind_comes_once (Fixture *fixture)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  begin (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_ptr_array_add (ids, post (fixture, kinds[i].kind, kinds[i].body));
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'site','person':'noor','caption':'the new gate','name':'gate.png'}");
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'site','person':'noor','kind':'Document','caption':'fire drill'}");
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    assert_shown (fixture, kinds[i].shown);
  assert_shown (fixture, photo);
  assert_shown (fixture, file);
  assert_all_once (fixture);

  kz_test_forget_lines (fixture->host);
  kz_test_do (fixture->world, "POST", "complete", "{'actionId':'%s','person':'asha'}",
              (char *) ids->pdata[0]);
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'asha','choice':2}",
              (char *) ids->pdata[1]);
  kz_test_do (fixture->world, "POST", "respond",
              "{'actionId':'%s','person':'asha','answers':['Accept']}", (char *) ids->pdata[3]);
  kz_test_do (fixture->world, "POST", "respond",
              "{'actionId':'%s','person':'asha','answers':['Tue',3]}", (char *) ids->pdata[2]);
  /* Who it was, and how it stands, in one line each. */
  static const char *const told[] = {"] “Check the pump” (1 of 2 done)",
                                     "] “Eat where?”: Market (Canteen 0, Market 1)",
                                     "] “Talk”: Accept (Accept 1)",
                                     "] “Trip”: Which day? Tue; How many? 3 (1 answer)"};
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, ROOM, told[i]) > 0);
  g_assert_true (
      g_str_has_prefix (fixture_expect_line (fixture, ROOM, told[0])->text, "Asha finished the job ["));
  g_assert_true (
      g_str_has_prefix (fixture_expect_line (fixture, ROOM, told[1])->text, "Asha voted in the poll ["));
  g_assert_true (
      g_str_has_prefix (fixture_expect_line (fixture, ROOM, told[2])->text, "Asha answered ["));
  /* All of it is listed again, and nothing else is said. */
  wait_for_a_round (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    assert_told (fixture, told[i]);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, ROOM, ""), ==, G_N_ELEMENTS (told));
}

static guint
position_of (Fixture *fixture, const char *text)
{
  guint position = 0;
  gpointer line = (gpointer) fixture_expect_line (fixture, ROOM, text);
  g_assert_true (g_ptr_array_find (fixture->host->lines, line, &position));
  return position;
}

/* A delivery waits in the engine and a like, which only a poll brings, beside it: nobody likes what was not
 * said yet. */
static void
a_like_waits_behind_what_it_likes (Fixture *fixture)
{
  fixture_new_world (fixture, site_json);
  fixture_sign_on (fixture);
  kz_test_wait_for (fixture->host, fixture_webhooks (fixture) == 1);
  wait_for_a_round (fixture);
  g_autofree char *id = post (fixture, kinds[1].kind, kinds[1].body);
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "New lines wait") == 1);
  kz_test_do (fixture->world, "POST", "like", "{'actionId':'%s','person':'asha'}", id);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "GET /groups/{groupId}/reaction/{referenceId}") > 0);
  kz_test_host_settle (fixture->host);
  fixture_join (fixture, ROOM);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, ROOM, "likes") == 1);
  g_assert_cmpuint (position_of (fixture, kinds[1].shown[2]), <, position_of (fixture, "likes"));
}

static void
add_tests (void)
{
  /* A room that nobody looks at is polled now and then. */
  if (g_test_slow ())
    plugin_test_add ("/polling/a-like-waits-behind-what-it-likes", a_like_waits_behind_what_it_likes);
  plugin_test_add ("/polling/each-kind-comes-once", each_kind_comes_once);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
