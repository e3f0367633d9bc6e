/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person reads in the room, to the letter, of a line that the service did not take. */
#include "config.h"

#include "plugin-test.h"

#define TEAM "Team"

#define UNSURE(why)                                                                                      \
  "This may not have arrived (" why "). It is not sent again by itself."

/* @action: what the service does with it; @line: what is read of that above what was typed. */
static const struct {
  const char *action;
  const char *line;
} outcomes[] = {
    {"'status':403,'body':{'message':'No','errorCode':'Forbidden'}", "Not sent: No (Forbidden)"},
    {"'status':403,'body':''", "Not sent: you may not do that here"},
    {"'status':404,'body':''", "Not sent: The service does not know this"},
    {"'status':415,'body':{'message':'No such type','errorCode':'UnsupportedMediaType'}",
     "Not sent: No such type (UnsupportedMediaType)"},
    {"'status':400,'body':''", "Not sent: The service refused"},
    {"'status':200,'body':{'message':'Odd','errorCode':'InvalidParameters'}",
     "Not sent: Odd (InvalidParameters)"},
    {"'status':401,'body':{'message':'Invalid token','errorCode':'InvalidToken'}",
     "Not sent: Kaizala refused the refresh token"},
    {"'status':308,'location':'http://192.0.2.1/v1'",
     "Not sent: The service says that it moved to an address that is not one of its own"},
    {"'status':308,'location':'itself'",
     "Not sent: The service sends us from one address to the next without end"},
    {"'status':302,'location':'http://192.0.2.1/'",
     "Not sent: Instead of an answer of Kaizala came a redirection to somewhere else. Perhaps this network "
     "wants a sign-in of its own"},
    {"'status':200,'contentType':'text/html','body':'<html>Sign in</html>'",
     "Not sent: the answer was not understood"},
    {"'status':500,'body':''", UNSURE ("Kaizala answered with an error: HTTP 500")},
    {"'status':502,'contentType':'text/html','body':'<html>Bad gateway</html>'",
     UNSURE ("Kaizala answered with an error: HTTP 502")},
    {"'status':503,'body':{'message':'Busy','errorCode':'ServerBusy'}",
     UNSURE ("Kaizala answered with an error: Busy (ServerBusy)")},
    {"'status':200,'body':''", UNSURE ("no answer came")},
    {"'status':200,'body':'[1,2]'", UNSURE ("no answer came")},
    {"'reset':'before'", UNSURE ("no answer came")},
};

static void
each_is_told_in_these_words (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, TEAM);
  for (gsize i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    g_autofree char *typed = g_strdup_printf ("words-%" G_GSIZE_FORMAT ".", i);
    g_autofree char *last = g_strdup_printf ("You wrote: %s", typed);
    g_autofree char *whole = g_strdup_printf ("%s\n%s", outcomes[i].line, last);
    /* A token that was refused is tried once more with a new one. */
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'path':'/groups/*/messages','times':2},'action':{%s}}", outcomes[i].action);
    kz_test_type (fixture->host, room, typed);
    g_assert_cmpstr (fixture_expect_line (fixture, TEAM, last)->text, ==, whole);
    kz_test_do (fixture->world, "DELETE", "faults", NULL);
    g_assert_cmpuint (kz_test_received (fixture->world, typed), ==, 0);
  }
}

static void
add_tests (void)
{
  plugin_test_add_online ("/outcomes/each-is-told-in-these-words", each_is_told_in_these_words);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
