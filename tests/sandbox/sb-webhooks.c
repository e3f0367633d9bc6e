/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-webhooks.h"

#include "sb-exchange.h"

#include <string.h>

/* Six retries over two days, each wait twice the one before (API §18): 63 of these make two days.
 */
#define RETRIES 6
#define FIRST_RETRY_MS (2.0 * 86400.0 * 1000.0 / 63.0)
/* Old deliveries are forgotten, so that a long run does not grow for ever. */
#define KEPT_DELIVERIES 5000

typedef struct {
  char *id;
  char *webhook_id;
  char *event_type;
  char *event_id;
  char *body;
  char *token; /* (nullable) */
  guint attempts;
  guint first_sent;  /* of all attempts that were not lost, the first of this one; 0: none was sent */
  guint last_status; /* 0: no answer */
  gboolean done;
  gboolean failed; /* given up */
  gboolean again;  /* a repetition that the control API or a switch asked for */
} Delivery;

struct _SbWebhooks {
  GPtrArray *list;       /* (element-type SbWebhook) */
  GPtrArray *deliveries; /* (element-type Delivery) */
  guint sent;            /* attempts */
  gboolean paused;
};

static void
delivery_free (Delivery *delivery)
{
  g_free (delivery->id);
  g_free (delivery->webhook_id);
  g_free (delivery->event_type);
  g_free (delivery->event_id);
  g_free (delivery->body);
  g_free (delivery->token);
  g_free (delivery);
}

void
sb_webhook_free (SbWebhook *webhook)
{
  g_free (webhook->id);
  g_free (webhook->object_id);
  g_free (webhook->object_type);
  g_strfreev (webhook->events);
  g_free (webhook->url);
  g_free (webhook->token);
  g_free (webhook->context);
  if (webhook->queue)
    g_queue_free (webhook->queue);
  g_free (webhook);
}

SbWebhooks *
sb_webhooks_new (void)
{
  SbWebhooks *webhooks = g_new0 (SbWebhooks, 1);
  webhooks->list = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_webhook_free);
  webhooks->deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) delivery_free);
  return webhooks;
}

void
sb_webhooks_free (SbWebhooks *webhooks)
{
  g_ptr_array_unref (webhooks->list);
  g_ptr_array_unref (webhooks->deliveries);
  g_free (webhooks);
}

GPtrArray *
sb_webhooks_list (SbSandbox *sandbox)
{
  return sandbox->webhooks->list;
}

SbWebhook *
sb_webhooks_find (SbSandbox *sandbox, const char *id)
{
  for (guint i = 0; i < sandbox->webhooks->list->len; i++) {
    SbWebhook *webhook = sandbox->webhooks->list->pdata[i];
    if (g_strcmp0 (webhook->id, id) == 0)
      return webhook;
  }
  return NULL;
}

void
sb_webhooks_add (SbSandbox *sandbox, SbWebhook *webhook)
{
  webhook->queue = g_queue_new ();
  g_ptr_array_add (sandbox->webhooks->list, webhook);
}

void
sb_webhooks_remove (SbSandbox *sandbox, SbWebhook *webhook)
{
  g_ptr_array_remove (sandbox->webhooks->list, webhook);
}

gboolean
sb_webhook_url_allowed (const char *url)
{
  g_autoptr (GUri) uri = url ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri ? g_uri_get_host (uri) : NULL;
  if (!host || !*host)
    return FALSE;
  if (g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  return g_ascii_strcasecmp (g_uri_get_scheme (uri), "http") == 0 &&
         (strcmp (host, "127.0.0.1") == 0 || strcmp (host, "::1") == 0 ||
          g_ascii_strcasecmp (host, "localhost") == 0);
}

/* ---- validation ---- */

typedef struct {
  char *expected;
  SbValidated validated;
  gpointer data;
} Validation;

static void
validation_free (gpointer data)
{
  Validation *validation = data;
  g_free (validation->expected);
  g_free (validation);
}

static void
validated_cb (guint status, const char *text, gpointer data)
{
  Validation *validation = data;
  g_autofree char *answer = text ? g_strstrip (g_strdup (text)) : NULL;
  validation->validated (status == 200 && g_strcmp0 (answer, validation->expected) == 0,
                         validation->data);
}

void
sb_webhooks_validate (SbSandbox *sandbox, const char *url, SbValidated done, gpointer data)
{
  Validation *validation = g_new0 (Validation, 1);
  validation->expected = sb_random_guid (sandbox->rand);
  validation->validated = done;
  validation->data = data;
  g_autofree char *with = g_strdup_printf ("%s%cvalidationToken=%s", url,
                                           strchr (url, '?') ? '&' : '?', validation->expected);
  sb_exchange_start (sandbox, soup_message_new ("GET", with), "validationSeconds", validated_cb,
                     validation, validation_free);
}

/* ---- deliveries ---- */

static void deliver (SbSandbox *sandbox, Delivery *delivery);

static Delivery *
find_delivery (SbSandbox *sandbox, const char *id)
{
  for (guint i = sandbox->webhooks->deliveries->len; i > 0; i--) {
    Delivery *delivery = sandbox->webhooks->deliveries->pdata[i - 1];
    if (strcmp (delivery->id, id) == 0)
      return delivery;
  }
  return NULL;
}

typedef struct {
  SbSandbox *sandbox; /* (unowned): timers and exchanges end before it */
  char *delivery_id;
  gboolean is_lost; /* its answer, on the way */
} Attempt;

static Attempt *
attempt_new (SbSandbox *sandbox, const Delivery *delivery)
{
  Attempt *attempt = g_new0 (Attempt, 1);
  attempt->sandbox = sandbox;
  attempt->delivery_id = g_strdup (delivery->id);
  return attempt;
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;
  g_free (attempt->delivery_id);
  g_free (attempt);
}

static gboolean
retry_cb (gpointer data)
{
  Attempt *retry = data;
  Delivery *delivery = find_delivery (retry->sandbox, retry->delivery_id);
  SbWebhook *webhook = delivery ? sb_webhooks_find (retry->sandbox, delivery->webhook_id) : NULL;
  if (!webhook || delivery->done || delivery->failed)
    return G_SOURCE_REMOVE;
  if (webhook->active)
    deliver (retry->sandbox, delivery);
  else /* it waits until the webhook is active again */
    g_queue_push_head (webhook->queue, delivery);
  return G_SOURCE_REMOVE;
}

static void
disable (SbSandbox *sandbox, SbWebhook *webhook)
{
  webhook->active = FALSE;
  webhook->busy = NULL;
  g_queue_clear (webhook->queue);
  for (guint i = 0; i < sandbox->webhooks->deliveries->len; i++) {
    Delivery *delivery = sandbox->webhooks->deliveries->pdata[i];
    if (strcmp (delivery->webhook_id, webhook->id) == 0 && !delivery->done)
      delivery->failed = TRUE;
  }
}

static void
plan_retry (SbSandbox *sandbox, SbWebhook *webhook, Delivery *delivery)
{
  if (delivery->attempts > RETRIES) {
    disable (sandbox, webhook);
    return;
  }
  gint64 wait_ms =
      (gint64) (FIRST_RETRY_MS * (1 << (delivery->attempts - 1)) * sandbox->time_scale);
  sb_clock_add (sandbox->clock, sb_clock_now_ms (sandbox->clock) + MAX (wait_ms, 1), retry_cb,
                attempt_new (sandbox, delivery), attempt_free);
}

static void
next_in_queue (SbSandbox *sandbox, SbWebhook *webhook)
{
  if (sandbox->webhooks->paused || webhook->busy || !webhook->active)
    return;
  Delivery *delivery = g_queue_pop_head (webhook->queue);
  if (!delivery)
    return;
  webhook->busy = delivery;
  deliver (sandbox, delivery);
}

/* @status: of the answer; 0: there was none. */
static void
attempted (SbSandbox *sandbox, Delivery *delivery, guint status)
{
  SbWebhook *webhook = sb_webhooks_find (sandbox, delivery->webhook_id);
  if (!webhook)
    return;
  delivery->last_status = status;
  if (status >= 200 && status < 300)
    delivery->done = TRUE;
  else if (delivery->again)
    delivery->failed = TRUE;
  else if (!delivery->failed)
    plan_retry (sandbox, webhook, delivery);
  if (webhook->busy == delivery)
    webhook->busy = NULL;
  next_in_queue (sandbox, webhook);
}

static void
delivered_cb (guint status, const char *text, gpointer data)
{
  Attempt *attempt = data;
  Delivery *delivery = find_delivery (attempt->sandbox, attempt->delivery_id);
  if (delivery)
    attempted (attempt->sandbox, delivery, attempt->is_lost ? 0 : status);
}

/* Whether it is among those that the switch has lost. */
static gboolean
is_lost (SbSandbox *sandbox)
{
  gint64 percent = sb_switches_int (sandbox->switches, "lossyDeliveries");
  return percent > 0 && g_rand_int_range (sandbox->rand, 0, 100) < percent;
}

/* A moment later nobody has answered. */
static gboolean
lost_cb (gpointer data)
{
  Attempt *lost = data;
  Delivery *delivery = find_delivery (lost->sandbox, lost->delivery_id);
  if (delivery)
    attempted (lost->sandbox, delivery, 0);
  return G_SOURCE_REMOVE;
}

static void
deliver (SbSandbox *sandbox, Delivery *delivery)
{
  SbWebhook *webhook = sb_webhooks_find (sandbox, delivery->webhook_id);
  if (!webhook || !webhook->active)
    return;
  delivery->attempts++;
  if (is_lost (sandbox)) {
    sb_clock_add (sandbox->clock, sb_clock_now_ms (sandbox->clock) + 1, lost_cb,
                  attempt_new (sandbox, delivery), attempt_free);
    return;
  }
  sandbox->webhooks->sent++;
  if (delivery->first_sent == 0)
    delivery->first_sent = sandbox->webhooks->sent;
  Attempt *attempt = attempt_new (sandbox, delivery);
  SoupMessage *msg = soup_message_new ("POST", webhook->url);
  g_autoptr (GBytes) bytes = g_bytes_new (delivery->body, strlen (delivery->body));
  attempt->is_lost = is_lost (sandbox);
  if (delivery->token)
    soup_message_headers_append (soup_message_get_request_headers (msg), "kz-callback-token",
                                 delivery->token);
  soup_message_set_request_body_from_bytes (msg, "application/json; charset=utf-8", bytes);
  sb_exchange_start (sandbox, msg, "deliverySeconds", delivered_cb, attempt, attempt_free);
}

static Delivery *
new_delivery (SbSandbox *sandbox,
              SbWebhook *webhook,
              const char *type,
              const char *event_id,
              const char *body,
              const char *token)
{
  Delivery *delivery = g_new0 (Delivery, 1);
  delivery->id = sb_random_guid (sandbox->rand);
  delivery->webhook_id = g_strdup (webhook->id);
  delivery->event_type = g_strdup (type);
  delivery->event_id = g_strdup (event_id);
  delivery->body = g_strdup (body);
  delivery->token = g_strdup (token);
  GPtrArray *all = sandbox->webhooks->deliveries;
  Delivery *oldest = all->len >= KEPT_DELIVERIES ? all->pdata[0] : NULL;
  if (oldest && (oldest->done || oldest->failed))
    g_ptr_array_remove_index (all, 0);
  g_ptr_array_add (all, delivery);
  return delivery;
}

typedef struct {
  SbSandbox *sandbox;
  char *webhook_id;
} Release;

static void
release_free (Release *release)
{
  g_free (release->webhook_id);
  g_free (release);
}

static gboolean
release_cb (gpointer data)
{
  Release *release = data;
  SbWebhook *webhook = sb_webhooks_find (release->sandbox, release->webhook_id);
  if (webhook)
    next_in_queue (release->sandbox, webhook);
  return G_SOURCE_REMOVE;
}

/* With reorderDeliveries the first of two waits for the second, which overtakes it; alone it goes
 * after a moment. */
static void
enqueue (SbSandbox *sandbox, SbWebhook *webhook, Delivery *delivery)
{
  if (!sb_switches_on (sandbox->switches, "reorderDeliveries")) {
    g_queue_push_tail (webhook->queue, delivery);
    next_in_queue (sandbox, webhook);
    return;
  }
  g_queue_push_head (webhook->queue, delivery);
  if (g_queue_get_length (webhook->queue) >= 2) {
    next_in_queue (sandbox, webhook);
    return;
  }
  Release *release = g_new0 (Release, 1);
  release->sandbox = sandbox;
  release->webhook_id = g_strdup (webhook->id);
  sb_clock_add (sandbox->clock, sb_clock_now_ms (sandbox->clock) + 150, release_cb, release,
                (GDestroyNotify) release_free);
}

static JsonNode *
envelope (SbSandbox *sandbox, SbWebhook *webhook, const SbEvent *event, SbGroup *seen_in)
{
  SbUser *actor = event->actor;
  gboolean context = !sb_switches_on (sandbox->switches, "contextAbsent");
  JsonObject *data = sb_obj_copy (event->data);
  JsonObject *object = sb_obj (
      "s:subscriptionId", webhook->id, "s:objectId", webhook->object_id, "s:objectType",
      webhook->object_type, "s:eventType", event->type, "s:eventId", event->id, "o:data", data,
      "?:context", context ? webhook->context : NULL, "s:fromUser", actor ? actor->phone : "",
      "s:fromUserId", actor ? actor->id : "", "b:isBotfromUser", FALSE, "s:fromUserName",
      actor ? actor->name : "", "s:fromUserProfilePic", actor ? actor->pic : "", "s:groupId",
      seen_in->id, "s:sourceGroupId", event->group->id, NULL);
  if (seen_in != event->group && json_object_has_member (data, "groupId"))
    json_object_set_string_member (data, "groupId", seen_in->id);
  g_auto (GStrv) omit = g_strsplit (sb_switches_get (sandbox->switches, "envelopeOmit"), ",", -1);
  for (guint i = 0; omit[i]; i++) {
    if (g_str_has_prefix (g_strstrip (omit[i]), "data."))
      json_object_remove_member (data, omit[i] + strlen ("data."));
    else
      json_object_remove_member (object, omit[i]);
  }
  return sb_obj_node (object);
}

/* (nullable): the group in which the webhook hears the event. */
static SbGroup *
heard_in (SbSandbox *sandbox, SbWebhook *webhook, const SbEvent *event)
{
  SbItem *item = event->item;
  g_return_val_if_fail (event->group != NULL, NULL);
  if (item && !sb_access_sees_item (item, webhook->owner))
    return NULL;
  if (event->response && !sb_access_sees_response (item, event->response, webhook->owner))
    return NULL;
  if (strcmp (webhook->object_type, "Group") == 0) {
    /* A webhook does not outlive its owner's membership; the own removal is told just before. */
    if (strcmp (webhook->object_id, event->group->id) == 0)
      return sb_access_may_read (event->group, webhook->owner) ? event->group : NULL;
    SbGroup *watched = sb_world_group (sandbox->world, webhook->object_id);
    gboolean below = sb_switches_on (sandbox->switches, "parentPostsToChildren") && item &&
                     watched && sb_access_is_above (event->group, watched);
    return below ? watched : NULL;
  }
  if (!item || !sb_access_may_read (event->group, webhook->owner))
    return NULL;
  if (strcmp (webhook->object_type, "Action") == 0)
    return g_strcmp0 (item->action_id, webhook->object_id) == 0 ? event->group : NULL;
  g_autofree char *base = item->package_id ? sb_package_base (item->package_id) : NULL;
  gboolean same = g_strcmp0 (base, webhook->object_id) == 0 ||
                  g_strcmp0 (item->package_id, webhook->object_id) == 0;
  return same ? event->group : NULL;
}

/* Whether what an API client did is told to webhooks at all is not documented (API §19). */
static gboolean
echo_allowed (SbSandbox *sandbox, const SbEvent *event, SbWebhook *webhook)
{
  gboolean text = event->item && sb_item_is_text (event->item);
  const char *echo = sb_switches_get (sandbox->switches, text ? "echoText" : "echoActions");
  if (sandbox->origin != SB_ORIGIN_API || !event->item || strcmp (echo, "on") == 0)
    return TRUE;
  return strcmp (echo, "others") == 0 && event->actor != webhook->owner;
}

void
sb_webhooks_publish (SbSandbox *sandbox, const SbEvent *event)
{
  gboolean twice = sb_switches_on (sandbox->switches, "duplicateDeliveries");
  for (guint i = 0; i < sandbox->webhooks->list->len; i++) {
    SbWebhook *webhook = sandbox->webhooks->list->pdata[i];
    SbGroup *group = heard_in (sandbox, webhook, event);
    if (!group || !webhook->active || !echo_allowed (sandbox, event, webhook) ||
        webhook->validity_ms < sb_clock_now_ms (sandbox->clock) ||
        !g_strv_contains ((const char *const *) webhook->events, event->type))
      continue;
    g_autoptr (JsonNode) node = envelope (sandbox, webhook, event, group);
    g_autofree char *body = sb_json_text (node);
    for (guint n = 0; n < (twice ? 2 : 1); n++)
      enqueue (sandbox, webhook,
               new_delivery (sandbox, webhook, event->type, event->id, body, webhook->token));
  }
}

void
sb_webhooks_send_raw (SbSandbox *sandbox, SbWebhook *webhook, const char *body, const char *token)
{
  Delivery *delivery = new_delivery (sandbox, webhook, "raw", "", body, token);
  delivery->again = TRUE;
  deliver (sandbox, delivery);
}

void
sb_webhooks_pause (SbSandbox *sandbox, gboolean pause)
{
  sandbox->webhooks->paused = pause;
  for (guint i = 0; i < sandbox->webhooks->list->len; i++)
    next_in_queue (sandbox, sandbox->webhooks->list->pdata[i]);
}

guint
sb_webhooks_redeliver (SbSandbox *sandbox, const char *delivery_id, gboolean shuffle)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  GPtrArray *all = sandbox->webhooks->deliveries;
  for (guint i = 0; i < all->len; i++) {
    Delivery *delivery = all->pdata[i];
    if (delivery_id ? strcmp (delivery->id, delivery_id) == 0 : !delivery->again)
      g_ptr_array_add (chosen, delivery);
  }
  for (guint i = chosen->len; shuffle && i > 1; i--) {
    guint k = (guint) g_rand_int_range (sandbox->rand, 0, (gint32) i);
    gpointer kept = chosen->pdata[i - 1];
    chosen->pdata[i - 1] = chosen->pdata[k];
    chosen->pdata[k] = kept;
  }
  guint count = 0;
  for (guint i = 0; i < chosen->len; i++) {
    Delivery *old = chosen->pdata[i];
    SbWebhook *webhook = sb_webhooks_find (sandbox, old->webhook_id);
    if (!webhook)
      continue;
    Delivery *again =
        new_delivery (sandbox, webhook, old->event_type, old->event_id, old->body, old->token);
    again->again = TRUE;
    g_queue_push_tail (webhook->queue, again);
    next_in_queue (sandbox, webhook);
    count++;
  }
  return count;
}

void
sb_webhooks_set_active (SbSandbox *sandbox, SbWebhook *webhook, gboolean active)
{
  webhook->active = active;
  next_in_queue (sandbox, webhook);
}

static JsonArray *
describe_deliveries (SbSandbox *sandbox, SbWebhook *webhook)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < sandbox->webhooks->deliveries->len; i++) {
    Delivery *delivery = sandbox->webhooks->deliveries->pdata[i];
    if (strcmp (delivery->webhook_id, webhook->id) != 0)
      continue;
    json_array_add_object_element (
        array, sb_obj ("s:deliveryId", delivery->id, "s:eventType", delivery->event_type,
                       "s:eventId", delivery->event_id, "i:attempts", (int) delivery->attempts,
                       "i:firstSent", (int) delivery->first_sent, "i:lastStatus",
                       (int) delivery->last_status, "b:delivered", delivery->done, "b:givenUp",
                       delivery->failed, "s:body", delivery->body, NULL));
  }
  return array;
}

JsonObject *
sb_webhooks_describe (SbSandbox *sandbox)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < sandbox->webhooks->list->len; i++) {
    SbWebhook *webhook = sandbox->webhooks->list->pdata[i];
    JsonArray *events = json_array_new ();
    for (guint k = 0; webhook->events[k]; k++)
      json_array_add_string_element (events, webhook->events[k]);
    json_array_add_object_element (
        array,
        sb_obj ("s:webhookId", webhook->id, "s:owner", webhook->owner->phone, "s:objectId",
                webhook->object_id, "s:objectType", webhook->object_type, "a:events", events,
                "s:url", webhook->url, "s:token", webhook->token, "s:context", webhook->context,
                "b:active", webhook->active, "i:waiting", (int) g_queue_get_length (webhook->queue),
                "a:deliveries", describe_deliveries (sandbox, webhook), NULL));
  }
  return sb_obj ("b:paused", sandbox->webhooks->paused, "a:webhooks", array, NULL);
}
