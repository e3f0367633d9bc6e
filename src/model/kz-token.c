/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-token.h"

#include "kz-json.h"
#include "kz-person.h"

#include <string.h>

#define MAX_TOKEN (64u << 10)
/* Of HMAC-SHA256, the algorithm of the captured tokens (API §2.1), in base64url. */
#define HS256_LENGTH 43
/* What any signature has at least. */
#define SIGNATURE_MIN 27

void
kz_claims_clear (KzClaims *claims)
{
  g_clear_pointer (&claims->user_id, g_free);
  g_clear_pointer (&claims->phone, g_free);
  g_clear_pointer (&claims->group_id, g_free);
  claims->lifetime_us = 0;
}

/* (nullable) (transfer full): the object in one part of a JWT. */
static KzJson *
parse_part (const char *part)
{
  gsize length = strlen (part), size;
  g_autofree char *text = NULL;
  g_autofree guchar *data = NULL;
  g_autoptr (KzJson) json = NULL;

  if (length == 0 || length > MAX_TOKEN || length % 4 == 1)
    return NULL;
  /* GLib decodes leniently: what is not of the alphabet would just be skipped. */
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (part[i]) && part[i] != '-' && part[i] != '_')
      return NULL;
  text = g_strconcat (part, &"==="[3 - (4 - length % 4) % 4], NULL);
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  data = g_base64_decode (text, &size);
  json = kz_json_parse ((const char *) data, size, NULL, NULL);
  return kz_json_is_object (json) ? g_steal_pointer (&json) : NULL;
}

/* (nullable) (transfer full): JSON within a string within JSON. */
static KzJson *
parse_inner (const KzJson *json, const char *name)
{
  const char *text = kz_json_opt_string (json, name, NULL);

  return text != NULL ? kz_json_parse (text, strlen (text), NULL, NULL) : NULL;
}

static char *
none_if_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static void
read_credentials (KzClaims *claims, const KzJson *body)
{
  g_autoptr (KzJson) credentials = parse_inner (body, "urn:microsoft:credentials");
  g_autoptr (KzJson) data = NULL;

  if (credentials == NULL)
    return;
  claims->phone = kz_phone_from_wire (kz_json_opt_string (credentials, "phoneNumber", NULL));
  data = parse_inner (credentials, "data");
  if (data != NULL)
    claims->group_id = none_if_empty (kz_json_opt_string (data, "GroupId", NULL));
}

void
kz_claims_read (KzClaims *claims, const char *token)
{
  g_auto (GStrv) parts =
      token != NULL && strlen (token) <= MAX_TOKEN ? g_strsplit (token, ".", 4) : NULL;
  g_autoptr (KzJson) body = NULL;
  const char *uid, *colon;
  gint64 issued, ends;

  kz_claims_clear (claims);
  if (parts == NULL || g_strv_length (parts) != 3)
    return;
  body = parse_part (parts[1]);
  if (body == NULL)
    return;
  uid = kz_json_opt_string (body, "uid", NULL);
  colon = uid != NULL ? strchr (uid, ':') : NULL;
  if (colon != NULL)
    claims->user_id = none_if_empty (colon + 1);
  issued = kz_json_opt_int (body, "iat", 0);
  ends = kz_json_opt_int (body, "exp", 0);
  if (issued > 0 && ends > issued && ends < G_MAXINT64 / G_USEC_PER_SEC)
    claims->lifetime_us = (ends - issued) * G_USEC_PER_SEC;
  read_credentials (claims, body);
}

KzTokenShape
kz_token_shape (const char *refresh_token)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (KzJson) head = NULL;
  g_autoptr (KzJson) body = NULL;
  const char *algorithm;
  gsize signature;

  /* The beginning of an object, in base64. */
  if (refresh_token == NULL || !g_str_has_prefix (refresh_token, "ey"))
    return KZ_TOKEN_NO_JWT;
  parts = g_strsplit (refresh_token, ".", 4);
  head = parse_part (parts[0]);
  if (g_strv_length (parts) > 3 || (head == NULL && parts[1] != NULL))
    return KZ_TOKEN_NO_JWT;
  if (g_strv_length (parts) < 3)
    return KZ_TOKEN_LOOKS_CUT;
  body = parse_part (parts[1]);
  if (body == NULL)
    return KZ_TOKEN_NO_JWT;
  algorithm = kz_json_opt_string (head, "alg", "");
  signature = strlen (parts[2]);
  if (signature < (g_str_equal (algorithm, "HS256") ? HS256_LENGTH : SIGNATURE_MIN))
    return KZ_TOKEN_LOOKS_CUT;
  return KZ_TOKEN_LOOKS_WHOLE;
}
