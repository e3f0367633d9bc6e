/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every data route against every token that does not open it: API §3, §4. */
#include "config.h"

#include "sb-router.h"
#include "sb-test.h"

#include <string.h>

static const SbRoute *const tables[] = {
    sb_routes_auth,        sb_routes_groups,    sb_routes_subgroups, sb_routes_members,
    sb_routes_subscribers, sb_routes_messages,  sb_routes_media,     sb_routes_actions,
    sb_routes_responses,   sb_routes_reactions, sb_routes_webhooks};

/* (transfer full): the path of a route, with the ids of the tests' world. */
static char *
path_of (const SbRoute *route)
{
  g_autoptr (GString) path = g_string_new ("/v1/");
  g_string_append (path, route->pattern);
  g_string_replace (path, "{groupId}", "{flat}", 0);
  g_string_replace (path, "{actionId}", "{poll}", 0);
  g_string_replace (path, "{memberId}", "{ben.id}", 0);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* (transfer full): everything but what opens the route. */
static char *
scopes_without (const char *scope)
{
  g_auto (GStrv) all = g_strsplit (sb_all_scopes (), ",", -1);
  g_autoptr (GString) rest = g_string_new (NULL);
  gboolean area = g_str_has_suffix (scope, ".*");
  /* Connectors from before role changes have the write right alone. */
  gboolean role = strcmp (scope, "groupmember.update") == 0;
  for (guint i = 0; all[i]; i++) {
    gboolean drop =
        area ? strncmp (all[i], scope, strlen (scope) - 1) == 0 : strcmp (all[i], scope) == 0;
    drop = drop || (role && strcmp (all[i], "groupmember.write") == 0);
    if (!drop)
      g_string_append_printf (rest, "%s%s", rest->len ? "," : "", all[i]);
  }
  return g_string_free (g_steal_pointer (&rest), FALSE);
}

/* Puts the token of a connector that lacks exactly that scope under the name "lacking". */
static void
mint_lacking (Sbt *sbt, const char *scope)
{
  g_autofree char *scopes = scopes_without (scope);
  g_autofree char *make = g_strdup_printf ("{scopes:'%s'}", scopes);
  g_autoptr (JsonObject) connector = sbt_control (sbt, "POST", "/sandbox/connector", make);
  g_autofree char *mint =
      g_strdup_printf ("{person:'ada',connector:'%s'}", sbt_string (connector, "connectorId"));
  g_autoptr (JsonObject) token = sbt_control (sbt, "POST", "/sandbox/token", mint);
  g_hash_table_replace (sbt->names, g_strdup ("lacking"),
                        g_strdup (sbt_string (token, "accessToken")));
}

static void
expect (Sbt *sbt, const SbRoute *route, const char *headers, guint status, const char *code)
{
  g_autofree char *path = path_of (route);
  gboolean body = strcmp (route->method, "GET") != 0 && strcmp (route->method, "DELETE") != 0;
  g_autoptr (SbtReply) reply = sbt_call (sbt, route->method, path, headers, body ? "{}" : NULL);
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (sbt_string (sbt_object (reply), "errorCode"), ==, code);
}

static void
test_route (gconstpointer data)
{
  const SbRoute *route = data;
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  expect (sbt, route, NULL, 401, "Unauthenticated");
  expect (sbt, route, "accessToken: {ada.refresh}", 401, "InvalidToken");
  if (!route->scope)
    return;
  mint_lacking (sbt, route->scope);
  expect (sbt, route, "accessToken: {lacking}", 403, "Forbidden");
}

int
main (int argc, char **argv)
{
  guint count = 0;
  g_test_init (&argc, &argv, NULL);
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const SbRoute *route = tables[t]; route->method; route++) {
      if (route->flags & SB_ROUTE_NO_TOKEN)
        continue;
      g_autofree char *path = g_strdup_printf ("/scopes/%s /%s", route->method, route->pattern);
      for (char *at = strstr (path, " /") + 2; *at; at++)
        *at = *at == '/' ? ':' : *at;
      g_test_add_data_func (path, route, test_route);
      count++;
    }
  g_assert_cmpuint (count, >=, 35);
  return g_test_run ();
}
