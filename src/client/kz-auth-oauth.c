/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"

#include "kz-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define API_HOST "api.kaiza.la"
#define OAUTH_ROOT "https://ds.kaiza.la"
#define MAX_CODE 4096

/* (transfer full): the service has a host of its own for it; whoever runs one elsewhere has one for
 * everything. */
static char *
oauth_root (KzAuth *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->api_root, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host != NULL && g_ascii_strcasecmp (host, API_HOST) == 0)
    return g_strdup (OAUTH_ROOT);
  return g_strdup (self->api_root);
}

static void
append_field (GString *text, const char *name, const char *value)
{
  if (text->len > 0)
    g_string_append_c (text, '&');
  g_string_append_printf (text, "%s=", name);
  g_string_append_uri_escaped (text, value, NULL, FALSE);
}

char *
kz_auth_authorize_url (KzAuth *self, const char *redirect_uri)
{
  g_autofree char *root = oauth_root (self);
  g_autoptr (GString) query = g_string_new (NULL);

  append_field (query, "client_id", self->connector_id);
  append_field (query, "redirect_uri", redirect_uri);
  return g_strconcat (root, "/api/Oauth/Authorize?", query->str, NULL);
}

/* --- what a person pastes ------------------------------------------------------------------ */

/* (nullable) (transfer full): the part that has the answers. */
static char *
query_of (const char *text)
{
  const char *mark = strchr (text, '?');
  g_autofree char *query = NULL;
  char *end;

  if (mark == NULL && strstr (text, "code=") == NULL && strstr (text, "error=") == NULL)
    return NULL;
  query = g_strdup (mark != NULL ? mark + 1 : text);
  end = strchr (query, '#');
  if (end != NULL)
    *end = '\0';
  return g_steal_pointer (&query);
}

static char *
refuse (GError **error, int code, const char *words)
{
  g_set_error_literal (error, KZ_ERROR, code, words);
  return NULL;
}

char *
kz_auth_parse_code (const char *pasted, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (pasted != NULL ? pasted : ""));
  g_autofree char *query = query_of (text);
  g_autofree char *code = NULL;

  if (query != NULL) {
    g_autoptr (GHashTable) fields = g_uri_parse_params (
        query, -1, "&", G_URI_PARAMS_WWW_FORM | G_URI_PARAMS_CASE_INSENSITIVE, NULL);

    if (fields != NULL && g_hash_table_lookup (fields, "error") != NULL)
      return refuse (error, KZ_ERROR_FORBIDDEN, _ ("The sign-in in the browser was refused"));
    if (fields != NULL)
      code = g_strdup (g_hash_table_lookup (fields, "code"));
  } else if (strstr (text, "://") == NULL)
    code = g_strdup (text);

  if (code == NULL || !kz_auth_is_header_safe (code) || strlen (code) > MAX_CODE)
    return refuse (error, KZ_ERROR_INVALID,
                   _ ("There is no code in this: paste the whole address at which the browser "
                      "ended"));
  return g_steal_pointer (&code);
}

/* --- the exchange -------------------------------------------------------------------------- */

static gboolean
take_tokens (KzAuth *self, const KzReply *reply, GError **error)
{
  /* The old one belongs to another sign-in, and the new one may be missing (inferred). */
  g_autofree char *old = g_steal_pointer (&self->refresh_token);

  if (kz_auth_take_answer (self, reply, error))
    return TRUE;
  if (self->refresh_token == NULL)
    self->refresh_token = g_steal_pointer (&old);
  return FALSE;
}

static void
exchanged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzAuth *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (KZ_HTTP (source), result, &error);

  if (reply == NULL)
    error = kz_auth_map_error (g_steal_pointer (&error), KZ_AUTH_STEP_CODE);
  else if (take_tokens (self, reply, &error)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  g_task_return_error (task, g_steal_pointer (&error));
}

static KzRequest *
new_exchange (KzAuth *self, const char *code, GError **error)
{
  KzRequest *request = kz_auth_new_request (self, "POST", "", KZ_AUTH_NONE, error);
  g_autofree char *root = NULL;
  GString *form;

  if (request == NULL)
    return NULL;
  root = oauth_root (self);
  g_free (request->url);
  request->url = g_strconcat (root, "/api/oauth/token", NULL);
  request->content_type = "application/x-www-form-urlencoded";
  request->is_interactive = TRUE;
  form = g_string_new (NULL);
  append_field (form, "client_id", self->connector_id);
  append_field (form, "client_secret", self->connector_secret);
  append_field (form, "code", code);
  request->body = g_string_free_to_bytes (form);
  return request;
}

void
kz_auth_login_code_async (KzAuth *self,
                          const char *pasted,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  g_autofree char *code = kz_auth_parse_code (pasted, &error);
  KzRequest *request = code != NULL ? new_exchange (self, code, &error) : NULL;

  g_task_set_source_tag (task, kz_auth_login_code_async);
  if (request == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  kz_http_send_async (self->http, request, cancellable, exchanged_cb, g_steal_pointer (&task));
}

gboolean
kz_auth_login_code_finish (KzAuth *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
