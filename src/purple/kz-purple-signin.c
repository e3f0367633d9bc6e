/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-signin.h"

#include "kz-error.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is typed where there are no buttons; not translated, as other commands. */
#define WORD_PIN "pin"
#define WORD_BROWSER "browser"

static void ask_how (KzSession *session, const char *problem);
static void ask_for_code (KzSession *session, const GError *error);

static void
give_up (KzSession *session, const char *text)
{
  kz_session_fail (session, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, text);
}

/* Of the prompt that stands in the host now. */
static gboolean
is_over (KzSession *session)
{
  return session->is_closing || session->has_failed || session->engine == NULL;
}

static const char *
title (KzSession *session, const char *usual)
{
  /* Translators: the title of a window that may stand behind another one, where its bar of windows
   * shows the title; Alt+N is the key for the next window. */
  return session->host.prompts_in_background ? _ ("Kaizala sign-in: press Alt+N") : usual;
}

static void
ask (KzSession *session,
     const char *usual_title,
     const char *primary,
     const char *secondary,
     const char *value,
     void (*entered) (KzSession *session, const char *typed),
     void (*cancelled) (KzSession *session, const char *typed))
{
  purple_request_input (session->gc, title (session, usual_title), primary, secondary, value, FALSE,
                        FALSE, NULL, _ ("OK"), G_CALLBACK (entered), _ ("Cancel"),
                        G_CALLBACK (cancelled), session->account, NULL, NULL, session);
  kz_lines_point_at_prompt (session);
}

/* (transfer full) */
static char *
stripped (const char *typed)
{
  return g_strstrip (g_strdup (typed != NULL ? typed : ""));
}

/* --- The PIN --- */

static void
pin_entered_cb (KzSession *session, const char *typed)
{
  g_autofree char *pin = stripped (typed);
  kz_lines_prompt_is_gone (session);
  if (is_over (session))
    return;
  if (*pin == '\0')
    give_up (session,
             _ ("Signing on needs the PIN of the SMS, or a refresh token as the password."));
  else
    kz_engine_enter_pin (session->engine, pin);
}

static void
pin_cancelled_cb (KzSession *session, const char *typed)
{
  give_up (session, _ ("No PIN was entered. Sign on again to get a new one by SMS."));
}

/* (transfer full): what to say over the line for the PIN. */
static char *
words_of_prompt (KzSession *session, const GError *error)
{
  if (error == NULL)
    /* Translators: %s is a phone number. */
    return g_strdup_printf (_ ("Kaizala sent a PIN by SMS to %s."), session->phone);
  /* The service says the same of a wrong and of a late PIN. */
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED))
    return g_strdup (
        _ ("That PIN was not accepted: it is wrong, or too old. Try once more, or sign "
           "on again for a new one."));
  g_autofree char *why = kz_errors_in_room (error);
  /* Translators: %s says why, such as "no connection to Kaizala". */
  return g_strdup_printf (_ ("Nobody could check that PIN: %s. It may well be right, enter it once "
                             "more."),
                          why);
}

void
kz_signin_needs_pin (KzSession *session, const GError *error)
{
  g_autofree char *primary = words_of_prompt (session, error);
  session->was_pin_sent = TRUE;
  ask (session, _ ("Kaizala PIN"), primary,
       _ ("Enter the digits of the SMS. They are valid for a few minutes."), NULL, pin_entered_cb,
       pin_cancelled_cb);
}

/* --- The browser --- */

static void
code_entered_cb (KzSession *session, const char *typed)
{
  kz_lines_prompt_is_gone (session);
  if (!is_over (session))
    kz_engine_enter_code (session->engine, typed);
}

static void
code_cancelled_cb (KzSession *session, const char *typed)
{
  give_up (session, _ ("Nobody signed in with the browser. Sign on again to try once more."));
}

static const char *
redirect_url (KzSession *session)
{
  if (session->redirect_url != NULL)
    return session->redirect_url;
  return purple_account_get_string (session->account, KZ_OPTION_REDIRECT_URL, "");
}

/* Whether the error's own words say what was wrong with what was pasted. */
static gboolean
is_about_code (const GError *error)
{
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_INVALID) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_OTHER_PERSON);
}

/* (transfer full): what was wrong with what was pasted. */
static char *
words_of_code (const GError *error)
{
  if (is_about_code (error))
    return g_strdup (error->message);
  g_autofree char *why = kz_errors_in_room (error);
  /* Translators: %s says why, such as "no connection to Kaizala". */
  return g_strdup_printf (_ ("Nobody could check that code: %s"), why);
}

static gboolean
can_open_browser (KzSession *session)
{
  PurpleNotifyUiOps *ops = purple_notify_get_ui_ops ();
  /* Where windows stand behind each other it would be one more of them, with the same address. */
  return ops != NULL && ops->notify_uri != NULL && !session->host.prompts_in_background;
}

static void
ask_for_code (KzSession *session, const GError *error)
{
  g_autofree char *url = kz_engine_authorize_url (session->engine, redirect_url (session));
  g_autofree char *problem = error != NULL ? words_of_code (error) : NULL;
  if (url == NULL)
    return;
  g_autofree char *primary =
      problem != NULL
          /* Translators: 1 says what was wrong, 2 is an address. */
          ? g_strdup_printf (_ ("%1$s. Open this address in a browser and sign in there:\n%2$s"),
                             problem, url)
          /* Translators: %s is an address. */
          : g_strdup_printf (_ ("Open this address in a browser and sign in there:\n%s"), url);
  if (error == NULL && can_open_browser (session))
    purple_notify_uri (session->gc, url);
  ask (
      session, _ ("Kaizala sign-in"), primary,
      _ ("Then paste here the address at which the browser ended, or only the code in it. The page "
         "there need not show anything."),
      NULL, code_entered_cb, code_cancelled_cb);
}

/* --- The address at which the browser ends --- */

static void
redirect_entered_cb (KzSession *session, const char *typed)
{
  g_autofree char *url = stripped (typed);
  kz_lines_prompt_is_gone (session);
  if (is_over (session))
    return;
  if (strstr (url, "://") == NULL) {
    give_up (session,
             _ ("Set redirect_url of this account: the redirect address of your connector, "
                "as the Kaizala portal has it."));
    return;
  }
  session->redirect_url = g_steal_pointer (&url);
  ask_for_code (session, NULL);
}

static void
begin_browser (KzSession *session)
{
  session->sign_in = KZ_SIGN_IN_BROWSER;
  if (*redirect_url (session) != '\0') {
    ask_for_code (session, NULL);
    return;
  }
  ask (session, _ ("Kaizala sign-in"), _ ("Which redirect address has your connector?"),
       _ ("It stands on the page of the connector in the Kaizala portal. The browser ends there."),
       "https://", redirect_entered_cb, code_cancelled_cb);
}

/* --- Which of them --- */

static void
begin_pin (KzSession *session)
{
  session->sign_in = KZ_SIGN_IN_PIN;
  kz_engine_request_pin (session->engine);
}

static void
chosen_cb (KzSession *session, int how)
{
  kz_lines_prompt_is_gone (session);
  if (is_over (session))
    return;
  if (how == KZ_SIGN_IN_BROWSER)
    begin_browser (session);
  else
    begin_pin (session);
}

/* Some hosts hand over no number here. */
static void
not_chosen_cb (KzSession *session, int how)
{
  give_up (session, _ ("Signing on needs a PIN, a browser, or a refresh token as the password."));
}

static void
word_entered_cb (KzSession *session, const char *typed)
{
  g_autofree char *word = stripped (typed);
  kz_lines_prompt_is_gone (session);
  if (is_over (session))
    return;
  if (g_ascii_strcasecmp (word, WORD_PIN) == 0)
    begin_pin (session);
  else if (g_ascii_strcasecmp (word, WORD_BROWSER) == 0)
    begin_browser (session);
  else
    ask_how (session, word);
}

static void
word_cancelled_cb (KzSession *session, const char *typed)
{
  not_chosen_cb (session, 0);
}

/* Where nobody can click. */
static void
ask_for_word (KzSession *session, const char *problem)
{
  g_autofree char *primary = g_strdup_printf (
      /* Translators: the arguments are words to type, the last one is a phone number. */
      _ ("How do you want to sign in? Answer %1$s to get a PIN by SMS to %3$s, or %2$s to sign in "
         "with a browser."),
      WORD_PIN, WORD_BROWSER, session->phone);
  ask (session, _ ("Kaizala sign-in"), primary,
       problem != NULL ? _ ("It has to be one of these two words.") : NULL, NULL, word_entered_cb,
       word_cancelled_cb);
}

static void
ask_how (KzSession *session, const char *problem)
{
  PurpleRequestUiOps *ops = purple_request_get_ui_ops ();
  if (ops == NULL || ops->request_choice == NULL) {
    /* The PIN needs no setting: who has none for the browser is not asked. */
    if (*redirect_url (session) != '\0')
      ask_for_word (session, problem);
    else
      begin_pin (session);
    return;
  }
  /* Translators: %s is a phone number. */
  g_autofree char *by_pin = g_strdup_printf (_ ("With a PIN by SMS to %s"), session->phone);
  purple_request_choice (
      session->gc, title (session, _ ("Kaizala sign-in")), _ ("How do you want to sign in?"),
      _ ("For a browser the connector needs a redirect address."), KZ_SIGN_IN_PIN, _ ("OK"),
      G_CALLBACK (chosen_cb), _ ("Cancel"), G_CALLBACK (not_chosen_cb), session->account, NULL,
      NULL, session, by_pin, KZ_SIGN_IN_PIN, _ ("With a browser"), KZ_SIGN_IN_BROWSER, NULL);
  kz_lines_point_at_prompt (session);
}

void
kz_signin_needs_choice (KzSession *session, const GError *error)
{
  if (session->sign_in == KZ_SIGN_IN_PIN)
    begin_pin (session);
  else if (session->sign_in == KZ_SIGN_IN_BROWSER && error != NULL)
    ask_for_code (session, error);
  else if (session->sign_in == KZ_SIGN_IN_BROWSER)
    begin_browser (session);
  else
    ask_how (session, NULL);
}

/* --- The end --- */

void
kz_signin_done (KzSession *session)
{
  /* It has proved right. */
  if (session->redirect_url != NULL)
    purple_account_set_string (session->account, KZ_OPTION_REDIRECT_URL, session->redirect_url);
  if (session->sign_in == KZ_SIGN_IN_BROWSER && !session->holds_token)
    kz_session_notice (session,
                       _ ("The server gave no refresh token for this sign-in: in a day you "
                          "have to sign in with the browser again."));
}

char *
kz_signin_explain (KzSession *session, const GError *error, PurpleConnectionError *reason)
{
  if (session->sign_in != KZ_SIGN_IN_BROWSER)
    return kz_errors_explain_pin (error, session->api_root, session->was_pin_sent, reason);
  g_autofree char *text = NULL;
  *reason = PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
  if (is_about_code (error))
    text = g_strconcat (error->message, ".", NULL);
  else
    text = kz_errors_explain (error, session->api_root, reason);
  /* Trying again by itself would only open the browser again. */
  if (!purple_connection_error_is_fatal (*reason))
    *reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
  /* Translators: %s is a sentence that says what went wrong. */
  return g_strdup_printf (_ ("%s Sign on again to try once more."), text);
}

/* --- Once more, by the menu of the account --- */

void
kz_signin_anew (KzSession *session, KzSignIn how)
{
  PurpleAccount *account = session->account;
  KzPluginState *state = purple_connection_get_prpl (session->gc)->extra;
  purple_account_disconnect (account);
  state->signs_in_anew = account;
  state->sign_in = how;
  purple_account_connect (account);
  state->signs_in_anew = NULL;
}

KzSignIn
kz_signin_wanted (PurpleConnection *gc)
{
  const KzPluginState *state = purple_connection_get_prpl (gc)->extra;
  gboolean is_wanted = state->signs_in_anew == purple_connection_get_account (gc);
  return is_wanted ? state->sign_in : KZ_SIGN_IN_ASK;
}
