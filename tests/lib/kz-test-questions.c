/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows that have nothing but buttons. */
#include "kz-test-host-private.h"

#include <stdarg.h>
#include <string.h>

static KzTestHost *the_host;

/* BitlBee looks for these words, and knows no others. */
static gboolean
is_yes (const char *label)
{
  return strstr (label, "Accept") != NULL || strstr (label, "OK") != NULL;
}

static gboolean
is_no (const char *label)
{
  return strstr (label, "Reject") != NULL || strstr (label, "Cancel") != NULL;
}

static void *
request_action (const char *title,
                const char *primary,
                const char *secondary,
                int default_action,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conversation,
                void *user_data,
                size_t count,
                va_list actions)
{
  gboolean is_irc = the_host->ui == KZ_TEST_BITLBEE;
  KzTestPrompt *prompt = g_new0 (KzTestPrompt, 1);
  prompt->title = g_strdup (title);
  prompt->primary = g_strdup (primary);
  prompt->secondary = g_strdup (secondary);
  prompt->account = account;
  prompt->user_data = user_data;
  prompt->has_buttons = TRUE;
  for (size_t i = 0; i < count; i++) {
    const char *label = va_arg (actions, char *);
    GCallback callback = va_arg (actions, GCallback);
    if (is_irc ? is_yes (label) : i == 0)
      prompt->ok_cb = callback;
    else if (is_irc ? is_no (label) : i == count - 1)
      prompt->cancel_cb = callback;
  }
  g_ptr_array_add (the_host->prompts, prompt);
  return prompt;
}

void
kz_test_questions_connect (KzTestHost *host, PurpleRequestUiOps *requests)
{
  the_host = host;
  requests->request_action = request_action;
}

void
kz_test_decide (KzTestHost *host, gboolean yes)
{
  g_assert_cmpuint (host->prompts->len, >, 0);
  KzTestPrompt *prompt = g_ptr_array_steal_index (host->prompts, 0);
  GCallback callback = yes ? prompt->ok_cb : prompt->cancel_cb;
  g_assert_true (prompt->has_buttons);
  /* A question that this host cannot answer is a fault. */
  g_assert_nonnull (callback);
  purple_request_close (PURPLE_REQUEST_ACTION, prompt);
  ((PurpleRequestActionCb) callback) (prompt->user_data, yes ? 0 : 1);
  kz_test_prompt_free (prompt);
}
