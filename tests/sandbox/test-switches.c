/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each switch changes: the same calls with it and without it. */
#include "config.h"

#include "sb-test.h"

#include <string.h>

/* Calls, one a line: "WHO METHOD PATH BODY". WHO: a person whose access token is sent; app: and a
 * person, whose refresh token is sent; bearer: and a person; - for nobody. */
typedef struct {
  const char *setting;
  const char *calls;
  const char *with;    /* (nullable): a pattern of what comes of the calls with it only */
  const char *without; /* (nullable): of what comes without it only */
  const char *always;  /* (nullable): another setting, in both */
} Row;

#define LOGIN_WITHOUT_SECRET                                                                       \
  "- POST /v1/loginWithPinAndApplicationId {mobileNumber:'{ada.phone}',applicationId:'C1',pin:"    \
  "'{pin}'"
#define LOGIN LOGIN_WITHOUT_SECRET ",applicationSecret:'S1'}"
#define SMS "- POST /v1/generatePin {mobileNumber:'{ada.phone}',applicationId:'C1'}\n"
#define TOKEN "app:ada GET /v1/accessToken"
#define PROMOTE "ada PUT /v1/groups/{flat}/members/{ben.id} {role:'Admin'}"
#define PICTURE "- POST /sandbox/picture {group:'flat',person:'ada'}\n"
#define PICTURES PICTURE "ada GET /v1/groups/{flat}/actions?actionType=Image"
#define JOBS "ada GET /v1/groups/{flat}/actions?actionType=Job"
#define MEMBERS "ben GET /v1/groups/{flat}/members"
#define POLL "{actionType:'Poll',actionBody:{question:'Lunch',choices:[{title:'A'}]}}"
#define VOTE "- POST /sandbox/vote {actionId:'{poll}',person:'ben',choice:1}\n"
#define DETAILS VOTE "ada GET /v1/groups/{flat}/actions/{poll}?getDetails=true"
#define HOOK(person, group, events)                                                                \
  person " POST /v1/webhook {objectId:'{" group "}',objectType:'Group',callBackUrl:'{url}',"       \
         "eventTypes:[" events "]}\n"

static const Row rows[] = {
    /* API §2 */
    {"endpointHost=LocalHost", TOKEN, "LocalHost", "127.0.0.1"},
    {"endpointSlash=on", TOKEN, "\"endpointUrl\":\"*/\"", NULL},
    {"loginEndpointUrl=on", SMS LOGIN, "200*endpointUrl", NULL},
    {"accessTokenSeconds=60", "- POST /sandbox/clock {advanceSeconds:90}\nada GET /v1/groups",
     "401", "200"},
    {"refreshTokenDays=1", "- POST /sandbox/clock {advanceSeconds:90000}\n" TOKEN, "401", "200"},
    {"refreshTokenField=absent", TOKEN, NULL, "\"refreshToken\":null"},
    {"rotateRefreshToken=on", TOKEN, "\"refreshToken\":\"e", "\"refreshToken\":null"},
    {"rotationKillsOld=atOnce", TOKEN "\n" TOKEN, "401", "200", "rotateRefreshToken=on"},
    {"pinKillsOldToken=off", SMS LOGIN "\n" TOKEN, "200", "401"},
    {"pinsPerDay=0", SMS, "429", "200"},
    {"pinSeconds=60", SMS "- POST /sandbox/clock {advanceSeconds:90}\n" LOGIN, "401", "200"},
    {"loginNeedsSecret=off", SMS LOGIN_WITHOUT_SECRET "}", "200", "401"},
    {"tokenShape=opaque", TOKEN, NULL, "\"accessToken\":\"eyJ"},
    {"scopeField=permissions", TOKEN, "textmessage.read", "token.write"},
    {"bearerAlias=off", "bearer:ada GET /v1/groups", "401", "200"},
    {"usersMe=off", "ada GET /v1/users/me", "404", "200"},
    {"usersMeFields=noPhone", "ada GET /v1/users/me", NULL, "+15550000001"},
    {"usersMeFields=idOnly", "ada GET /v1/users/me", "{\"id\":\"ada-id@1\"}", "name"},
    {"authThrottled=off", TOKEN, "200", "429", "limitConnector=0"},
    /* API §4 */
    {"errorStatus=400", "ben GET /v1/groups/{flat}/nothing", "400", "404"},
    {"emptyAnswers=on", PROMOTE, "200 {}", "result"},
    {"limitConnector=0", "ada GET /v1/groups", "429", "200"},
    {"limitTenant=0", "ada GET /v1/groups", "429", "200"},
    /* API §6 to §9 */
    {"groupShape=bare", "ada GET /v1/groups/{flat}", NULL, "\"groups\":["},
    {"subGroupsShape=bare", "ada GET /v1/groups/{parent}/subGroups", NULL, "200 {\"groups\":["},
    {"groupsOrder=created", "ben GET /v1/groups", "G-pub*G-other", NULL},
    {"welcomeRequired=off", "ada POST /v1/groups {name:'New'}", "200", "400"},
    {"resultType=bool", PROMOTE, "true}", "\"true\""},
    {"hidePhones=absent", MEMBERS, NULL, "\"mobileNumber\":\"\""},
    {"hidePhones=off", MEMBERS, "+15550000001", NULL},
    {"memberNames=absent", MEMBERS, NULL, "\"name\""},
    {"memberNames=null", MEMBERS, "\"name\":null", "\"name\":\""},
    {"deleteSelf=off", "ben DELETE /v1/groups/{flat}/members/{ben.id}", "403", "200"},
    {"lastAdmin=protected", "ada DELETE /v1/groups/{flat}/members/{ada.id}", "403", "200"},
    {"subscribersPost=off", "ada POST /v1/groups/{pub}/subscribers {}", "404", "200"},
    {"subscribersOverMax=clamp", "ada POST /v1/groups/{pub}/subscribers {count:100}", "200", "400"},
    {"subscriberReasonKey=errorReason",
     "ada PUT /v1/groups/{pub}/subscribers/remove {subscribers:['{ben.phone}']}", "\"errorReason\"",
     "\"reason\""},
    /* API §10 to §16 */
    {"messageMax=10", "ada POST /v1/groups/{flat}/messages {message:'more than ten'}", "400",
     "200"},
    {"messageUnit=codepoint", "ada POST /v1/groups/{flat}/messages {message:'😀😀'}", "200", "400",
     "messageMax=3"},
    {"parentText=accept", "ada POST /v1/groups/{parent}/messages {message:'hi'}", "200", "403"},
    {"connectDefault=nobody",
     "ada POST /v1/groups/{pub}/actions " POLL "\ndot GET /v1/groups/{pub}/actions?actionType=Poll",
     NULL, "Lunch"},
    {"pageOrder=oldest", "ada GET /v1/groups/{flat}/actions?actionType=Poll",
     "\"No\"}*[{\"title\":\"Yes\"}],", "[{\"title\":\"Yes\"}],*\"No\"}"},
    {"fromDateUnit=ms", JOBS "&fromDate=4000000000", "actionBody", NULL},
    {"actionsPageMax=1", "ada GET /v1/groups/{flat}/actions?actionType=Poll", "\"hasMore\":true",
     "\"hasMore\":false"},
    {"hasMoreField=absent", JOBS, NULL, "hasMore"},
    {"sentTime=creationTime", JOBS, "creationTime", "sentAt"},
    {"imageUrlKey=imageURL", PICTURES, "\"imageURL\"", "\"imageUrl\""},
    {"documentList=on", "ada GET /v1/groups/{flat}/actions?actionType=Document", "200", "400"},
    {"mediaLists=on", "ada GET /v1/groups/{flat}/actions?actionType=Album", "200", "400"},
    {"actionBodyArray=on", JOBS, "\"actionBody\":[{", "\"actionBody\":{"},
    {"meetingDuration=read",
     "ada POST /v1/groups/{flat}/actions {actionType:'LetsMeet',actionBody:{title:'Talk',"
     "startingTime:'2099-05-06T09:00:00Z',duration:45}}\n"
     "ada GET /v1/groups/{flat}/actions?actionType=LetsMeet",
     "\"Talk\",\"duration\":45", "\"Talk\",\"duration\":30"},
    {"ordinaryActionId=absent", "ada POST /v1/groups/{flat}/actions " POLL, NULL, "actionId"},
    {"mediaActionId=on",
     "ada POST /v1/groups/{flat}/actions {actionType:'Announcement',actionBody:{Message:'m'}}",
     "actionId", NULL},
    {"actionUpdatePath=bare",
     "ada PUT /v1/groups/{flat}/actions/{pkg}/properties {version:-1,updateProperties:[{name:'a',"
     "type:'Text',value:'2'}]}",
     "404", "200"},
    {"detailsShape=list", DETAILS, "\"actions\":", "\"actionDetails\":"},
    {"detailsResponses=none", DETAILS, NULL, "ben-id"},
    {"detailsResponses=odd", DETAILS, NULL, "ben-id"},
    {"pollAnswers=off",
     "ben POST /v1/groups/{flat}/actions/{poll}/responses {actionType:'Poll',actionBody:{answers:["
     "'Yes']}}",
     "400", "200"},
    {"ampInMediaUrls=on", PICTURES, "&amp;", NULL},
    {"mediaHost=https://m.example", PICTURES, "https://m.example/", "127.0.0.1"},
    /* API §17 */
    {"reactToText=on",
     "ada POST /v1/groups/{flat}/reaction {referenceId:'{text.ref}',reactionType:'Like'}", "200",
     "404"},
    /* API §18 and §19 */
    {"webhookListScope=user",
     HOOK ("ada", "flat", "'JobCreated'") "ben GET /v1/webhook?objectId={flat}&objectType=Group",
     NULL, "\"JobCreated\""},
    {"webhookKeys=table",
     HOOK ("ada", "flat", "'JobCreated'") "ada GET /v1/webhook?objectId={flat}&objectType=Group",
     "\"callBackUrl\"", "\"callbackUrl\""},
    {"echoText=off",
     HOOK ("ada", "flat", "'TextMessageCreated'") "ada POST /v1/groups/{flat}/messages "
                                                  "{message:'hi'}",
     NULL, "TextMessageCreated"},
    {"echoActions=off",
     HOOK ("ada", "flat", "'PollCreated'") "ben POST /v1/groups/{flat}/actions " POLL, NULL,
     "PollCreated"},
    {"echoActions=others",
     HOOK ("ada", "flat", "'PollCreated'") "ada POST /v1/groups/{flat}/actions " POLL, NULL,
     "PollCreated"},
    {"duplicateDeliveries=on",
     HOOK ("ada", "flat", "'PollCreated'") "ben POST /v1/groups/{flat}/actions " POLL,
     "PollCreated*PollCreated", NULL},
    {"lossyDeliveries=100",
     HOOK ("ada", "flat", "'PollCreated'") "ben POST /v1/groups/{flat}/actions " POLL, NULL,
     "PollCreated"},
    {"parentPostsToChildren=on",
     HOOK ("ben", "child", "'PollCreated'") "ada POST /v1/groups/{parent}/actions " POLL,
     "PollCreated", NULL},
};

/* (transfer full): status and body of the last answer, and what was delivered. */
static char *
outcome_text (Sbt *sbt, const SbtReply *reply)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u %s", reply->status, reply->text);
  for (guint i = 0; i < sbt->deliveries->len; i++) {
    g_autofree char *delivery = json_to_string (sbt->deliveries->pdata[i], FALSE);
    g_string_append_printf (text, "\n%s", delivery);
  }
  return g_string_free (text, FALSE);
}

static char *
headers_of (const char *who)
{
  if (g_str_has_prefix (who, "app:"))
    return g_strdup_printf ("applicationId: C1\napplicationSecret: S1\nrefreshToken: {%s.refresh}",
                            who + 4);
  if (g_str_has_prefix (who, "bearer:"))
    return g_strdup_printf ("Authorization: Bearer {%s}", who + 7);
  return strcmp (who, "-") == 0 ? NULL : g_strdup_printf ("accessToken: {%s}", who);
}

/* (transfer full): what comes of the calls. */
static char *
run_calls (const Row *row, gboolean with)
{
  const char *const switches[] = {with ? row->setting : row->always, with ? row->always : NULL,
                                  NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_auto (GStrv) calls = g_strsplit (row->calls, "\n", -1);
  g_autoptr (SbtReply) reply = NULL;

  sbt_put_pin (sbt);
  for (guint i = 0; calls[i] && *calls[i]; i++) {
    g_auto (GStrv) parts = g_strsplit (calls[i], " ", 4);
    g_autofree char *headers = headers_of (parts[0]);
    g_clear_pointer (&reply, sbt_reply_free);
    reply = sbt_call (sbt, parts[1], parts[2], headers, parts[3]);
  }
  sbt_settle (sbt);
  return outcome_text (sbt, reply);
}

/* A status stands at the beginning; ports and tokens have such digits, too. */
static gboolean
comes (const char *outcome, const char *pattern)
{
  if (strlen (pattern) == 3 && strspn (pattern, "0123456789") == 3)
    return g_str_has_prefix (outcome, pattern);

  g_autofree char *anywhere = g_strdup_printf ("*%s*", pattern);
  return g_pattern_match_simple (anywhere, outcome);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autofree char *with = run_calls (row, TRUE), *without = run_calls (row, FALSE);

  g_test_message ("with: %s", with);
  g_test_message ("without: %s", without);
  g_assert_true (row->with || row->without);
  if (row->with) {
    g_assert_true (comes (with, row->with));
    g_assert_false (comes (without, row->with));
  }
  if (row->without) {
    g_assert_true (comes (without, row->without));
    g_assert_false (comes (with, row->without));
  }
}

/* How many of ten new groups have an id with a suffix. */
static guint
suffixed (const char *setting)
{
  const char *const switches[] = {setting, NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  guint count = 0;

  for (guint i = 0; i < 10; i++) {
    g_autoptr (JsonObject) made = sbt_control (sbt, "POST", "/sandbox/group", "{name:'New'}");
    count += strchr (sbt_string (made, "groupId"), '@') != NULL;
  }
  return count;
}

static void
test_id_suffix (void)
{
  g_assert_cmpuint (suffixed ("idSuffix=none"), ==, 0);
  g_assert_cmpuint (suffixed ("idSuffix=all"), ==, 10);
  g_assert_cmpuint (suffixed ("idSuffix=some"), >, 0);
  g_assert_cmpuint (suffixed ("idSuffix=some"), <, 10);
}

static void
test_pin_length (void)
{
  const char *const switches[] = {"pinLength=4", NULL};
  g_autoptr (Sbt) four = sbt_new (switches), six = sbt_new (NULL);

  sbt_put_pin (four);
  sbt_put_pin (six);
  g_assert_cmpuint (strlen (sbt_name (four, "pin")), ==, 4);
  g_assert_cmpuint (strlen (sbt_name (six, "pin")), ==, 6);
}

static void
test_shuffled_groups (void)
{
  const char *const switches[] = {"groupsOrder=shuffled", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (SbtReply) first = sbt_as (sbt, "ben", "GET", "/v1/groups", NULL);
  guint others = 0;

  for (guint i = 0; i < 10; i++) {
    g_autoptr (SbtReply) next = sbt_as (sbt, "ben", "GET", "/v1/groups", NULL);
    others += strcmp (first->text, next->text) != 0;
    g_assert_cmpuint (strlen (next->text), ==, strlen (first->text));
  }
  g_assert_cmpuint (others, >, 0);
}

static void
test_oauth_refresh_token (gconstpointer setting)
{
  const char *const switches[] = {"oauthAutoSignIn=ada", setting, NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (SbtReply) page = sbt_call (
      sbt, "GET", "/api/Oauth/Authorize?client_id=C1&redirect_uri=http%3A%2F%2F127.0.0.1%2Fback",
      NULL, NULL);
  const char *location = soup_message_headers_get_one (page->headers, "Location");
  g_autofree char *form =
      g_strdup_printf ("client_id=C1&client_secret=S1&code=%s", strchr (location, '=') + 1);
  g_autoptr (SbtReply) token = sbt_call (sbt, "POST", "/api/oauth/token",
                                         "Content-Type: application/x-www-form-urlencoded", form);
  const char *refresh =
      json_object_get_string_member_with_default (sbt_object (token), "refreshToken", "");

  g_assert_cmpuint (token->status, ==, 200);
  g_assert_cmpint (*refresh != '\0', ==, setting == NULL);
}

static void
test_announcement_media_keys (void)
{
  static const char part[] =
      "--zz\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nDATA\r\n--zz--\r\n";

  for (guint i = 0; i < 2; i++) {
    const char *const switches[] = {i ? "announcementMediaKeys=table" : NULL, NULL};
    g_autoptr (Sbt) sbt = sbt_new (switches);
    g_autoptr (SbtReply) hook = sbt_as (sbt, "ada", "POST", "/v1/webhook",
                                        "{objectId:'{flat}',objectType:'Group',callBackUrl:'{url}',"
                                        "eventTypes:['Announcement']}");
    g_autoptr (SbtReply) media =
        sbt_call (sbt, "POST", "/v1/media",
                  "accessToken: {ada}\nContent-Type: multipart/form-data; boundary=zz", part);
    g_autofree char *body = g_strdup_printf (
        "{actionType:'Announcement',actionBody:{Message:'m',MediaResources:['%s']}}",
        sbt_string (sbt_object (media), "mediaResource"));
    g_autoptr (SbtReply) sent = sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/actions", body);
    g_autofree char *outcome = NULL;

    sbt_wait_deliveries (sbt, 1);
    outcome = outcome_text (sbt, sent);
    g_assert_cmpint (comes (outcome, "\"mediaFileName\""), ==, i == 1);
    g_assert_cmpint (comes (outcome, "\"fileName\""), ==, i == 0);
  }
}

static void
test_wav_type (void)
{
  static const char *const settings[] = {"wavType=either", "wavType=wav", "wavType=x-wav"};
  static const char *const types[] = {"audio/wav", "audio/x-wav"};

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    const char *const switches[] = {settings[i], NULL};
    g_autoptr (Sbt) sbt = sbt_new (switches);

    for (guint j = 0; j < G_N_ELEMENTS (types); j++) {
      g_autofree char *part =
          g_strdup_printf ("--zz\r\nContent-Disposition: form-data; name=\"f\"; "
                           "filename=\"a.wav\"\r\nContent-Type: %s\r\n\r\nDATA\r\n--zz--\r\n",
                           types[j]);
      g_autoptr (SbtReply) media =
          sbt_call (sbt, "POST", "/v1/media",
                    "accessToken: {ada}\nContent-Type: multipart/form-data; boundary=zz", part);

      g_assert_cmpuint (media->status, ==, i == 0 || i == j + 1 ? 200 : 415);
    }
  }
}

static void
test_scopes_checked (void)
{
  for (guint i = 0; i < 2; i++) {
    const char *const switches[] = {i ? "scopesChecked=off" : NULL, NULL};
    g_autoptr (Sbt) sbt = sbt_new (switches);
    g_autoptr (JsonObject) connector =
        sbt_control (sbt, "POST", "/sandbox/connector", "{scopes:'groupinfo.read'}");
    g_autofree char *mint =
        g_strdup_printf ("{person:'ada',connector:'%s'}", sbt_string (connector, "connectorId"));
    g_autoptr (JsonObject) token = sbt_control (sbt, "POST", "/sandbox/token", mint);
    g_autofree char *header =
        g_strconcat ("accessToken: ", sbt_string (token, "accessToken"), NULL);
    g_autoptr (SbtReply) me = sbt_call (sbt, "GET", "/v1/users/me", header, NULL);

    g_assert_cmpuint (me->status, ==, i ? 200 : 403);
  }
}

/* Deliveries to one webhook wait for each other, but not for a receiver that hangs. */
static void
test_delivery_seconds (void)
{
  const char *const switches[] = {"deliverySeconds=1", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);

  g_free (sbt_register (sbt, "ada", NULL));
  sbt->delivery_hangs = TRUE;
  for (guint i = 0; i < 2; i++)
    json_object_unref (
        sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ben',text:'x'}"));
  sbt_wait_deliveries (sbt, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/switches/%s", rows[i].setting);
    g_strdelimit (path + strlen ("/switches/"), "/:", '-');
    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/switches/id-suffix", test_id_suffix);
  g_test_add_func ("/switches/pin-length", test_pin_length);
  g_test_add_func ("/switches/groups-are-shuffled", test_shuffled_groups);
  g_test_add_data_func ("/switches/oauth-gives-a-refresh-token", NULL, test_oauth_refresh_token);
  g_test_add_data_func ("/switches/oauth-gives-no-refresh-token", "oauthRefreshToken=off",
                        test_oauth_refresh_token);
  g_test_add_func ("/switches/announcement-media-keys", test_announcement_media_keys);
  g_test_add_func ("/switches/a-hanging-receiver-is-given-up", test_delivery_seconds);
  g_test_add_func ("/switches/wavType", test_wav_type);
  g_test_add_func ("/switches/scopesChecked", test_scopes_checked);
  return g_test_run ();
}
