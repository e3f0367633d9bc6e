/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-draft.h"
#include "kz-http.h"
#include "kz-message.h"
#include "kz-posted.h"

G_BEGIN_DECLS

/* One typed pair per endpoint, no policy. Every _finish gives KZ_ERROR or G_IO_ERROR_CANCELLED.
 * @lane says whose call it is. Ids are escaped here. */

/* GET /v1/groups?fetchAllGroups=true&showDetail(s)=true, API §6. (element-type KzGroup) */
void kz_api_list_groups_async (KzHttp *http, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
GPtrArray *kz_api_list_groups_finish (KzHttp *http, GAsyncResult *result, GError **error);

void kz_api_get_group_async (KzHttp *http, const char *group_id, KzLane lane,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);
KzGroup *kz_api_get_group_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* GET .../subGroups?fetchAllGroups=true, API §7: the children, nested. (element-type KzGroup) */
void kz_api_list_subgroups_async (KzHttp *http, const char *group_id, KzLane lane,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer data);
GPtrArray *kz_api_list_subgroups_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* GET .../members, API §8. (element-type KzMember); a bad element is left out. */
void kz_api_list_members_async (KzHttp *http, const char *group_id, KzLane lane,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
GPtrArray *kz_api_list_members_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* GET /v1/users/me, undocumented, API §20. */
void kz_api_get_me_async (KzHttp *http, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data);
KzPerson *kz_api_get_me_finish (KzHttp *http, GAsyncResult *result, GError **error);

/**
 * kz_api_send_text_async:
 * @subscribers: (nullable): phones in a public group: only they get it
 * @to_all_subscribers: in a public group, API §10
 * @reply_to: (nullable): referenceId of what is answered
 *
 * POST .../messages. Not idempotent: KZ_ERROR_UNRESOLVED when no answer came.
 */
void kz_api_send_text_async (KzHttp *http, const char *group_id, const char *text,
                             const char *const *subscribers, gboolean to_all_subscribers,
                             const char *reply_to, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
KzPosted *kz_api_send_text_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* POST .../actions, API §13. Not idempotent. @draft: checked by the caller. */
void kz_api_post_action_async (KzHttp *http, const char *group_id, const KzActionDraft *draft,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
KzPosted *kz_api_post_action_finish (KzHttp *http, GAsyncResult *result, GError **error);

/**
 * KzActionPage:
 * @actions: (element-type KzAction): what could be read; a bad element is left out
 * @has_more: there are older ones beyond @count
 * @is_same: the answer has the bytes of @known_hash: nothing was parsed, @actions is empty
 * @hash: of this answer, to be given back next time
 */
typedef struct {
  GPtrArray *actions;
  gboolean has_more;
  gboolean is_same;
  guint64 hash;
  guint skipped;
} KzActionPage;
void kz_action_page_free (KzActionPage *page);

/* GET .../actions, API §14. @kind a listed kind, or PACKAGE with @package_id. @from_us 0: from the
 * beginning; sent in seconds. @count 1..240. @known_hash 0: none. */
void kz_api_list_actions_async (KzHttp *http, const char *group_id, KzActionKind kind,
                                const char *package_id, gint64 from_us, guint count,
                                guint64 known_hash, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
KzActionPage *kz_api_list_actions_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* GET .../actions/{id}?getDetails=true, API §14: who answered, and what. @action: (out) (optional)
 * (transfer full): what it is, with the questions that lists do not tell; NULL with an error. */
void kz_api_get_details_async (KzHttp *http, const char *group_id, const char *action_id,
                               KzLane lane, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
KzTally *kz_api_get_details_finish (KzHttp *http, GAsyncResult *result, KzAction **action,
                                    GError **error);

/* POST .../responses, API §15. Not idempotent. A server may refuse answers to polls and meetings
 * (KZ_ERROR_REJECTED): their form is inferred. Result: (nullable) responseId; NULL without @error is
 * a success that gave none. */
void kz_api_respond_async (KzHttp *http, const char *group_id, const char *action_id,
                           const KzResponseDraft *draft, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
char *kz_api_respond_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* POST .../reminder, API §16. @subscribers: (nullable). Not idempotent. */
void kz_api_remind_async (KzHttp *http, const char *group_id, const char *action_id,
                          const char *const *subscribers, gboolean to_all_subscribers,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_remind_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* PUT .../properties, and where that is not known the action itself, API §16, §23 row 39.
 * @properties: (element-type KzProperty). */
void kz_api_update_properties_async (KzHttp *http, const char *group_id, const char *action_id,
                                     GPtrArray *properties, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_update_properties_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* POST /v1/media/url, API §11: a file that the service fetches from a public address itself. Result:
 * mediaResource. */
void kz_api_media_url_async (KzHttp *http, const char *url, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
char *kz_api_media_url_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* --- groups and their people, API §6 to §9 ------------------------------------------------- */

/**
 * KzGroupCreated:
 * @all_added: whether all members were added; UNKNOWN when the answer does not say
 */
typedef struct {
  char *group_id;
  char *name; /* (nullable) */
  KzTri all_added;
} KzGroupCreated;
void kz_group_created_free (KzGroupCreated *created);

/* POST /v1/groups, or POST .../subGroups below @draft's parent. Not idempotent. */
void kz_api_create_group_async (KzHttp *http, const KzGroupDraft *draft, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
KzGroupCreated *kz_api_create_group_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* Of these the answer is a bool of some sort or nothing at all (API §23 row 6). "false" is
 * KZ_ERROR_REJECTED: it was not done, or not for everybody. */

/* PUT .../subGroups: existing groups become children. */
void kz_api_attach_subgroups_async (KzHttp *http, const char *group_id,
                                    const char *const *subgroup_ids, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_attach_subgroups_finish (KzHttp *http, GAsyncResult *result, GError **error);
/* DELETE .../subGroups/{id}: the child itself stays. */
void kz_api_detach_subgroup_async (KzHttp *http, const char *group_id, const char *subgroup_id,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer data);
gboolean kz_api_detach_subgroup_finish (KzHttp *http, GAsyncResult *result, GError **error);
/* PUT .../members */
void kz_api_add_members_async (KzHttp *http, const char *group_id, const char *const *phones,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
gboolean kz_api_add_members_finish (KzHttp *http, GAsyncResult *result, GError **error);
/* PUT .../members/{id}. @role: ADMIN or MEMBER. */
void kz_api_set_member_role_async (KzHttp *http, const char *group_id, const char *user_id,
                                   KzRole role, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_set_member_role_finish (KzHttp *http, GAsyncResult *result, GError **error);
/* DELETE .../members/{id}. One's own id: leaves the group (inferred). */
void kz_api_remove_member_async (KzHttp *http, const char *group_id, const char *user_id,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer data);
gboolean kz_api_remove_member_finish (KzHttp *http, GAsyncResult *result, GError **error);

/**
 * KzSubscriberPage:
 * @subscribers: (element-type KzMember): never NULL
 * @cursor: (nullable): there are more, to be asked for with it
 */
typedef struct {
  GPtrArray *subscribers;
  char *cursor;
} KzSubscriberPage;
void kz_subscriber_page_free (KzSubscriberPage *page);

/* POST .../subscribers, which reads, and where that is not known GET, API §9, §23 row 5. @cursor:
 * (nullable): NULL for the first page. */
void kz_api_list_subscribers_async (KzHttp *http, const char *group_id, const char *cursor,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer data);
KzSubscriberPage *kz_api_list_subscribers_finish (KzHttp *http, GAsyncResult *result,
                                                  GError **error);

/* PUT .../subscribers/add and /remove. Result: (element-type KzFailedTarget): those for whom it was
 * not done. */
void kz_api_add_subscribers_async (KzHttp *http, const char *group_id, const char *const *phones,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer data);
GPtrArray *kz_api_add_subscribers_finish (KzHttp *http, GAsyncResult *result, GError **error);
void kz_api_remove_subscribers_async (KzHttp *http, const char *group_id,
                                      const char *const *phones, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer data);
GPtrArray *kz_api_remove_subscribers_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* --- reactions ----------------------------------------------------------------------------- */

/* POST .../reaction, API §17. @comment NULL: a like. Result: reactionId. */
void kz_api_react_async (KzHttp *http, const char *group_id, const char *source_group_id,
                         const char *reference_id, const char *comment,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char *kz_api_react_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* GET .../reaction/summary, API §17: one page. (element-type KzReactionSummary) */
typedef struct {
  GPtrArray *summaries;
  gint64 cursor; /* ticks, echoed exactly */
} KzReactionPage;
void kz_reaction_page_free (KzReactionPage *page);
void kz_api_list_reaction_summaries_async (KzHttp *http, const char *group_id, gint64 cursor,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer data);
KzReactionPage *kz_api_list_reaction_summaries_finish (KzHttp *http, GAsyncResult *result,
                                                       GError **error);

/* GET .../reaction/{referenceId}?reactionType=, API §17: one page. (element-type KzReaction) */
typedef struct {
  GPtrArray *reactions;
  gint64 cursor;
} KzReactionDetails;
void kz_reaction_details_free (KzReactionDetails *details);
void kz_api_list_reactions_async (KzHttp *http, const char *group_id, const char *source_group_id,
                                  const char *reference_id, KzReactionKind kind, gint64 cursor,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer data);
KzReactionDetails *kz_api_list_reactions_finish (KzHttp *http, GAsyncResult *result,
                                                 GError **error);

/* Webhooks, API §18. */
typedef struct {
  char *id;
  char *object_id;
  char *object_type;
  char *url;
  char *token;   /* (nullable) */
  char *context; /* (nullable) */
  GStrv events;  /* (nullable) */
  gboolean is_active;
} KzWebhook;
void kz_webhook_free (KzWebhook *webhook);

void kz_api_create_webhook_async (KzHttp *http, const char *group_id, const char *url,
                                  const char *token, const char *context,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer data);
char *kz_api_create_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error);
void kz_api_list_webhooks_async (KzHttp *http, const char *group_id, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data);
GPtrArray *kz_api_list_webhooks_finish (KzHttp *http, GAsyncResult *result, GError **error);
/* @url, @token (nullable): unchanged. Always sends Active "true" and all event types. */
void kz_api_update_webhook_async (KzHttp *http, const char *webhook_id, const char *url,
                                  const char *token, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_update_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error);
void kz_api_delete_webhook_async (KzHttp *http, const char *webhook_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean kz_api_delete_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzActionPage, kz_action_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzGroupCreated, kz_group_created_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzSubscriberPage, kz_subscriber_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzReactionPage, kz_reaction_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzReactionDetails, kz_reaction_details_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzWebhook, kz_webhook_free)

G_END_DECLS
