/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any order and any repetition of what arrives: each thing is shown exactly once. */
#include "config.h"

#include "engine-world.h"
#include "seeds.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};

typedef struct {
  char *id;
  const char *type;
  guint number;
} Form;

typedef struct {
  GRand *rand;
  GHashTable *expected; /* (element-type utf8 guint): pattern of a line -> how often it is there */
  GHashTable *done;     /* (element-type utf8): who did what to which action: once is enough */
  GPtrArray *forms;     /* (element-type Form) */
  guint next;
  gboolean has_true_references;
} Story;

static void
form_free (gpointer data)
{
  Form *form = data;

  g_free (form->id);
  g_free (form);
}

static void expect (Story *story, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
expect (Story *story, const char *format, ...)
{
  char *pattern;
  guint times;
  va_list args;

  va_start (args, format);
  pattern = g_strdup_vprintf (format, args);
  va_end (args);
  times = GPOINTER_TO_UINT (g_hash_table_lookup (story->expected, pattern));
  g_hash_table_replace (story->expected, pattern, GUINT_TO_POINTER (times + 1));
}

static const char *const people[] = {"asha", "ben", "chi", "me"};
static const char *const names[] = {"Asha", "Ben", "Chi", "+*"}; /* The own name is not told. */

static void
post_form (Bench *bench, Story *story, const char *who, guint number)
{
  static const char *const types[] = {"Job", "Poll", "Survey"};
  static const char *const bodies[] = {
      "'title':'f%u.','assignedTo':['asha','ben','chi','me']",
      "'question':'f%u.','choices':[{'title':'Pizza'},{'title':'Soup'}]",
      "'title':'f%u.','questions':[{'title':'Why','type':'Text'}]",
  };
  gint32 kind = g_rand_int_range (story->rand, 0, G_N_ELEMENTS (types));
  GString *body = g_string_new (bodies[kind]);
  g_autofree char *title = g_strdup_printf ("f%u.", number);
  Form *form = g_new0 (Form, 1);

  g_string_replace (body, "f%u.", title, 0);
  form->type = types[kind];
  form->number = number;
  form->id = bench_do_id (bench, "action", "actionId",
                          "{'group':'team','person':'%s','actionType':'%s','actionBody':{%s}}", who,
                          form->type, body->str);
  g_string_free (body, TRUE);
  g_ptr_array_add (story->forms, form);
  expect (story, "action-added in *\"f%u.\"*", number);
}

static void
answer_form (Bench *bench, Story *story, const Form *form, guint person)
{
  const char *who = people[person];
  g_autoptr (JsonObject) done = NULL;

  if (g_str_equal (form->type, "Job")) {
    done = bench_do (bench, "complete", "{'actionId':'%s','person':'%s'}", form->id, who);
    expect (story, "response in team by %s completed=1*about f%u.*", names[person], form->number);
  } else if (g_str_equal (form->type, "Poll")) {
    done =
        bench_do (bench, "vote", "{'actionId':'%s','person':'%s','choice':'Soup'}", form->id, who);
    expect (story, "response in team by %s *<Soup>*about f%u.*", names[person], form->number);
  } else {
    done = bench_do (bench, "respond", "{'actionId':'%s','person':'%s','answers':['a%u.']}",
                     form->id, who, form->number);
    expect (story, "response in team by %s *<a%u.>*", names[person], form->number);
  }
}

/* FALSE: there is nothing that this one has not done so already. */
static gboolean
react_to_form (Bench *bench, Story *story, guint person)
{
  /* Reactions name a reference; where events have other ids only lists tell the true one, and what
   * was liked before and read after a sign-off is then taken for old. */
  gint32 deed = g_rand_int_range (story->rand, story->has_true_references ? 0 : 2, 4);
  guint n = story->forms->len;
  const Form *form =
      n > 0 ? g_ptr_array_index (story->forms, g_rand_int_range (story->rand, 0, (gint32) n))
            : NULL;
  g_autoptr (JsonObject) done = NULL;

  if (form == NULL || !g_hash_table_add (story->done, g_strdup_printf ("%s %u %d", form->id, person,
                                                                       deed == 3 ? 2 : deed)))
    return FALSE;
  if (deed >= 2) {
    answer_form (bench, story, form, person);
    return TRUE;
  }
  if (deed == 0)
    done = bench_do (bench, "like", "{'referenceId':'%s','person':'%s'}", form->id, people[person]);
  else
    done = bench_do (bench, "comment", "{'referenceId':'%s','person':'%s','text':'fine'}", form->id,
                     people[person]);
  /* Without its title where the like was read before the action. */
  expect (story, "reaction in team by %s reaction=%d*", names[person], deed);
  return TRUE;
}

static void
happen (Bench *bench, Story *story)
{
  guint person = (guint) g_rand_int_range (story->rand, 0, G_N_ELEMENTS (people));
  const char *who = people[person];
  guint number = story->next++;
  g_autoptr (JsonObject) done = NULL;

  switch (g_rand_int_range (story->rand, 0, 8)) {
  case 0:
    post_form (bench, story, who, number);
    return;
  case 1:
    done = bench_do (bench, "picture",
                     "{'group':'team','person':'%s','caption':'c%u.','name':'p%u.jpg'}", who,
                     number, number);
    expect (story, "attachment in *");
    return;
  case 2:
    bench_send (bench, "team", "the same words");
    return;
  case 3:
    break;
  default:
    if (react_to_form (bench, story, person))
      return;
  }
  done = bench_do (bench, "say", "{'group':'team','person':'%s','text':'t%u.'}", who, number);
  expect (story, "message in *\"t%u.\"*", number);
}

static void
shake (Bench *bench, Story *story)
{
  g_autoptr (JsonObject) done = NULL;

  switch (g_rand_int_range (story->rand, 0, 6)) {
  case 0:
    done = bench_do (bench, "webhooks/pause", "{}");
    return;
  case 1:
    done = bench_do (bench, "webhooks/resume", "{}");
    return;
  case 2:
    done = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
    bench_settle (bench);
    return;
  case 3:
    bench_pass (bench, g_rand_int_range (story->rand, 1, 40) * G_USEC_PER_SEC);
    return;
  case 4:
    /* Sends that are under way would be reported, rightly. */
    bench_pass (bench, 2 * G_USEC_PER_SEC);
    bench_stop (bench);
    bench_sign_on (bench);
    return;
  default:
    bench_settle (bench);
    return;
  }
}

static guint
count_pattern (Bench *bench, const char *pattern)
{
  guint count = 0;

  for (guint i = 0; i < bench->log->len; i++)
    count += g_pattern_match_simple (pattern, bench->log->pdata[i]) ? 1 : 0;
  return count;
}

static guint
check_pattern (Bench *bench, const char *pattern, guint times, guint32 seed)
{
  guint found = count_pattern (bench, pattern);

  if (found == times)
    return times;
  for (guint i = 0; i < bench->log->len; i++)
    g_test_message ("%s", (char *) bench->log->pdata[i]);
  g_error ("Seed %u: %s is there %u times, not %u", seed, pattern, found, times);
}

static void
check_story (Bench *bench, Story *story, guint32 seed)
{
  GHashTableIter iter;
  gpointer pattern;
  gpointer times;
  guint lines = 0;

  g_hash_table_iter_init (&iter, story->expected);
  while (g_hash_table_iter_next (&iter, &pattern, &times))
    lines += check_pattern (bench, pattern, GPOINTER_TO_UINT (times), seed);
  /* Nor is there any line that nobody gave cause for. */
  g_assert_cmpuint (bench_count (bench, "message in") + bench_count (bench, "attachment in") +
                        bench_count (bench, "action-added in") +
                        bench_count (bench, "response in") + bench_count (bench, "reaction in"),
                    ==, lines);
  g_assert_cmpuint (bench_count (bench, "send-failed"), ==, 0);
}

static void
tell_story (guint32 seed, const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autoptr (JsonObject) resumed = NULL;
  Story story = {
      .rand = g_rand_new_with_seed (seed),
      .expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .forms = g_ptr_array_new_with_free_func (form_free),
      .has_true_references = switches != other_ids,
  };

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  for (guint i = 0; i < 40; i++) {
    happen (bench, &story);
    if (g_rand_boolean (story.rand))
      shake (bench, &story);
  }
  resumed = bench_do (bench, "webhooks/resume", "{}");
  /* What the service tries again comes within hours; asking for it all is sooner. */
  json_object_unref (bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}"));
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  check_story (bench, &story, seed);
  g_rand_free (story.rand);
  g_hash_table_unref (story.expected);
  g_hash_table_unref (story.done);
  g_ptr_array_unref (story.forms);
}

static void
run_story (guint32 seed)
{
  static const char *const oldest[] = {"pageOrder=oldest", NULL};

  g_test_message ("story %u", seed);
  tell_story (seed, seed % 3 == 0 ? oldest : seed % 3 == 1 ? NULL : other_ids);
}

static void
test_interleavings (void)
{
  seeds_run (run_story, "KZ_TEST_STORY", "KZ_TEST_STORIES", 9, NULL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stories/any-order-shows-each-once", test_interleavings);
  return g_test_run ();
}
