/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"

#include "kz-http-private.h"
#include "kz-limits.h"

#include <string.h>

/* One table: what can go wrong, how often a GET and a POST are seen then, and how they end. */

#define OK (-1)
#define HUGE_BODY (9u << 20)

typedef struct {
  const char *name;
  const char *bytes; /* the raw answer */
  WireEnd end;
  guint get_calls;
  int get_code;
  guint post_calls;
  int post_code;
} Fault;

#define HEAD(status, more) "HTTP/1.1 " status " X\r\nContent-Type: application/json\r\n" more "\r\n"
#define WHOLE(status, length, body) HEAD (status, "Content-Length: " length "\r\n") body
#define HTML "<!DOCTYPE html><html><body>Please sign in to this network</body></html>"
#define REFUSAL(code) "{\"message\":\"No way\",\"errorCode\":\"" code "\"}"
#define CHUNKED(status, body) HEAD (status, "Transfer-Encoding: chunked\r\n") body

/* Done by every answer. */
static const Fault always[] = {
    {"closed-without-an-answer", "", WIRE_CLOSE, 5, KZ_ERROR_NETWORK, 1, KZ_ERROR_UNRESOLVED},
    {"reset-after-the-request", "", WIRE_RESET, 5, KZ_ERROR_NETWORK, 1, KZ_ERROR_UNRESOLVED},
    {"reset-inside-the-headers", "HTTP/1.1 200 OK\r\nConte", WIRE_RESET, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"no-answer-in-time", "", WIRE_STALL, 5, KZ_ERROR_NETWORK, 1, KZ_ERROR_UNRESOLVED},
    {"half-the-headers-in-time", "HTTP/1.1 200 OK\r\nContent-Le", WIRE_STALL, 5, KZ_ERROR_NETWORK,
     1, KZ_ERROR_UNRESOLVED},
    {"half-the-body-in-time", WHOLE ("200", "20", "{\"a\":1"), WIRE_STALL, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-body-by-the-drip", WHOLE ("200", "100000", "{"), WIRE_DRIP, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"headers-by-the-drip", "HTTP/1.1 200 OK\r\nA: ", WIRE_DRIP, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-cut-body", WHOLE ("200", "20", "{\"a\":1"), WIRE_CLOSE, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-cut-chunk", CHUNKED ("200", "20\r\n{\"a\":1"), WIRE_CLOSE, 5, KZ_ERROR_NETWORK, 1,
     KZ_ERROR_UNRESOLVED},
    {"garbage-for-http", "\001\002\003 what is this\r\n\r\n\r\n", WIRE_CLOSE, 5, KZ_ERROR_NETWORK,
     1, KZ_ERROR_UNRESOLVED},

    {"a-web-page", WHOLE ("200", "71", HTML), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_MALFORMED},
    {"an-empty-200", WHOLE ("200", "0", ""), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-204", "HTTP/1.1 204 No\r\n\r\n", WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1, KZ_ERROR_UNRESOLVED},
    {"white-space-only", WHOLE ("200", "3", " \r\n"), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_UNRESOLVED},
    {"words-for-json", WHOLE ("200", "5", "hello"), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_UNRESOLVED},
    {"half-of-json", WHOLE ("200", "6", "{\"a\":1"), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-length-over-the-cap", WHOLE ("200", "99999999", "{"), WIRE_STALL, 1, KZ_ERROR_TOO_LARGE, 1,
     KZ_ERROR_UNRESOLVED},

    {"an-error-body-in-a-200", WHOLE ("200", "55", REFUSAL ("InvalidParameters") "   "), WIRE_KEEP,
     1, KZ_ERROR_REJECTED, 1, KZ_ERROR_REJECTED},
    {"a-400", WHOLE ("400", "52", REFUSAL ("InvalidParameters")), WIRE_KEEP, 1, KZ_ERROR_REJECTED,
     1, KZ_ERROR_REJECTED},
    {"a-400-cut-off", WHOLE ("400", "999", REFUSAL ("InvalidParameters")), WIRE_CLOSE, 1,
     KZ_ERROR_REJECTED, 1, KZ_ERROR_REJECTED},
    {"a-403", WHOLE ("403", "2", "{}"), WIRE_KEEP, 1, KZ_ERROR_FORBIDDEN, 1, KZ_ERROR_FORBIDDEN},
    {"a-404-page", WHOLE ("404", "71", HTML), WIRE_KEEP, 1, KZ_ERROR_NOT_FOUND, 1,
     KZ_ERROR_NOT_FOUND},
    {"a-403-page", WHOLE ("403", "71", HTML), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_MALFORMED},
    {"a-403-cut-off-page", WHOLE ("403", "999", HTML), WIRE_CLOSE, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_MALFORMED},
    {"a-400-with-words", WHOLE ("400", "5", "wrong"), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_MALFORMED},
    {"a-400-with-a-list", WHOLE ("400", "2", "[]"), WIRE_KEEP, 1, KZ_ERROR_MALFORMED, 1,
     KZ_ERROR_MALFORMED},
    {"an-empty-403", WHOLE ("403", "0", ""), WIRE_KEEP, 1, KZ_ERROR_FORBIDDEN, 1,
     KZ_ERROR_FORBIDDEN},
    {"a-401-page", WHOLE ("401", "71", HTML), WIRE_KEEP, 2, KZ_ERROR_MALFORMED, 2,
     KZ_ERROR_MALFORMED},
    {"a-405-page", WHOLE ("405", "71", HTML), WIRE_KEEP, 1, KZ_ERROR_NOT_FOUND, 1,
     KZ_ERROR_NOT_FOUND},
    {"a-number-for-an-error", WHOLE ("200", "16", "{\"errorCode\":42}"), WIRE_KEEP, 1,
     KZ_ERROR_REJECTED, 1, KZ_ERROR_REJECTED},
    {"a-413", WHOLE ("413", "0", ""), WIRE_KEEP, 1, KZ_ERROR_REJECTED, 1, KZ_ERROR_REJECTED},
    {"a-407", WHOLE ("407", "0", ""), WIRE_KEEP, 1, KZ_ERROR_NETWORK, 1, KZ_ERROR_NETWORK},

    {"a-401", WHOLE ("401", "0", ""), WIRE_KEEP, 2, KZ_ERROR_TOKEN_EXPIRED, 2,
     KZ_ERROR_TOKEN_EXPIRED},
    {"invalid-token-in-a-200", WHOLE ("200", "47", REFUSAL ("InvalidToken")), WIRE_KEEP, 2,
     KZ_ERROR_TOKEN_EXPIRED, 2, KZ_ERROR_TOKEN_EXPIRED},
    {"invalid-token-in-a-400", WHOLE ("400", "47", REFUSAL ("invalidtoken")), WIRE_KEEP, 2,
     KZ_ERROR_TOKEN_EXPIRED, 2, KZ_ERROR_TOKEN_EXPIRED},

    {"a-429", WHOLE ("429", "0", ""), WIRE_KEEP, 5, KZ_ERROR_THROTTLED, 5, KZ_ERROR_THROTTLED},
    {"a-429-for-7-seconds", HEAD ("429", "Retry-After: 7\r\nContent-Length: 0\r\n"), WIRE_KEEP, 5,
     KZ_ERROR_THROTTLED, 5, KZ_ERROR_THROTTLED},
    {"a-429-for-ever", HEAD ("429", "Retry-After: 99999999999999999999\r\nContent-Length: 0\r\n"),
     WIRE_KEEP, 5, KZ_ERROR_THROTTLED, 5, KZ_ERROR_THROTTLED},
    {"a-429-until-never", HEAD ("429", "Retry-After: tomorrow\r\nContent-Length: 0\r\n"), WIRE_KEEP,
     5, KZ_ERROR_THROTTLED, 5, KZ_ERROR_THROTTLED},
    {"a-429-that-stalls", HEAD ("429", "Retry-After: 1\r\nContent-Length: 9\r\n"), WIRE_STALL, 5,
     KZ_ERROR_THROTTLED, 5, KZ_ERROR_THROTTLED},

    {"a-500", WHOLE ("500", "71", HTML), WIRE_KEEP, 5, KZ_ERROR_UNAVAILABLE, 1,
     KZ_ERROR_UNRESOLVED},
    {"a-502", WHOLE ("502", "0", ""), WIRE_KEEP, 5, KZ_ERROR_UNAVAILABLE, 1, KZ_ERROR_UNRESOLVED},
    {"a-503-with-retry-after", HEAD ("503", "Retry-After: 3\r\nContent-Length: 0\r\n"), WIRE_KEEP,
     5, KZ_ERROR_UNAVAILABLE, 1, KZ_ERROR_UNRESOLVED},
    {"a-501", WHOLE ("501", "0", ""), WIRE_KEEP, 1, KZ_ERROR_UNAVAILABLE, 1, KZ_ERROR_UNAVAILABLE},

    {"a-302", HEAD ("302", "Location: http://127.0.0.1:9/\r\nContent-Length: 0\r\n"), WIRE_KEEP, 1,
     KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
    {"a-307", HEAD ("307", "Location: http://127.0.0.1:9/\r\nContent-Length: 0\r\n"), WIRE_KEEP, 1,
     KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
    {"a-308-to-nowhere", WHOLE ("308", "0", ""), WIRE_KEEP, 1, KZ_ERROR_MOVED_UNSAFE, 1,
     KZ_ERROR_MOVED_UNSAFE},
    {"a-308-to-another-host",
     HEAD ("308", "Location: http://evil.example/v1\r\nContent-Length: 0\r\n"), WIRE_KEEP, 1,
     KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
    {"a-308-to-itself",
     HEAD ("308", "Location: /v1/groups/g@1/things?a=b\r\nContent-Length: 0\r\n"), WIRE_KEEP, 1,
     KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
    {"a-308-to-a-file", HEAD ("308", "Location: file:///etc/passwd\r\nContent-Length: 0\r\n"),
     WIRE_KEEP, 1, KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
    {"a-308-with-a-password",
     HEAD ("308", "Location: http://a:b@127.0.0.1:9/\r\nContent-Length: 0\r\n"), WIRE_KEEP, 1,
     KZ_ERROR_MOVED_UNSAFE, 1, KZ_ERROR_MOVED_UNSAFE},
};

/* Done by the first answer only; the next one is good. */
static const Fault once[] = {
    {"reset-after-the-request", "", WIRE_RESET, 2, OK, 1, KZ_ERROR_UNRESOLVED},
    {"no-answer-in-time", "", WIRE_STALL, 2, OK, 1, KZ_ERROR_UNRESOLVED},
    {"a-cut-body", WHOLE ("200", "20", "{\"a\":1"), WIRE_CLOSE, 2, OK, 1, KZ_ERROR_UNRESOLVED},
    {"a-503", WHOLE ("503", "0", ""), WIRE_KEEP, 2, OK, 1, KZ_ERROR_UNRESOLVED},
    {"a-429", WHOLE ("429", "0", ""), WIRE_KEEP, 2, OK, 2, OK},
    {"a-401", WHOLE ("401", "0", ""), WIRE_KEEP, 2, OK, 2, OK},
    {"invalid-token", WHOLE ("401", "47", REFUSAL ("InvalidToken")), WIRE_KEEP, 2, OK, 2, OK},
    {"a-308-to-another-path", HEAD ("308", "Location: /other\r\nContent-Length: 0\r\n"), WIRE_KEEP,
     2, OK, 2, OK},
};

typedef struct {
  const Fault *fault;
  gboolean is_once;
  gboolean is_post;
} Case;

static void
fault_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const Case *test = data;

  if (test->is_once && nth > 1) {
    wire_reply (reply, 200, NULL, "{\"fine\":true}");
    return;
  }
  g_string_append (reply->bytes, test->fault->bytes);
  reply->end = test->fault->end;
}

static void
assert_ended (const Fate *fate, int code)
{
  if (code == OK) {
    g_assert_no_error (fate->error);
    g_assert_cmpuint (fate->reply->status, ==, 200);
    g_assert_cmpmem (g_bytes_get_data (fate->reply->body, NULL),
                     g_bytes_get_size (fate->reply->body), "{\"fine\":true}", 13);
  } else
    g_assert_error (fate->error, KZ_ERROR, code);
}

/* Whatever is sent again is the same, to the byte. */
static void
assert_same_requests (Wire *wire, gboolean is_post)
{
  for (guint i = 0; i < wire_seen (wire); i++) {
    const WireRequest *request = wire_request (wire, i);

    g_assert_cmpstr (request->method, ==, is_post ? "POST" : "GET");
    g_assert_cmpstr (request->body, ==, is_post ? "{\"message\":\"hello\"}" : "");
    g_assert_cmpstr (wire_header (wire, i, "content-type"), ==,
                     is_post ? "application/json" : NULL);
    g_assert_cmpstr (wire_header (wire, i, "accept"), ==, "application/json");
    g_assert_true (g_str_has_prefix (wire_header (wire, i, "accesstoken"), "token-"));
  }
}

static void
fault_test (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (Wire) wire = wire_new (fault_cb, (gpointer) test);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;

  bench->wire = wire;
  fate = bench_ask (bench, bench_request (test->is_post ? "POST" : "GET", KZ_LANE_USER));
  bench_settle (bench);
  assert_ended (fate, test->is_post ? test->fault->post_code : test->fault->get_code);
  g_assert_cmpuint (wire_seen (wire), ==,
                    test->is_post ? test->fault->post_calls : test->fault->get_calls);
  assert_same_requests (wire, test->is_post);
  if (g_error_matches (fate->error, KZ_ERROR, KZ_ERROR_UNRESOLVED))
    /* Whoever reads it can tell an answer that is an error from none. */
    g_assert_cmpint (kz_error_server_words (fate->error) != NULL, ==,
                     g_str_has_prefix (test->fault->bytes, "HTTP/1.1 5"));
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, 0);
}

static void
wordy_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 503, NULL, data);
}

static void
a_5xx_to_a_post_keeps_what_the_service_said (void)
{
  static const struct {
    const char *body;
    const char *words;
  } rows[] = {
      {"{\"message\":\"The queue is full\",\"errorCode\":\"ServerError\"}",
       "The queue is full (ServerError)"},
      {"{\"message\":\"The queue is full\"}", "The queue is full"},
      {"<html>down</html>", "HTTP 503"},
      {"", "HTTP 503"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Wire) wire = wire_new (wordy_cb, (gpointer) rows[i].body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (Fate) fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));

    g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
    g_assert_cmpstr (kz_error_server_words (fate->error), ==, rows[i].words);
    g_assert_nonnull (strstr (fate->error->message, "answered with an error"));
    g_assert_cmpuint (wire_seen (wire), ==, 1);
  }
}

static void
add_faults (const char *how, const Fault *faults, gsize n, gboolean is_once)
{
  for (gsize i = 0; i < n; i++)
    for (int is_post = 0; is_post < 2; is_post++) {
      Case *test = g_new (Case, 1);
      g_autofree char *name =
          g_strdup_printf ("/faults/%s/%s/%s", how, faults[i].name, is_post ? "post" : "get");

      *test = (Case){&faults[i], is_once, is_post};
      g_test_add_data_func_full (name, test, fault_test, g_free);
    }
}

/* --- what no answer of a server can do ------------------------------------------------------ */

static void
good_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 200, NULL, "{\"fine\":true}");
}

static void
nobody_listens (gconstpointer method)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", wire_closed_port ());
  g_autoptr (Bench) bench = bench_new (url);
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  g_autoptr (Fate) fate = bench_ask (bench, bench_request (method, KZ_LANE_USER));

  /* Not a byte left us, so that even a POST was tried five times: 1 + 2 + 4 + 8 s, and jitter. */
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, >=, 7 * G_USEC_PER_SEC);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, <=, 23 * G_USEC_PER_SEC);
}

static void
a_post_that_never_left_goes_again (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autofree char *closed = g_strdup_printf ("http://127.0.0.1:%u", wire_closed_port ());
  g_autoptr (Bench) bench = bench_new (closed);
  g_autoptr (Fate) first = fate_new ();
  g_autoptr (Fate) second = fate_new ();
  KzRequest *request;

  request = bench_request ("POST", KZ_LANE_USER);
  g_clear_pointer (&request->body, g_bytes_unref);
  request->body = g_bytes_new_static ("{\"n\":1}", 7);
  bench_send (bench, request, NULL, first);
  /* The first one has failed once and waits. */
  while (kz_clock_pending (bench->clock) == 0 || kz_http_in_flight (bench->http) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_free (bench->endpoint);
  bench->endpoint = g_strdup (wire_url (wire));
  bench_drive (bench, &first->done);
  g_assert_no_error (first->error);

  bench_send (bench, bench_request ("POST", KZ_LANE_USER), NULL, second);
  bench_drive (bench, &second->done);
  g_assert_no_error (second->error);
  g_assert_cmpuint (wire_seen (wire), ==, 2);
  g_assert_cmpstr (wire_request (wire, 0)->body, ==, "{\"n\":1}");
}

static void
reset_on_accept (gconstpointer method)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;
  gboolean is_post = g_str_equal (method, "POST");

  bench->wire = wire;
  wire_reset_on_accept (wire, TRUE);
  fate = bench_ask (bench, bench_request (method, KZ_LANE_USER));
  g_assert_cmpuint (wire_seen (wire), ==, 0);
  if (is_post && g_error_matches (fate->error, KZ_ERROR, KZ_ERROR_UNRESOLVED)) {
    /* The kernel had taken the bytes: nobody knows how far they came. */
    g_assert_cmpuint (wire_connections (wire), <=, 5);
    return;
  }
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (wire_connections (wire), ==, 5);
}

static void
stream_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  g_autofree char *filler = g_strnfill (HUGE_BODY, ' ');

  g_string_append (reply->bytes, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{");
  g_string_append (reply->bytes, filler);
  reply->end = WIRE_STALL;
}

static void
an_endless_answer_is_cut_off (gconstpointer method)
{
  g_autoptr (Wire) wire = wire_new (stream_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = bench_ask (bench, bench_request (method, KZ_LANE_USER));
  int code = g_str_equal (method, "POST") ? KZ_ERROR_UNRESOLVED : KZ_ERROR_TOO_LARGE;

  g_assert_error (fate->error, KZ_ERROR, code);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
}

static void
big_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const guint *size = data;
  g_autofree char *body = g_strnfill (*size, ' ');

  body[0] = '{';
  body[*size - 1] = '}';
  wire_reply (reply, 200, NULL, body);
}

static void
the_cap_is_exact (void)
{
  guint size = 100000;
  g_autoptr (Wire) wire = wire_new (big_cb, &size);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  KzRequest *request = bench_request ("GET", KZ_LANE_USER);
  g_autoptr (Fate) whole = NULL;
  g_autoptr (Fate) cut = NULL;

  request->max_bytes = size;
  whole = bench_ask (bench, request);
  g_assert_no_error (whole->error);
  g_assert_cmpuint (g_bytes_get_size (whole->reply->body), ==, size);

  request = bench_request ("GET", KZ_LANE_USER);
  request->max_bytes = size - 1;
  cut = bench_ask (bench, request);
  g_assert_error (cut->error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

/* --- waiting ------------------------------------------------------------------------------- */

static void
throttled_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    wire_reply (reply, 429, data, "");
  else
    good_cb (request, nth, reply, NULL);
}

static gint64
waited_us (const char *header, KzLane lane)
{
  g_autoptr (Wire) wire = wire_new (throttled_cb, (gpointer) header);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  g_autoptr (Fate) fate = bench_ask (bench, bench_request ("POST", lane));

  g_assert_no_error (fate->error);
  g_assert_cmpuint (wire_seen (wire), ==, 2);
  return kz_clock_monotonic_us (bench->clock) - before_us;
}

static void
retry_after_is_kept (void)
{
  g_assert_cmpint (waited_us ("Retry-After: 7\r\n", KZ_LANE_USER), ==, 7 * G_USEC_PER_SEC);
  g_assert_cmpint (waited_us ("Retry-After: 7\r\n", KZ_LANE_POLL), >=, 7 * G_USEC_PER_SEC);
  /* Without a time: by ourselves, and not at once. */
  g_assert_cmpint (waited_us ("", KZ_LANE_USER), >=, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (waited_us ("Retry-After: 0\r\n", KZ_LANE_USER), >=, 1 * G_USEC_PER_SEC);
  g_assert_cmpint (waited_us ("Retry-After: 86400\r\n", KZ_LANE_USER), <=,
                   15 * 60 * (gint64) G_USEC_PER_SEC);
}

static void
a_429_tells_the_throttle (void)
{
  g_autoptr (Wire) wire = wire_new (throttled_cb, (gpointer) "Retry-After: 30\r\n");
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) poll = fate_new ();
  g_autoptr (Fate) user = fate_new ();

  bench_send (bench, bench_request ("GET", KZ_LANE_POLL), NULL, poll);
  while (wire_seen (wire) == 0 || kz_http_in_flight (bench->http) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (
      kz_throttle_wait_us (bench->throttle, KZ_LANE_POLL, kz_clock_monotonic_us (bench->clock)), >=,
      30 * G_USEC_PER_SEC);
  /* A person does not wait because polling was told to. */
  bench_send (bench, bench_request ("POST", KZ_LANE_USER), NULL, user);
  while (!user->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (user->error);
  g_assert_false (poll->done);
  bench_drive (bench, &poll->done);
  g_assert_no_error (poll->error);
}

static void
a_person_is_told_of_a_429_at_once (void)
{
  g_autoptr (Wire) wire = wire_new (throttled_cb, (gpointer) "Retry-After: 40\r\n");
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  KzRequest *request = bench_request ("POST", KZ_LANE_USER);
  g_autoptr (Fate) fate = NULL;
  g_autoptr (Fate) next = NULL;

  request->is_interactive = TRUE;
  fate = bench_ask (bench, request);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_THROTTLED);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock), ==, before_us);
  /* The next one keeps to what the service asked for. */
  next = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_no_error (next->error);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, ==, 40 * G_USEC_PER_SEC);
}

static void
who_waits_to_begin_waits_twice (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_stall, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  g_autoptr (Fate) fate = NULL;

  bench->wire = wire;
  kz_http_set_hasty (bench->http, TRUE);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_SIGN_ON));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (wire_seen (wire), ==, KZ_HASTY_TIMEOUTS);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, <, 123 * G_USEC_PER_SEC);
  bench_settle (bench);
}

/* --- words --------------------------------------------------------------------------------- */

static void
words_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 400, NULL, data);
}

static void
assert_words (const char *body, const char *words)
{
  g_autoptr (Wire) wire = wire_new (words_cb, (gpointer) body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  int code = *body == '<' ? KZ_ERROR_MALFORMED : KZ_ERROR_REJECTED;

  g_assert_error (fate->error, KZ_ERROR, code);
  g_assert_cmpstr (kz_error_server_words (fate->error), ==, words);
  g_assert_true (g_utf8_validate (fate->error->message, -1, NULL));
  if (words != NULL)
    g_assert_true (g_str_has_suffix (fate->error->message, words));
}

static void
the_servers_own_words (void)
{
  g_autofree char *long_word = g_strnfill (5000, 'x');
  g_autofree char *long_body = g_strdup_printf ("{\"message\":\"%s\"}", long_word);
  g_autofree char *cut = g_strndup (long_word, 300);

  assert_words ("{\"message\":\"Not so\",\"errorCode\":\"InvalidParameters\"}",
                "Not so (InvalidParameters)");
  assert_words ("{\"errorCode\":\"InvalidParameters\",\"message\":null}", "InvalidParameters");
  assert_words ("{\"Message\":\"a\\r\\n\\u202eb  \\tc\"}", "a b c");
  assert_words ("{\"message\":7}", NULL);
  assert_words ("<html>message</html>", NULL);
  assert_words ("", NULL);
  assert_words (long_body, cut);
  g_assert_null (kz_error_server_words (NULL));
}

/* It is looked for in steps of its length: so wherever it begins. */
static void
words_are_found_anywhere (void)
{
  static const char *const bodies[] = {"\"errorCode\":1", "errorcode", "ERRORCODEx", "\\u0065rrorCode"};
  static const char *const none[] = {"", "errorCod", "errorCodx", "rrorCode", "errorerrorCod"};

  for (gsize n = 0; n < 40; n++) {
    g_autofree char *before = g_strnfill (n, 'x');

    for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
      g_autofree char *text = g_strconcat (before, bodies[i], NULL);
      g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

      g_assert_true (kz_server_words_are_possible (body));
    }
    for (gsize i = 0; i < G_N_ELEMENTS (none); i++) {
      g_autofree char *text = g_strconcat (before, none[i], NULL);
      g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

      g_assert_false (kz_server_words_are_possible (body));
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_faults ("always", always, G_N_ELEMENTS (always), FALSE);
  add_faults ("once", once, G_N_ELEMENTS (once), TRUE);
  g_test_add_data_func ("/faults/nobody-listens/get", "GET", nobody_listens);
  g_test_add_data_func ("/faults/nobody-listens/post", "POST", nobody_listens);
  g_test_add_func ("/faults/who-waits-to-begin-waits-twice", who_waits_to_begin_waits_twice);
  g_test_add_func ("/faults/a-post-that-never-left-goes-again", a_post_that_never_left_goes_again);
  g_test_add_data_func ("/faults/reset-on-accept/get", "GET", reset_on_accept);
  g_test_add_data_func ("/faults/reset-on-accept/post", "POST", reset_on_accept);
  g_test_add_data_func ("/faults/an-endless-answer-is-cut-off/get", "GET",
                        an_endless_answer_is_cut_off);
  g_test_add_data_func ("/faults/an-endless-answer-is-cut-off/post", "POST",
                        an_endless_answer_is_cut_off);
  g_test_add_func ("/faults/the-cap-is-exact", the_cap_is_exact);
  g_test_add_func ("/faults/a-5xx-to-a-post-keeps-what-the-service-said",
                   a_5xx_to_a_post_keeps_what_the_service_said);
  g_test_add_func ("/faults/retry-after-is-kept", retry_after_is_kept);
  g_test_add_func ("/faults/a-429-tells-the-throttle-and-no-person-waits",
                   a_429_tells_the_throttle);
  g_test_add_func ("/faults/a-person-is-told-of-a-429-at-once", a_person_is_told_of_a_429_at_once);
  g_test_add_func ("/faults/words-are-found-wherever-they-begin", words_are_found_anywhere);
  g_test_add_func ("/faults/the-servers-own-words-are-kept-and-cleaned", the_servers_own_words);
  return g_test_run ();
}
