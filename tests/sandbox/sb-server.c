/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-server.h"
#include "sb-colleagues.h"
#include "sb-connections.h"
#include "sb-control.h"
#include "sb-faults.h"
#include "sb-media.h"
#include "sb-router.h"
#include "sb-scenario.h"
#include "sb-throttle.h"
#include "sb-webhooks.h"

#include <string.h>

/* More than any upload of a test, less than what would hurt the machine. */
#define MAX_BODY (64 * 1024 * 1024)

static void
request_cb (
    SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  SbSandbox *sandbox = data;
  SbCall *call = sb_call_new (sandbox, msg);
  const char *first = call->segments[0] ? call->segments[0] : "";
  if (soup_server_message_get_status (msg) == 413) {
    sb_call_fail (call, 413, "InvalidParameters", "The body is too large");
    sb_call_finish (call);
  } else if (g_ascii_strcasecmp (first, "sandbox") == 0) {
    sb_control_run (call);
  } else if (g_ascii_strcasecmp (first, "att") == 0 && strcmp (call->method, "GET") == 0) {
    call->path = g_strdup ("/att");
    if (!sb_fault_before (call))
      sb_media_download (call);
    sb_call_finish (call);
  } else {
    sb_router_run (call);
  }
}

static void
early_cb (
    SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer data)
{
  goffset length =
      soup_message_headers_get_content_length (soup_server_message_get_request_headers (msg));
  if (length > MAX_BODY)
    soup_server_message_set_status (msg, 413, NULL);
}

static void
end_source (gpointer source)
{
  if (!source)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

static gboolean
listen_on (SbSandbox *sandbox, guint port, GError **error)
{
  sandbox->server = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_early_handler (sandbox->server, NULL, early_cb, sandbox, NULL);
  soup_server_add_handler (sandbox->server, NULL, request_cb, sandbox, NULL);
  sb_connections_watch (sandbox);
  if (!soup_server_listen_local (sandbox->server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  GSList *uris = soup_server_get_uris (sandbox->server);
  sandbox->port = (guint) g_uri_get_port (uris->data);
  sandbox->url = g_strdup_printf ("http://127.0.0.1:%u", sandbox->port);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

static gboolean
set_switches (SbSandbox *sandbox, const char *const *list, GError **error)
{
  for (guint i = 0; list && list[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (list[i], "=", 2);
    if (!pair[0] || !sb_switches_set (sandbox->switches, pair[0], pair[1] ? pair[1] : "on", error))
      return FALSE;
  }
  return TRUE;
}

static void
make_parts (SbSandbox *sandbox)
{
  sandbox->rand = g_rand_new_with_seed (sandbox->seed);
  sandbox->cancellable = g_cancellable_new ();
  sandbox->session = soup_session_new_with_options ("max-conns", 256, "max-conns-per-host", 64,
                                                    "proxy-resolver", NULL, "timeout", 0, NULL);
  sandbox->switches = sb_switches_new ();
  sandbox->clock = sb_clock_new ();
  sandbox->world = sb_world_new (sandbox->rand);
  sandbox->tokens = sb_tokens_new (sandbox);
  sandbox->meter = sb_meter_new ();
  sandbox->faults = sb_faults_new ();
  sandbox->webhooks = sb_webhooks_new ();
  sandbox->colleagues = sb_colleagues_new ();
  sandbox->received = json_array_new ();
  sandbox->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sandbox->open_calls = g_hash_table_new_full (NULL, NULL, NULL, end_source);
  sandbox->pending = g_hash_table_new (NULL, NULL);
  sandbox->stolen = g_ptr_array_new_with_free_func (g_object_unref);
  sandbox->old_paths = g_ptr_array_new_with_free_func (g_free);
}

SbSandbox *
sb_sandbox_new (const SbOptions *options, GError **error)
{
  static const SbOptions none = {0};
  if (!options)
    options = &none;
  g_autoptr (SbSandbox) sandbox = g_new0 (SbSandbox, 1);
  sandbox->seed = options->have_seed ? options->seed : g_random_int ();
  sandbox->time_scale = options->webhook_time_scale > 0 ? options->webhook_time_scale : 1;
  make_parts (sandbox);
  if (!set_switches (sandbox, options->switches, error) ||
      !listen_on (sandbox, options->port, error) ||
      !sb_scenario_load (sandbox, options->scenario_path, options->scenario_json, error))
    return NULL;
  /* A switch of the command line wins over the scenario's. */
  if (!set_switches (sandbox, options->switches, error))
    return NULL;
  return g_steal_pointer (&sandbox);
}

static void
end_calls (SbSandbox *sandbox)
{
  GHashTableIter iter;
  gpointer key, value;
  g_autoptr (GList) calls = g_hash_table_get_keys (sandbox->open_calls);
  for (GList *link = calls; link; link = link->next)
    sb_call_free (link->data);
  g_hash_table_iter_init (&iter, sandbox->pending);
  while (g_hash_table_iter_next (&iter, &key, &value))
    ((GDestroyNotify) value) (key);
}

void
sb_sandbox_free (SbSandbox *sandbox)
{
  g_cancellable_cancel (sandbox->cancellable);
  /* The clock first: its timers point into everything else. */
  sb_clock_free (sandbox->clock);
  end_calls (sandbox);
  sb_connections_forget (sandbox);
  if (sandbox->server)
    soup_server_disconnect (sandbox->server);
  g_clear_object (&sandbox->server);
  soup_session_abort (sandbox->session);
  g_object_unref (sandbox->session);
  for (guint i = 0; i < sandbox->stolen->len; i++)
    g_io_stream_close (sandbox->stolen->pdata[i], NULL, NULL);
  g_ptr_array_unref (sandbox->stolen);
  g_hash_table_unref (sandbox->open_calls);
  g_hash_table_unref (sandbox->pending);
  g_hash_table_unref (sandbox->codes);
  sb_colleagues_free (sandbox->colleagues);
  sb_webhooks_free (sandbox->webhooks);
  sb_faults_free (sandbox->faults);
  sb_meter_free (sandbox->meter);
  sb_tokens_free (sandbox->tokens);
  sb_world_free (sandbox->world);
  sb_switches_free (sandbox->switches);
  json_array_unref (sandbox->received);
  g_ptr_array_unref (sandbox->old_paths);
  g_rand_free (sandbox->rand);
  g_object_unref (sandbox->cancellable);
  g_free (sandbox->moved_path);
  g_free (sandbox->moved_to);
  g_free (sandbox->url);
  g_free (sandbox);
}

guint
sb_sandbox_exchanges (SbSandbox *sandbox)
{
  return sandbox->exchanges;
}

const char *
sb_sandbox_get_url (SbSandbox *sandbox)
{
  return sandbox->url;
}

guint32
sb_sandbox_get_seed (SbSandbox *sandbox)
{
  return sandbox->seed;
}

char *
sb_sandbox_ready_line (SbSandbox *sandbox)
{
  SbConnector *connector = sandbox->world->connectors->pdata[0];
  JsonArray *users = json_array_new ();
  for (guint i = 0; i < sandbox->world->users->len; i++) {
    SbUser *user = sandbox->world->users->pdata[i];
    if (user->sign_in)
      json_array_add_object_element (
          users, sb_obj ("s:phone", user->phone, "s:name", user->name, "s:refreshToken",
                         sb_tokens_current (sandbox, connector, user)->text, "s:pin",
                         sb_user_pin (sandbox, user), NULL));
  }
  g_autoptr (JsonNode) node =
      sb_obj_node (sb_obj ("s:url", sandbox->url, "s:connectorId", connector->id,
                           "s:connectorSecret", connector->secret, "a:users", users, NULL));
  return sb_json_text (node);
}
