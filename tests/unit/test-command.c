/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command.h"
#include "kz-group.h"

#include <locale.h>
#include <string.h>

/* --- the grammar, as a table --- */

static void
test_text (void)
{
  static const char *const rows[][2] = {
      {NULL, ""},
      {"", ""},
      {"hello", "hello"},
      {"hello !vote k3f 1", "hello !vote k3f 1"},
      {" !vote k3f 1", " !vote k3f 1"},
      {"!", "!"},
      {"! vote", "! vote"},
      {"!?", "!?"},
      {"!!", "!!"},
      {"!!!", "!!!"},
      {"!!!vote", "!!!vote"},
      {"!! vote", "!! vote"},
      {"!!?", "!!?"},
      {"!1", "!1"},
      {"!-done", "!-done"},
      {"!\nvote", "!\nvote"},
      {"!!vote", "!vote"},
      {"!!vote k3f 1", "!vote k3f 1"},
      {"!!Anything at all", "!Anything at all"},
      {"!!हाँ", "!हाँ"},
      {"/vote k3f 1", "/vote k3f 1"},
      {"/me waves", "/me waves"},
      {"😀!", "😀!"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzInput) input = kz_command_read (rows[i][0]);

    g_assert_cmpint (input->kind, ==, KZ_INPUT_TEXT);
    g_assert_cmpstr (input->text, ==, rows[i][1]);
    g_assert_null (input->error);
  }
}

typedef struct {
  const char *typed;
  KzVerb verb;
  const char *handle;
  const char *choice;
  const char *title;
  const char *text;
  const char *topic;
} CommandRow;

static const CommandRow commands[] = {
    {"!help", KZ_VERB_HELP},
    {"!HELP", KZ_VERB_HELP},
    {"!help!", KZ_VERB_HELP},
    {"!commands", KZ_VERB_HELP},
    {"!help vote", KZ_VERB_HELP, .topic = "vote"},
    {"!help !vote now", KZ_VERB_HELP, .topic = "vote"},
    {"!help /vote", KZ_VERB_HELP, .topic = "vote"},
    {"!like k3f", KZ_VERB_LIKE, "k3f"},
    {"!like [k3f]", KZ_VERB_LIKE, "k3f"},
    {"!LIKE [K3F]", KZ_VERB_LIKE, "k3f"},
    {"!Like   K3f  ", KZ_VERB_LIKE, "k3f"},
    {"!like[k3f]", KZ_VERB_LIKE, "k3f"},
    {"!like: k3f", KZ_VERB_LIKE, "k3f"},
    {"!like\tk3f\n", KZ_VERB_LIKE, "k3f"},
    {"!like [ k3f ]", KZ_VERB_LIKE, "k3f"},
    {"!like k3fzz", KZ_VERB_LIKE, "k3fzz"},
    {"!comment k3f I bring plates", KZ_VERB_COMMENT, "k3f", .text = "I bring plates"},
    {"!comment [k3f]: two\nlines ", KZ_VERB_COMMENT, "k3f", .text = "two\nlines"},
    {"!comment k3f, [x] | y", KZ_VERB_COMMENT, "k3f", .text = "[x] | y"},
    {"!vote k3f 1", KZ_VERB_VOTE, "k3f", "1"},
    {"!vote [K3F] 1", KZ_VERB_VOTE, "k3f", "1"},
    {"!vote [k3f]1", KZ_VERB_VOTE, "k3f", "1"},
    {"!vote k3f  Pizza with  cheese ", KZ_VERB_VOTE, "k3f", "Pizza with  cheese"},
    {"!vote k3f हाँ", KZ_VERB_VOTE, "k3f", "हाँ"},
    {"!done a2x", KZ_VERB_DONE, "a2x"},
    {"!complete a2x", KZ_VERB_DONE, "a2x"},
    {"!results k3f", KZ_VERB_RESULTS, "k3f"},
    {"!result k3f", KZ_VERB_RESULTS, "k3f"},
    {"!announce We are closed", KZ_VERB_ANNOUNCE, .text = "We are closed"},
    {"!announce Holiday | We are closed", KZ_VERB_ANNOUNCE, .title = "Holiday",
     .text = "We are closed"},
    {"!announce Holiday|a | b", KZ_VERB_ANNOUNCE, .title = "Holiday", .text = "a | b"},
    {"!announce Holiday\nWe are closed\nall day", KZ_VERB_ANNOUNCE, .title = "Holiday",
     .text = "We are closed\nall day"},
    {"!announce Holiday\na | b", KZ_VERB_ANNOUNCE, .title = "Holiday", .text = "a | b"},
    {"!announce | We are closed", KZ_VERB_ANNOUNCE, .text = "We are closed"},
    {"!announce Holiday\n \n", KZ_VERB_ANNOUNCE, .text = "Holiday"},
};

static void
check_command (const KzInput *input, const CommandRow *row)
{
  g_assert_cmpstr (input->error, ==, NULL);
  g_assert_cmpint (input->kind, ==, KZ_INPUT_COMMAND);
  g_assert_cmpint (input->verb, ==, row->verb);
  g_assert_cmpstr (input->handle, ==, row->handle);
  g_assert_cmpstr (input->choice, ==, row->choice);
  g_assert_cmpstr (input->title, ==, row->title);
  g_assert_cmpstr (input->text, ==, row->text);
  g_assert_cmpstr (input->topic, ==, row->topic);
}

static void
test_commands (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (KzInput) input = kz_command_read (commands[i].typed);

    g_test_message ("“%s”", commands[i].typed);
    check_command (input, &commands[i]);
  }
}

static void
test_slash_commands (void)
{
  guint read = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    const char *space = strchr (commands[i].typed, ' ');
    g_autofree char *verb = NULL;
    g_autoptr (KzInput) input = NULL;

    /* A host splits at the first space and knows no other form. */
    if (space == NULL || strchr (commands[i].typed, ':') == space - 1)
      continue;
    verb = g_strndup (commands[i].typed + 1, space - commands[i].typed - 1);
    input = kz_command_read_slash (verb, space + 1);
    g_test_message ("“%s”", commands[i].typed);
    check_command (input, &commands[i]);
    read++;
  }
  g_assert_cmpuint (read, >, 20);
}

/* Every refusal is one line, names what to type, and leaves nothing to be sent. */
static void
check_refusal (const KzInput *input, const char *needle)
{
  g_assert_cmpint (input->kind, ==, KZ_INPUT_ERROR);
  g_assert_nonnull (input->error);
  g_test_message ("%s", input->error);
  g_assert_null (strchr (input->error, '\n'));
  g_assert_nonnull (strstr (input->error, needle));
  g_assert_cmpint (g_utf8_strlen (input->error, -1), <, 220);
}

static void
test_missing_parts (void)
{
  static const char *const rows[][2] = {
      {"!like", "!like k3f"},
      {"!like  ", "!like k3f"},
      {"!like []", "“[]”"},
      {"!like [k3f", "“[k3f”"},
      {"!like k", "“k”"},
      {"!like k3f please", "!like k3f"},
      {"!like waytoolongforahandle", "“waytoolongforahandle”"},
      {"!like हाँ", "“हाँ”"},
      {"!comment", "!comment k3f I bring plates"},
      {"!comment k3f", "!comment k3f I bring plates"},
      {"!comment [k3f] \n", "!comment k3f I bring plates"},
      {"!vote", "!vote k3f 1"},
      {"!vote k3f", "!vote k3f 1"},
      {"!vote [k3f]", "!vote k3f 1"},
      {"!vote ! 1", "“!”"},
      {"!done", "!done k3f"},
      {"!done a2x now", "!done k3f"},
      {"!results", "!results k3f"},
      {"!announce Holiday |", "!announce Holiday |"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzInput) input = kz_command_read (rows[i][0]);

    check_refusal (input, rows[i][1]);
  }
}

static void
test_slips (void)
{
  static const char *const rows[][2] = {
      {"!voet k3f 1", "!vote?"},      {"!vot k3f 1", "!vote?"},     {"!vtoe", "!vote?"},
      {"!votee", "!vote?"},           {"!VOTTE", "!vote?"},         {"!note k3f", "!vote?"},
      {"!don a2x", "!done?"},         {"!dnoe a2x", "!done?"},      {"!lik k3f", "!like?"},
      {"!likes k3f", "!like?"},       {"!hlep", "!help?"},          {"!ilek k3f", "!like?"},
      {"!coment k3f x", "!comment?"}, {"!com k3f x", "!comment?"},  {"!res k3f", "!results?"},
      {"!reslts", "!results?"},       {"!anounce x", "!announce?"}, {"!command", "!help?"},
      {"!completed a2x", "!done?"},
  };
  static const char *const far[] = {"!zzz",    "!x", "!important: read this",        "!wow", "!हाँ",
                                    "!привет", "!q", "!antidisestablishmentarianism"};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzInput) input = kz_command_read (rows[i][0]);

    check_refusal (input, rows[i][1]);
    g_assert_nonnull (strstr (input->error, "!!"));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (far); i++) {
    g_autoptr (KzInput) input = kz_command_read (far[i]);

    check_refusal (input, "!help");
    g_assert_null (strchr (input->error, '?'));
  }
}

static void
test_unknown_slash (void)
{
  g_autoptr (KzInput) near = kz_command_read_slash ("voet", "k3f 1");
  g_autoptr (KzInput) far = kz_command_read_slash ("zzz", NULL);
  g_autoptr (KzInput) nothing = kz_command_read_slash (NULL, NULL);

  check_refusal (near, "/vote?");
  g_assert_null (strstr (near->error, "!"));
  check_refusal (far, "/help");
  g_assert_cmpint (nothing->kind, ==, KZ_INPUT_ERROR);
}

static void
test_huge_input (void)
{
  g_autofree char *letters = g_strnfill (1 << 20, 'a');
  g_autofree char *word = g_strconcat ("!", letters, NULL);
  g_autofree char *comment = g_strconcat ("!comment k3f ", letters, NULL);
  g_autofree char *handle = g_strconcat ("!like ", letters, NULL);
  g_autoptr (KzInput) unknown = kz_command_read (word);
  g_autoptr (KzInput) known = kz_command_read (comment);
  g_autoptr (KzInput) wrong = kz_command_read (handle);

  check_refusal (unknown, "!help");
  g_assert_cmpstr (known->text, ==, letters);
  check_refusal (wrong, "!like k3f");
}

static void
test_every_row_is_described (void)
{
  KzVerb verb;
  const char *name;
  const char *usage;
  const char *summary;
  gboolean seen[KZ_VERB_CANCEL + 1] = {FALSE};
  guint index;

  for (index = 0; kz_command_describe (index, &verb, &name, &usage, &summary); index++) {
    g_autofree char *typed = g_strconcat ("!help ", name, NULL);
    g_autoptr (KzInput) input = kz_command_read (typed);
    g_autofree char *help = kz_command_help (NULL, "!", name);
    const char *example = strstr (help, "!");

    g_assert_false (seen[verb]);
    seen[verb] = TRUE;
    g_assert_true (g_str_has_prefix (usage, name));
    g_assert_cmpstr (summary, !=, "");
    g_assert_cmpstr (input->topic, ==, name);
    /* What help gives as an example is understood. */
    example = strstr (example + 1, "!");
    g_assert_nonnull (example);
    {
      g_autofree char *line = g_strndup (example, strcspn (example, "\n"));
      g_autoptr (KzInput) parsed = kz_command_read (line);

      g_assert_cmpint (parsed->kind, ==, KZ_INPUT_COMMAND);
      g_assert_cmpint (parsed->verb, ==, verb);
    }
  }
  g_assert_cmpuint (index, ==, KZ_VERB_CANCEL + 1);
  g_assert_false (kz_command_describe (1000, NULL, NULL, NULL, NULL));
}

/* --- help --- */

static KzGroup *
group_of (KzGroupKind kind, KzRole role)
{
  KzGroup *group = kz_group_new_minimal ("g", "Plant");

  group->kind = kind;
  group->role = role;
  group->has_subgroups = kind == KZ_GROUP_PARENT;
  g_ref_string_release (group->type_raw);
  group->type_raw = g_ref_string_new_intern (kind == KZ_GROUP_PUBLIC ? "ConnectGroup" : "Group");
  return group;
}

static gboolean
is_refused (const char *help, const char *command)
{
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "Not here: ") && strstr (lines[i], command) != NULL)
      return TRUE;
  return FALSE;
}

static guint
count_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strv_length (lines);
}

static void
test_help_by_role (void)
{
  static const struct {
    KzGroupKind kind;
    KzRole role;
    gboolean may_announce;
    const char *needle;
  } rows[] = {
      {KZ_GROUP_FLAT, KZ_ROLE_MEMBER, TRUE, "!like HANDLE"},
      {KZ_GROUP_FLAT, KZ_ROLE_ADMIN, TRUE, "!vote HANDLE CHOICE"},
      {KZ_GROUP_LEAF, KZ_ROLE_UNKNOWN, TRUE, "!done HANDLE"},
      {KZ_GROUP_PARENT, KZ_ROLE_MEMBER, TRUE, "nobody can write text"},
      {KZ_GROUP_PUBLIC, KZ_ROLE_ADMIN, TRUE, "public group"},
      {KZ_GROUP_PUBLIC, KZ_ROLE_SUBSCRIBER, FALSE, "subscribers can answer"},
      {KZ_GROUP_PARENT, KZ_ROLE_NONE, FALSE, "You can read this group"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzGroup) group = group_of (rows[i].kind, rows[i].role);
    g_autofree char *help = kz_command_help (group, "!", NULL);

    g_test_message ("%s", help);
    g_assert_nonnull (strstr (help, rows[i].needle));
    g_assert_nonnull (strstr (help, "!results HANDLE"));
    g_assert_cmpint (strstr (help, "!announce TITLE | TEXT") != NULL, ==, rows[i].may_announce);
    g_assert_cmpint (is_refused (help, "!announce"), ==, !rows[i].may_announce);
    /* A channel is no place for forty lines. */
    g_assert_cmpuint (count_lines (help), <=, 14);
    g_assert_nonnull (strstr (help, "not what they wrote"));
  }
}

static void
test_help_topic (void)
{
  g_autofree char *comment = kz_command_help (NULL, "!", "comment");
  g_autofree char *slash = kz_command_help (NULL, "/", NULL);
  g_autofree char *unknown = kz_command_help (NULL, "!", "voet");
  g_autofree char *announce = kz_command_help (NULL, "!", "announce");
  g_autofree char *without = kz_command_help (NULL, NULL, NULL);

  g_assert_nonnull (strstr (comment, "!comment k3f I bring plates"));
  g_assert_nonnull (strstr (comment, "does not hand out their text"));
  g_assert_null (strstr (comment, "!like"));
  g_assert_nonnull (strstr (slash, "/vote HANDLE CHOICE"));
  g_assert_null (strstr (slash, "!"));
  g_assert_nonnull (strstr (unknown, "did you mean !vote?"));
  g_assert_null (strstr (unknown, "Nothing was sent"));
  g_assert_nonnull (strstr (announce, "Not here"));
  g_assert_nonnull (strstr (without, "!!vote"));
}

/* --- choices --- */

static const char *const food[] = {"Pizza", "Salad", "Pasta with cheese", "Straße", "हाँ", NULL};
static const char *const numbers[] = {"2", "4", "3", NULL};
static const char *const years[] = {"2019", "2020", "2020 or later", NULL};
static const char *const dates[] = {"2024-05-01", "2025-05-01", NULL};
static const char *const buses[] = {"#20 to town", "#7", NULL};
static const char *const twins[] = {"Same", "Same", NULL};
static const char *const none[] = {NULL};

static void
test_choices (void)
{
  static const struct {
    const char *typed;
    const char *const *choices;
    int expected;
    const char *error;
  } rows[] = {
      {"1", food, 0},
      {"5", food, 4},
      {" 2 ", food, 1},
      {"#2", food, 1},
      {"2.", food, 1},
      {"2)", food, 1},
      {"२", food, 1},
      {"pizza", food, 0},
      {"PIZZA", food, 0},
      {"\"Pizza\"", food, 0},
      {"“pizza”", food, 0},
      {"pi", food, 0},
      {"pasta   WITH", food, 2},
      {"strasse", food, 3},
      {"हाँ", food, 4},
      {"p", food, -1, "1 Pizza, 3 Pasta"},
      {"izza", food, -1, "1 Pizza, 2 Salad, 3 Pasta"},
      {"burger", food, -1, "“burger”"},
      {"0", food, -1, "no choice 0"},
      {"6", food, -1, "no choice 6"},
      {"99999999999999999999", food, -1, "no choice"},
      {"-1", food, -1, "“-1”"},
      {"1 or 2", food, -1, "“1 or 2”"},
      {"", food, -1, "1 Pizza"},
      {"\"", food, -1, "1 Pizza"},
      {"#", food, -1, "1 Pizza"},
      {NULL, food, -1, "1 Pizza"},
      {"3", numbers, 2},
      {"2", numbers, -1, "type #"},
      {"1", numbers, 0},
      {"#1", numbers, 0},
      {"#2", numbers, 1},
      {"4", numbers, 1},
      {"2019", years, 0},
      {"2020", years, 1},
      {"2020 or", years, 2},
      {"2024", dates, 0},
      {"#2024", dates, -1, "no choice"},
      {"20", dates, -1, "no choice 20"},
      {"#20", buses, 0},
      {"#2", buses, 1},
      {"same", twins, -1, "more than one"},
      {"2", twins, 1},
      {"1", none, -1, "nothing"},
      {"1", NULL, -1, "nothing"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *error = NULL;
    int actual = kz_command_match_choice (rows[i].typed, rows[i].choices, &error);

    g_test_message ("“%s”: %d %s", rows[i].typed, actual, error);
    g_assert_cmpint (actual, ==, rows[i].expected);
    g_assert_cmpint (error != NULL, ==, rows[i].expected < 0);
    if (rows[i].error != NULL)
      g_assert_nonnull (strstr (error, rows[i].error));
    g_assert_cmpint (kz_command_match_choice (rows[i].typed, rows[i].choices, NULL), ==,
                     rows[i].expected);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/what-is-no-verb-is-text", test_text);
  g_test_add_func ("/command/verbs-are-read-in-any-case-with-and-without-brackets", test_commands);
  g_test_add_func ("/command/slash-commands-have-the-same-grammar", test_slash_commands);
  g_test_add_func ("/command/a-missing-part-is-one-clear-line", test_missing_parts);
  g_test_add_func ("/command/a-slip-is-answered-with-the-nearest-verb", test_slips);
  g_test_add_func ("/command/an-unknown-slash-command-is-refused", test_unknown_slash);
  g_test_add_func ("/command/a-megabyte-is-read-or-refused", test_huge_input);
  g_test_add_func ("/command/every-verb-is-described-and-its-example-works",
                   test_every_row_is_described);
  g_test_add_func ("/command/help-says-what-the-role-allows", test_help_by_role);
  g_test_add_func ("/command/help-about-one-verb", test_help_topic);
  g_test_add_func ("/command/choices-are-matched-by-number-and-words", test_choices);
  return g_test_run ();
}
