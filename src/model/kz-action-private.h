/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-action.h"

G_BEGIN_DECLS

/* Shared by the kz-action*.c and kz-webhook-payload.c files only. */

/* Fills the parts of @action that @body tells; what it does not tell is left alone. */
void kz_action_read_body (KzAction *action, const KzJson *body);

/* Sets kind, kind_raw and package_id from actionType, id and packageId of @json; a kind that is
 * known already stays. @fallback_raw: what to call a kind that nothing names. */
void kz_action_read_kind (KzAction *action, const KzJson *json, const char *fallback_raw);

/* (nullable): the one of a list, API §14: the page says a bare object, its sample shows a list. */
const KzJson *kz_details_unwrap (const KzJson *root, const char *action_id);

/* (nullable): @name as object, or as an array of one (API §14 calls objects "object array"). */
const KzJson *kz_json_opt_body (const KzJson *json, const char *name);

/* The place of any of the spellings of API §23 row 18; name NULL and known FALSE when there is
 * none. @name: (transfer full) in the result. */
KzPlace kz_place_read (const KzJson *json);

KzTri kz_tri_read (const KzJson *json, const char *name);

/* -1 when absent or no count. */
int kz_count_read (const KzJson *json, const char *name);

/* Due dates: a number below a year's worth of hours is not a time. 0 when unknown. */
gint64 kz_due_read (const KzJson *json);

/* Titles of an array of {title} or of strings; "" for an element without one, so that the
 * positions stay. (nullable) (transfer full): NULL when @array is no array or empty. */
GStrv kz_titles_read (const KzJson *array);

/* (transfer full): one answer as a person reads it; "" for none. */
char *kz_answer_text (const KzJson *answer, KzQuestionKind kind);

/* As kz_response_parse(), but never fails: what is not there stays unknown. @kind: UNKNOWN to
 * read it from @json; @action_id, @response_id: (nullable): used when @json has none. */
KzResponse *kz_response_read (const KzJson *json,
                              const char *group_id,
                              const char *action_id,
                              const char *response_id,
                              KzActionKind kind);

/* FALSE: nobody, no answer and no id. */
gboolean kz_response_says_something (const KzResponse *response);

/* (nullable): the array of {title,type,options,answer} of a response, wherever it is. */
const KzJson *kz_response_questions (const KzJson *json);

G_END_DECLS
