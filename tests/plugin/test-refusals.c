/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service refuses at sign-on, and what is said of it. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

/* The account ended; with that reason, and a sentence that has these words. */
static void
assert_refused (Fixture *fixture, PurpleConnectionError reason, const char *words)
{
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpint (g_array_index (fixture->host->reasons, PurpleConnectionError, 0), ==, reason);
  const char *text = g_ptr_array_index (fixture->host->errors, 0);
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in: %s", words, text);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  g_assert_cmpuint (fixture->host->errors->len, ==, 1);
}

static gint64
sms_count (Fixture *fixture)
{
  g_autoptr (JsonObject) sms = kz_test_control (fixture->world, "GET", "sms", NULL);
  if (!json_object_has_member (sms, KZ_MY_PHONE))
    return 0;
  return json_object_get_int_member (json_object_get_object_member (sms, KZ_MY_PHONE), "count");
}

/* The service says the same of it as of a wrong one. */
static void
late_pin_is_named (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  g_autofree char *pin = g_strdup (kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_do (fixture->world, "POST", "clock", "{'advanceSeconds':3600}");
  for (int i = 0; i < 3; i++) {
    kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
    const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
    if (i > 0)
      g_assert_nonnull (strstr (prompt->primary, "too old"));
    kz_test_answer (fixture->host, pin);
  }
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
                  "Sign on again to get a new one");
}

static void
wrong_secret_is_named (Fixture *fixture)
{
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, kz_test_user (fixture->world, KZ_ME, "refreshToken"),
      "connector_id", fixture->world->connector_id, "connector_secret", "wrong", "api_root",
      fixture->world->url, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "connector");
}

static void
unknown_connector_is_named (Fixture *fixture)
{
  const char *tokens[] = {kz_test_user (fixture->world, KZ_ME, "refreshToken"), NULL};
  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_ptr_array_set_size (fixture->host->errors, 0);
    g_array_set_size (fixture->host->reasons, 0);
    fixture->account =
        kz_test_account_new (fixture->host, KZ_MY_PHONE, tokens[i], "connector_id", "nobody",
                             "connector_secret", fixture->world->connector_secret, "api_root",
                             fixture->world->url, NULL);
    kz_test_sign_on (fixture->host, fixture->account);
    if (tokens[i] == NULL && !fixture_is_bitlbee (fixture)) {
      kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
      kz_test_answer (fixture->host, "PIN");
    }
    assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "connector_id");
    kz_test_account_drop (fixture->host, fixture->account);
    fixture->account = NULL;
  }
}

static void
revoked_token_is_named (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "revoke", "{'phone':'%s'}", KZ_MY_PHONE);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "refresh token");
  g_assert_cmpint (sms_count (fixture), ==, 0);
}

static void
expired_token_is_named (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "clock", "{'advanceSeconds':%d}", 366 * 24 * 3600);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "it has expired");
  g_assert_cmpint (sms_count (fixture), ==, 0);
}

static void
add_tests (void)
{
  plugin_test_add ("/refusals/a-late-pin-is-named", late_pin_is_named);
  plugin_test_add ("/refusals/a-wrong-secret-is-named", wrong_secret_is_named);
  plugin_test_add ("/refusals/an-unknown-connector-is-named", unknown_connector_is_named);
  plugin_test_add ("/refusals/a-revoked-token-is-named-and-costs-no-sms", revoked_token_is_named);
  plugin_test_add ("/refusals/an-expired-token-is-named-and-costs-no-sms", expired_token_is_named);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
