/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-action.h"
#include "kz-group.h"

G_BEGIN_DECLS

/* A line of text. Media are KzAction values (IMAGE, ALBUM, AUDIO, DOCUMENT, VIDEO). */
typedef struct {
  char *group_id;
  char *source_group_id; /* (nullable) */
  char *reference_id;    /* (nullable) */
  KzPerson *sender;
  char *text; /* plain text as sent */
} KzText;

typedef enum {
  KZ_REACTION_LIKE,
  KZ_REACTION_COMMENT, /* the API gives no text of a comment, API §17 */
  KZ_REACTION_OTHER,
} KzReactionKind;

/**
 * KzReaction:
 * @reaction_id: (nullable): of a single reaction; NULL when only a count is known
 * @user_id: (nullable)
 * @count: how many, when only a count is known; else 1
 * @own_comment: (nullable): the text, only of a comment that we sent ourselves
 */
typedef struct {
  char *group_id;
  char *reference_id;
  char *reaction_id;
  KzReactionKind kind;
  char *kind_raw;
  char *user_id;
  gint64 time_us;
  int count;
  char *own_comment;
} KzReaction;

typedef struct {
  char *group_id;
  KzMember *member;
  KzPerson *by; /* (nullable) */
  gboolean added;
} KzMembership;

KzText *kz_text_new (const char *group_id, const char *reference_id, KzPerson *sender,
                     const char *text);
KzText *kz_text_ref (KzText *text);
void kz_text_unref (KzText *text);

KzReaction *kz_reaction_new (const char *group_id, const char *reference_id, KzReactionKind kind,
                             const char *user_id);
/* An element of reactionDetails, API §17. */
KzReaction *kz_reaction_parse (const KzJson *json, const char *group_id, const char *reference_id,
                               KzReactionKind kind, GError **error);
KzReaction *kz_reaction_ref (KzReaction *reaction);
void kz_reaction_unref (KzReaction *reaction);

KzMembership *kz_membership_new (const char *group_id, KzMember *member, KzPerson *by,
                                 gboolean added);
KzMembership *kz_membership_ref (KzMembership *membership);
void kz_membership_unref (KzMembership *membership);

/* One entry of a reaction summary, API §17: keys are lower-case, an absent one is 0. */
typedef struct {
  char *reference_id;
  int likes;
  int comments;
  int others;
} KzReactionSummary;
KzReactionSummary *kz_reaction_summary_parse (const KzJson *json, GError **error);
void kz_reaction_summary_free (KzReactionSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzText, kz_text_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzReaction, kz_reaction_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMembership, kz_membership_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzReactionSummary, kz_reaction_summary_free)

G_END_DECLS
