/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>

/* The answer was never captured; the names of a member are expected, bare or in an object (API §20,
 * inferred). */
static gpointer
parse_me (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
  const KzJson *user = root;
  g_autofree char *id = NULL;
  KzPerson *person;

  if (root == NULL)
    return NULL;
  if (kz_json_opt_object (root, "user") != NULL)
    user = kz_json_opt_object (root, "user");
  id = kz_json_dup_id (user, "id");
  if (id == NULL)
    id = kz_json_dup_id (user, "userId");
  person = kz_person_from_wire (id, kz_json_opt_string (user, "mobileNumber", NULL),
                                kz_json_opt_string (user, "name", NULL),
                                kz_json_opt_string (user, "profilePic", NULL));
  if (person == NULL)
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED,
                         _ ("The service does not say who we are"));
  return person;
}

void
kz_api_get_me_async (KzHttp *http,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  kz_api_call (http, kz_api_request ("GET", KZ_LANE_SIGN_ON, "/v1/users/me"), kz_api_get_me_async,
               parse_me, (GDestroyNotify) kz_person_unref, NULL, NULL, cancellable, callback, data);
}

KzPerson *
kz_api_get_me_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_get_me_async, error);
}
