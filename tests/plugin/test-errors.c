/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of an error, and whether a host may try again by itself. No host is needed. */
#include "config.h"

#include "kz-error.h"
#include "kz-purple-account.h"
#include "kz-purple-errors.h"
#include "kz-test-endings.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

#define OTHER_ROOT "https://kaizala.example.com"

/* Whatever came of it: the person is told once, and no host tries for another SMS. */
static void
assert_retired (const GError *error, gboolean was_sent)
{
  PurpleConnectionError reason;
  g_autofree char *text = kz_errors_explain (error, KZ_DEFAULT_API_ROOT, &reason);
  g_assert_nonnull (strstr (text, "closed Kaizala on 31 August 2023"));
  g_assert_nonnull (strstr (text, "Set api_root to"));
  g_assert_true (purple_connection_error_is_fatal (reason));
  g_autofree char *of_pin = kz_errors_explain_pin (error, KZ_DEFAULT_API_ROOT, was_sent, &reason);
  g_assert_cmpstr (of_pin, ==, text);
  g_assert_true (purple_connection_error_is_fatal (reason));
}

static void
default_root_is_called_retired_whatever_came_of_it (void)
{
  static const KzError codes[] = {KZ_ERROR_UNRESOLVED, KZ_ERROR_UNAVAILABLE, KZ_ERROR_NOT_FOUND,
                                  KZ_ERROR_TOO_LARGE};
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) answered = kz_error_new_words ((int) codes[i], "It failed", "HTTP 503");
    PurpleConnectionError reason;
    assert_retired (answered, TRUE);
    g_autofree char *text = kz_errors_explain (answered, KZ_DEFAULT_API_ROOT, &reason);
    g_assert_nonnull (strstr (text, "HTTP 503"));
  }
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "who knows");
  assert_retired (foreign, FALSE);
  assert_retired (NULL, FALSE);
}

static void
default_root_is_called_retired (void)
{
  static const KzError codes[] = {KZ_ERROR_NETWORK,   KZ_ERROR_TLS,          KZ_ERROR_UNAVAILABLE,
                                  KZ_ERROR_MALFORMED, KZ_ERROR_MOVED_UNSAFE, KZ_ERROR_NOT_FOUND,
                                  KZ_ERROR_UNRESOLVED};
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, codes[i], "no answer");
    PurpleConnectionError reason;
    g_autofree char *text = kz_errors_explain (error, KZ_DEFAULT_API_ROOT, &reason);
    g_assert_nonnull (strstr (text, "closed Kaizala"));
    g_assert_true (purple_connection_error_is_fatal (reason));
    g_autofree char *of_pin = kz_errors_explain_pin (error, KZ_DEFAULT_API_ROOT, FALSE, &reason);
    g_assert_cmpstr (of_pin, ==, text);
    g_autofree char *elsewhere = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_assert_null (strstr (elsewhere, "closed Kaizala"));
  }
}

static void
another_sms_needs_a_person (void)
{
  static const KzError codes[] = {KZ_ERROR_UNAVAILABLE, KZ_ERROR_THROTTLED, KZ_ERROR_UNRESOLVED};
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, codes[i], "no answer");
    PurpleConnectionError reason;
    g_autofree char *text = kz_errors_explain_pin (error, OTHER_ROOT, FALSE, &reason);
    g_assert_nonnull (strstr (text, "another PIN"));
    g_assert_true (purple_connection_error_is_fatal (reason));
    /* With a token it costs nothing. */
    g_autofree char *with_token = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_assert_null (strstr (with_token, "another PIN"));
    g_assert_false (purple_connection_error_is_fatal (reason));
  }
}

static void
no_network_before_the_sms_is_tried_again (void)
{
  g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, KZ_ERROR_NETWORK, "no route");
  PurpleConnectionError reason;
  g_autofree char *before = kz_errors_explain_pin (error, OTHER_ROOT, FALSE, &reason);
  g_assert_false (purple_connection_error_is_fatal (reason));
  g_autofree char *after = kz_errors_explain_pin (error, OTHER_ROOT, TRUE, &reason);
  g_assert_true (purple_connection_error_is_fatal (reason));
}

/* What worked before is no wrong setting; a refused token stays refused. */
static void
what_worked_before_is_tried_again (void)
{
  static const KzError passing[] = {KZ_ERROR_MALFORMED,    KZ_ERROR_NOT_FOUND, KZ_ERROR_TOO_LARGE,
                                    KZ_ERROR_MOVED_UNSAFE, KZ_ERROR_FORBIDDEN, KZ_ERROR_REJECTED};
  static const KzError lasting[] = {KZ_ERROR_TOKEN_EXPIRED, KZ_ERROR_AUTH_REJECTED,
                                    KZ_ERROR_BAD_CONNECTOR, KZ_ERROR_OTHER_PERSON, KZ_ERROR_INVALID};
  PurpleConnectionError reason;
  for (gsize i = 0; i < G_N_ELEMENTS (passing); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, passing[i], "no answer");
    g_autofree char *first = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_assert_true (purple_connection_error_is_fatal (reason));
    g_autofree char *again = kz_errors_explain_again (error, OTHER_ROOT, &reason);
    g_assert_false (purple_connection_error_is_fatal (reason));
    g_assert_true (g_str_has_prefix (again, first));
    g_assert_nonnull (strstr (again, "we try again"));
    /* The retired service does not come back. */
    g_autofree char *retired = kz_errors_explain_again (error, KZ_DEFAULT_API_ROOT, &reason);
    g_assert_true (purple_connection_error_is_fatal (reason));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (lasting); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, lasting[i], "no");
    g_autofree char *first = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_autofree char *again = kz_errors_explain_again (error, OTHER_ROOT, &reason);
    g_assert_true (purple_connection_error_is_fatal (reason));
    g_assert_cmpstr (again, ==, first);
  }
}

static void
assert_translated (const char *text)
{
  g_test_message ("%s", text);
  /* Nothing but blanks before, between and behind the brackets. */
  int depth = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_str_has_prefix (p, "⟦"))
      depth++;
    else if (g_str_has_prefix (p, "⟧"))
      depth--;
    else if (depth == 0 && g_ascii_isalpha (*p))
      g_error ("This is not translated: %s", text);
  }
  g_assert_nonnull (strstr (text, "⟦"));
}

/* Runs with the environment of the pseudo-locale: whatever ends a sign-on is told in translation, and
 * so is whatever cannot be done in a room. */
static void
every_one_is_translated (void)
{
  static const char *const roots[] = {KZ_DEFAULT_API_ROOT, OTHER_ROOT};
  for (int code = KZ_ERROR_TOKEN_EXPIRED; code <= KZ_ERROR_INVALID; code++) {
    /* What the service, or a lower layer, says stands inside of what we say. */
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, code, "");
    for (gsize i = 0; i < G_N_ELEMENTS (roots); i++) {
      PurpleConnectionError reason;
      g_autofree char *text = kz_errors_explain (error, roots[i], &reason);
      g_autofree char *of_pin = kz_errors_explain_pin (error, roots[i], FALSE, &reason);
      g_autofree char *after_sms = kz_errors_explain_pin (error, roots[i], TRUE, &reason);
      g_autofree char *again = kz_errors_explain_again (error, roots[i], &reason);
      assert_translated (text);
      assert_translated (again);
      assert_translated (of_pin);
      assert_translated (after_sms);
    }
  }
}

#define TOKEN_REFUSED                                                                                    \
  "Kaizala refused the refresh token: it has expired, it is of another connector, or signing in on "     \
  "another device replaced it. Empty the password of this account to get a PIN by SMS, or paste a new "  \
  "token."
#define NO_ANSWER                                                                                        \
  "No answer from " OTHER_ROOT ". Check the network and the proxy settings of this account."
#define NOT_KAIZALA "What answers at " OTHER_ROOT " is not Kaizala. Check api_root."

/* What ends a sign-on elsewhere, when our sentence of it is "Ours": the reason, which says whether a host
 * tries again by itself, and all that the person reads of it; and in a room, where the service said
 * nothing, and where it said "Theirs". */
static const struct {
  int code;
  PurpleConnectionError reason;
  const char *text;
  const char *in_room;
  const char *in_room_with_words;
} endings[] = {
    {KZ_ERROR_TOKEN_EXPIRED, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, TOKEN_REFUSED,
     "Kaizala refused the refresh token", "Kaizala refused the refresh token"},
    {KZ_ERROR_AUTH_REJECTED, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, TOKEN_REFUSED,
     "Kaizala refused the refresh token", "Kaizala refused the refresh token"},
    {KZ_ERROR_BAD_CONNECTOR, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
     "Kaizala does not know this connector, or its secret is wrong. Copy connector_id and connector_secret "
     "from the portal once more.",
     "Ours", "Theirs"},
    {KZ_ERROR_PIN_REJECTED, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
     "The PIN was wrong or came too late. Sign on again to get a new one.", "Ours", "Theirs"},
    {KZ_ERROR_OTHER_PERSON, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
     "Ours. Paste the refresh token of the account’s person as the password, or make an account for the "
     "other one.",
     "Ours", "Theirs"},
    {KZ_ERROR_FORBIDDEN, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
     "Kaizala does not let this connector read your groups. Give it the permissions in the portal.",
     "you may not do that here", "Theirs"},
    {KZ_ERROR_NOT_FOUND, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, NOT_KAIZALA, "Ours", "Theirs"},
    {KZ_ERROR_THROTTLED, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
     "Kaizala takes no more calls of this connector at the moment. We try again in a while.",
     "too many calls of this connector within a minute",
     "too many calls of this connector within a minute"},
    {KZ_ERROR_UNAVAILABLE, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
     "Kaizala has a problem of its own. Try again later.", "Kaizala has a problem of its own", "Theirs"},
    {KZ_ERROR_NETWORK, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, NO_ANSWER, "no connection to Kaizala",
     "no connection to Kaizala"},
    {KZ_ERROR_TLS, PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR,
     "The connection to " OTHER_ROOT " is not secure: its certificate is not trusted. Check api_root, your "
     "proxy and the date of this computer.",
     "the connection is not secure: its certificate is not trusted", "the connection is not secure: its certificate is not trusted"},
    {KZ_ERROR_UNRESOLVED, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, NO_ANSWER, "no answer came",
     "Kaizala answered with an error: Theirs"},
    {KZ_ERROR_MALFORMED, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, NOT_KAIZALA,
     "the answer was not understood", "the answer was not understood"},
    {KZ_ERROR_TOO_LARGE, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, NOT_KAIZALA, "Ours", "Theirs"},
    {KZ_ERROR_MOVED_UNSAFE, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
     OTHER_ROOT " sends us to a server that we do not trust with your account. Check api_root.", "Ours",
     "Theirs"},
    {KZ_ERROR_REJECTED, PURPLE_CONNECTION_ERROR_OTHER_ERROR,
     "Kaizala refused the sign-on. Check the phone number and the connector of this account.", "Ours",
     "Theirs"},
    {KZ_ERROR_INVALID, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
     "A setting of this account cannot be used: Ours", "Ours", "Theirs"},
};

static void
each_is_told_in_these_words (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, endings[i].code, "Ours");
    g_autoptr (GError) answered = kz_error_new_words (endings[i].code, "Ours", "Theirs");
    PurpleConnectionError reason;
    g_autofree char *text = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_autofree char *in_room = kz_errors_in_room (error);
    g_autofree char *in_room_with_words = kz_errors_in_room (answered);
    g_assert_cmpint (reason, ==, endings[i].reason);
    g_assert_cmpstr (text, ==, endings[i].text);
    g_assert_cmpstr (in_room, ==, endings[i].in_room);
    g_assert_cmpstr (in_room_with_words, ==, endings[i].in_room_with_words);
  }
  /* None was forgotten. */
  g_assert_cmpuint (G_N_ELEMENTS (endings), ==, KZ_ERROR_INVALID + 1);
}

/* What tests without a host go by is what the plugin tells a host. */
static void
hosts_connect_again_where_it_may_help (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (kz_test_endings), ==, KZ_ERROR_INVALID + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (kz_test_endings); i++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, (int) kz_test_endings[i].code, "Ours");
    PurpleConnectionError reason;
    g_autofree char *first = kz_errors_explain (error, OTHER_ROOT, &reason);
    g_assert_cmpint (purple_connection_error_is_fatal (reason), ==, kz_test_endings[i].is_final);
    g_autofree char *again = kz_errors_explain_again (error, OTHER_ROOT, &reason);
    g_assert_cmpint (purple_connection_error_is_fatal (reason), ==, kz_test_endings[i].is_final_online);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("KZ_TEST_LOCALEDIR") != NULL) {
    g_assert_nonnull (setlocale (LC_ALL, ""));
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("KZ_TEST_LOCALEDIR"));
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    g_test_add_func ("/errors/every-one-is-translated", every_one_is_translated);
    return g_test_run ();
  }
  g_test_add_func ("/errors/the-default-root-is-called-retired", default_root_is_called_retired);
  g_test_add_func ("/errors/the-default-root-is-called-retired-whatever-came-of-it",
                   default_root_is_called_retired_whatever_came_of_it);
  g_test_add_func ("/errors/each-is-told-in-these-words", each_is_told_in_these_words);
  g_test_add_func ("/errors/hosts-connect-again-where-it-may-help",
                   hosts_connect_again_where_it_may_help);
  g_test_add_func ("/errors/what-worked-before-is-tried-again", what_worked_before_is_tried_again);
  g_test_add_func ("/errors/another-sms-needs-a-person", another_sms_needs_a_person);
  g_test_add_func ("/errors/no-network-before-the-sms-is-tried-again",
                   no_network_before_the_sms_is_tried_again);
  return g_test_run ();
}
