/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each answer of the service, by the call that it answers, up to what whoever made the call is given. The
 * first byte says which call, the second one how the answer comes. */
#include "config.h"

#include "fuzz.h"

#include "fuzz-wire.h"
#include "kz-api.h"

#include <string.h>

#define GROUP "group-1"
#define ACTION "action-1"

/* Elements that are good, between which an input may stand. */
#define FIRST "first@1"
#define LAST "last@1"

/* Whether an element of a list that is no JSON hurts itself alone, as one that is JSON always does. Subgroups
 * are read in one go. */
typedef enum { JSON_ALONE, ANYTHING_ALONE } Alone;

/* One call: how it is made, and the ids of what it brings. */
typedef struct {
  void (*begin) (KzHttp *http, GAsyncReadyCallback callback, gpointer data);
  void (*end) (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error);
  const char *array;   /* (nullable): a list: where its elements are */
  const char *element; /* (nullable): a list: name of what identifies one */
  Alone alone;
  gboolean is_nothing; /* it may bring no id */
} Call;

static void
add (GPtrArray *ids, const char *id)
{
  g_assert_true (id != NULL && *id != '\0');
  g_assert_true (g_utf8_validate (id, -1, NULL));
  g_ptr_array_add (ids, g_strdup (id));
}

/* @id: (transfer full) (nullable) */
static void
take (GPtrArray *ids, char *id)
{
  if (id != NULL)
    add (ids, id);
  g_free (id);
}

/* --- lists --------------------------------------------------------------------------------- */

static void
begin_webhooks (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_webhooks_async (http, GROUP, NULL, callback, data);
}

static void
end_webhooks (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) webhooks = kz_api_list_webhooks_finish (http, result, error);

  for (guint i = 0; webhooks != NULL && i < webhooks->len; i++) {
    const KzWebhook *webhook = g_ptr_array_index (webhooks, i);

    add (ids, webhook->id);
    g_assert_true (webhook->object_id == NULL || *webhook->object_id != '\0');
    g_assert_nonnull (webhook->object_type);
    g_assert_nonnull (webhook->url);
    g_assert_true (webhook->token == NULL || g_utf8_validate (webhook->token, -1, NULL));
    g_assert_true (webhook->context == NULL || g_utf8_validate (webhook->context, -1, NULL));
    for (gsize j = 0; webhook->events != NULL && webhook->events[j] != NULL; j++)
      g_assert_true (g_utf8_validate (webhook->events[j], -1, NULL));
  }
}

static void
add_groups (GPtrArray *ids, GPtrArray *groups)
{
  for (guint i = 0; groups != NULL && i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);

    g_assert_true (kz_group_equal (group, group));
    add (ids, group->id);
  }
}

static void
begin_groups (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_groups_async (http, NULL, callback, data);
}

static void
end_groups (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) groups = kz_api_list_groups_finish (http, result, error);

  add_groups (ids, groups);
}

static void
begin_subgroups (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_subgroups_async (http, GROUP, KZ_LANE_USER, NULL, callback, data);
}

static void
end_subgroups (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) groups = kz_api_list_subgroups_finish (http, result, error);

  add_groups (ids, groups);
}

static void
add_members (GPtrArray *ids, GPtrArray *members)
{
  for (guint i = 0; i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);

    add (ids, member->person->id != NULL ? member->person->id : member->person->phone);
  }
}

static void
begin_members (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_members_async (http, GROUP, KZ_LANE_USER, NULL, callback, data);
}

static void
end_members (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) members = kz_api_list_members_finish (http, result, error);

  if (members != NULL)
    add_members (ids, members);
}

static void
begin_subscribers (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_subscribers_async (http, GROUP, "cursor", NULL, callback, data);
}

static void
end_subscribers (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzSubscriberPage) page = kz_api_list_subscribers_finish (http, result, error);

  if (page == NULL)
    return;
  g_assert_true (page->cursor == NULL || *page->cursor != '\0');
  add_members (ids, page->subscribers);
}

static void
begin_actions (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_actions_async (http, GROUP, KZ_ACTION_POLL, NULL, 0, 240, 0, NULL, callback, data);
}

static void
end_actions (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzActionPage) page = kz_api_list_actions_finish (http, result, error);

  if (page == NULL)
    return;
  g_assert_false (page->is_same);
  g_assert_cmpuint (page->hash, !=, 0);
  for (guint i = 0; i < page->actions->len; i++) {
    const KzAction *action = g_ptr_array_index (page->actions, i);

    g_assert_cmpstr (action->group_id, ==, GROUP);
    add (ids, action->action_id != NULL ? action->action_id : action->reference_id);
  }
}

static void
begin_summaries (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_reaction_summaries_async (http, GROUP, 17, NULL, callback, data);
}

static void
end_summaries (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzReactionPage) page = kz_api_list_reaction_summaries_finish (http, result, error);

  for (guint i = 0; page != NULL && i < page->summaries->len; i++) {
    const KzReactionSummary *summary = g_ptr_array_index (page->summaries, i);

    g_assert_cmpint (MIN (summary->likes, MIN (summary->comments, summary->others)), >=, 0);
    add (ids, summary->reference_id);
  }
}

static void
begin_reactions (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_list_reactions_async (http, GROUP, NULL, "ref", KZ_REACTION_LIKE, 17, NULL, callback, data);
}

static void
end_reactions (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzReactionDetails) page = kz_api_list_reactions_finish (http, result, error);

  for (guint i = 0; page != NULL && i < page->reactions->len; i++) {
    const KzReaction *reaction = g_ptr_array_index (page->reactions, i);

    g_assert_cmpstr (reaction->group_id, ==, GROUP);
    g_assert_cmpstr (reaction->reference_id, ==, "ref");
    add (ids, reaction->reaction_id != NULL ? reaction->reaction_id : reaction->user_id);
  }
}

/* --- one thing ----------------------------------------------------------------------------- */

static void
begin_group (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_get_group_async (http, GROUP, KZ_LANE_USER, NULL, callback, data);
}

static void
end_group (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzGroup) group = kz_api_get_group_finish (http, result, error);

  if (group != NULL)
    add (ids, group->id);
}

static void
begin_me (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_get_me_async (http, NULL, callback, data);
}

static void
end_me (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzPerson) me = kz_api_get_me_finish (http, result, error);

  if (me != NULL)
    add (ids, me->id != NULL ? me->id : me->phone != NULL ? me->phone : me->name);
}

static void
begin_details (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_get_details_async (http, GROUP, ACTION, KZ_LANE_USER, NULL, callback, data);
}

static void
end_details (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzTally) tally = kz_api_get_details_finish (http, result, NULL, error);

  if (tally != NULL)
    add (ids, tally->action_id);
}

static void
begin_action (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_get_details_async (http, GROUP, ACTION, KZ_LANE_USER, NULL, callback, data);
}

static void
end_action (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzAction) action = NULL;
  g_autoptr (KzTally) tally = kz_api_get_details_finish (http, result, &action, error);

  g_assert_true ((action != NULL) == (tally != NULL));
  if (action != NULL)
    add (ids, action->action_id);
}

/* --- what became of a deed ----------------------------------------------------------------- */

static void
begin_text (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_send_text_async (http, GROUP, "text", NULL, FALSE, NULL, NULL, callback, data);
}

static void
end_text (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzPosted) posted = kz_api_send_text_finish (http, result, error);

  if (posted == NULL)
    return;
  add (ids, posted->reference_id);
  for (guint i = 0; i < posted->failed->len; i++) {
    const KzFailedTarget *target = g_ptr_array_index (posted->failed, i);

    g_assert_nonnull (target->phone);
    g_assert_true (target->reason == NULL || *target->reason != '\0');
  }
}

static void
begin_create_group (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Crew");

  kz_api_create_group_async (http, draft, NULL, callback, data);
}

static void
end_create_group (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (KzGroupCreated) created = kz_api_create_group_finish (http, result, error);

  if (created != NULL)
    add (ids, created->group_id);
}

static void
begin_create_webhook (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_create_webhook_async (http, GROUP, "https://a.example/", "token", "context", NULL, callback,
                               data);
}

static void
end_create_webhook (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  take (ids, kz_api_create_webhook_finish (http, result, error));
}

static void
begin_respond (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new_job (TRUE);

  kz_api_respond_async (http, GROUP, ACTION, draft, NULL, callback, data);
}

/* The service may give none. */
static void
end_respond (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  take (ids, kz_api_respond_finish (http, result, error));
}

static void
begin_subscribe (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  static const char *const phones[] = {"+15550000002", NULL};

  kz_api_add_subscribers_async (http, GROUP, phones, NULL, callback, data);
}

static void
end_subscribe (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  g_autoptr (GPtrArray) failed = kz_api_add_subscribers_finish (http, result, error);

  for (guint i = 0; failed != NULL && i < failed->len; i++) {
    const KzFailedTarget *target = g_ptr_array_index (failed, i);

    g_assert_nonnull (target->phone);
    g_assert_true (target->reason == NULL || *target->reason != '\0');
  }
}

/* Where the first path is not known, another one is asked. */
static void
begin_properties (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  kz_api_update_properties_async (http, GROUP, ACTION, none, NULL, callback, data);
}

static void
end_properties (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  gboolean ok = kz_api_update_properties_finish (http, result, error);

  g_assert_true (ok == (*error == NULL));
}

static void
begin_delete (KzHttp *http, GAsyncReadyCallback callback, gpointer data)
{
  kz_api_delete_webhook_async (http, "hook", NULL, callback, data);
}

static void
end_delete (KzHttp *http, GAsyncResult *result, GPtrArray *ids, GError **error)
{
  gboolean ok = kz_api_delete_webhook_finish (http, result, error);

  g_assert_true (ok == (*error == NULL));
}

static const Call calls[] = {
    {begin_webhooks, end_webhooks, "webhooks", "id", ANYTHING_ALONE, FALSE},
    {begin_groups, end_groups, "groups", "groupId", ANYTHING_ALONE, FALSE},
    {begin_subgroups, end_subgroups, "groups", "groupId", JSON_ALONE, FALSE},
    {begin_members, end_members, "members", "id", ANYTHING_ALONE, FALSE},
    {begin_subscribers, end_subscribers, "subscribers", "id", ANYTHING_ALONE, FALSE},
    {begin_actions, end_actions, "actions", "actionId", ANYTHING_ALONE, FALSE},
    {begin_summaries, end_summaries, "summary", "referenceId", ANYTHING_ALONE, FALSE},
    {begin_reactions, end_reactions, "reactionDetails", "reactionId", ANYTHING_ALONE, FALSE},
    {begin_group, end_group, NULL, NULL, JSON_ALONE, FALSE},
    {begin_me, end_me, NULL, NULL, JSON_ALONE, FALSE},
    {begin_details, end_details, NULL, NULL, JSON_ALONE, FALSE},
    {begin_action, end_action, NULL, NULL, JSON_ALONE, FALSE},
    {begin_text, end_text, NULL, NULL, JSON_ALONE, FALSE},
    {begin_create_group, end_create_group, NULL, NULL, JSON_ALONE, FALSE},
    {begin_create_webhook, end_create_webhook, NULL, NULL, JSON_ALONE, FALSE},
    {begin_respond, end_respond, NULL, NULL, JSON_ALONE, TRUE},
    {begin_subscribe, end_subscribe, NULL, NULL, JSON_ALONE, TRUE},
    {begin_properties, end_properties, NULL, NULL, JSON_ALONE, TRUE},
    {begin_delete, end_delete, NULL, NULL, JSON_ALONE, TRUE},
};

/* --- an input ------------------------------------------------------------------------------ */

typedef struct {
  const Call *call;
  GPtrArray *ids; /* (element-type utf8) */
  GError *error;
  gboolean is_done;
} Ask;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Ask *ask = data;

  ask->call->end (KZ_HTTP (source), result, ask->ids, &ask->error);
  ask->is_done = TRUE;
}

static void
ask_for (Ask *ask, const Call *call, const FuzzAnswer *answer)
{
  *ask = (Ask){.call = call, .ids = g_ptr_array_new_with_free_func (g_free)};
  fuzz_wire_set (answer);
  call->begin (fuzz_wire_http (), done_cb, ask);
  fuzz_wire_drive (&ask->is_done);
  if (ask->error != NULL)
    g_assert_cmpuint (ask->ids->len, ==, 0);
  else if (call->array == NULL && !call->is_nothing)
    g_assert_cmpuint (ask->ids->len, ==, 1);
}

static void
ask_clear (Ask *ask)
{
  g_clear_pointer (&ask->ids, g_ptr_array_unref);
  if (ask->error != NULL)
    fuzz_wire_check_error (ask->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

/* What can be read at all has what counts of its elements, no more and no less. */
static void
check_webhooks (const Ask *ask, GBytes *body)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, NULL);
  const KzJson *array = kz_json_is_array (json) ? json : kz_json_opt_array (json, "webhooks");
  guint n = 0;

  if (json == NULL || ask->error != NULL)
    return;
  for (guint i = 0; i < kz_json_array_length (array); i++) {
    g_autofree char *id = kz_json_dup_id (kz_json_array_at (array, i), "id");

    if (id == NULL)
      id = kz_json_dup_id (kz_json_array_at (array, i), "webhookId");
    if (id == NULL)
      continue;
    g_assert_cmpuint (n, <, ask->ids->len);
    g_assert_cmpstr (id, ==, g_ptr_array_index (ask->ids, n));
    n++;
  }
  g_assert_cmpuint (ask->ids->len, ==, n);
}

/* One that is bad, whatever it is, does nothing to those beside it. */
static void
ask_between (const Call *call, const char *text, gsize size, FuzzAnswer *answer)
{
  g_autoptr (GString) alone = g_string_new ("[");
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GBytes) alone_bytes = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (KzJsonPage) page = NULL;
  g_autoptr (KzJson) json = NULL;
  g_auto (Ask) ask = {0};

  g_string_append_len (alone, text, (gssize) size);
  g_string_append_c (alone, ']');
  alone_bytes = g_bytes_new_static (alone->str, alone->len);
  page = kz_json_page_new (alone_bytes, call->array, NULL, NULL);
  /* It is none. */
  if (page == NULL || kz_json_page_length (page) == 0)
    return;
  g_string_printf (all, "{\"%s\":[{\"%s\":\"" FIRST "\"},", call->array, call->element);
  g_string_append_len (all, text, (gssize) size);
  g_string_append_printf (all, ",{\"%s\":\"" LAST "\"}]}", call->element);
  json = kz_json_parse (all->str, all->len, NULL, NULL);
  bytes = g_bytes_new_static (all->str, all->len);
  answer->body = bytes;
  answer->status = 200;
  ask_for (&ask, call, answer);
  if (json == NULL && call->alone == JSON_ALONE) {
    g_assert_error (ask.error, KZ_ERROR, KZ_ERROR_MALFORMED);
    return;
  }
  g_assert_no_error (ask.error);
  g_assert_cmpuint (ask.ids->len, >=, 2);
  g_assert_cmpuint (ask.ids->len, <=, kz_json_page_length (page) + 2);
  g_assert_cmpstr (g_ptr_array_index (ask.ids, 0), ==, FIRST);
  g_assert_cmpstr (g_ptr_array_index (ask.ids, ask.ids->len - 1), ==, LAST);
}

/* Of more than KZ_SLICE_BYTES: it is read in slices. That takes its time, so that few are. */
static GBytes *
pad (const char *text, gsize size)
{
  gsize length = 50u << 10;
  char *padded = g_malloc (length + size);

  memset (padded, ' ', length);
  memcpy (padded + length, text, size);
  return g_bytes_new_take (padded, length + size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint statuses[] = {400, 401, 403, 404, 429, 500, 503, 200};
  const Call *call;
  const char *text = (const char *) data + 2;
  g_autoptr (GBytes) body = NULL;
  g_auto (Ask) ask = {0};
  FuzzAnswer answer = {0};

  if (size < 2)
    return 0;
  call = &calls[data[0] % G_N_ELEMENTS (calls)];
  answer.is_long = (data[1] & 16) != 0;
  if (call->array != NULL && (data[1] & 32) != 0) {
    ask_between (call, text, size - 2, &answer);
    return 0;
  }
  body = data[1] / 32 == 6 ? pad (text, size - 2) : g_bytes_new (text, size - 2);
  answer.body = body;
  answer.status = statuses[MIN (data[1] % 16, G_N_ELEMENTS (statuses) - 1)];
  ask_for (&ask, call, &answer);
  if (call == &calls[0])
    check_webhooks (&ask, body);
  return 0;
}
