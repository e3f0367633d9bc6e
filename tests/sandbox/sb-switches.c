/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-switches.h"
#include "sb-lenient-json.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *initial;
  const char *allowed; /* alternatives with '|', or "int", or "text" */
  const char *meaning;
} Row;

#define ON_OFF "on|off"

static const Row rows[] = {
    /* Tokens and sign-on, API §2. */
    {"endpointSlash", "off", ON_OFF, "endpointUrl ends in a slash"},
    {"endpointHost", "", "text",
     "host written in endpointUrl in place of 127.0.0.1, e.g. LocalHost"},
    {"loginEndpointUrl", "off", ON_OFF, "loginWithPinAndApplicationId names endpointUrl, too"},
    {"accessTokenSeconds", "86400", "int", "life of an access token"},
    {"refreshTokenDays", "365", "int", "life of a refresh token"},
    {"refreshTokenField", "null", "null|empty|absent",
     "refreshToken of accessToken before day 328"},
    {"rotateRefreshToken", "off", ON_OFF, "every accessToken answer carries a new refresh token"},
    {"rotationKillsOld", "afterUse", "afterUse|atOnce|never", "when a rotated refresh token dies"},
    {"pinKillsOldToken", "on", ON_OFF, "a PIN login kills older refresh tokens of that person"},
    {"pinLength", "6", "4|6", "digits of a PIN"},
    {"pinsPerDay", "20", "int", "generatePin calls per phone and day before 429"},
    {"pinSeconds", "600", "int", "how long a PIN is good"},
    {"loginNeedsSecret", "on", ON_OFF, "PIN login without applicationSecret is refused"},
    {"scopesChecked", "on", ON_OFF, "calls need the permissions of API §3, whose names are guessed"},
    {"tokenShape", "jwt", "jwt|opaque", "new tokens tell whose they are, or nothing at all"},
    {"scopeField", "tokenWrite", "tokenWrite|permissions", "scope of an accessToken answer"},
    {"oauthRefreshToken", "on", ON_OFF, "the OAuth answer has a non-empty refreshToken"},
    {"oauthAutoSignIn", "", "text", "phone that Authorize signs in without asking"},
    {"bearerAlias", "on", ON_OFF, "Authorization: Bearer is taken for accessToken"},
    {"usersMe", "on", ON_OFF, "GET users/me answers; off: 404"},
    {"errorStatus", "documented", "documented|200|400",
     "HTTP status of an error: inferred ones, or one for all but 429 and 5xx"},
    {"emptyAnswers", "off", ON_OFF,
     "undocumented answers of PUT and DELETE are {} instead of a result"},
    {"imageUrlKey", "imageUrl", "imageUrl|imageURL", "spelling in action lists"},
    {"hasMoreField", "on", "on|absent", "an action list without more has hasMore: false, or none"},
    {"messageUnit", "utf16", "utf16|codepoint", "unit of messageMax"},
    {"authThrottled", "on", ON_OFF, "auth calls count for the limits"},
    {"actionUpdatePath", "both", "both|properties|bare",
     "path of the PUT of properties; the other is 404"},
    {"wavType", "either", "either|wav|x-wav", "the MIME type that a .wav may have"},
    {"mediaLists", "off", ON_OFF, "GET actions of type Album, Audio and Video works; off: 400"},
    {"ordinaryActionId", "on", "on|absent", "POST of other actions answers an actionId"},
    {"usersMeFields", "all", "all|noPhone|idOnly", "what GET users/me tells"},
    /* Limits, API §4. */
    {"limitConnector", "100", "int", "calls per minute and connector"},
    {"limitTenant", "300", "int", "calls per minute over all connectors"},
    {"messageMax", "4000", "int", "UTF-16 units in a message (1000 before 2020)"},
    /* Ids, groups and people, API §6 to §9, §22. */
    {"idSuffix", "some", "some|none|all", "ids that end in @1 or @2"},
    {"welcomeRequired", "on", ON_OFF, "POST groups and subGroups need a welcomeMessage"},
    {"groupShape", "wrapped", "wrapped|bare", "GET groups/{id}: {groups:[g]} or g"},
    {"subGroupsShape", "wrapped", "wrapped|bare", "GET subGroups: {groups:[..]} or the parent"},
    {"groupsOrder", "sorted", "sorted|created|shuffled", "order of GET groups"},
    {"resultType", "string", "string|bool", "result is \"true\" or true"},
    {"hidePhones", "empty", "empty|absent|off",
     "phone numbers of others for callers without Admin"},
    {"memberNames", "on", "on|absent|null", "name and profilePic of members"},
    {"deleteSelf", "on", ON_OFF, "DELETE of oneself is leaving"},
    {"lastAdmin", "free", "free|protected", "whether the last admin may leave or step down (403)"},
    {"subscribersPost", "on", ON_OFF, "POST subscribers reads; off: 404, only GET does"},
    {"subscribersOverMax", "refuse", "refuse|clamp", "count above 50: 400, or cut to 50"},
    {"subscriberReasonKey", "reason", "reason|errorReason|errorCode", "key of a failed number"},
    /* Messages and actions, API §10 to §16. */
    {"parentText", "refuse", "refuse|accept", "text into a group with subgroups: 403 or taken"},
    {"connectDefault", "everyone", "everyone|nobody", "ConnectGroup post without a target"},
    {"pageOrder", "newest", "newest|oldest", "order of action lists"},
    {"fromDateUnit", "s", "s|ms|either", "unit in which fromDate is read"},
    {"actionsPageMax", "240", "int", "most actions in one answer whatever count says"},
    {"sentTime", "sentAt", "sentAt|creationTime|both", "how an action says when it was sent"},
    {"documentList", "off", ON_OFF, "GET actions of type Document works; off: 400"},
    {"actionBodyArray", "off", ON_OFF, "actionBody is an array of one"},
    {"meetingDuration", "ignored", "ignored|read", "duration of a LetsMeet without DurationInMins"},
    {"detailsShape", "details", "details|list", "one action: actionDetails, or the list shape"},
    {"detailsResponses", "guess", "guess|none|odd",
     "responses of getDetails: as guessed, none, or "
     "a shape nobody knows"},
    {"mediaActionId", "off", ON_OFF, "POST of media and announcements answers an actionId"},
    {"pollAnswers", "on", ON_OFF, "Poll and LetsMeet take answers by API; off: InvalidParameters"},
    {"ampInMediaUrls", "off", ON_OFF, "media URLs contain &amp;"},
    {"mediaHost", "", "text", "base of media URLs in place of the sandbox's own"},
    /* Reactions, API §17. */
    {"reactToText", "off", ON_OFF, "texts take reactions; off: 404"},
    {"reactionPage", "50", "int", "reactions or summaries in one answer"},
    /* Webhooks, API §18, §19. */
    {"echoText", "on", "on|off|others",
     "text sent by API makes TextMessageCreated: for all, for "
     "nobody, or not for the sender's own webhooks"},
    {"echoActions", "on", "on|off|others", "the same for actions and answers sent by API"},
    {"eventIdIsReferenceId", "on", ON_OFF, "eventId of a message or action is its referenceId"},
    {"contextAbsent", "off", ON_OFF, "deliveries carry no context"},
    {"envelopeOmit", "", "text",
     "comma list of envelope fields left out; data.X for fields of data"},
    {"duplicateDeliveries", "off", ON_OFF, "every delivery is made twice"},
    {"reorderDeliveries", "off", ON_OFF, "pairs of deliveries to one webhook are swapped"},
    {"lossyDeliveries", "0", "int",
     "of a hundred attempts so many are lost on their way, and of the others so many answers"},
    {"parentPostsToChildren", "off", ON_OFF, "a subgroup's webhook hears the parent's posts"},
    {"webhookListScope", "connector", "connector|user",
     "whose webhooks a caller can see and change"},
    {"webhookKeys", "sample", "sample|table", "listing spells callbackUrl or callBackUrl"},
    {"announcementMediaKeys", "sample", "sample|table", "url/fileName or mediaUrl/mediaFileName"},
    {"validationSeconds", "5", "int", "time a callback has to answer the validation"},
    {"deliverySeconds", "10", "int", "time a callback has to answer a delivery"},
};

struct _SbSwitches {
  char *values[G_N_ELEMENTS (rows)]; /* (nullable): NULL is the initial one */
};

static gssize
find_row (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (rows[i].name, name) == 0)
      return (gssize) i;
  return -1;
}

static gboolean
is_allowed (const Row *row, const char *value)
{
  if (strcmp (row->allowed, "text") == 0)
    return TRUE;
  if (strcmp (row->allowed, "int") == 0)
    return g_ascii_string_to_signed (value, 10, 0, G_MAXINT32, NULL, NULL);
  g_auto (GStrv) words = g_strsplit (row->allowed, "|", -1);
  return g_strv_contains ((const char *const *) words, value);
}

SbSwitches *
sb_switches_new (void)
{
  return g_new0 (SbSwitches, 1);
}

void
sb_switches_free (SbSwitches *switches)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_free (switches->values[i]);
  g_free (switches);
}

gboolean
sb_switches_set (SbSwitches *switches, const char *name, const char *value, GError **error)
{
  gssize i = find_row (name);
  if (i < 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no switch %s", name);
    return FALSE;
  }
  if (strcmp (rows[i].allowed, ON_OFF) == 0 && g_ascii_strcasecmp (value, "true") == 0)
    value = "on";
  if (strcmp (rows[i].allowed, ON_OFF) == 0 && g_ascii_strcasecmp (value, "false") == 0)
    value = "off";
  if (!is_allowed (&rows[i], value)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "switch %s takes %s, not %s",
                 rows[i].name, rows[i].allowed, value);
    return FALSE;
  }
  g_free (switches->values[i]);
  switches->values[i] = g_strdup (value);
  return TRUE;
}

const char *
sb_switches_get (SbSwitches *switches, const char *name)
{
  gssize i = find_row (name);
  g_assert (i >= 0);
  return switches->values[i] ? switches->values[i] : rows[i].initial;
}

gboolean
sb_switches_on (SbSwitches *switches, const char *name)
{
  return strcmp (sb_switches_get (switches, name), "on") == 0;
}

gboolean
sb_switches_is (SbSwitches *switches, const char *name, const char *value)
{
  return strcmp (sb_switches_get (switches, name), value) == 0;
}

gint64
sb_switches_int (SbSwitches *switches, const char *name)
{
  return g_ascii_strtoll (sb_switches_get (switches, name), NULL, 10);
}

JsonObject *
sb_switches_describe (SbSwitches *switches)
{
  JsonObject *all = json_object_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    json_object_set_object_member (
        all, rows[i].name,
        sb_obj ("s:value", switches->values[i] ? switches->values[i] : rows[i].initial, "s:default",
                rows[i].initial, "s:allowed", rows[i].allowed, "s:meaning", rows[i].meaning, NULL));
  return all;
}
