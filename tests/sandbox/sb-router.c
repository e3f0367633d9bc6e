/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-router.h"
#include "sb-faults.h"
#include "sb-throttle.h"

#include <string.h>

/* ---- where a request goes ---- */

static gboolean
match_pattern (SbCall *call, const char *pattern)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "/", -1);
  guint n = g_strv_length (parts), params = 0;
  if (g_strv_length (call->segments) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    if (*parts[i] == '{')
      call->params[params++] = call->segments[i];
    else if (g_ascii_strcasecmp (parts[i], call->segments[i]) != 0)
      return FALSE;
  }
  return TRUE;
}

static const SbRoute *
find_route (SbCall *call, gboolean *known_path)
{
  static const SbRoute *const tables[] = {
      sb_routes_auth,       sb_routes_oauth,       sb_routes_groups,    sb_routes_subgroups,
      sb_routes_members,    sb_routes_subscribers, sb_routes_messages,  sb_routes_media,
      sb_routes_actions,    sb_routes_responses,   sb_routes_reactions, sb_routes_webhooks,
      sb_routes_unsupported};
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const SbRoute *route = tables[t]; route->method; route++) {
      if (!match_pattern (call, route->pattern))
        continue;
      *known_path = TRUE;
      if (strcmp (route->method, "*") == 0 || strcmp (route->method, call->method) == 0)
        return route;
    }
  return NULL;
}

static void
drop_first (SbCall *call)
{
  g_free (call->segments[0]);
  memmove (call->segments, call->segments + 1,
           g_strv_length (call->segments + 1) * sizeof (char *) + sizeof (char *));
}

/* Whether the request was sent to the host that the data root moved to. */
static gboolean
names_new_host (SbCall *call)
{
  const char *host = sb_call_get_header (call, "Host");
  const char *authority = strstr (call->sandbox->moved_to, "://");
  authority = authority ? authority + 3 : call->sandbox->moved_to;
  gsize length = strcspn (authority, "/");
  return host && strlen (host) == length && g_ascii_strncasecmp (host, authority, length) == 0;
}

/* The old and new bases of a data root that moved; FALSE when the request came to an old one. */
static gboolean
strip_base (SbCall *call)
{
  SbSandbox *sandbox = call->sandbox;
  const char *base = "";
  for (guint i = 0; call->segments[0] && i < sandbox->old_paths->len; i++)
    if (g_ascii_strcasecmp (call->segments[0], sandbox->old_paths->pdata[i]) == 0)
      base = sandbox->old_paths->pdata[i];
  if (*base)
    drop_first (call);
  if (call->segments[0] && g_ascii_strcasecmp (call->segments[0], "v1") == 0)
    drop_first (call);
  if (!sandbox->moved_to)
    return TRUE;
  return *sandbox->moved_path ? strcmp (base, sandbox->moved_path) == 0
                              : !*base && names_new_host (call);
}

void
sb_router_redirect (SbCall *call)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (call->msg));
  GString *location = g_string_new (call->sandbox->moved_to);
  g_string_append (location, "/v1");
  for (guint i = 0; call->segments[i]; i++) {
    g_autofree char *part = g_uri_escape_string (call->segments[i], "@", FALSE);
    g_string_append_printf (location, "/%s", part);
  }
  if (query)
    g_string_append_printf (location, "?%s", query);
  sb_call_header (call, "Location", location->str);
  g_string_free (location, TRUE);
  sb_call_json (call, 308, sb_obj_node (json_object_new ()));
}

/* ---- checks ---- */

static const char *
token_text (SbCall *call)
{
  const char *text = sb_call_get_header (call, "accessToken");
  const char *bearer = sb_call_get_header (call, "Authorization");
  if (!text && bearer && g_ascii_strncasecmp (bearer, "Bearer ", 7) == 0 &&
      sb_switches_on (call->sandbox->switches, "bearerAlias"))
    text = bearer + 7;
  return text && *text ? text : NULL;
}

static gboolean
check_token (SbCall *call)
{
  const char *text = token_text (call);
  call->token = sb_tokens_find (call->sandbox, text, FALSE);
  if (!text)
    sb_call_fail (call, 401, "Unauthenticated",
                  "Token missing. Header should have token as value of ACCESSTOKEN");
  else if (!sb_token_alive (call->sandbox, call->token))
    sb_call_fail (call, 401, "InvalidToken",
                  "Invalid token. Failure reason:Token validation failed due to unknown reason!");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_throttle (SbCall *call, SbConnector *connector)
{
  guint wait_s = sb_meter_admit (call->sandbox, connector);
  g_autofree char *seconds = g_strdup_printf ("%u", wait_s);
  if (!wait_s)
    return TRUE;
  sb_call_header (call, "Retry-After", seconds);
  sb_call_fail (call, 429, "TooManyRequests", "Too many requests");
  return FALSE;
}

static gboolean
check_scope (SbCall *call)
{
  const char *scope = call->route->scope;
  GHashTable *granted = call->token->connector->scopes;
  gboolean has = !scope || g_hash_table_contains (granted, scope) ||
                 !sb_switches_on (call->sandbox->switches, "scopesChecked");
  if (!has && g_str_has_suffix (scope, ".*")) {
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init (&iter, granted);
    while (g_hash_table_iter_next (&iter, &name, NULL))
      has = has || strncmp (name, scope, strlen (scope) - 1) == 0;
  }
  /* Role changes came late; connectors older than that have only the write right (API §3). */
  if (!has && g_strcmp0 (scope, "groupmember.update") == 0)
    has = g_hash_table_contains (granted, "groupmember.write");
  if (!has)
    sb_call_forbidden (call, "The connector does not have the permission for this call");
  return has;
}

static gboolean
check_group (SbCall *call)
{
  call->group = sb_world_group (call->sandbox->world, call->params[0]);
  if (!call->group)
    sb_call_not_found (call, "No such group");
  else if (call->token->group && call->token->group != call->group &&
           !sb_access_is_above (call->token->group, call->group))
    sb_call_forbidden (call, "The token is for another group");
  else if (!call->token->group && !sb_access_may_read (call->group, call->user))
    sb_call_forbidden (call, "The user is not in the group");
  else
    return TRUE;
  return FALSE;
}

static void
parse_body (SbCall *call)
{
  SoupMessageBody *body = soup_server_message_get_request_body (call->msg);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  gsize length = 0;
  const char *text = bytes ? g_bytes_get_data (bytes, &length) : NULL;
  if (length)
    call->root = sb_lenient_parse (text, (gssize) length, NULL);
  if (call->root && JSON_NODE_HOLDS_OBJECT (call->root))
    call->body = json_node_get_object (call->root);
}

static gboolean
check_body (SbCall *call)
{
  goffset length = soup_server_message_get_request_body (call->msg)->length;
  gboolean wanted = (call->route->flags & SB_ROUTE_BODY) != 0;
  if (wanted && !call->body)
    sb_call_invalid (call, "The body is not a JSON object");
  else if (!wanted && length && !call->body && strcmp (call->method, "POST") == 0 &&
           !(call->route->flags & SB_ROUTE_RAW))
    sb_call_invalid (call, "The body is not JSON");
  else
    return TRUE;
  return FALSE;
}

static void
run_checked (SbCall *call)
{
  SbRouteFlags flags = call->route->flags;
  gboolean open = (flags & SB_ROUTE_NO_TOKEN) != 0;
  if (!open && !check_token (call))
    return;
  if (!open) {
    call->user = call->token->user;
    if (!check_throttle (call, call->token->connector) || !check_scope (call))
      return;
  }
  if ((flags & SB_ROUTE_GROUP) && !check_group (call))
    return;
  if (!(flags & SB_ROUTE_RAW))
    parse_body (call);
  if (check_body (call))
    call->route->handler (call);
}

void
sb_router_run (SbCall *call)
{
  SbSandbox *sandbox = call->sandbox;
  gboolean at_home = strip_base (call), known_path = FALSE;
  g_autofree char *joined = g_strjoinv ("/", call->segments);
  call->path = g_strconcat ("/", joined, NULL);
  call->route = find_route (call, &known_path);
  call->endpoint =
      g_strdup_printf ("%s /%s", call->method, call->route ? call->route->pattern : "?");
  sb_meter_count (sandbox, call->endpoint);
  gboolean auth = call->route && (call->route->flags & SB_ROUTE_NO_TOKEN);
  sandbox->origin = SB_ORIGIN_API;
  if (sb_fault_before (call))
    ; /* the answer is in place */
  else if (!at_home && (!auth || sandbox->auth_moved))
    sb_router_redirect (call);
  else if (!call->route && known_path)
    sb_call_fail (call, 405, "MethodNotAllowed", "The method is not allowed here");
  else if (!call->route)
    sb_call_not_found (call, "No such resource");
  else
    run_checked (call);
  sandbox->origin = SB_ORIGIN_CONTROL;
  if (!call->deferred)
    sb_call_finish (call);
}
