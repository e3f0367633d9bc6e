/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The receiver in a storm of ten thousand connections: who has the token is served meanwhile, and
 * neither descriptors nor memory grow. */
#include "config.h"

#include "server-fixture.h"

#include "kz-limits.h"

#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 10000
/* As many at once as the queue of the listener surely takes. */
#define BURST 50
/* What this program, its libraries and the receiver need besides. */
#define OTHER_DESCRIPTORS 200
/* For what a connection holds beside a body: its streams, and what libsoup reads at a time. */
#define PLACE_BYTES (64 * 1024)

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes (void);
#endif

/* The strangers are numbers of the kernel, so all memory that grows is the receiver's. */
typedef struct {
  int *fds;
  guint length;
  guint most; /* that may be open at once */
} Strangers;

static gsize
allocated_bytes (void)
{
#if defined(__SANITIZE_ADDRESS__)
  return __sanitizer_get_current_allocated_bytes ();
#else
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
#endif
}

static guint
open_descriptors (void)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  g_assert_nonnull (fds);
  while (g_dir_read_name (fds) != NULL)
    count++;
  return count;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* --- Strangers --- */

static Strangers *
strangers_new (void)
{
  Strangers *strangers = g_new0 (Strangers, 1);
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, CONNECTIONS + OTHER_DESCRIPTORS);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, >, 2 * OTHER_DESCRIPTORS);
  strangers->most = (guint) MIN (limit.rlim_cur - OTHER_DESCRIPTORS, CONNECTIONS);
  strangers->fds = g_new0 (int, strangers->most);
  return strangers;
}

static void
strangers_leave (Strangers *strangers)
{
  for (guint i = 0; i < strangers->length; i++)
    close (strangers->fds[i]);
  strangers->length = 0;
}

static void
strangers_free (Strangers *strangers)
{
  strangers_leave (strangers);
  g_free (strangers->fds);
  g_free (strangers);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Strangers, strangers_free)

/* What the receiver has closed takes nothing, which is no matter. */
static gssize
stranger_sends (int fd, const char *bytes, gsize length)
{
  return send (fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int
stranger_comes (Strangers *strangers, ServerFixture *fixture, const char *bytes)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port =
                                    htons ((guint16) kz_webhook_server_port (fixture->server))};
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (stranger_sends (fd, bytes, strlen (bytes)), ==, (gssize) strlen (bytes));
  strangers->fds[strangers->length++] = fd;
  return fd;
}

static gboolean
is_cut (int fd)
{
  char byte;

  return recv (fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0 ||
         (errno != EAGAIN && errno != EWOULDBLOCK);
}

/* --- The storm --- */

static const char *const beginnings[] = {
    "",
    "POST /c2Vn",
    "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{\"a\"",
    "GET /" SEGMENT "?validationToken=x HTTP/1.1\r\nX: ",
};

static void
burst (Strangers *strangers, ServerFixture *fixture, guint size)
{
  for (guint i = 0; i < size; i++)
    stranger_comes (strangers, fixture, beginnings[i % G_N_ELEMENTS (beginnings)]);
  /* And some of those who are already there drip. */
  for (guint i = 0; i < MIN (strangers->length, 2 * BURST); i++)
    stranger_sends (strangers->fds[strangers->length - 1 - i], "x", 1);
}

static void
test_storm (ServerFixture *fixture, gconstpointer data)
{
  static const char slow[] = GOOD_HEAD "Content-Length: 2\r\n\r\n{";
  g_autoptr (Strangers) strangers = strangers_new ();
  Client *ours = client_new (fixture);
  guint descriptors;
  gsize bytes;
  guint total = 0;

  server_assert_serves (fixture);
  client_send (ours, slow, strlen (slow));
  settle ();
  descriptors = open_descriptors ();
  bytes = allocated_bytes ();
  while (total < CONNECTIONS) {
    guint size = MIN (BURST, MIN (CONNECTIONS - total, strangers->most - strangers->length));

    if (size == 0) {
      strangers_leave (strangers);
      continue;
    }
    burst (strangers, fixture, size);
    total += size;
    /* Behind all of them in the queue, and answered while no time passes. */
    server_assert_serves (fixture);
    g_assert_cmpuint (kz_webhook_server_connections (fixture->server), <=,
                      KZ_WEBHOOK_MAX_CONNECTIONS);
    settle ();
    if (total % 1000 == 0)
      g_assert_cmpuint (open_descriptors (), <=,
                        descriptors + strangers->length + KZ_WEBHOOK_MAX_CONNECTIONS);
    g_assert_cmpuint (allocated_bytes (), <=, bytes + KZ_WEBHOOK_MAX_CONNECTIONS * PLACE_BYTES);
  }
  g_test_message ("%u connections, at most %u at once", total, strangers->most);
  /* Who showed the token at first is still there. */
  client_send (ours, "}", 1);
  client_finish (ours);
  g_assert_cmpuint (client_status (ours), ==, 200);
  client_free (ours);
  kz_clock_advance (fixture->clock, KZ_WEBHOOK_DEADLINE_S * G_USEC_PER_SEC);
  settle ();
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  for (guint i = 0; i < strangers->length; i++)
    g_assert_true (is_cut (strangers->fds[i]));
  /* The one of ours has gone, too. */
  g_assert_cmpuint (open_descriptors (), ==, descriptors + strangers->length - 2);
  /* Caches of the libraries are left, and nothing for each that came. */
  g_assert_cmpuint (allocated_bytes (), <, bytes + CONNECTIONS * 32);
  server_assert_serves (fixture);
}

/* --- Who has a place --- */

static void
test_oldest_goes (ServerFixture *fixture, gconstpointer data)
{
  g_autoptr (Strangers) strangers = strangers_new ();

  for (guint i = 0; i < KZ_WEBHOOK_MAX_CONNECTIONS + 3; i++) {
    stranger_comes (strangers, fixture, "P");
    settle ();
  }
  for (guint i = 0; i < strangers->length; i++)
    g_assert_cmpint (is_cut (strangers->fds[i]), ==, i < 3);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==,
                    KZ_WEBHOOK_MAX_CONNECTIONS);
}

/* Where all have shown the token nobody gives way: the service has its retries. */
static void
test_token_stays (ServerFixture *fixture, gconstpointer data)
{
  g_autoptr (Strangers) strangers = strangers_new ();
  guint cut = 0;

  for (guint i = 0; i < KZ_WEBHOOK_MAX_CONNECTIONS + 8; i++) {
    stranger_comes (strangers, fixture, GOOD_HEAD "Content-Length: 20\r\n\r\n{");
    settle ();
  }
  stranger_comes (strangers, fixture, "P");
  settle ();
  for (guint i = 0; i < strangers->length; i++) {
    cut += is_cut (strangers->fds[i]);
    g_assert_cmpint (is_cut (strangers->fds[i]), ==, i >= KZ_WEBHOOK_MAX_CONNECTIONS);
  }
  g_assert_cmpuint (cut, ==, 9);
  kz_clock_advance (fixture->clock, KZ_WEBHOOK_DEADLINE_S * G_USEC_PER_SEC);
  server_assert_serves (fixture);
}

/* --- What they may bring --- */

/* As much as one body may have, from everybody who has a place, and no end. */
static gsize
growth_of_bodies (ServerFixture *fixture, const char *head)
{
  g_autoptr (Strangers) strangers = strangers_new ();
  g_autofree char *filler = g_strnfill (0x4000, 'x');
  g_autofree char *chunk = g_strconcat ("4000\r\n", filler, "\r\n", NULL);
  gsize length = strlen (chunk);
  guint deliveries;
  gsize before;
  gsize after;

  /* What libraries keep from their first use is not of this. */
  server_assert_serves (fixture);
  settle ();
  deliveries = fixture->deliveries;
  before = allocated_bytes ();
  for (guint i = 0; i < KZ_WEBHOOK_MAX_CONNECTIONS; i++) {
    int fd = stranger_comes (strangers, fixture, head);

    for (gsize sent = 0; sent < 60 * length;) {
      gssize now = stranger_sends (fd, chunk + sent % length, length - sent % length);

      sent += now > 0 ? (gsize) now : 0;
      settle ();
    }
  }
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==,
                    KZ_WEBHOOK_MAX_CONNECTIONS);
  after = allocated_bytes ();
  kz_clock_advance (fixture->clock, KZ_WEBHOOK_DEADLINE_S * G_USEC_PER_SEC);
  settle ();
  g_assert_cmpuint (allocated_bytes (), <=, before + 4 * PLACE_BYTES);
  /* A body without end is none, also when it is we who end it. */
  g_assert_cmpuint (fixture->deliveries, ==, deliveries);
  return after - MIN (after, before);
}

static void
test_bodies (ServerFixture *fixture, gconstpointer data)
{
  gsize growth = growth_of_bodies (fixture, GOOD_HEAD "Transfer-Encoding: chunked\r\n\r\n");

  g_assert_cmpuint (growth, >, KZ_WEBHOOK_MAX_CONNECTIONS * KZ_WEBHOOK_MAX_BYTES / 2);
  g_assert_cmpuint (growth, <, KZ_WEBHOOK_MAX_CONNECTIONS * (KZ_WEBHOOK_MAX_BYTES + PLACE_BYTES));
}

static void
test_bodies_of_strangers (ServerFixture *fixture, gconstpointer data)
{
  static const char *const heads[] = {
      "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\n",
      "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: other\r\n",
      "POST /elsewhere HTTP/1.1\r\nHost: h\r\nkz-callback-token: " TOKEN "\r\n",
      "PUT /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: " TOKEN "\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autofree char *head = g_strconcat (heads[i], "Transfer-Encoding: chunked\r\n\r\n", NULL);

    g_assert_cmpuint (growth_of_bodies (fixture, head), <,
                      KZ_WEBHOOK_MAX_CONNECTIONS * PLACE_BYTES);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SERVER_TEST ("/webhook-storm/ten-thousand-do-not-keep-a-delivery-away", NULL, test_storm);
  SERVER_TEST ("/webhook-storm/the-oldest-stranger-gives-way", NULL, test_oldest_goes);
  SERVER_TEST ("/webhook-storm/who-has-the-token-stays", NULL, test_token_stays);
  SERVER_TEST ("/webhook-storm/bodies-hold-a-mebibyte-each", NULL, test_bodies);
  SERVER_TEST ("/webhook-storm/bodies-of-strangers-are-not-kept", NULL, test_bodies_of_strangers);
  return g_test_run ();
}
