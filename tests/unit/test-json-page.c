/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-error.h"
#include "kz-limits.h"

static KzJsonPage *
page_new (const char *text, const char *name, GError **error)
{
  g_autofree char *quoted = kz_test_quote (text);
  gsize length = strlen (quoted);
  g_autoptr (GBytes) bytes = g_bytes_new_take (kz_test_exact (quoted, length), length);

  return kz_json_page_new (bytes, name, NULL, error);
}

static void
test_page (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzJsonPage) page = page_new (" {'hasMore':true,'Actions' : [ {'a':1} , {'a':010}, "
                                          "'x,]}' ,, {'a':2,'b':[{}]} , {bad}, 7 ] ,"
                                          "'cursor':636674054802000000} ",
                                          "actions", &error);
  static const gboolean good[] = {TRUE, FALSE, TRUE, FALSE, TRUE, FALSE, TRUE};

  g_assert_no_error (error);
  g_assert_true (kz_json_page_has_array (page));
  g_assert_cmpuint (kz_json_page_length (page), ==, G_N_ELEMENTS (good));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) element_error = NULL;
    g_autoptr (KzJson) element = kz_json_page_parse (page, i, &element_error);

    g_assert_cmpint (element != NULL, ==, good[i]);
    if (!good[i])
      g_assert_error (element_error, KZ_ERROR, KZ_ERROR_MALFORMED);
    if (i == 4)
      g_assert_cmpint (kz_json_opt_int (element, "a", 0), ==, 2);
  }
  g_assert_true (kz_json_opt_bool (kz_json_page_rest (page), "hasMore", FALSE));
  g_assert_cmpint (kz_json_opt_int (kz_json_page_rest (page), "cursor", 0), ==, 636674054802000000);
  g_assert_cmpuint (kz_json_array_length (kz_json_opt_array (kz_json_page_rest (page), "actions")),
                    ==, 0);
  g_assert_null (kz_json_page_parse (page, 99, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_page_element_alone (void)
{
  g_autoptr (GString) text = g_string_new ("{\"actions\":[{\"a\":1},{\"a\":\"\xFF\"},");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (KzJsonPage) page = NULL;
  g_autoptr (KzJson) last = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append_c (text, '[');
  for (int i = 0; i < 1000; i++)
    g_string_append_c (text, ']');
  g_string_append (text, ",{\"a\":4}]}");
  bytes = g_bytes_new_static (text->str, text->len);
  page = kz_json_page_new (bytes, "actions", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kz_json_page_length (page), ==, 4);
  g_assert_null (kz_json_page_parse (page, 1, NULL));
  g_assert_null (kz_json_page_parse (page, 2, NULL));
  last = kz_json_page_parse (page, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kz_json_opt_int (last, "a", 0), ==, 4);
}

static void
test_page_shapes (void)
{
  static const struct {
    const char *text;
    int length; /* -1: refused */
    gboolean has_array;
  } rows[] = {
      {"{'actions':[]}", 0, TRUE},
      {"{'actions':[ ]}", 0, TRUE},
      {"[1,2,3]", 3, TRUE},
      {" [ ] ", 0, TRUE},
      {"{}", 0, FALSE},
      {"{'actions':null}", 0, FALSE},
      {"{'actions':{'a':[1]}}", 0, FALSE},
      {"{'other':[1,2],'actions':[3]}", 1, TRUE},
      {"{'nested':{'actions':[1,2,3]},'x':'actions'}", 0, FALSE},
      {"{'actions':[1,2],'ACTIONS':[3]}", 1, TRUE},
      {"{'actions':[1,2],'Actions':null}", 0, FALSE},
      {"{'message':'x','errorCode':'InvalidToken'}", 0, FALSE},
      {"{'actions':[1,]}", 2, TRUE},
      {"17", 0, FALSE},
      {"", -1, FALSE},
      {" ", -1, FALSE},
      {"<html>", -1, FALSE},
      {"{'actions':[1,2}", -1, FALSE},
      {"{'actions':[1,2", -1, FALSE},
      {"{'actions':[1,2]", -1, FALSE},
      {"{'actions':[1,'2]}", -1, FALSE},
      {"{'actions':[1] 'x':2}", -1, FALSE},
      {"{'actions':[1]}{}", -1, FALSE},
      {"{'actions':[1],'x':010}", -1, FALSE},
      {"{'actions':[1]]", -1, FALSE},
      {"[1,2] x", -1, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KzJsonPage) page = page_new (rows[i].text, "actions", &error);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (page != NULL, ==, rows[i].length >= 0);
    if (page == NULL) {
      g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
      continue;
    }
    g_assert_cmpuint (kz_json_page_length (page), ==, (guint) rows[i].length);
    g_assert_cmpint (kz_json_page_has_array (page), ==, rows[i].has_array);
  }
}

static void
test_page_of_several (void)
{
  static const char *const names[] = {"groups", "people", NULL};
  static const struct {
    guint array;
    const char *element;
  } expected[] = {{0, "a"}, {1, "x"}, {1, "y"}};
  g_autofree char *text = kz_test_quote ("{'n':1,'people':['old'],'groups':['a'],'PEOPLE':['x','y'],"
                                         "'actions':[5],'n2':2}");
  g_autofree char *twice = kz_test_quote ("{'groups':['a'],'people':[ ],'Groups':['b','c']}");
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) twice_bytes = g_bytes_new_static (twice, strlen (twice));
  g_autoptr (KzJsonPage) page = kz_json_page_new_of (bytes, names, NULL, NULL);
  g_autoptr (KzJsonPage) last = kz_json_page_new_of (twice_bytes, names, NULL, NULL);

  g_assert_cmpuint (kz_json_page_length (page), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (KzJson) element = kz_json_page_parse (page, i, NULL);

    g_assert_cmpuint (kz_json_page_array (page, i), ==, expected[i].array);
    g_assert_cmpstr (kz_json_as_string (element, NULL), ==, expected[i].element);
  }
  g_assert_cmpint (kz_json_opt_int (kz_json_page_rest (page), "n2", 0), ==, 2);
  g_assert_cmpuint (kz_json_array_length (kz_json_opt_array (kz_json_page_rest (page), "actions")),
                    ==, 1);
  /* Of one name the last one counts, whatever stands between. */
  g_assert_cmpuint (kz_json_page_length (last), ==, 2);
}

static void
test_page_too_large (void)
{
  const KzJsonLimits limits = {8, 8};
  g_autoptr (GBytes) bytes = g_bytes_new_static ("[1,2,3,4]", 9);
  g_autoptr (GString) commas = g_string_new ("[");
  g_autoptr (GBytes) many = NULL;
  g_autoptr (GError) size_error = NULL;
  g_autoptr (GError) count_error = NULL;

  g_assert_null (kz_json_page_new (bytes, "actions", &limits, &size_error));
  g_assert_error (size_error, KZ_ERROR, KZ_ERROR_TOO_LARGE);

  for (guint i = 0; i < KZ_JSON_MAX_VALUES + 1; i++)
    g_string_append_c (commas, ',');
  g_string_append_c (commas, ']');
  many = g_bytes_new_static (commas->str, commas->len);
  g_assert_null (kz_json_page_new (many, "actions", NULL, &count_error));
  g_assert_error (count_error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

static void
try_page (const char *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzJsonPage) page = kz_json_page_new (bytes, "list", NULL, &error);
  g_autoptr (KzJson) whole = kz_json_parse (data, length, NULL, NULL);

  g_assert_cmpint (page == NULL, ==, error != NULL);
  /* What reads as a whole reads as a page as well. */
  if (whole != NULL)
    g_assert_nonnull (page);
  for (guint i = 0; page != NULL && i < kz_json_page_length (page); i++) {
    g_autoptr (KzJson) element = kz_json_page_parse (page, i, NULL);

    if (whole != NULL)
      g_assert_nonnull (element);
  }
}

static void
test_page_hostile (void)
{
  g_autofree char *text = kz_test_quote ("{'x':[1,{'list':[2]}],'List':[{'a':'\\u00e9\\\\',"
                                         "'b':[1,2.5e3,-0]}, 'q\\'r' ,null,[[]]],'more':true}");
  static const char hostile[] = "\"\\{}[],: 0e-tn\xC3";

  kz_test_truncations (text, try_page);
  kz_test_wrong_types (text, try_page);
  for (gsize i = 0; i < strlen (text); i++)
    for (gsize h = 0; h < sizeof hostile; h++) {
      g_autofree char *copy = kz_test_exact (text, strlen (text));

      copy[i] = hostile[h];
      try_page (copy, strlen (text));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page/a-bad-element-fails-alone", test_page);
  g_test_add_func ("/page/bad-utf8-and-depth-fail-one-element", test_page_element_alone);
  g_test_add_func ("/page/wrapped-and-bare-lists-are-cut", test_page_shapes);
  g_test_add_func ("/page/several-lists-are-cut-at-once", test_page_of_several);
  g_test_add_func ("/page/size-and-length-are-capped", test_page_too_large);
  g_test_add_func ("/page/no-damage-crashes-or-leaks", test_page_hostile);
  return g_test_run ();
}
