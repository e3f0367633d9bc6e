/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-media-ref.h"
#include "kz-person.h"

G_BEGIN_DECLS

typedef enum {
  KZ_ACTION_UNKNOWN, /* see kind_raw */
  KZ_ACTION_ANNOUNCEMENT,
  KZ_ACTION_JOB,
  KZ_ACTION_POLL,
  KZ_ACTION_SURVEY,
  KZ_ACTION_LETS_MEET,
  KZ_ACTION_IMAGE,
  KZ_ACTION_ALBUM,
  KZ_ACTION_AUDIO,
  KZ_ACTION_DOCUMENT,
  KZ_ACTION_VIDEO,
  KZ_ACTION_PHOTO_LOCATION,
  KZ_ACTION_LOCATION,
  KZ_ACTION_PACKAGE, /* see package_id */
} KzActionKind;
#define KZ_N_ACTION_KINDS (KZ_ACTION_PACKAGE + 1)

typedef enum {
  KZ_QUESTION_UNKNOWN,
  KZ_QUESTION_SINGLE,
  KZ_QUESTION_MULTI,
  KZ_QUESTION_TEXT,
  KZ_QUESTION_NUMERIC,
  KZ_QUESTION_DATE,
  KZ_QUESTION_LOCATION,
  KZ_QUESTION_IMAGE,
  KZ_QUESTION_ATTACHMENTS,
  KZ_QUESTION_PHONE,
} KzQuestionKind;

typedef struct {
  char *title;
  KzQuestionKind kind;
  char *kind_raw;
  GStrv options; /* (nullable) */
  gboolean invisible;
} KzQuestion;

typedef struct {
  gboolean known;
  double latitude;
  double longitude;
  char *name; /* (nullable) */
} KzPlace;

typedef enum {
  KZ_TRI_UNKNOWN = -1,
  KZ_TRI_NO = 0,
  KZ_TRI_YES = 1,
} KzTri;

/**
 * KzAction:
 * @reference_id: (nullable): the message in the timeline; unknown in a webhook whose eventId is
 *   not a reference
 * @action_id: (nullable): the form instance; media and announcements have none
 * @kind_raw: what the server called it
 * @sent_us: 0 when unknown
 * @title: (nullable): title, question or caption heading
 * @text: (nullable): announcement text, agenda or caption
 * @choices: (nullable): of a poll
 * @questions: (element-type KzQuestion): of a survey or package; never NULL
 * @media: (element-type KzMediaRef): never NULL
 * @due_us: due or expiry; 0 when unknown
 * @response_count, @assignee_count: -1 when unknown
 * @subscribers: (nullable): phones of those that one of ours went to; %NULL: to everybody
 *
 * Every kind of action in one flat value: what a kind does not have is NULL, 0 or -1.
 */
typedef struct {
  char *reference_id;
  char *action_id;
  KzActionKind kind;
  char *kind_raw;
  char *package_id;
  char *group_id;
  char *source_group_id;
  KzPerson *sender; /* (nullable) */
  gint64 sent_us;
  char *title;
  char *text;
  GStrv choices;
  GPtrArray *questions;
  GPtrArray *media;
  GStrv assigned_to; /* phones */
  GStrv subscribers;
  gint64 due_us;
  gint64 start_us;
  int duration_min;
  KzPlace place;
  int response_count;
  int assignee_count;
  KzTri is_completed;
  gboolean is_anonymous;
  gboolean is_sender_only;
  gboolean accept_multiple;
} KzAction;

/**
 * KzResponse:
 * @responder: (nullable): NULL when anonymous
 * @answers: (element-type utf8): one readable text a question, index = question; "" unanswered.
 *   Never NULL.
 * @question_titles: (nullable): as sent along, same length as @answers
 */
typedef struct {
  char *group_id;
  char *action_id;
  char *response_id; /* (nullable) */
  KzActionKind kind;
  KzPerson *responder;
  gboolean is_anonymous;
  gboolean is_update;
  KzTri is_completed; /* jobs */
  GPtrArray *answers;
  GStrv question_titles;
} KzResponse;

/* Counts of one action, from details or from its list entry. */
typedef struct {
  char *action_id;
  KzActionKind kind;
  int response_count; /* -1 unknown */
  int assignee_count;
  KzTri is_completed;
  gint64 due_us;
  GStrv choices;    /* (nullable): with counts */
  GArray *counts;   /* (element-type int) (nullable): same length as choices, where these are known */
  GPtrArray *responses; /* (element-type KzResponse): never NULL, may be empty */
} KzTally;

/* An element of GET actions, API §14. @group_id is the group asked. Fails without any id. */
KzAction *kz_action_parse (const KzJson *json, const char *group_id, GError **error);
/* For deliveries: @data of the envelope, the kind already known from the event type (KZ_ACTION_UNKNOWN
 * to read actionType/packageId from it). Never fails on optional parts. */
KzAction *kz_action_parse_delivery (const KzJson *data, KzActionKind kind, const char *event_id,
                                    const char *group_id, KzPerson *sender);
/* GET of one action, every shape of API §14: wrapped or bare, with actionDetails or actionBody. Never
 * fails: what it does not tell stays unknown. */
KzAction *kz_action_parse_details (const KzJson *root, const char *group_id, const char *action_id);
KzAction *kz_action_new (KzActionKind kind, const char *kind_raw, const char *group_id);
KzAction *kz_action_ref (KzAction *action);
void kz_action_unref (KzAction *action);
/* Whether it has words of people: a title, a text, choices, questions or files. */
gboolean kz_action_has_texts (const KzAction *action);
/* Bytes of its texts: what it costs to show it. */
gsize kz_action_size (const KzAction *action);

/* GET of one action with details, every shape of API §14: wrapped, bare, actionDetails, actionBody.
 * The tally counts what was understood: response_count stays -1 when nothing was. */
KzTally *kz_tally_parse (const KzJson *root, const char *action_id, GError **error);
/* The same in slices, of many responses. @root must outlive it. */
typedef struct _KzTallyReader KzTallyReader;

KzTallyReader *kz_tally_reader_new (const KzJson *root, const char *action_id, GError **error);
/* KZ_SLICE_ITEMS more; FALSE: there is no more to read. */
gboolean kz_tally_reader_step (KzTallyReader *reader);
/* (transfer full): what was read. Frees @reader. */
KzTally *kz_tally_reader_end (KzTallyReader *reader);
KzTally *kz_tally_from_action (const KzAction *action);
KzTally *kz_tally_ref (KzTally *tally);
void kz_tally_unref (KzTally *tally);
gboolean kz_tally_equal (const KzTally *a, const KzTally *b);

/* Webhook or details form, API §14, §19. */
KzResponse *kz_response_parse (const KzJson *json, const char *group_id, GError **error);
/* One of our own, as if the service had told of it. @responder: (nullable) */
KzResponse *kz_response_new (const char *group_id, const char *action_id, const char *response_id,
                             KzPerson *responder);
KzResponse *kz_response_ref (KzResponse *response);
void kz_response_unref (KzResponse *response);

KzActionKind kz_action_kind_parse (const char *action_type); /* case-insensitive */
/* The documented spelling for requests, e.g. "LetsMeet"; NULL for UNKNOWN and PACKAGE. */
const char *kz_action_kind_wire (KzActionKind kind);
/* Whether GET /actions lists this kind by its type (API §12). DOCUMENT: the descriptions of the API
 * disagree, an error is to be tolerated (API §23 row 20). FALSE for PACKAGE: listed by its id. */
gboolean kz_action_kind_is_listed (KzActionKind kind);
gboolean kz_action_kind_is_media (KzActionKind kind);
KzQuestionKind kz_question_kind_parse (const char *type);

/* (transfer none): what can be answered to a meeting, in the words of the API (§15) and its order. */
const char *const *kz_meeting_choices (void);

/* All ids that make this item the same thing in another source (design: an item owns a set of ids):
 * "r:<referenceId>", "a:<actionId>", "m:<media identity>". (transfer full) (element-type utf8) */
GStrv kz_action_identities (const KzAction *action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzAction, kz_action_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzTally, kz_tally_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzResponse, kz_response_unref)

G_END_DECLS
