/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-http-private.h"

#include "kz-json.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_WORDS 300
/* No error body is longer; what is longer and not readable is found by whoever reads it. */
#define MAX_CHECKED_BODY (16u << 10)

void
kz_server_words_clear (KzServerWords *words)
{
  g_clear_pointer (&words->code, g_free);
  g_clear_pointer (&words->message, g_free);
}

static gboolean
is_shown (gunichar c)
{
  /* Format characters turn the direction of what follows them. */
  return g_unichar_isgraph (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
}

/* (nullable) (transfer full): one line of a length that can be shown. */
static char *
clean (const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint n = 0;

  if (text == NULL)
    return NULL;
  for (const char *p = text; *p != '\0' && n < MAX_WORDS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_shown (c))
      g_string_append_unichar (line, c);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
    n++;
  }
  g_strchomp (line->str);
  return *line->str != '\0' ? g_strdup (line->str) : NULL;
}

/* (nullable) (transfer full): the name of an error; a number is one too, 0 and "" are none. */
static char *
read_code (const KzJson *json)
{
  const char *text = kz_json_opt_string (json, "errorCode", NULL);
  gint64 number = text == NULL ? kz_json_opt_int (json, "errorCode", 0) : 0;

  if (number != 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return clean (text);
}

void
kz_server_words_read (KzServerWords *words, GBytes *body)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (KzJson) json = NULL;

  if (data == NULL || length > MAX_CHECKED_BODY)
    return;
  json = kz_json_parse (data, length, NULL, NULL);
  if (json == NULL)
    return;
  words->code = read_code (json);
  words->message = clean (kz_json_opt_string (json, "message", NULL));
}

/* How far "errorCode" may move on when it ends at a byte @c without being there. */
static gsize
step_of (char c)
{
  switch (c | 0x20) {
  case 'd':
    return 1;
  case 'o':
    return 2;
  case 'c':
    return 3;
  case 'r':
    return 4;
  case 'e':
    return 8;
  default:
    return 9;
  }
}

gboolean
kz_server_words_are_possible (GBytes *body)
{
  static const char name[] = "errorCode";
  const gsize name_length = sizeof name - 1;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  const char *end;

  if (data == NULL || length > MAX_CHECKED_BODY)
    return FALSE;
  end = data + length;
  /* Nobody escapes what stands in the name of a member; but it could be read, and so it counts. */
  for (const char *p = data; p < end && (p = memchr (p, '\\', (gsize) (end - p))) != NULL; p++)
    if (p + 1 < end && p[1] == 'u')
      return TRUE;
  for (gsize last = name_length - 1; last < length; last += step_of (data[last]))
    if ((data[last] | 0x20) == 'e' &&
        g_ascii_strncasecmp (data + last + 1 - name_length, name, name_length) == 0)
      return TRUE;
  return FALSE;
}

gboolean
kz_server_words_refuse_token (const KzServerWords *words)
{
  return words->code != NULL && (g_ascii_strcasecmp (words->code, "InvalidToken") == 0 ||
                                 g_ascii_strcasecmp (words->code, "Unauthenticated") == 0);
}

static GError *
make (int code, const char *ours, const KzServerWords *words)
{
  g_autofree char *both = NULL;

  if (words == NULL)
    return kz_error_new_words (code, ours, NULL);
  if (words->message == NULL || words->code == NULL)
    return kz_error_new_words (code, ours, words->message != NULL ? words->message : words->code);
  both = g_strdup_printf ("%s (%s)", words->message, words->code);
  return kz_error_new_words (code, ours, both);
}

GError *
kz_http_error_new_status (guint status, const KzServerWords *words)
{
  if (status == 401 || kz_server_words_refuse_token (words))
    return make (KZ_ERROR_TOKEN_EXPIRED, _ ("The service does not accept our token"), words);
  if (status == 403)
    return make (KZ_ERROR_FORBIDDEN, _ ("The service does not allow this"), words);
  /* 405: not with this method. Callers that know another one try it. */
  if (status == 404 || status == 405)
    return make (KZ_ERROR_NOT_FOUND, _ ("The service does not know this"), words);
  if (status == 407)
    return make (KZ_ERROR_NETWORK, _ ("The proxy server wants a name and a password"), NULL);
  if (status == 429)
    return make (KZ_ERROR_THROTTLED, _ ("The service had too many requests"), words);
  if (status >= 500)
    return make (KZ_ERROR_UNAVAILABLE, _ ("The service is in trouble at the moment"), words);
  if (status >= 400 || status / 100 == 2)
    return make (KZ_ERROR_REJECTED, _ ("The service refused"), words);
  if (status / 100 == 3)
    return make (KZ_ERROR_MOVED_UNSAFE,
                 _ ("Instead of an answer of Kaizala came a redirection to somewhere else. Perhaps "
                    "this network wants a sign-in of its own"),
                 NULL);
  /* not covered: libsoup hands on no other status */
  return make (KZ_ERROR_MALFORMED, _ ("This is not an answer of Kaizala"), NULL);
}

gboolean
kz_http_error_is_tls (const GError *error)
{
  /* A connection that ends within the handshake is trouble of the network. */
  return error != NULL && error->domain == G_TLS_ERROR && error->code != G_TLS_ERROR_EOF;
}

GError *
kz_http_error_new_transport (const KzOutcome *outcome)
{
  if (outcome->too_large)
    return make (KZ_ERROR_TOO_LARGE, _ ("The answer of the service is too long"), NULL);
  if (outcome->timed_out)
    return make (KZ_ERROR_NETWORK, _ ("The service did not answer in time"), NULL);
  if (kz_http_error_is_tls (outcome->error) && !outcome->bytes_left)
    return make (
        KZ_ERROR_TLS,
        _ ("The connection to the service is not secure: its certificate or its encryption "
           "cannot be accepted"),
        NULL);
  if (!outcome->bytes_left)
    return make (KZ_ERROR_NETWORK, _ ("The service cannot be reached"), NULL);
  return make (KZ_ERROR_NETWORK, _ ("The connection to the service broke"), NULL);
}

GError *
kz_http_error_new_unresolved (guint status, GError *cause)
{
  g_autoptr (GError) owned G_GNUC_UNUSED = cause;
  const char *words = kz_error_server_words (cause);
  g_autofree char *line = NULL;

  if (status == 0)
    return kz_error_new_words (
        KZ_ERROR_UNRESOLVED,
        _ ("No clear answer came from the service: it may have been done, or not"), NULL);
  /* Without words of its own, the status is all that the service said. */
  line = words != NULL ? g_strdup (words) : g_strdup_printf ("HTTP %u", status);
  return kz_error_new_words (
      KZ_ERROR_UNRESOLVED, _ ("The service answered with an error: it may have been done, or not"),
      line);
}

/* The first byte that is neither white space nor a byte order mark; 0 when there is none. */
static char
first_byte (const char *data, gsize length)
{
  gsize i = length >= 3 && memcmp (data, "\357\273\277", 3) == 0 ? 3 : 0;

  while (i < length && g_ascii_isspace (data[i]))
    i++;
  return i < length ? data[i] : '\0';
}

/* (nullable): why nobody who speaks Kaizala sent this; NULL when it may be Kaizala. */
static const char *
foreign_words (const char *data, gsize length, gboolean is_whole)
{
  char first = data != NULL ? first_byte (data, length) : '\0';
  g_autoptr (KzJson) json = NULL;

  if (first == '<')
    return _ ("A web page came instead of an answer of Kaizala. Perhaps the server address is "
              "wrong, or this network wants a sign-in of its own");
  if (first == '\0')
    return _ ("An empty answer came: this is not an answer of Kaizala");
  if (first != '{' && first != '[')
    return _ ("This is not an answer of Kaizala");
  if (!is_whole || length > MAX_CHECKED_BODY)
    return NULL;
  json = kz_json_parse (data, length, NULL, NULL);
  return json == NULL ? _ ("This is not an answer of Kaizala: it cannot be read") : NULL;
}

gboolean
kz_http_body_is_page (GBytes *body)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (body, &length);

  return data != NULL && first_byte (data, length) == '<';
}

/* Whether these words about the request for a token would be taken for words about the call that waits
 * for it. */
static gboolean
is_about_request (KzError code)
{
  switch (code) {
  case KZ_ERROR_FORBIDDEN:
  case KZ_ERROR_NOT_FOUND:
  case KZ_ERROR_REJECTED:
  case KZ_ERROR_MALFORMED:
  case KZ_ERROR_TOO_LARGE:
  case KZ_ERROR_MOVED_UNSAFE:
  case KZ_ERROR_INVALID:
    return TRUE;
  case KZ_ERROR_TOKEN_EXPIRED:
  case KZ_ERROR_AUTH_REJECTED:
  case KZ_ERROR_BAD_CONNECTOR:
  case KZ_ERROR_PIN_REJECTED:
  case KZ_ERROR_OTHER_PERSON:
  case KZ_ERROR_THROTTLED:
  case KZ_ERROR_UNAVAILABLE:
  case KZ_ERROR_NETWORK:
  case KZ_ERROR_TLS:
  case KZ_ERROR_UNRESOLVED:
    break;
  }
  return FALSE;
}

GError *
kz_http_error_new_renewal (GError *cause)
{
  g_autoptr (GError) owned = cause;

  if (cause->domain == KZ_ERROR && is_about_request ((KzError) cause->code))
    return kz_error_new_words (KZ_ERROR_UNAVAILABLE, _ ("The service gives no new token"),
                               kz_error_server_words (cause));
  return g_steal_pointer (&owned);
}

gboolean
kz_http_check_body (GBytes *body, gboolean in_full, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (body, &length);
  const char *words = foreign_words (data, length, in_full);

  if (words == NULL)
    return TRUE;
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, words);
  return FALSE;
}

GError *
kz_http_error_new_refusal (guint status,
                           const KzServerWords *words,
                           GBytes *body,
                           gboolean is_whole)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (body, &length);
  char first = data != NULL ? first_byte (data, length) : '\0';
  const char *foreign;

  /* 404, 405: there is no such thing, whoever says so. 407: the proxy. 408, 429: whatever stands
   * before the service may say so for it. An empty refusal is one: nobody documented the bodies. */
  if (status / 100 != 4 || status == 404 || status == 405 || status == 407 || status == 408 ||
      status == 429 || first == '\0')
    return kz_http_error_new_status (status, words);
  foreign = foreign_words (data, length, is_whole);
  if (foreign == NULL && first != '{')
    foreign = _ ("This is not an answer of Kaizala");
  if (foreign == NULL)
    return kz_http_error_new_status (status, words);
  return make (KZ_ERROR_MALFORMED, foreign, NULL);
}
