/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-tokens.h"

#include <string.h>

struct _SbTokens {
  guchar key[32];
  GPtrArray *list;     /* (element-type SbToken) */
  GHashTable *by_text; /* (element-type utf8 SbToken) (unowned) */
};

static void
token_free (SbToken *token)
{
  g_free (token->text);
  g_free (token->ancestor);
  g_free (token);
}

SbTokens *
sb_tokens_new (SbSandbox *sandbox)
{
  SbTokens *tokens = g_new0 (SbTokens, 1);
  for (gsize i = 0; i < sizeof tokens->key; i++)
    tokens->key[i] = (guchar) g_rand_int_range (sandbox->rand, 0, 256);
  tokens->list = g_ptr_array_new_with_free_func ((GDestroyNotify) token_free);
  tokens->by_text = g_hash_table_new (g_str_hash, g_str_equal);
  return tokens;
}

void
sb_tokens_free (SbTokens *tokens)
{
  g_hash_table_unref (tokens->by_text);
  g_ptr_array_unref (tokens->list);
  g_free (tokens);
}

static char *
base64url (const guchar *data, gsize length)
{
  char *text = g_base64_encode (data, length);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  char *pad = strchr (text, '=');
  if (pad)
    *pad = '\0';
  return text;
}

static char *
part_of (JsonObject *object)
{
  g_autoptr (JsonNode) node = sb_obj_node (object);
  g_autofree char *text = sb_json_text (node);
  return base64url ((const guchar *) text, strlen (text));
}

/* The claim that carries the rest, a text of JSON within JSON as captured (API §2.1). */
static char *
credentials (SbSandbox *sandbox, SbToken *token)
{
  g_autofree char *client = sb_random_guid (sandbox->rand);
  JsonObject *inner;
  if (token->group)
    inner = sb_obj ("s:GroupId", token->group->id, "s:AppName", token->connector->name,
                    "s:UserTenantIds", sandbox->world->tenant_id, NULL);
  else
    inner = sb_obj ("s:TenantId", sandbox->world->tenant_id, "s:O365UserId", "", "b:IsTenantAdmin",
                    token->user->tenant_admin, "s:O365UserEmailId", "", "s:AppName",
                    token->connector->name, NULL);
  g_autoptr (JsonNode) inner_node = sb_obj_node (inner);
  g_autofree char *inner_text = sb_json_text (inner_node);
  g_autoptr (JsonNode) node = sb_obj_node (sb_obj (
      "s:phoneNumber", token->user->phone, "s:cId", client, "s:testSender", "False", "s:appName",
      "com.microsoft.mobile.kaizalaapi", "s:applicationId", token->connector->id, "s:permissions",
      token->refresh ? "8.4" : "2.30:3.30:4.10:6.22:5.4:9.2:15.30:14.30:19.30:24.30",
      "i:applicationType", token->refresh ? -1 : 3, "s:data", inner_text, NULL));
  return sb_json_text (node);
}

static char *
write_jwt (SbSandbox *sandbox, SbToken *token)
{
  guchar digest[32];
  gsize size = sizeof digest;
  g_autofree char *claims = credentials (sandbox, token);
  g_autofree char *uid = g_strconcat ("MobileAppsService:", token->user->id, NULL);
  g_autofree char *head = part_of (sb_obj ("s:alg", "HS256", "s:typ", "JWT", NULL));
  g_autofree char *body =
      part_of (sb_obj ("s:urn:microsoft:credentials", claims, "s:uid", uid, "s:ver", "2", "s:iss",
                       "urn:microsoft:windows-azure:zumo", "s:aud",
                       "urn:microsoft:windows-azure:zumo", "l:exp", token->expiry_ms / 1000,
                       "l:nbf", token->issued_ms / 1000, "l:iat", token->issued_ms / 1000, NULL));
  g_autofree char *both = g_strconcat (head, ".", body, NULL);
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, sandbox->tokens->key, sizeof sandbox->tokens->key);
  g_hmac_update (hmac, (const guchar *) both, (gssize) strlen (both));
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
  g_autofree char *signature = base64url (digest, size);
  return g_strconcat (both, ".", signature, NULL);
}

/* Of the same length; nobody documented that clients may look into a token (API §2.1). */
static char *
write_opaque (SbSandbox *sandbox)
{
  return sb_random_hex (sandbox->rand, 900);
}

static SbToken *
mint (SbSandbox *sandbox, SbToken start, gint64 life_s)
{
  SbToken *token = g_memdup2 (&start, sizeof start);
  token->issued_ms = sb_clock_now_ms (sandbox->clock);
  token->expiry_ms = token->issued_ms + life_s * 1000;
  gboolean is_jwt = strcmp (sb_switches_get (sandbox->switches, "tokenShape"), "jwt") == 0;
  token->text = is_jwt ? write_jwt (sandbox, token) : write_opaque (sandbox);
  g_ptr_array_add (sandbox->tokens->list, token);
  g_hash_table_insert (sandbox->tokens->by_text, token->text, token);
  return token;
}

SbToken *
sb_tokens_mint_refresh (SbSandbox *sandbox, SbConnector *connector, SbUser *user, SbGroup *group)
{
  SbToken start = {.connector = connector, .user = user, .group = group, .refresh = TRUE};
  return mint (sandbox, start, sb_switches_int (sandbox->switches, "refreshTokenDays") * 86400);
}

SbToken *
sb_tokens_mint_access (SbSandbox *sandbox, SbToken *refresh)
{
  SbToken start = {.connector = refresh->connector, .user = refresh->user, .group = refresh->group};
  return mint (sandbox, start, sb_switches_int (sandbox->switches, "accessTokenSeconds"));
}

SbToken *
sb_tokens_find (SbSandbox *sandbox, const char *text, gboolean refresh)
{
  SbToken *token = text ? g_hash_table_lookup (sandbox->tokens->by_text, text) : NULL;
  return token && token->refresh == refresh ? token : NULL;
}

gboolean
sb_token_alive (SbSandbox *sandbox, SbToken *token)
{
  return token && !token->revoked && token->expiry_ms > sb_clock_now_ms (sandbox->clock);
}

SbToken *
sb_tokens_current (SbSandbox *sandbox, SbConnector *connector, SbUser *user)
{
  for (guint i = sandbox->tokens->list->len; i > 0; i--) {
    SbToken *token = sandbox->tokens->list->pdata[i - 1];
    if (token->refresh && !token->group && token->user == user && token->connector == connector &&
        sb_token_alive (sandbox, token))
      return token;
  }
  return sb_tokens_mint_refresh (sandbox, connector, user, NULL);
}

guint
sb_tokens_kill (
    SbSandbox *sandbox, SbConnector *connector, SbUser *user, gboolean refresh, SbToken *except)
{
  guint killed = 0;
  for (guint i = 0; i < sandbox->tokens->list->len; i++) {
    SbToken *token = sandbox->tokens->list->pdata[i];
    if (token == except || token->revoked || token->refresh != refresh)
      continue;
    if ((user && token->user != user) || (connector && token->connector != connector))
      continue;
    token->revoked = TRUE;
    killed++;
  }
  return killed;
}
