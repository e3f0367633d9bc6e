/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-form.h"

G_BEGIN_DECLS

/* A form that is filled by question and answer in a conversation, for hosts without windows. Pure:
 * whoever owns it shows what it says and hands it what was typed. */
typedef struct _KzWizard KzWizard;

/* @form: (transfer full). @prefix: of commands, for the hints. */
KzWizard *kz_wizard_new (KzForm *form, const char *prefix);
void kz_wizard_free (KzWizard *wizard);
KzForm *kz_wizard_form (KzWizard *wizard);

/* (transfer full): what is asked now: plain text, one line or a few. */
char *kz_wizard_question (const KzWizard *wizard);

/**
 * kz_wizard_answer:
 * @typed: one message; "-" leaves a question out, "." ends a list
 * @reply: (out) (transfer full) (nullable): what to say: the next question, or what is wrong
 *
 * Returns: TRUE when nothing is left to ask; @reply is NULL then
 */
gboolean kz_wizard_answer (KzWizard *wizard, const char *typed, const KzFormContext *context,
                           char **reply);

/* (transfer full): goes back by one question and asks it; the answer to it is forgotten. */
char *kz_wizard_back (KzWizard *wizard);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzWizard, kz_wizard_free)

G_END_DECLS
