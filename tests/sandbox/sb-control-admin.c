/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control calls about the sandbox itself: faults, clock, counters, switches, tokens. */
#include "config.h"

#include "sb-control.h"
#include "sb-faults.h"
#include "sb-throttle.h"
#include "sb-tokens.h"
#include "sb-world-dump.h"

#include <string.h>

static void
add_fault (SbControl *control)
{
  g_autoptr (GError) error = NULL;
  guint id = sb_faults_add (control->sandbox, control->body, &error);
  if (id)
    control->answer = sb_obj ("i:faultId", (int) id, NULL);
  else
    sb_control_fail (control, 400, error->message);
}

static void
list_faults (SbControl *control)
{
  control->answer = sb_obj ("a:faults", sb_faults_list (control->sandbox), NULL);
}

static void
remove_faults (SbControl *control)
{
  guint id = (guint) sb_json_int (control->body, "faultId", 0);
  control->answer = sb_obj ("i:removed", (int) sb_faults_remove (control->sandbox, id), NULL);
}

static void
get_clock (SbControl *control)
{
  control->answer = sb_obj ("l:nowMs", sb_clock_now_ms (control->sandbox->clock), "l:offsetSeconds",
                            sb_clock_offset_s (control->sandbox->clock), NULL);
}

static void
advance (SbControl *control)
{
  double seconds = sb_json_double (control->body, "advanceSeconds", 0);
  if (seconds > -1e11 && seconds < 1e11)
    /* To the nearest: 1.001 is less than that as a double. */
    sb_clock_advance_ms (control->sandbox->clock, (gint64) (seconds * 1000 + (seconds < 0 ? -0.5 : 0.5)));
  get_clock (control);
}

static void
get_calls (SbControl *control)
{
  control->answer = sb_meter_describe (control->sandbox);
}

static void
reset_calls (SbControl *control)
{
  sb_meter_reset (control->sandbox);
}

static void
get_received (SbControl *control)
{
  control->answer = sb_obj ("a:items", sb_array_copy (control->sandbox->received), NULL);
}

static void
reset_received (SbControl *control)
{
  json_array_unref (control->sandbox->received);
  control->sandbox->received = json_array_new ();
}

static void
get_world (SbControl *control)
{
  control->answer = sb_world_dump (control->sandbox);
}

static void
get_switches (SbControl *control)
{
  control->answer = sb_switches_describe (control->sandbox->switches);
}

static char *
switch_text (JsonNode *node)
{
  if (sb_node_is_string (node))
    return g_strdup (json_node_get_string (node));
  if (sb_node_is_bool (node))
    return g_strdup (json_node_get_boolean (node) ? "on" : "off");
  if (sb_node_is_number (node))
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return g_strdup ("");
}

static void
set_switches (SbControl *control)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init (&iter, control->body);
  while (json_object_iter_next (&iter, &name, &node)) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = switch_text (node);
    if (!sb_switches_set (control->sandbox->switches, name, text, &error)) {
      sb_control_fail (control, 400, error->message);
      return;
    }
  }
}

/* ---- tokens ---- */

static gboolean
optional_person (SbControl *control, SbUser **user)
{
  const char *key = sb_json_get (control->body, "phone") ? "phone" : "person";
  *user = NULL;
  if (!sb_json_get (control->body, key))
    return TRUE;
  *user = sb_control_person (control, key);
  return *user != NULL;
}

static void
revoke_tokens (SbControl *control)
{
  SbUser *user;
  if (optional_person (control, &user))
    control->answer =
        sb_obj ("i:revoked", (int) sb_tokens_kill (control->sandbox, NULL, user, TRUE, NULL), NULL);
}

static void
expire_access (SbControl *control)
{
  SbUser *user;
  if (optional_person (control, &user))
    control->answer = sb_obj (
        "i:expired", (int) sb_tokens_kill (control->sandbox, NULL, user, FALSE, NULL), NULL);
}

/* Mints a refresh token as the portal does: of a user, or of a group with a person who made it. */
static void
mint_token (SbControl *control)
{
  SbSandbox *sandbox = control->sandbox;
  const char *id = sb_json_string (control->body, "connector", NULL);
  SbConnector *connector =
      id ? sb_world_connector (sandbox->world, id) : sandbox->world->connectors->pdata[0];
  SbUser *user;
  gboolean of_group = sb_json_get (control->body, "group") != NULL;
  if (!connector) {
    sb_control_fail (control, 404, "no such connector");
    return;
  }
  SbGroup *group = of_group ? sb_control_group (control, "group") : NULL;
  if ((of_group && !group) || !optional_person (control, &user))
    return;
  for (guint i = 0; group && !user && i < group->members->len; i++) {
    SbMember *member = group->members->pdata[i];
    user = member->role == SB_ROLE_ADMIN ? member->user : NULL;
  }
  if (!user) {
    sb_control_fail (control, 400, "a person is needed");
    return;
  }
  SbToken *token = sb_tokens_mint_refresh (sandbox, connector, user, group);
  SbToken *access = sb_tokens_mint_access (sandbox, token);
  control->answer = sb_obj ("s:refreshToken", token->text, "s:accessToken", access->text, "s:phone",
                            user->phone, "s:connectorId", connector->id, NULL);
}

static void
make_connector (SbControl *control)
{
  SbSandbox *sandbox = control->sandbox;
  g_autofree char *id = sb_random_guid (sandbox->rand);
  g_autofree char *secret = sb_random_hex (sandbox->rand, 32);
  SbConnector *connector =
      sb_world_add_connector (sandbox->world, sb_json_string (control->body, "id", id),
                              sb_json_string (control->body, "secret", secret),
                              sb_json_string (control->body, "name", "Sandbox connector"),
                              sb_json_string (control->body, "scopes", NULL));
  connector->redirect_url = g_strdup (sb_json_string (control->body, "redirectUrl", NULL));
  control->answer =
      sb_obj ("s:connectorId", connector->id, "s:connectorSecret", connector->secret, NULL);
}

/* ---- where the data root lives ---- */

static void
move (SbControl *control)
{
  SbSandbox *sandbox = control->sandbox;
  const char *path = sb_json_string (control->body, "path", NULL);
  const char *host = sb_json_string (control->body, "host", NULL);
  g_clear_pointer (&sandbox->moved_path, g_free);
  g_clear_pointer (&sandbox->moved_to, g_free);
  sandbox->auth_moved = sb_json_bool (control->body, "auth", FALSE);
  if (!path && !host) {
    control->answer = sb_obj ("s:endpointUrl", sandbox->url, NULL);
    return;
  }
  g_autofree char *base = !host                  ? g_strdup (sandbox->url)
                          : strstr (host, "://") ? g_strdup (host)
                          : strchr (host, ':')
                              ? g_strdup_printf ("http://%s", host)
                              : g_strdup_printf ("http://%s:%u", host, sandbox->port);
  if (path && *path == '/')
    path++;
  sandbox->moved_path = g_strdup (path ? path : "");
  sandbox->moved_to = path ? g_strdup_printf ("%s/%s", base, path) : g_strdup (base);
  if (path)
    g_ptr_array_add (sandbox->old_paths, g_strdup (path));
  control->answer = sb_obj ("s:endpointUrl", sandbox->moved_to, NULL);
}

static void
get_sms (SbControl *control)
{
  JsonObject *sms = json_object_new ();
  GPtrArray *users = control->sandbox->world->users;
  for (guint i = 0; i < users->len; i++) {
    SbUser *user = users->pdata[i];
    if (user->sms)
      json_object_set_object_member (sms, user->phone,
                                     sb_obj ("s:text", user->sms, "s:pin", user->pin, "i:count",
                                             (int) user->pin_days->len, NULL));
  }
  control->answer = sms;
}

static void
get_ready (SbControl *control)
{
  g_autofree char *line = sb_sandbox_ready_line (control->sandbox);
  g_autoptr (JsonNode) node = sb_lenient_parse (line, -1, NULL);
  control->answer = json_object_ref (json_node_get_object (node));
  json_object_set_int_member (control->answer, "seed", control->sandbox->seed);
}

const SbControlRow sb_control_admin[] = {{"POST", "fault", add_fault},
                                         {"GET", "faults", list_faults},
                                         {"DELETE", "faults", remove_faults},
                                         {"GET", "clock", get_clock},
                                         {"POST", "clock", advance},
                                         {"GET", "calls", get_calls},
                                         {"POST", "calls/reset", reset_calls},
                                         {"GET", "received", get_received},
                                         {"POST", "received/reset", reset_received},
                                         {"GET", "world", get_world},
                                         {"GET", "switch", get_switches},
                                         {"POST", "switch", set_switches},
                                         {"POST", "revoke", revoke_tokens},
                                         {"POST", "expire-access", expire_access},
                                         {"POST", "token", mint_token},
                                         {"POST", "connector", make_connector},
                                         {"POST", "move", move},
                                         {"GET", "sms", get_sms},
                                         {"GET", "ready", get_ready},
                                         {NULL}};
