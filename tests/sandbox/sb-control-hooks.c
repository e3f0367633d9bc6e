/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control calls about webhooks. */
#include "config.h"

#include "sb-control.h"
#include "sb-webhooks.h"

#include <string.h>

static void
list (SbControl *control)
{
  control->answer = sb_webhooks_describe (control->sandbox);
}

static void
pause_all (SbControl *control)
{
  sb_webhooks_pause (control->sandbox, TRUE);
}

static void
resume_all (SbControl *control)
{
  sb_webhooks_pause (control->sandbox, FALSE);
}

static void
redeliver (SbControl *control)
{
  const char *id = sb_json_string (control->body, "deliveryId", NULL);
  if (id && strcmp (id, "all") == 0)
    id = NULL;
  guint count =
      sb_webhooks_redeliver (control->sandbox, id, sb_json_bool (control->body, "shuffle", FALSE));
  control->answer = sb_obj ("i:count", (int) count, NULL);
}

/* The token is the webhook's own unless the body gives another; null sends none. */
static const char *
raw_token (SbControl *control, SbWebhook *webhook)
{
  JsonNode *node = sb_json_get (control->body, "token");
  if (!node)
    return webhook->token;
  return sb_node_is_string (node) ? json_node_get_string (node) : NULL;
}

static void
raw (SbControl *control)
{
  const char *id = sb_json_string (control->body, "webhookId", NULL);
  const char *group_name =
      sb_json_string (control->body, "groupId", sb_json_string (control->body, "group", NULL));
  SbGroup *group = group_name ? sb_world_any_group (control->sandbox->world, group_name) : NULL;
  JsonNode *body = sb_json_get (control->body, "body");
  GPtrArray *all = sb_webhooks_list (control->sandbox);
  int sent = 0;
  if (!body) {
    sb_control_fail (control, 400, "body is needed");
    return;
  }
  g_autofree char *text =
      sb_node_is_string (body) ? g_strdup (json_node_get_string (body)) : sb_json_text (body);
  for (guint i = 0; i < all->len; i++) {
    SbWebhook *webhook = all->pdata[i];
    if (id ? strcmp (webhook->id, id) != 0
           : (!group || strcmp (webhook->object_id, group->id) != 0))
      continue;
    sb_webhooks_send_raw (control->sandbox, webhook, text, raw_token (control, webhook));
    sent++;
  }
  if (sent)
    control->answer = sb_obj ("i:sent", sent, NULL);
  else
    sb_control_fail (control, 404, "no such webhook");
}

/* What the service does by itself after six retries, at once. */
static void
set_active (SbControl *control)
{
  SbWebhook *webhook =
      sb_webhooks_find (control->sandbox, sb_json_string (control->body, "webhookId", ""));
  if (!webhook)
    sb_control_fail (control, 404, "no such webhook");
  else
    sb_webhooks_set_active (control->sandbox, webhook,
                            sb_json_bool (control->body, "active", FALSE));
}

const SbControlRow sb_control_hooks[] = {{"GET", "webhooks", list},
                                         {"POST", "webhooks/pause", pause_all},
                                         {"POST", "webhooks/resume", resume_all},
                                         {"POST", "webhooks/active", set_active},
                                         {"POST", "redeliver", redeliver},
                                         {"POST", "raw-delivery", raw},
                                         {NULL}};
