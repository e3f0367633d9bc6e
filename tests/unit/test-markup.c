/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as HTML, typed HTML as text, and the way there and back. */
#include "config.h"

#include "markup-texts.h"

#include "kz-markup.h"
#include "kz-test-html.h"
#include "kz-text.h"

/* --- out: text as HTML --- */

static void
test_escape (void)
{
  static const Row rows[] = {
      {NULL, ""},
      {"", ""},
      {"plain", "plain"},
      {"a < b && c > \"d\" 'e'", "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &apos;e&apos;"},
      {"two\nlines\tand a tab", "two\nlines\tand a tab"},
      {"cr\r\nlf\rcr", "cr\nlf\ncr"},
      {"bell\a esc\x1b del\x7f", "bell esc del"},
      {"c1\xc2\x80\xc2\x9f", "c1"},
      {"\xe2\x80\xaertl\xe2\x80\xac", "rtl"},
      {"\xe2\x81\xa7x\xe2\x81\xa9", "x"},
      {"tag\xf3\xa0\x80\xa1s", "tags"},
      {"\xef\xbf\xbf\xef\xb7\xaf", ""},
      {"bad\xff"
       "byte",
       "bad\xef\xbf\xbd"
       "byte"},
      {"नमस्ते 👩‍👩‍👧 שלום",
       "नमस्ते 👩‍👩‍👧 שלום"},
      {"http://x.example", "http://x.example"},
  };

  check_rows (rows, G_N_ELEMENTS (rows), kz_markup_escape);
}

/* All characters of the first 17 blocks of 4,096, of the tags and of the ends of planes, against
 * the list of the tests. */
static void
test_every_character (void)
{
  for (gunichar block = 0; block < 0x110000; block += 0x100) {
    g_autoptr (GString) text = g_string_new ("x");
    g_autoptr (GString) expected = g_string_new ("x");
    g_autofree char *html = NULL;

    if (block >= 0x11000 && (block & 0xff00) != 0xff00 && block >> 12 != 0xe0)
      continue;
    for (gunichar c = MAX (block, 1); c < block + 0x100; c++) {
      if (!g_unichar_validate (c) || (c < 0x80 && strchr ("<>&\"'\r", (int) c) != NULL))
        continue;
      /* Between them a letter, as piles of marks are cut. */
      g_string_append_unichar (text, c);
      g_string_append_c (text, 'x');
      if (c == 0x2028 || c == 0x2029)
        g_string_append_c (expected, '\n');
      else if (!kz_test_is_forbidden (c))
        g_string_append_unichar (expected, c);
      g_string_append_c (expected, 'x');
    }
    html = kz_markup_escape (text->str);
    g_assert_cmpstr (html, ==, expected->str);
  }
}

#define LINK(url) "<a href=\"" url "\">" url "</a>"

static void
test_links (void)
{
  static const Row rows[] = {
      {"see http://a.example/x now", "see " LINK ("http://a.example/x") " now"},
      {"HTTPS://A.example", LINK ("HTTPS://A.example")},
      {"http://a.example/?a=1&b=2", LINK ("http://a.example/?a=1&amp;b=2")},
      {"End http://a.example/x.", "End " LINK ("http://a.example/x") "."},
      {"http://a.example/x?!,;:", LINK ("http://a.example/x") "?!,;:"},
      {"(http://a.example/x)", "(" LINK ("http://a.example/x") ")"},
      {"(see http://a.example/x).", "(see " LINK ("http://a.example/x") ")."},
      {"http://a.example/x_(y)", LINK ("http://a.example/x_(y)")},
      {"(http://a.example/x_(y))", "(" LINK ("http://a.example/x_(y)") ")"},
      {"[http://a.example/]", "[" LINK ("http://a.example/") "]"},
      {"“http://a.example/x”", "“" LINK ("http://a.example/x") "”"},
      {"<http://a.example/x>", "&lt;" LINK ("http://a.example/x") "&gt;"},
      {"'http://a.example/'", "&apos;" LINK ("http://a.example/") "&apos;"},
      {"http://a.example/\nhttp://b.example/",
       LINK ("http://a.example/") "<br>" LINK ("http://b.example/")},
      {"mailto:ann@a.example", LINK ("mailto:ann@a.example")},
      {"tel:+911234567", LINK ("tel:+911234567")},
      {"geo:17.385,-78.4", LINK ("geo:17.385,-78.4")},
      {"http://पंप.example/जाँच", LINK ("http://पंप.example/जाँच")},
      {"http://[::1]:80/x", LINK ("http://[::1]:80/x")},
      {"/http://a.example", "/" LINK ("http://a.example")},
      {"xhttp://a.example", "xhttp://a.example"},
      {"http://", "http://"},
      {"http:// x", "http:// x"},
      {"http://.", "http://."},
      {"mailto:", "mailto:"},
      {"mailto:nobody", "mailto:nobody"},
      {"mailto:@x", "mailto:@x"},
      {"tel:me", "tel:me"},
      {"geo:here", "geo:here"},
      {"geo:1", "geo:1"},
      {"javascript:alert(1)", "javascript:alert(1)"},
      {"file:///etc/passwd", "file:///etc/passwd"},
      {"www.a.example ann@a.example", "www.a.example ann@a.example"},
  };

  check_rows (rows, G_N_ELEMENTS (rows), kz_markup_from_text);
}

static void
test_huge_link (void)
{
  g_autofree char *path = g_strnfill (5000, 'x');
  g_autofree char *text = g_strdup_printf ("http://a.example/%s", path);
  g_autofree char *html = kz_markup_from_text (text);

  g_assert_cmpstr (html, ==, text);
}

static void
test_labelled_link (void)
{
  static const struct {
    const char *url;
    const char *label;
    const char *expected;
  } rows[] = {
      {"http://a.example/x?a&b", "pump.jpg",
       "pump.jpg: <a href=\"http://a.example/x?a&amp;b\">http://a.example/x?a&amp;b</a>"},
      {"http://a.example/", NULL, LINK ("http://a.example/")},
      {"http://a.example/", "http://a.example/", LINK ("http://a.example/")},
      {"http://a.example/", "<b>\n\xe2\x80\xaegpj", "&lt;b&gt; gpj: " LINK ("http://a.example/")},
      {"javascript:alert(1)", "x", "x: javascript:alert(1)"},
      {"http://a.example/ b", "x", "x: http://a.example/ b"},
      {"http://a.example/\"x", "x", "x: http://a.example/&quot;x"},
      {"http://a.example/.", "x", "x: " LINK ("http://a.example/.")},
      {NULL, "x", "x"},
      {NULL, NULL, ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *html = kz_markup_link (rows[i].url, rows[i].label);

    g_assert_cmpstr (html, ==, rows[i].expected);
    kz_test_assert_safe (html);
  }
}

static void
test_injections (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kz_test_injections); i++) {
    const char *text = kz_test_injections[i];
    g_autofree char *html = kz_markup_from_text (text);
    g_autofree char *escaped = kz_markup_escape (text);
    g_autofree char *link = kz_markup_link (text, text);
    g_autofree char *labelled = kz_markup_link ("https://a.example/", text);

    kz_test_assert_safe (html);
    kz_test_assert_safe (escaped);
    g_assert_null (strchr (escaped, '<'));
    kz_test_assert_safe (link);
    kz_test_assert_safe (labelled);
  }
}

/* --- what would be drawn over other lines, or look like one of them --- */

static void
test_marks (void)
{
  g_autofree char *marks = repeat ("\xcc\x81", 1000);
  g_autofree char *text = g_strconcat ("Z", marks, "a", marks, NULL);
  g_autofree char *html = kz_markup_from_text (text);
  g_autofree char *escaped = kz_markup_escape (text);
  g_autofree char *eight = g_strndup (marks, 16);
  g_autofree char *expected = g_strconcat ("Z", eight, "a", eight, NULL);

  g_assert_cmpstr (html, ==, expected);
  g_assert_cmpstr (escaped, ==, expected);
}

#define INDENT "\u00a0\u00a0\u00a0\u00a0"

static void
test_hang (void)
{
  static const Row rows[] = {
      {"", ""},
      {"one line", "one line"},
      {"one<br>two", "one<br>" INDENT "two"},
      {"one\ntwo<br><br>three", "one<br>" INDENT "two<br>" INDENT "<br>" INDENT "three"},
      {"one<br>", "one<br>" INDENT},
  };

  check_rows (rows, G_N_ELEMENTS (rows), kz_markup_hang);
}

/* --- round trip and random input --- */

static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260101);

  for (int i = 0; i < 2000; i++) {
    g_autofree char *text = random_text (random);
    g_autofree char *html = kz_markup_from_text (text);
    g_autofree char *visible = kz_test_visible (html);
    g_autofree char *back = kz_markup_to_text (html);

    kz_test_assert_safe (html);
    g_assert_cmpstr (visible, ==, text);
    g_assert_cmpstr (back, ==, text);
  }
}

static void
test_random_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260102);

  for (int i = 0; i < 1000; i++) {
    char bytes[65];
    int length = g_rand_int_range (random, 0, 64);
    g_autofree char *html = NULL;
    g_autofree char *text = NULL;
    g_autofree char *name = NULL;

    for (int j = 0; j < length; j++)
      bytes[j] = (char) (g_rand_boolean (random) ? g_rand_int_range (random, 1, 256)
                                                 : "<a href='&#x>/!-"[j % 16]);
    bytes[length] = '\0';
    html = kz_markup_from_text (bytes);
    kz_test_assert_safe (html);
    text = kz_markup_to_text (bytes);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
      g_assert_false (kz_test_is_forbidden (g_utf8_get_char (p)));
    name = kz_markup_clean_name (bytes);
    g_assert_true (g_utf8_validate (name, -1, NULL));
    g_assert_null (strpbrk (name, "\n\t\r"));
  }
}

/* --- in: HTML as text --- */

static void
test_to_text (void)
{
  static const Row rows[] = {
      {NULL, ""},
      {"", ""},
      {"plain", "plain"},
      {"a &lt; b &amp;&amp; c &gt; &quot;d&quot; &apos;e&#39;", "a < b && c > \"d\" 'e'"},
      {"&nbsp;&copy;&hellip;&eur;&unknown;", " ©…&eur;&unknown;"},
      {"&#65;&#x42;&#X43;&#2309;", "ABCअ"},
      {"&#0;&#xd800;&#x110000;&#;&#x;&#99999999999;",
       "&#0;&#xd800;&#x110000;&#;&#x;&#99999999999;"},
      {"&#7;&#27;x", "x"},
      {"&", "&"},
      {"&amp", "&amp"},
      {"&amp;lt;", "&lt;"},
      {"a<br>b<BR/>c<br />d", "a\nb\nc\nd"},
      {"a<br>", "a\n"},
      {"<p>a</p><p>b</p>", "a\nb"},
      {"<div>a</div>b<div></div><div>c</div>", "a\nb\nc"},
      {"<ul><li>a<li>b</ul>", "a\nb"},
      {"<html><body><b>a</b> <i>b</i> <font color=\"red\">c</font></body></html>", "a b c"},
      {"<span style='x>y'>a</span>", "a"},
      {"a<!-- x <b> > -->b", "ab"},
      {"a<!-- b", "a<!-- b"},
      {"a < b > c", "a < b > c"},
      {"a <3 b", "a <3 b"},
      {"<>", "<>"},
      {"a <b c", "a <b c"},
      {"a <b <i>c</i>", "a <b c"},
      {"<<b>>x", "<>x"},
      {"<a href=\"http://a.example/\">here</a> x", "here (http://a.example/) x"},
      {"<A HREF='http://a.example/?a=1&amp;b=2'>here</A>", "here (http://a.example/?a=1&b=2)"},
      {"<a target=_blank href = http://a.example>x</a>", "x (http://a.example)"},
      {"<a href=\"http://a.example/\">http://a.example/</a>", "http://a.example/"},
      {"<a href=\"http://a.example/\">a.example</a>", "http://a.example/"},
      {"<a href=\"mailto:a@b.example\">a@b.example</a>", "a@b.example"},
      {"<a href=\"mailto:a@b.example\">Ann</a>", "Ann (mailto:a@b.example)"},
      {"<a href=\"http://a.example/\"><b>x</b></a>", "x (http://a.example/)"},
      {"<a href=\"http://a.example/\"><img src=y></a>", "http://a.example/"},
      {"<a href=\"http://a.example/\">x", "x (http://a.example/)"},
      {"<a href=\"http://a.example/\">x<a href=\"http://b.example/\">y</a>",
       "x (http://a.example/)y (http://b.example/)"},
      {"<a href=\"javascript:alert(1)\">x</a>", "x"},
      {"<a name=\"y\">x</a>", "x"},
      {"<a href=\"\">x</a>", "x"},
      {"two\nlines\r\nand\rmore", "two\nlines\nand\nmore"},
      {"\002bold\002 \00304,12red\003 \0033x\003,y", "bold red x,y"},
      {"/me waves", "*waves*"},
      {"<b>/me</b> waves &amp; smiles", "*waves & smiles*"},
      {"/me", "/me"},
      {"/me ", "/me "},
      {"/meat", "/meat"},
      {"say /me waves", "say /me waves"},
      {"bad\xff"
       "byte",
       "bad\xef\xbf\xbd"
       "byte"},
      {"नमस्ते 👩‍👩‍👧", "नमस्ते 👩‍👩‍👧"},
  };

  check_rows (rows, G_N_ELEMENTS (rows), kz_markup_to_text);
}

/* A reader that looks at a byte more than a few times would not end in the time of this test. */
static void
test_long_runs (void)
{
  static const char *const patterns[] = {"<",
                                         "<a ",
                                         "<a href=\"",
                                         "<!--",
                                         "<!-",
                                         "&",
                                         "&#",
                                         "&#x1;",
                                         "http://",
                                         "http://a",
                                         "mailto:",
                                         "mailto:a",
                                         "tel:1",
                                         "geo:1,",
                                         "(",
                                         "http://(",
                                         ")",
                                         "\xcc\x81",
                                         "\xe2\x80\x8d",
                                         "🇮",
                                         "क्",
                                         "\n",
                                         " ",
                                         " a",
                                         "<br>",
                                         "<p>",
                                         "</a>",
                                         "<a href=http://x>",
                                         "\003",
                                         "x\r",
                                         "\xff",
                                         "<a href=\"http://a.example\">x"};

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++) {
    g_autofree char *text = repeat (patterns[i], i == 0 ? 1 << 20 : 1 << 18);
    g_autofree char *html = kz_markup_from_text (text);
    g_autofree char *plain = kz_markup_to_text (text);
    g_autofree char *name = kz_markup_clean_name (text);
    g_autofree char *excerpt = kz_markup_excerpt (text, 40);
    g_auto (GStrv) pieces = kz_text_split (text, 4000);

    g_assert_true (g_utf8_validate (html, -1, NULL));
    g_assert_true (g_utf8_validate (plain, -1, NULL));
    g_assert_cmpint (g_utf8_strlen (name, -1), <=, 80);
    g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, 40);
    g_assert_cmpuint (g_strv_length (pieces), <=, 1000);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup/special-characters-are-escaped-and-unsafe-ones-removed", test_escape);
  g_test_add_func ("/markup/each-character-is-kept-or-removed-by-the-list", test_every_character);
  g_test_add_func ("/markup/links-of-five-schemes-are-clickable-without-punctuation", test_links);
  g_test_add_func ("/markup/a-link-nobody-could-check-stays-text", test_huge_link);
  g_test_add_func ("/markup/a-labelled-link-shows-its-target", test_labelled_link);
  g_test_add_func ("/markup/no-server-text-makes-a-tag-of-its-own", test_injections);
  g_test_add_func ("/markup/a-pile-of-marks-is-cut", test_marks);
  g_test_add_func ("/markup/later-lines-are-indented", test_hang);
  g_test_add_func ("/markup/text-survives-the-way-to-html-and-back", test_round_trip);
  g_test_add_func ("/markup/random-bytes-give-valid-text", test_random_bytes);
  g_test_add_func ("/markup/typed-html-becomes-plain-text", test_to_text);
  g_test_add_func ("/markup/a-long-run-of-anything-is-read-in-linear-time", test_long_runs);
  return g_test_run ();
}
