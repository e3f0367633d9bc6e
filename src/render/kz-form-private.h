/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-form.h"

G_BEGIN_DECLS

/* Shared by the kz-form*.c files only. */

/* The field of a question of an action is named by its number, from 1. */
KzField *kz_form_add (KzForm *form, const char *id, KzFieldKind kind, gboolean is_required,
                      const char *label, const char *hint);

/* --- kz-form-values.c: what was typed, as values. @error: one line for the person --- */

/* (transfer full): lines or parts between bars, without blanks around, without empty ones. */
GStrv kz_value_list (const char *typed);
/* 1, 0, or -1 for neither. */
int kz_value_yes_no (const char *typed);
gboolean kz_value_number (const char *typed, double *number, char **error);
/* Unix time in µs; 0 with @error. */
gint64 kz_value_time (const char *typed, KzFieldKind kind, const KzFormContext *context,
                      char **error);
/* @needs_position: a name alone is not enough. */
gboolean kz_value_place (const char *typed, gboolean needs_position, KzPlace *place,
                         char **error);
/* (transfer full) (element-type guint) (nullable): indices into @options, each once. */
GArray *kz_value_choices (const char *typed, const char *const *options, char **error);
/* (transfer full) (nullable): as typed, when it may be fetched or read. */
char *kz_value_media (const char *typed, const KzFormContext *context, char **error);

/* --- kz-form-people.c --- */

/* (transfer full) (element-type KzPerson) (nullable) */
GPtrArray *kz_value_people (const char *typed, KzFieldKind kind, const KzFormContext *context,
                            char **error);
/* (nullable) (transfer full) */
KzGroup *kz_value_group (const char *typed, const KzFormContext *context, char **error);

/* --- kz-form-survey.c --- */

/* (transfer full) (element-type KzQuestion) (nullable) */
GPtrArray *kz_value_questions (const char *typed, char **error);
/* (transfer full) (element-type KzProperty) (nullable) */
GPtrArray *kz_value_properties (const char *typed, char **error);
/* One field for each question of @action that is seen. */
void kz_form_add_questions (KzForm *form, const KzAction *action);
/* The answers in those fields. */
gboolean kz_form_read_answers (KzForm *form, const KzAction *action, const KzFormContext *context,
                               KzOrder *order, char **error);

/* --- kz-form-line.c --- */

/* Whether a part of a line without a name may be for that field, which has no value yet. */
gboolean kz_form_is_in_order (const KzField *field);

/* --- kz-form-check.c --- */

gboolean kz_field_check (const KzField *field, const char *typed, const KzFormContext *context,
                         char **error);

G_END_DECLS
