/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-action.h"
#include "kz-error.h"

G_BEGIN_DECLS

/* What a person is about to send: an action, the answers to one, a group. A draft owns all of its
 * strings and may be changed freely until it is handed to a call, which takes a copy. */

/* One property of a custom card, API §13. @type is the name on the wire, "Text" by default. */
typedef struct {
  char *name;
  char *type;
  char *value;
} KzProperty;

/* @type: (nullable): "Text". @value: (nullable): "". */
KzProperty *kz_property_new (const char *name, const char *type, const char *value);
void kz_property_free (KzProperty *property);
/* The type of @name without regard to case, in the spelling of API §13; NULL when there is no such
 * type. */
const char *kz_property_type_wire (const char *name);
/* @properties: (element-type KzProperty). KZ_ERROR_INVALID with one translated line. */
gboolean kz_properties_check (GPtrArray *properties, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): the body of PUT .../properties, API §16. */
char *kz_properties_to_json (GPtrArray *properties);

/* --- questions of a survey, API §13 -------------------------------------------------------- */

/* @options: (nullable). (transfer full) */
KzQuestion *kz_question_new (const char *title, KzQuestionKind kind, const char *const *options);
KzQuestion *kz_question_copy (const KzQuestion *question);
void kz_question_free (KzQuestion *question);
/* The documented spelling for requests, e.g. "SingleOption"; NULL for UNKNOWN. */
const char *kz_question_kind_wire (KzQuestionKind kind);
gboolean kz_question_kind_has_options (KzQuestionKind kind);

/* --- actions, API §13 ---------------------------------------------------------------------- */

/**
 * KzActionDraft:
 * @package_id: (nullable): of a PACKAGE only
 * @title: (nullable): title, question of a poll
 * @text: (nullable): text of an announcement, agenda of a meeting, caption of media
 * @choices: (nullable): of a poll
 * @choice_images: (nullable): mediaResource of each choice, as many as @choices, "" for none
 * @questions: (element-type KzQuestion): never NULL
 * @assigned_to: (nullable): phones, of a job
 * @hours: from now: due, expiry or validity; 0: what the service takes by default
 * @start_us: of a meeting
 * @duration_min: of a meeting; 0: 30
 * @properties: (element-type KzProperty): of a PACKAGE; never NULL
 * @media: (nullable): mediaResource of each file, opaque and never logged; one for IMAGE, AUDIO,
 *   DOCUMENT, VIDEO and ALBUM, any number for an announcement
 * @reply_to: (nullable): referenceId of the message that is answered
 * @subscribers: (nullable): phones, in a public group: it goes to them only
 * @to_all_subscribers: in a public group: to all of them
 */
typedef struct {
  KzActionKind kind;
  char *package_id;
  char *title;
  char *text;
  GStrv choices;
  GStrv choice_images;
  GPtrArray *questions;
  GStrv assigned_to;
  int hours;
  gint64 start_us;
  int duration_min;
  KzPlace place;
  gboolean is_anonymous;
  gboolean is_sender_only;
  gboolean accept_multiple;
  GPtrArray *properties;
  GStrv media;
  char *reply_to;
  GStrv subscribers;
  gboolean to_all_subscribers;
} KzActionDraft;

KzActionDraft *kz_action_draft_new (KzActionKind kind);
KzActionDraft *kz_action_draft_copy (const KzActionDraft *draft);
void kz_action_draft_free (KzActionDraft *draft);

/**
 * kz_action_draft_check:
 * @now_us: wall clock, for a meeting that would have begun already
 *
 * Returns: whether the service would take it; else KZ_ERROR_INVALID with one translated line that
 *   says what to change, the first thing that is wrong
 */
gboolean kz_action_draft_check (const KzActionDraft *draft, gint64 now_us, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the body of POST .../actions, API §13, of a draft that was checked. */
char *kz_action_draft_to_json (const KzActionDraft *draft);

/* What will be shown of it before the service tells of it. @now_us: for times relative to now.
 * (transfer full) */
KzAction *kz_action_draft_to_action (const KzActionDraft *draft, const char *group_id,
                                     gint64 now_us);

/* --- answers, API §15 ---------------------------------------------------------------------- */

typedef enum {
  KZ_ANSWER_NONE, /* the question is left out */
  KZ_ANSWER_TEXT,
  KZ_ANSWER_LIST,
  KZ_ANSWER_NUMBER,
  KZ_ANSWER_TIME,
  KZ_ANSWER_PLACE,
  KZ_ANSWER_PHONE,
} KzAnswerType;

/**
 * KzAnswerValue:
 * @text: (nullable): TEXT: words, the chosen option or a mediaResource; PHONE: "+" and digits
 * @list: (nullable): LIST: the chosen options, or a mediaResource each
 *
 * The answer to one question.
 */
typedef struct {
  KzAnswerType type;
  char *text;
  GStrv list;
  double number;
  gint64 time_us;
  KzPlace place;
} KzAnswerValue;

KzAnswerValue *kz_answer_value_new_none (void);
KzAnswerValue *kz_answer_value_new_text (const char *text);
KzAnswerValue *kz_answer_value_new_list (const char *const *list);
KzAnswerValue *kz_answer_value_new_number (double number);
KzAnswerValue *kz_answer_value_new_time (gint64 time_us);
/* @name: (nullable) */
KzAnswerValue *kz_answer_value_new_place (double latitude, double longitude, const char *name);
KzAnswerValue *kz_answer_value_new_phone (const char *phone);
KzAnswerValue *kz_answer_value_copy (const KzAnswerValue *value);
void kz_answer_value_free (KzAnswerValue *value);
/* (transfer full): readable, as in KzResponse.answers; "" for NONE. @kind: of the question, UNKNOWN
 * when it is not known. */
char *kz_answer_value_to_text (const KzAnswerValue *value, KzQuestionKind kind);

/**
 * KzResponseDraft:
 * @kind: JOB, SURVEY, PACKAGE (documented), POLL, LETS_MEET (inferred: a server may refuse them)
 * @package_id: (nullable): of a PACKAGE only
 * @response_id: (nullable): the answer of ours that this one replaces
 * @is_completed: of a job, and nothing else then
 * @answers: (element-type KzAnswerValue): index = question; never NULL. Of a poll one TEXT: the title
 *   of the choice; of a meeting one TEXT: "Accept", "Decline" or "Maybe"
 */
typedef struct {
  KzActionKind kind;
  char *package_id;
  char *response_id;
  KzTri is_completed;
  GPtrArray *answers;
} KzResponseDraft;

KzResponseDraft *kz_response_draft_new (KzActionKind kind);
KzResponseDraft *kz_response_draft_new_job (gboolean is_completed);
/* One text: for a poll or a meeting. */
KzResponseDraft *kz_response_draft_new_choice (KzActionKind kind, const char *choice);
KzResponseDraft *kz_response_draft_copy (const KzResponseDraft *draft);
void kz_response_draft_free (KzResponseDraft *draft);

/**
 * kz_response_draft_check:
 * @action: (nullable): what is answered, when its questions are known
 *
 * Returns: whether the service would take it; else KZ_ERROR_INVALID with one translated line
 */
gboolean kz_response_draft_check (const KzResponseDraft *draft, const KzAction *action,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): the body of POST .../responses, API §15. */
char *kz_response_draft_to_json (const KzResponseDraft *draft);

/* --- groups, API §6, §7 -------------------------------------------------------------------- */

/**
 * KzGroupDraft:
 * @welcome: (nullable): shown to new members; the service wants one, so the name stands in for it
 * @is_public: a ConnectGroup; needs the token of a tenant's administrator
 * @parent_id: (nullable): the group of which it becomes a subgroup
 * @members: (nullable): phones
 */
typedef struct {
  char *name;
  char *welcome;
  gboolean is_public;
  char *parent_id;
  GStrv members;
} KzGroupDraft;

KzGroupDraft *kz_group_draft_new (const char *name);
KzGroupDraft *kz_group_draft_copy (const KzGroupDraft *draft);
void kz_group_draft_free (KzGroupDraft *draft);
/* KZ_ERROR_INVALID with one translated line. */
gboolean kz_group_draft_check (const KzGroupDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): the body of POST /v1/groups, or of POST .../subGroups when it has a parent. */
char *kz_group_draft_to_json (const KzGroupDraft *draft);

/* Every element a phone number (normalised by the caller), none twice, at least one, at most @max
 * (0: any number): KZ_ERROR_INVALID with one translated line. */
gboolean kz_phones_check (const char *const *phones, guint max, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzProperty, kz_property_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzQuestion, kz_question_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzActionDraft, kz_action_draft_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzAnswerValue, kz_answer_value_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzResponseDraft, kz_response_draft_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzGroupDraft, kz_group_draft_free)

G_END_DECLS
