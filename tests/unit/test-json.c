/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <math.h>

static KzJson *
parse_bytes (const char *text, gsize length, GError **error)
{
  g_autofree char *copy = kz_test_exact (text, length);
  KzJson *whole = kz_json_parse (copy, length, NULL, error);
  KzJsonParser *parser = kz_json_parser_new (copy, length, NULL);
  g_autoptr (GError) sliced_error = NULL;
  g_autoptr (KzJson) sliced = NULL;

  /* In slices it is the same. */
  while (kz_json_parser_step (parser, 1))
    ;
  sliced = kz_json_parser_end (parser, &sliced_error);
  g_assert_true ((sliced == NULL) == (whole == NULL));
  g_assert_true ((sliced == NULL) == (sliced_error != NULL));
  if (error != NULL && *error != NULL)
    g_assert_cmpstr (sliced_error->message, ==, (*error)->message);
  return whole;
}

/* Refused with MALFORMED, and never half a document. */
static void
assert_refused (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzJson) json = parse_bytes (text, length, &error);

  if (json != NULL)
    g_error ("Accepted: %s", text);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
      "",
      " ",
      "\n\t",
      "\xEF\xBB\xBF",
      "{} {}",
      "{}x",
      "1 2",
      "[1][2]",
      "{'a':1}",
      "['a']",
      "{a:1}",
      "{\"a\" 1}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{,}",
      "{\"a\":1 \"b\":2}",
      "[1,]",
      "[,]",
      "[1 2]",
      "[1}",
      "{\"a\":1]",
      "[",
      "{",
      "]",
      "}",
      "\"abc",
      "\"a\\",
      "\"a\\u12",
      "\"a\\u12g4\"",
      "\"a\\x\"",
      "\"a\nb\"",
      "\"a\tb\"",
      "010",
      "-010",
      "+1",
      ".5",
      "1.",
      "1.e5",
      "1e",
      "1e+",
      "-",
      "0x10",
      "1e400",
      "-1e400",
      "NaN",
      "Infinity",
      "nul",
      "True",
      "truefalse",
      "// c\n1",
      "/* c */ 1",
      "<html></html>",
      "\"\xFF\"",
      "\"\xED\xA0\x80\"",
      "\"\xC0\x80\"",
      "\"\xF4\x90\x80\x80\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i], strlen (bad[i]));
  assert_refused ("{}\0", 3);
  assert_refused ("\"a\0b\"", 5);
  assert_refused (NULL, 0);
}

static void
test_accepted (void)
{
  static const char *const good[] = {
      "{}",
      "[]",
      "\xEF\xBB\xBF{}",
      " \r\n\t[ ] \n",
      "null",
      "true",
      "0",
      "-0",
      "1E5",
      "\"\"",
      "{\"a\":{\"b\":[1,2,{\"c\":null}]}}",
      "[[],[],{}]",
      "{\"\":1}",
      "1e-400",
      "\"\x7F\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KzJson) json = parse_bytes (good[i], strlen (good[i]), &error);

    g_assert_no_error (error);
    g_assert_nonnull (json);
  }
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const KzJsonLimits limits = {1000, 3};
  g_autoptr (GError) error = NULL;
  g_autoptr (KzJson) fits = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  assert_refused (text->str, text->len);
  g_string_truncate (text, 0);
  for (int i = 0; i < 100000; i++)
    g_string_append (text, "{\"a\":");
  assert_refused (text->str, text->len);

  fits = kz_json_parse ("[{\"a\":[]}]", 10, &limits, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fits);
  g_assert_null (kz_json_parse ("[{\"a\":[{}]}]", 12, &limits, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_too_large (void)
{
  const KzJsonLimits limits = {4, 8};
  g_autoptr (GError) size_error = NULL;
  g_autoptr (GError) value_error = NULL;
  g_autoptr (GError) member_error = NULL;
  g_autoptr (KzJson) fits = kz_json_parse ("[12]", 4, &limits, NULL);
  g_autoptr (GString) values = g_string_new ("[0");
  g_autoptr (GString) members = g_string_new ("{\"a\":0");

  g_assert_nonnull (fits);
  g_assert_null (kz_json_parse ("[123]", 5, &limits, &size_error));
  g_assert_error (size_error, KZ_ERROR, KZ_ERROR_TOO_LARGE);

  for (guint i = 0; i < KZ_JSON_MAX_VALUES; i++)
    g_string_append (values, ",0");
  g_string_append_c (values, ']');
  g_assert_null (kz_json_parse (values->str, values->len, NULL, &value_error));
  g_assert_error (value_error, KZ_ERROR, KZ_ERROR_TOO_LARGE);

  for (guint i = 0; i < KZ_JSON_MAX_MEMBERS; i++)
    g_string_append (members, ",\"b\":0");
  g_string_append_c (members, '}');
  g_assert_null (kz_json_parse (members->str, members->len, NULL, &member_error));
  g_assert_error (member_error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

static void
test_numbers (void)
{
  g_autoptr (KzJson) json = kz_test_json (
      "{'max':9223372036854775807,'min':-9223372036854775808,'big':12345678901234567890,"
      "'ticks':636674054802000000,'float':2.0,'half':0.5,'text':'42','textfloat':'1.5',"
      "'junk':'4x','hex':'0x10','nan':'nan','inf':'inf','huge':1e300,'bool':true}");

  g_assert_cmpint (kz_json_opt_int (json, "max", 0), ==, G_MAXINT64);
  g_assert_cmpint (kz_json_opt_int (json, "min", 0), ==, G_MININT64);
  g_assert_cmpint (kz_json_opt_int (json, "ticks", 0), ==, 636674054802000000);
  g_assert_cmpint (kz_json_opt_int (json, "big", -7), ==, -7);
  g_assert_cmpfloat (kz_json_opt_double (json, "big", 0), ==, 12345678901234567890.0);
  g_assert_cmpint (kz_json_opt_int (json, "float", 0), ==, 2);
  g_assert_cmpint (kz_json_opt_int (json, "text", 0), ==, 42);
  g_assert_cmpfloat (kz_json_opt_double (json, "textfloat", 0), ==, 1.5);
  g_assert_cmpint (kz_json_opt_int (json, "junk", -7), ==, -7);
  g_assert_cmpfloat (kz_json_opt_double (json, "hex", -7), ==, -7);
  g_assert_cmpfloat (kz_json_opt_double (json, "nan", -7), ==, -7);
  g_assert_cmpfloat (kz_json_opt_double (json, "inf", -7), ==, -7);
  g_assert_cmpint (kz_json_opt_int (json, "huge", -7), ==, -7);
  g_assert_cmpint (kz_json_opt_int (json, "bool", -7), ==, -7);
  g_assert_cmpint (kz_json_opt_int (json, "absent", -7), ==, -7);
}

static void
test_escapes (void)
{
  static const struct {
    const char *in;
    const char *out;
  } rows[] = {
      {"\"a\\u0000b\"", "a\xEF\xBF\xBD"
                        "b"},
      {"\"a\\uD800b\"", "a\xEF\xBF\xBD"
                        "b"},
      {"\"a\\uDC00b\"", "a\xEF\xBF\xBD"
                        "b"},
      {"\"\\uD800\\uD83D\\uDE00\"", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
      {"\"\\uD800\\u0041\"", "\xEF\xBF\xBD"
                             "A"},
      {"\"\\uD83D\\uDE00\"", "\xF0\x9F\x98\x80"},
      {"\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80"},
      {"\"\\u0906\\/\\\\\\\"\\b\\f\\n\\r\\t\"", "\xE0\xA4\x86/\\\"\b\f\n\r\t"},
      {"\"\xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KzJson) json = parse_bytes (rows[i].in, strlen (rows[i].in), &error);

    g_assert_no_error (error);
    g_assert_cmpstr (kz_json_as_string (json, NULL), ==, rows[i].out);
    g_assert_true (g_utf8_validate (kz_json_as_string (json, ""), -1, NULL));
  }
}

static void
test_duplicates (void)
{
  g_autoptr (KzJson) json =
      kz_test_json ("{'title':'a','Title':'b','title':'c','x':1,'X':null,'y':null,'Y':2}");
  const KzJson *value;
  const char *name;

  g_assert_cmpstr (kz_json_opt_string (json, "TITLE", NULL), ==, "c");
  g_assert_null (kz_json_member (json, "x"));
  g_assert_cmpint (kz_json_opt_int (json, "y", 0), ==, 2);
  g_assert_true (kz_json_member_at (json, 0, &name, &value));
  g_assert_cmpstr (name, ==, "Title");
  g_assert_true (kz_json_member_at (json, 1, &name, &value));
  g_assert_cmpstr (name, ==, "title");
  g_assert_false (kz_json_member_at (json, 6, &name, &value));
  g_assert_false (kz_json_member_at (NULL, 0, &name, &value));
}

/* As with few, but found in another way. */
static void
test_many_duplicates (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (KzJson) json = NULL;
  const KzJson *value;
  const char *name;

  for (guint i = 0; i < 120; i++)
    g_string_append_printf (text, "%s'n%u':%u", i > 0 ? "," : "", i % 80, i);
  g_string_append_c (text, '}');
  json = kz_test_json (text->str);
  g_assert_cmpint (kz_json_opt_int (json, "N0", 0), ==, 80);
  g_assert_cmpint (kz_json_opt_int (json, "n39", 0), ==, 119);
  g_assert_cmpint (kz_json_opt_int (json, "n40", 0), ==, 40);
  g_assert_true (kz_json_member_at (json, 0, &name, &value));
  g_assert_cmpstr (name, ==, "n40");
  g_assert_true (kz_json_member_at (json, 79, &name, &value));
  g_assert_cmpstr (name, ==, "n39");
  g_assert_false (kz_json_member_at (json, 80, &name, &value));
}

static void
test_bools (void)
{
  static const struct {
    const char *value;
    int expected; /* -1: the fallback */
  } rows[] = {
      {"true", 1},   {"false", 0}, {"'true'", 1}, {"'True'", 1}, {"'FALSE'", 0},  {"1", 1},
      {"0", 0},      {"1.0", 1},   {"'1'", 1},    {"'0'", 0},    {"' true '", 1}, {"2", -1},
      {"'yes'", -1}, {"''", -1},   {"null", -1},  {"[]", -1},    {"{}", -1},      {"[true]", -1},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("{'result':%s}", rows[i].value);
    g_autoptr (KzJson) json = kz_test_json (text);

    g_assert_cmpint (kz_json_opt_bool (json, "result", FALSE), ==, MAX (rows[i].expected, 0));
    g_assert_cmpint (kz_json_opt_bool (json, "result", TRUE), ==, ABS (rows[i].expected));
  }
}

static void
test_times (void)
{
  static const struct {
    const char *value;
    gint64 expected;
  } rows[] = {
      {"'2017-12-20T08:33:51Z'", 1513758831000000},
      {"'2017-12-20T08:33:51'", 1513758831000000},
      {"'2017-12-20T14:03:51+05:30'", 1513758831000000},
      {"' 2017-12-20T08:33:51Z '", 1513758831000000},
      {"'2018-07-17T06:24:40.2000000Z'", 1531808680200000},
      {"'2017-12-20'", 1513728000000000},
      {"1513758831", 1513758831000000},
      {"1513758831000", 1513758831000000},
      {"1513758831000.0", 1513758831000000},
      {"'1513758831'", 1513758831000000},
      {"'1513758831000'", 1513758831000000},
      {"1.513758831e12", 1513758831000000},
      {"636674054802000000", 1531808680200000},
      {"99999999999", 99999999999000000},
      {"100000000000", 100000000000000},
      {"0", 0},
      {"-5", 0},
      {"9223372036854775807", 0},
      {"99999999999999999", 0},
      {"100000000000000000", 0},
      {"12345678901234567890", 0},
      {"1e300", 0},
      {"'0001-01-01T00:00:00Z'", 0},
      {"'2017-13-20T08:33:51Z'", 0},
      {"'2017-12-20T25:33:51Z'", 0},
      {"'2017-12-20T08:33'", 0},
      {"'soon'", 0},
      {"''", 0},
      {"true", 0},
      {"null", 0},
      {"[]", 0},
      {"{}", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("{'t':%s}", rows[i].value);
    g_autoptr (KzJson) json = kz_test_json (text);

    g_test_message ("%s", rows[i].value);
    g_assert_cmpint (kz_json_opt_time_us (json, "t"), ==, rows[i].expected);
  }
  g_assert_cmpint (kz_time_us_from_string (NULL), ==, 0);
  g_assert_cmpint (kz_json_opt_time_us (NULL, "t"), ==, 0);
}

static void
test_ids (void)
{
  g_autoptr (KzJson) json =
      kz_test_json ("{'s':'abc@1','n':17,'f':17.0,'e':'','b':true,'o':{},'a':['x'],'z':null}");
  static const char *const missing[] = {"e", "b", "o", "a", "z", "absent"};
  g_autoptr (GError) error = NULL;
  g_autofree char *string = NULL;
  g_autofree char *number = NULL;
  g_autofree char *whole = NULL;
  const char *text = NULL;

  g_assert_true (kz_json_get_id (json, "S", &string, &error));
  g_assert_cmpstr (string, ==, "abc@1");
  g_assert_true (kz_json_get_id (json, "n", &number, &error));
  g_assert_cmpstr (number, ==, "17");
  g_assert_true (kz_json_get_id (json, "f", &whole, &error));
  g_assert_cmpstr (whole, ==, "17");
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++) {
    g_autoptr (GError) missing_error = NULL;
    char *out = NULL;

    g_assert_false (kz_json_get_id (json, missing[i], &out, &missing_error));
    g_assert_error (missing_error, KZ_ERROR, KZ_ERROR_MALFORMED);
    g_assert_null (out);
  }
  g_assert_true (kz_json_get_string (json, "s", &text, &error));
  g_assert_cmpstr (text, ==, "abc@1");
  g_assert_no_error (error);
  g_assert_false (kz_json_get_string (json, "n", &text, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_strings (void)
{
  g_autoptr (KzJson) json =
      kz_test_json ("{'list':['a','',null,{},7,'b'],'one':'x','empty':[],'blank':'','n':1.5}");
  g_auto (GStrv) list = kz_json_opt_strv (json, "list");
  g_auto (GStrv) one = kz_json_opt_strv (json, "one");
  const char *const expected[] = {"a", "7", "b", NULL};
  const char *const single[] = {"x", NULL};
  g_autofree char *half = kz_json_as_text (kz_json_member (json, "n"));

  g_assert_cmpstrv (list, expected);
  g_assert_cmpstrv (one, single);
  g_assert_null (kz_json_opt_strv (json, "empty"));
  g_assert_null (kz_json_opt_strv (json, "blank"));
  g_assert_null (kz_json_opt_strv (json, "absent"));
  g_assert_cmpstr (half, ==, "1.5");
  g_assert_cmpstr (kz_json_opt_string (json, "list", "f"), ==, "f");
}

static void
test_writer (void)
{
  KzJsonWriter *writer = kz_json_writer_new ();
  const char *const phones[] = {"+1", "+2", NULL};
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (KzJson) json = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) read = NULL;

  kz_json_writer_string (writer, "text", "a\"b\\c\n\x01\x7F\xE0\xA4\x86");
  kz_json_writer_string (writer, "left-out", NULL);
  kz_json_writer_string (writer, "broken", "a\xFF");
  kz_json_writer_int (writer, "int", G_MININT64);
  kz_json_writer_double (writer, "double", 0.1);
  kz_json_writer_double (writer, "nan", NAN);
  kz_json_writer_bool (writer, "yes", TRUE);
  kz_json_writer_strv (writer, "phones", phones);
  kz_json_writer_strv (writer, "nobody", NULL);
  kz_json_writer_begin_object (writer, "o");
  kz_json_writer_begin_array (writer, "a");
  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_end_object (writer);
  kz_json_writer_int (writer, NULL, 5);
  kz_json_writer_string (writer, NULL, "s");
  kz_json_writer_end_array (writer);
  kz_json_writer_bool (writer, "no", FALSE);
  kz_json_writer_end_object (writer);
  bytes = kz_json_writer_end (writer);

  json = kz_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kz_json_opt_string (json, "text", NULL), ==, "a\"b\\c\n\x01\x7F\xE0\xA4\x86");
  g_assert_null (kz_json_member (json, "left-out"));
  g_assert_cmpstr (kz_json_opt_string (json, "broken", NULL), ==, "a\xEF\xBF\xBD");
  g_assert_cmpint (kz_json_opt_int (json, "int", 0), ==, G_MININT64);
  g_assert_cmpfloat (kz_json_opt_double (json, "double", 0), ==, 0.1);
  g_assert_null (kz_json_member (json, "nan"));
  read = kz_json_opt_strv (json, "phones");
  g_assert_cmpstrv (read, phones);
  g_assert_nonnull (kz_json_opt_array (json, "nobody"));
  g_assert_cmpuint (kz_json_array_length (kz_json_opt_array (kz_json_opt_object (json, "o"), "a")),
                    ==, 3);
  g_assert_true (strstr (g_bytes_get_data (bytes, NULL), "\"double\":0.1,") != NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/what-is-not-strict-json-is-refused", test_refused);
  g_test_add_func ("/json/strict-json-with-space-around-is-read", test_accepted);
  g_test_add_func ("/json/deep-nesting-is-refused-not-recursed-into", test_depth);
  g_test_add_func ("/json/size-values-and-members-are-capped", test_too_large);
  g_test_add_func ("/json/a-number-is-right-or-the-fallback", test_numbers);
  g_test_add_func ("/json/every-string-comes-out-as-whole-valid-utf8", test_escapes);
  g_test_add_func ("/json/the-last-of-equal-names-counts-in-any-case", test_duplicates);
  g_test_add_func ("/json/of-many-names-the-last-counts", test_many_duplicates);
  g_test_add_func ("/json/a-bool-may-be-a-string-or-a-number", test_bools);
  g_test_add_func ("/json/a-time-is-read-in-every-unit", test_times);
  g_test_add_func ("/json/an-id-is-a-string-or-a-number", test_ids);
  g_test_add_func ("/json/a-list-of-strings-skips-what-is-none", test_strings);
  g_test_add_func ("/json/what-is-written-reads-back-the-same", test_writer);
  return g_test_run ();
}
