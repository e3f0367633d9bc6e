/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the client reads by itself: bodies of errors and what is no answer at all, Retry-After, where a 308
 * leads, and what a person pastes from a browser. The first byte says which. */
#include "config.h"

#include "fuzz.h"

#include "kz-auth.h"
#include "kz-error.h"
#include "kz-http-private.h"
#include "kz-retry.h"

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static void
check_error (GError *error)
{
  const char *words;

  g_assert_nonnull (error);
  words = kz_error_server_words (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (words == NULL || g_utf8_validate (words, -1, NULL));
  g_error_free (error);
}

static void
read_body (const guint8 *data, gsize size, guint status)
{
  g_autoptr (GBytes) body = g_bytes_new (data, size);
  g_auto (KzServerWords) words = {0};
  g_autoptr (GError) error = NULL;

  kz_server_words_read (&words, body);
  /* The quick look misses none. */
  g_assert_true (words.code == NULL || kz_server_words_are_possible (body));
  kz_server_words_refuse_token (&words);
  kz_http_body_is_page (body);
  check_error (kz_http_error_new_status (status, &words));
  check_error (kz_http_error_new_refusal (status, &words, body, TRUE));
  check_error (kz_http_error_new_refusal (status, &words, body, FALSE));
  if (!kz_http_check_body (body, TRUE, &error))
    check_error (g_steal_pointer (&error));
}

static void
read_redirect (const char *location)
{
  static const char url[] = "https://kms.example.com/v1/groups?fetchAllGroups=true";
  static const char *const paths[] = {NULL, "/groups?fetchAllGroups=true"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *next = NULL;
    g_autofree char *base = NULL;
    g_autoptr (GError) error = NULL;

    if (!kz_redirect_resolve (url, location, paths[i], &next, &base, &error)) {
      check_error (g_steal_pointer (&error));
      continue;
    }
    /* Never from encryption to none. */
    g_assert_true (g_str_has_prefix (next, "https://"));
    g_assert_true (g_str_has_prefix (base, "https://"));
    g_assert_false (g_str_has_suffix (base, "/"));
  }
}

static void
read_pasted (const char *pasted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = kz_auth_parse_code (pasted, &error);

  g_assert_true ((code == NULL) == (error != NULL));
  if (code == NULL)
    check_error (g_steal_pointer (&error));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint statuses[] = {200, 400, 401, 403, 404, 415, 429, 500, 502, 503};
  g_autofree char *text = NULL;

  if (size == 0)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  switch (*data % 4) {
  case 0:
    read_body (data + 1, size - 1, statuses[*data / 4 % G_N_ELEMENTS (statuses)]);
    break;
  case 1:
    g_assert_cmpint (kz_retry_after_parse (text, NOW_US), >=, -1);
    break;
  case 2:
    read_redirect (text);
    break;
  default:
    read_pasted (text);
  }
  return 0;
}
