/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-test-host.h"

G_BEGIN_DECLS

/* The operations that libpurple calls; they know of one host only. */
void kz_test_ui_connect (KzTestHost *host);
/* Those for conversations and the like, which exist once the core runs. */
void kz_test_ui_started (KzTestHost *host);
void kz_test_ui_disconnect (void);
/* The core has ended: nothing calls any more. */
void kz_test_ui_forget (void);
/* Of kz-test-transfers.c. */
void kz_test_transfers_connect (KzTestHost *host, PurpleRequestUiOps *requests);
void kz_test_transfers_started (void);
void kz_test_transfer_free (KzTestTransfer *transfer);
/* Of kz-test-forms.c. */
void kz_test_forms_connect (KzTestHost *host, PurpleRequestUiOps *requests);
gboolean kz_test_forms_close (void *ui_handle);
void kz_test_form_free (KzTestForm *form);
/* Of kz-test-questions.c. */
void kz_test_questions_connect (KzTestHost *host, PurpleRequestUiOps *requests);
void kz_test_prompt_free (KzTestPrompt *prompt);
void kz_test_line_free (KzTestLine *line);
void kz_test_room_free (KzTestRoom *room);

G_END_DECLS
