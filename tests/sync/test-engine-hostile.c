/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What anybody may send to the receiver of an account that is online: nothing of it is shown, and
 * nothing of the account changes; the same delivery again is nothing new. */
#include "config.h"

#include "engine-world.h"

#include "kz-engine-private.h"
#include "kz-store-internal.h"

#include <string.h>

/* In place of a status: the line stays open, as more of the request may come. */
#define UNANSWERED 0

/* Words in capitals are filled in. */
static const struct {
  const char *name;
  guint status;
  const char *request;
} refusals[] = {
    {"path", 404,
     "POST /elsewhere HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"path-below", 404,
     "POST /PATH/more HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"token", 404,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: x\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"no-token", 404, "POST /PATH HTTP/1.1\r\nHost: h\r\nContent-Length: LENGTH\r\n\r\nBODY"},
    {"segment-as-token", 404,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: PATH\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"method", 405,
     "PUT /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"get-with-a-body", 405,
     "GET /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: LENGTH\r\n\r\nBODY"},
    {"type", 415,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Type: text/plain\r\nContent-Length: LENGTH\r\n\r\nBODY"},
    {"length-too-large", UNANSWERED,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: 9LENGTH\r\n\r\nBODY"},
    {"length-negative", UNANSWERED,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: -1\r\n\r\nBODY"},
    {"chunked-without-end", UNANSWERED,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Transfer-Encoding: chunked\r\n\r\nHEXLENGTH\r\nBODY\r\n"},
    {"no-end-of-the-head", UNANSWERED,
     "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"
     "Content-Length: LENGTH\r\nX: BODY"},
    /* The service asks so before there is a webhook; its own words are all that it gets. */
    {"validation", 200, "GET /PATH?validationToken=BODY HTTP/1.1\r\nHost: h\r\n\r\n"},
};

/* --- A client --- */

static void
put (GString *request, const char *word, const char *value)
{
  g_string_replace (request, word, value, 0);
}

/* (transfer full) */
static GString *
fill (Bench *bench, const char *form, const char *body)
{
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, strlen (body));
  g_autofree char *hex = g_strdup_printf ("%" G_GSIZE_MODIFIER "x", strlen (body));
  GString *request = g_string_new (form);

  put (request, "HEXLENGTH", hex);
  put (request, "LENGTH", length);
  put (request, "PATH", kz_store_callback_segment (bench->engine->store));
  put (request, "TOKEN", kz_store_callback_token (bench->engine->store));
  put (request, "BODY", body);
  return request;
}

static GSocket *
reach (Bench *bench, const char *bytes, gsize length)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (
      "127.0.0.1", kz_store_bound_port (bench->engine->store));
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_assert_cmpint (g_socket_send (socket, bytes, length, NULL, NULL), ==, (gssize) length);
  g_socket_set_blocking (socket, FALSE);
  bench_settle (bench);
  return socket;
}

static guint
status_of (GSocket *socket)
{
  char answer[4096];
  g_autoptr (GError) error = NULL;
  gssize got = g_socket_receive (socket, answer, sizeof answer - 1, NULL, &error);

  if (got < 0) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    return UNANSWERED;
  }
  answer[got] = '\0';
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 "));
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

static guint
send_whole (Bench *bench, const char *form, const char *body)
{
  g_autoptr (GString) request = fill (bench, form, body);
  g_autoptr (GSocket) socket = reach (bench, request->str, request->len);
  guint status = status_of (socket);

  g_socket_close (socket, NULL);
  bench_settle (bench);
  return status;
}

#define GOOD                                                                                       \
  "POST /PATH HTTP/1.1\r\nHost: h\r\nkz-callback-token: TOKEN\r\n"                                 \
  "Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\nBODY"

/* --- What would be different --- */

static char *
journal_of (Bench *bench)
{
  g_autofree char *path = kz_store_path (bench->engine->store, ".journal");
  g_autofree char *contents = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, length);
}

/* All that the account knows, but for the number of the snapshot. */
static char *
state_of (Bench *bench)
{
  guint64 generation = bench->engine->store->generation;
  g_autoptr (GBytes) bytes = kz_store_serialize (bench->engine->store);
  char *state = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  bench->engine->store->generation = generation;
  return state;
}

static char *
text_body (Bench *bench, const char *event_id, const char *text)
{
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *asha = bench_person (bench, "asha");

  return g_strdup_printf ("{\"objectId\":\"%s\",\"objectType\":\"Group\",\"eventType\":"
                          "\"TextMessageCreated\",\"eventId\":\"%s\",\"data\":{\"text\":\"%s\"},"
                          "\"fromUserId\":\"%s\",\"fromUserName\":\"Asha\",\"groupId\":\"%s\"}",
                          team, event_id, text, asha, team);
}

/* --- Tests --- */

static void
test_refused (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *body = text_body (bench, "e-1", "forged");
  g_autofree char *good = text_body (bench, "e-2", "meanwhile");
  g_autofree char *state = state_of (bench);
  g_autofree char *journal = journal_of (bench);
  g_autofree char *state_after = NULL;
  g_autofree char *journal_after = NULL;
  g_autoptr (GString) request = fill (bench, refusals[i].request, body);
  g_autoptr (GSocket) socket = reach (bench, request->str, request->len);

  g_assert_cmpuint (status_of (socket), ==, refusals[i].status);
  state_after = state_of (bench);
  journal_after = journal_of (bench);
  g_assert_cmpstr (state_after, ==, state);
  g_assert_cmpstr (journal_after, ==, journal);
  g_assert_cmpuint (bench->log->len, ==, 0);
  /* While it stands there others are answered, at once. */
  g_assert_cmpuint (send_whole (bench, GOOD, good), ==, 200);
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  g_socket_close (socket, NULL);
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "forged"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "notice"), ==, 0);
}

static void
test_replay (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *body = text_body (bench, "e-1", "the gate is open");
  g_autofree char *state = NULL;
  g_autofree char *state_after = NULL;

  g_assert_cmpuint (send_whole (bench, GOOD, body), ==, 200);
  g_assert_cmpuint (bench_count (bench, "message in team by Asha \"the gate is open\""), ==, 1);
  state = state_of (bench);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (send_whole (bench, GOOD, body), ==, 200);
  state_after = state_of (bench);
  g_assert_cmpstr (state_after, ==, state);
  g_assert_cmpuint (bench->log->len, ==, 1);
  /* Also to who comes back. */
  bench_stop (bench);
  bench_sign_on (bench);
  bench_until (bench, bench_hears, NULL);
  g_assert_cmpuint (send_whole (bench, GOOD, body), ==, 200);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "the gate is open"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strconcat ("/hostile/changes-nothing/", refusals[i].name, NULL);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refused);
  }
  g_test_add_func ("/hostile/a-replay-is-nothing-new", test_replay);
  return g_test_run ();
}
