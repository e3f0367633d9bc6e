/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"

#include "kz-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PIN_MAX_DIGITS 12

/* --- sending a PIN, API §2.2 --------------------------------------------------------------- */

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (KZ_HTTP (source), result, &error);

  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task,
                         kz_auth_map_error (g_steal_pointer (&error), KZ_AUTH_STEP_REQUEST_PIN));
}

static KzRequest *
new_post (KzAuth *self, const char *path, GError **error)
{
  KzRequest *request;

  if (self->phone == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("The phone number is not one: it needs a plus and the country code"));
    return NULL;
  }
  request = kz_auth_new_request (self, "POST", path, KZ_AUTH_NONE, error);
  if (request != NULL)
    request->is_interactive = TRUE;
  return request;
}

void
kz_auth_request_pin_async (KzAuth *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (KzJsonWriter) writer = kz_json_writer_new ();
  g_autoptr (GError) error = NULL;
  KzRequest *request;

  g_task_set_source_tag (task, kz_auth_request_pin_async);
  request = new_post (self, "/v1/generatePin", &error);
  if (request == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  kz_json_writer_string (writer, "mobileNumber", self->phone);
  kz_json_writer_string (writer, "applicationId", self->connector_id);
  request->body = kz_json_writer_end (g_steal_pointer (&writer));
  kz_http_send_async (self->http, request, cancellable, requested_cb, g_steal_pointer (&task));
}

gboolean
kz_auth_request_pin_finish (KzAuth *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- signing in with it, API §2.3 ---------------------------------------------------------- */

static gboolean
take_answer (KzAuth *self, const KzReply *reply, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, error);
  const char *token, *endpoint;

  if (json == NULL)
    return FALSE;
  token = kz_json_opt_string (json, "refreshToken", NULL);
  if (!kz_auth_is_token (token)) {
    g_set_error_literal (
        error, KZ_ERROR, KZ_ERROR_MALFORMED,
        _ ("The service answered without a token: this is not an answer of Kaizala"));
    return FALSE;
  }
  kz_auth_drop_access (self);
  kz_auth_take_refresh (self, token);
  /* Not in the captured answer; the one of the access token counts anyway. */
  endpoint = kz_json_opt_string (json, "endpointUrl", NULL);
  if (endpoint != NULL)
    kz_auth_take_endpoint (self, endpoint);
  return TRUE;
}

static void
logged_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzAuth *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (KZ_HTTP (source), result, &error);

  if (reply == NULL)
    error = kz_auth_map_error (g_steal_pointer (&error), KZ_AUTH_STEP_LOGIN);
  else if (take_answer (self, reply, &error)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  g_task_return_error (task, g_steal_pointer (&error));
}

/* (nullable) (transfer full): the digits alone, as people also write "123 456". */
static char *
clean_pin (const char *pin)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = pin != NULL ? pin : ""; *p != '\0'; p++) {
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
    else if (!g_ascii_isspace (*p) && *p != '-')
      return NULL;
  }
  if (digits->len == 0 || digits->len > PIN_MAX_DIGITS)
    return NULL;
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static GBytes *
login_body (KzAuth *self, const char *digits)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "mobileNumber", self->phone);
  kz_json_writer_string (writer, "applicationId", self->connector_id);
  kz_json_writer_string (writer, "applicationSecret", self->connector_secret);
  /* A number would lose the zero. */
  if (*digits == '0')
    kz_json_writer_string (writer, "pin", digits);
  else
    kz_json_writer_int (writer, "pin", g_ascii_strtoll (digits, NULL, 10));
  return kz_json_writer_end (writer);
}

void
kz_auth_login_pin_async (KzAuth *self,
                         const char *pin,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autofree char *digits = clean_pin (pin);
  g_autoptr (GError) error = NULL;
  KzRequest *request;

  g_task_set_source_tag (task, kz_auth_login_pin_async);
  if (digits == NULL) {
    g_task_return_new_error (task, KZ_ERROR, KZ_ERROR_PIN_REJECTED, "%s",
                             _ ("A PIN has only digits"));
    return;
  }
  request = new_post (self, "/v1/loginWithPinAndApplicationId", &error);
  if (request == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  request->body = login_body (self, digits);
  kz_http_send_async (self->http, request, cancellable, logged_in_cb, g_steal_pointer (&task));
}

gboolean
kz_auth_login_pin_finish (KzAuth *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
