/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-control.h"

#include <string.h>

void
sb_control_fail (SbControl *control, guint status, const char *message)
{
  control->status = status;
  g_clear_pointer (&control->answer, json_object_unref);
  control->answer = sb_obj ("s:message", message, NULL);
}

const char *
sb_control_text (SbControl *control, const char *name)
{
  const char *text = sb_json_string (control->body, name, NULL);
  g_autofree char *problem = g_strdup_printf ("%s is needed", name);
  if (!text)
    sb_control_fail (control, 400, problem);
  return text;
}

SbUser *
sb_control_person (SbControl *control, const char *name)
{
  const char *text = sb_control_text (control, name);
  SbUser *user = text ? sb_world_person (control->sandbox->world, text) : NULL;
  g_autofree char *problem = g_strdup_printf ("nobody is called %s", text ? text : "");
  if (text && !user)
    sb_control_fail (control, 404, problem);
  return user;
}

SbGroup *
sb_control_group (SbControl *control, const char *name)
{
  const char *text = sb_control_text (control, name);
  SbGroup *group = text ? sb_world_any_group (control->sandbox->world, text) : NULL;
  g_autofree char *problem = g_strdup_printf ("no group is called %s", text ? text : "");
  if (text && !group)
    sb_control_fail (control, 404, problem);
  return group;
}

static SbItem *
find_item (SbControl *control, const char *id)
{
  SbItem *item = sb_world_action (control->sandbox->world, id);
  return item ? item : sb_world_item (control->sandbox->world, id);
}

static SbItem *
either (SbControl *control, const char *first, const char *second)
{
  const char *id = sb_json_string (control->body, first, NULL);
  if (!id)
    id = sb_json_string (control->body, second, NULL);
  SbItem *item = id ? find_item (control, id) : NULL;
  if (!item)
    sb_control_fail (control, id ? 404 : 400, "actionId or referenceId is needed");
  return item;
}

SbItem *
sb_control_action (SbControl *control)
{
  return either (control, "actionId", "referenceId");
}

SbItem *
sb_control_reference (SbControl *control)
{
  return either (control, "referenceId", "actionId");
}

static const SbControlRow *
find_row (const char *method, const char *name, gboolean *known)
{
  static const SbControlRow *const tables[] = {sb_control_people, sb_control_groups,
                                               sb_control_admin, sb_control_hooks};
  *known = FALSE;
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const SbControlRow *row = tables[t]; row->method; row++) {
      if (g_ascii_strcasecmp (row->name, name) != 0)
        continue;
      *known = TRUE;
      if (g_ascii_strcasecmp (row->method, method) == 0)
        return row;
    }
  return NULL;
}

JsonNode *
sb_sandbox_control (
    SbSandbox *sandbox, const char *method, const char *path, JsonNode *body, guint *status)
{
  gboolean known;
  while (*path == '/')
    path++;
  if (g_ascii_strncasecmp (path, "sandbox/", 8) == 0)
    path += 8;
  const SbControlRow *row = find_row (method, path, &known);
  gboolean usable = body && JSON_NODE_HOLDS_OBJECT (body);
  g_autoptr (JsonObject) none = json_object_new ();
  SbControl control = {sandbox, usable ? json_node_get_object (body) : none, 200, NULL};
  if (!row)
    sb_control_fail (&control, known ? 405 : 404, "no such control call");
  else
    row->handler (&control);
  if (!control.answer)
    control.answer = json_object_new ();
  if (status)
    *status = control.status;
  return sb_obj_node (control.answer);
}

void
sb_control_run (SbCall *call)
{
  guint status = 400;
  g_autofree char *name = g_strjoinv ("/", call->segments + 1);
  g_autoptr (GBytes) bytes =
      soup_message_body_flatten (soup_server_message_get_request_body (call->msg));
  gsize length = 0;
  const char *text = bytes ? g_bytes_get_data (bytes, &length) : NULL;
  g_autoptr (GError) error = NULL;
  if (length)
    call->root = sb_lenient_parse (text, (gssize) length, &error);
  JsonNode *answer =
      error ? sb_obj_node (sb_obj ("s:message", error->message, NULL))
            : sb_sandbox_control (call->sandbox, call->method, name, call->root, &status);
  sb_call_json (call, status, answer);
  sb_call_finish (call);
}
