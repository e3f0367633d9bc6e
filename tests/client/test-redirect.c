/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"
#include "kz-http-private.h"

#include <string.h>

/* --- where a Location leads ----------------------------------------------------------------- */

typedef struct {
  const char *url;
  const char *path; /* (nullable) */
  const char *location;
  const char *next; /* (nullable): NULL when it must be refused */
  const char *base;
} Hop;

static const Hop hops[] = {
    /* The new endpoint alone, in its two spellings, and with our path behind it. */
    {"https://a.kaiza.la/v1/groups?x=1", "/v1/groups?x=1", "https://b.kaiza.la",
     "https://b.kaiza.la/v1/groups?x=1", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/groups?x=1", "/v1/groups?x=1", "https://b.kaiza.la/",
     "https://b.kaiza.la/v1/groups?x=1", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/groups?x=1", "/v1/groups?x=1", "https://B.Kaiza.la:443/V1/Groups",
     "https://b.kaiza.la/v1/groups?x=1", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/groups", "/v1/groups", "https://b.kaiza.la:8443/v1/groups",
     "https://b.kaiza.la:8443/v1/groups", "https://b.kaiza.la:8443"},
    /* A base with a path of its own. */
    {"https://a.kaiza.la/v1/groups?x=1", "/v1/groups?x=1", "https://b.kaiza.la/unit7/v1/groups?x=1",
     "https://b.kaiza.la/unit7/v1/groups?x=1", "https://b.kaiza.la/unit7"},
    {"https://a.kaiza.la/v1/groups", "/v1/groups", "https://b.kaiza.la/unit7//v1/groups",
     "https://b.kaiza.la/unit7/v1/groups", "https://b.kaiza.la/unit7"},
    /* Another path is taken as it is. */
    {"https://a.kaiza.la/v1/groups", "/v1/groups", "https://b.kaiza.la/v2/all?y=2#frag",
     "https://b.kaiza.la/v2/all?y=2", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/groups", "/v1/groups", "/v2/all", "https://a.kaiza.la/v2/all",
     "https://a.kaiza.la"},
    /* Calls at the api root: the path goes along as well. */
    {"https://a.kaiza.la/v1/accessToken", NULL, "https://b.kaiza.la",
     "https://b.kaiza.la/v1/accessToken", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/accessToken?a=b", NULL, "https://b.kaiza.la/v1/accessToken?a=b",
     "https://b.kaiza.la/v1/accessToken?a=b", "https://b.kaiza.la"},
    {"https://a.kaiza.la/v1/groups", "/v1/groups", "//b.kaiza.la/v1/groups",
     "https://b.kaiza.la/v1/groups", "https://b.kaiza.la"},
    /* Better is allowed, worse is not. */
    {"http://127.0.0.1:1/v1/g", "/v1/g", "https://127.0.0.1:2/v1/g", "https://127.0.0.1:2/v1/g",
     "https://127.0.0.1:2"},
    {"http://[::1]:1/v1/g", "/v1/g", "http://[::1]:2/", "http://[::1]:2/v1/g", "http://[::1]:2"},
    {"https://a.kaiza.la/v1/g", "/v1/g", "http://a.kaiza.la/v1/g", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "ftp://a.kaiza.la/v1/g", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "javascript:alert(1)", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "https://user@b.kaiza.la/", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "https://u:p@b.kaiza.la/", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "https:///v1/g", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "https://[/", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", "https://b.kaiza.la:99999/", NULL, NULL},
    {"https://a.kaiza.la/v1/g", "/v1/g", NULL, NULL, NULL},
};

static void
where_it_leads (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hops); i++) {
    g_autofree char *next = NULL, *base = NULL;
    g_autoptr (GError) error = NULL;
    gboolean is_good =
        kz_redirect_resolve (hops[i].url, hops[i].location, hops[i].path, &next, &base, &error);

    g_test_message ("%s", hops[i].location);
    g_assert_cmpint (is_good, ==, hops[i].next != NULL);
    g_assert_cmpstr (next, ==, hops[i].next);
    g_assert_cmpstr (base, ==, hops[i].base);
    if (!is_good)
      g_assert_error (error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
  }
}

static void
origins_compare_as_text (void)
{
  static const char *const same[][2] = {
      {"https://A.kaiza.la/x", "https://a.kaiza.la"},
      {"https://a.kaiza.la:443/", "https://a.kaiza.la"},
      {"http://127.0.0.1:80", "http://127.0.0.1"},
      {"http://[::1]:81/x", "http://[::1]:81"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *origin = kz_url_origin (same[i][0]);

    g_assert_cmpstr (origin, ==, same[i][1]);
  }
  g_assert_null (kz_url_origin (NULL));
  g_assert_null (kz_url_origin ("ftp://a/"));
  g_assert_null (kz_url_origin ("nonsense"));
}

/* --- on the wire ---------------------------------------------------------------------------- */

static void
good_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static void
moved_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  g_autofree char *line = g_strdup_printf ("Location: %s\r\n", *(const char **) data);

  wire_reply (reply, 308, line, "");
}

static void
every_method_follows (gconstpointer method)
{
  const char *location = NULL;
  g_autoptr (Wire) old_wire = wire_new (moved_cb, &location);
  g_autoptr (Wire) new_wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (old_wire));
  g_autofree char *full = g_strconcat (wire_url (new_wire), "/v1/groups/g@1/things?a=b", NULL);
  KzRequest *request = bench_request (method, KZ_LANE_USER);
  g_autoptr (Fate) first = NULL;
  g_autoptr (Fate) second = NULL;

  location = full;
  if (request->body == NULL && !g_str_equal (method, "GET"))
    request->body = g_bytes_new_static ("{\"message\":\"hello\"}", 19);
  first = bench_ask (bench, request);
  g_assert_no_error (first->error);
  g_assert_cmpuint (wire_seen (old_wire), ==, 1);
  g_assert_cmpuint (wire_seen (new_wire), ==, 1);
  g_assert_cmpstr (wire_request (new_wire, 0)->method, ==, method);
  g_assert_cmpstr (wire_request (new_wire, 0)->target, ==, "/v1/groups/g@1/things?a=b");
  g_assert_cmpstr (wire_request (new_wire, 0)->body, ==, wire_request (old_wire, 0)->body);
  g_assert_cmpstr (wire_header (new_wire, 0, "accesstoken"), ==, "token-1");
  g_assert_cmpstr (wire_header (new_wire, 0, "content-type"), ==,
                   wire_header (old_wire, 0, "content-type"));
  g_assert_cmpuint (bench->moved->len, ==, 1);
  g_assert_cmpstr (bench->moved->pdata[0], ==, wire_url (new_wire));

  /* From now on directly. */
  second = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_no_error (second->error);
  g_assert_cmpuint (wire_seen (old_wire), ==, 1);
  g_assert_cmpuint (wire_seen (new_wire), ==, 2);
}

static void
a_bare_base_keeps_our_path (void)
{
  const char *location = NULL;
  g_autoptr (Wire) old_wire = wire_new (moved_cb, &location);
  g_autoptr (Wire) new_wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (old_wire));
  g_autofree char *slash = g_strconcat (wire_url (new_wire), "/", NULL);
  g_autoptr (Fate) fate = NULL;

  location = slash;
  fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_no_error (fate->error);
  g_assert_cmpstr (wire_request (new_wire, 0)->target, ==, "/v1/groups/g@1/things?a=b");
}

static void
a_call_outside_the_endpoint_moves_nothing (void)
{
  const char *location = NULL;
  g_autoptr (Wire) old_wire = wire_new (moved_cb, &location);
  g_autoptr (Wire) new_wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (old_wire));
  g_autofree char *full = g_strconcat (wire_url (new_wire), "/v1/accessToken", NULL);
  KzRequest *request = kz_request_new ("GET", NULL, KZ_LANE_USER);
  g_autoptr (Fate) fate = NULL;

  location = full;
  request->auth = KZ_AUTH_NONE;
  request->url = g_strconcat (wire_url (old_wire), "/v1/accessToken", NULL);
  fate = bench_ask (bench, request);
  g_assert_no_error (fate->error);
  g_assert_cmpuint (wire_seen (new_wire), ==, 1);
  g_assert_cmpuint (bench->moved->len, ==, 0);
}

static void
a_stranger_is_not_followed (gconstpointer method)
{
  const char *location = NULL;
  g_autoptr (Wire) stranger = wire_new (good_cb, NULL);
  g_autoptr (Wire) wire = wire_new (moved_cb, &location);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autofree char *named =
      g_strconcat ("http://localhost", wire_url (stranger) + strlen ("http://127.0.0.1"), NULL);
  g_autoptr (Fate) fate = NULL;

  location = named;
  fate = bench_ask (bench, bench_request (method, KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_cmpuint (wire_seen (stranger), ==, 0);
  g_assert_cmpuint (bench->moved->len, ==, 0);
}

/* Whoever makes a request with an address of its own cannot make the token go there. */
static void
the_token_goes_to_the_endpoint_alone (void)
{
  g_autoptr (Wire) stranger = wire_new (good_cb, NULL);
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  KzRequest *request = bench_request ("GET", KZ_LANE_USER);
  g_autoptr (Fate) fate = NULL;

  request->url = g_strconcat (wire_url (stranger), "/v1/groups", NULL);
  fate = bench_ask (bench, request);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (wire_seen (stranger), ==, 0);
  g_assert_cmpuint (wire_seen (wire), ==, 0);
}

typedef struct {
  Wire *self;
  guint hops; /* how often it sends on */
} Chain;

static void
chain_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const Chain *chain = data;
  g_autofree char *line = g_strdup_printf ("Location: /hop-%u\r\n", nth);

  if (nth <= chain->hops)
    wire_reply (reply, 308, line, "");
  else
    good_cb (request, nth, reply, NULL);
}

static void
three_hops_and_no_more (void)
{
  for (guint n = 0; n <= 5; n++) {
    Chain chain = {NULL, n};
    g_autoptr (Wire) wire = wire_new (chain_cb, &chain);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (Fate) fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));

    if (n <= 3)
      g_assert_no_error (fate->error);
    else
      g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
    g_assert_cmpuint (wire_seen (wire), ==, MIN (n, 3) + 1);
  }
}

static void
a_circle_is_noticed (void)
{
  const char *to_b = NULL, *to_a = NULL;
  g_autoptr (Wire) a = wire_new (moved_cb, &to_b);
  g_autoptr (Wire) b = wire_new (moved_cb, &to_a);
  g_autoptr (Bench) bench = bench_new (wire_url (a));
  g_autoptr (Fate) fate = NULL;

  to_b = wire_url (b);
  to_a = wire_url (a);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
  g_assert_cmpuint (wire_seen (a), ==, 1);
  g_assert_cmpuint (wire_seen (b), ==, 1);
  /* Nobody answered anywhere, so nothing has moved. */
  g_assert_cmpuint (bench->moved->len, ==, 0);
}

static void
a_base_where_nobody_answers_is_not_kept (void)
{
  const char *location = NULL;
  g_autoptr (Wire) wire = wire_new (moved_cb, &location);
  g_autofree char *closed = g_strdup_printf ("http://127.0.0.1:%u", wire_closed_port ());
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;

  location = closed;
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (bench->moved->len, ==, 0);
  g_assert_cmpstr (bench->endpoint, ==, wire_url (wire));
}

static void
refuse_once_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    wire_reply (reply, 401, NULL, "{}");
  else
    good_cb (request, nth, reply, NULL);
}

static void
a_refused_token_behind_a_move (void)
{
  const char *location = NULL;
  g_autoptr (Wire) old_wire = wire_new (moved_cb, &location);
  g_autoptr (Wire) new_wire = wire_new (refuse_once_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (old_wire));
  g_autoptr (Fate) fate = NULL;

  location = wire_url (new_wire);
  fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_no_error (fate->error);
  g_assert_cmpuint (bench->refusals, ==, 1);
  g_assert_cmpuint (wire_seen (old_wire), ==, 1);
  g_assert_cmpuint (wire_seen (new_wire), ==, 2);
  g_assert_cmpstr (wire_header (new_wire, 1, "accesstoken"), ==, "token-2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redirect/where-a-location-leads", where_it_leads);
  g_test_add_func ("/redirect/origins-compare-as-text", origins_compare_as_text);
  g_test_add_data_func ("/redirect/followed-with-everything/get", "GET", every_method_follows);
  g_test_add_data_func ("/redirect/followed-with-everything/post", "POST", every_method_follows);
  g_test_add_data_func ("/redirect/followed-with-everything/put", "PUT", every_method_follows);
  g_test_add_data_func ("/redirect/followed-with-everything/delete", "DELETE",
                        every_method_follows);
  g_test_add_func ("/redirect/a-bare-base-keeps-our-path", a_bare_base_keeps_our_path);
  g_test_add_func ("/redirect/a-call-outside-the-endpoint-moves-nothing",
                   a_call_outside_the_endpoint_moves_nothing);
  g_test_add_data_func ("/redirect/a-stranger-is-not-followed/get", "GET",
                        a_stranger_is_not_followed);
  g_test_add_data_func ("/redirect/a-stranger-is-not-followed/post", "POST",
                        a_stranger_is_not_followed);
  g_test_add_func ("/redirect/the-token-goes-to-the-endpoint-alone",
                   the_token_goes_to_the_endpoint_alone);
  g_test_add_func ("/redirect/three-hops-and-no-more", three_hops_and_no_more);
  g_test_add_func ("/redirect/a-circle-is-noticed", a_circle_is_noticed);
  g_test_add_func ("/redirect/a-base-where-nobody-answers-is-not-kept",
                   a_base_where_nobody_answers_is_not_kept);
  g_test_add_func ("/redirect/a-refused-token-behind-a-move", a_refused_token_behind_a_move);
  return g_test_run ();
}
