/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-errand.h"

#include "kz-error.h"
#include "kz-markup.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-send.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

KzErrand *
kz_errand_new (KzSession *session, const char *group_id, const char *handle, const char *typed)
{
  KzErrand *errand = g_new0 (KzErrand, 1);
  errand->session = kz_session_ref (session);
  errand->group_id = g_strdup (group_id);
  errand->handle = g_strdup (handle);
  errand->typed = g_strdup (typed);
  g_queue_push_tail (&session->errands, errand);
  return errand;
}

void
kz_errand_free (KzErrand *errand)
{
  g_queue_remove (&errand->session->errands, errand);
  kz_session_unref (errand->session);
  g_free (errand->group_id);
  g_free (errand->handle);
  g_free (errand->typed);
  if (errand->free_data != NULL)
    errand->free_data (errand->data);
  g_free (errand);
}

gboolean
kz_errand_is_over (const KzErrand *errand)
{
  return errand->session->is_closing;
}

void
kz_errand_say_html (const KzErrand *errand, const char *html)
{
  KzLine line = {.html = html};
  if (errand->session->is_closed)
    return;
  if (errand->group_id != NULL)
    kz_lines_deliver (errand->session, errand->group_id, &line);
}

void
kz_errand_say (const KzErrand *errand, const char *text)
{
  g_autofree char *html = kz_markup_from_text (text);
  if (errand->session->is_closed)
    return;
  if (errand->group_id != NULL)
    kz_errand_say_html (errand, html);
  else
    kz_session_notice (errand->session, text);
}

/* (transfer full) */
static char *
failure (const KzErrand *errand, const GError *error)
{
  g_autofree char *reason = kz_errors_in_room (error);
  /* At sign-off nobody waits for the answer any more: it may be on its way already. */
  gboolean in_doubt = !errand->only_asks && (errand->session->is_closing ||
                                             g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED));
  if (errand->handle != NULL && in_doubt)
    return g_strdup_printf (
        /* Translators: %1$s is the handle of an action, such as k3f; %2$s the reason. */
        _ ("[%1$s] Your answer may not have arrived (%2$s)."), errand->handle, reason);
  if (errand->handle != NULL)
    /* Translators: %1$s is the handle of an action, such as k3f; %2$s the reason. */
    return g_strdup_printf (_ ("[%1$s] That did not work: %2$s"), errand->handle, reason);
  if (in_doubt)
    /* Translators: %s is the reason. */
    return g_strdup_printf (_ ("This may have been done or not (%s). It is not tried again."),
                            reason);
  /* Translators: %s is the reason. */
  return g_strdup_printf (_ ("That did not work: %s"), reason);
}

void
kz_errand_fail (const KzErrand *errand, const GError *error)
{
  g_autofree char *text = failure (errand, error);
  g_autofree char *whole =
      errand->typed != NULL ? kz_send_with_words (text, errand->typed) : g_strdup (text);
  kz_errand_say (errand, whole);
}

void
kz_errand_cancelled (const KzErrand *errand)
{
  const char *text = _ ("You cancelled the transfer; nothing was sent.");
  g_autofree char *whole =
      errand->typed != NULL ? kz_send_with_words (text, errand->typed) : g_strdup (text);
  kz_errand_say (errand, whole);
}

void
kz_errands_end (KzSession *session)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
  while (!g_queue_is_empty (&session->errands)) {
    KzErrand *errand = g_queue_pop_head (&session->errands);
    if (errand->typed != NULL)
      kz_errand_fail (errand, error);
  }
}
