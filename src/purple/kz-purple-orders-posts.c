/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person makes of actions: posts, answers, reminders. */
#include "config.h"

#include "kz-engine-deeds.h"
#include "kz-markup.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>

/* --- posting --- */

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) posted = kz_engine_post_finish (KZ_ENGINE (source), result, &error);
  /* What was posted comes back as an event, as what other people post. */
  if (posted == NULL)
    kz_errand_fail (errand, error);
  else
    kz_order_say_failed (errand, posted->failed);
}

/* (transfer full): how many were reached of all, in words. */
static void
say_told (const KzErrand *errand, const KzTold *told)
{
  kz_order_say_failed (errand, told->failed);
  if (told->uncertain != NULL && told->uncertain[0] != NULL) {
    g_autofree char *phones = g_strjoinv (", ", told->uncertain);
    /* Translators: the argument is a list of phone numbers. */
    g_autofree char *text = g_strdup_printf (_ ("It may have reached these or not: %s"), phones);
    kz_errand_say (errand, text);
  }
  if (told->unreached != NULL && told->unreached[0] != NULL) {
    g_autofree char *phones = g_strjoinv (", ", told->unreached);
    g_autofree char *reason = kz_errors_in_room (told->error);
    g_autofree char *why
        /* Translators: 1 is the reason, 2 a list of phone numbers. */
        = g_strdup_printf (_ ("Not sent (%1$s) to: %2$s"), reason, phones);
    g_autofree char *text = kz_send_with_words (why, errand->typed);
    kz_errand_say (errand, text);
  }
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTold) told = kz_engine_tell_finish (KZ_ENGINE (source), result, &error);
  if (told == NULL)
    kz_errand_fail (errand, error);
  else if (!kz_errand_is_over (errand))
    say_told (errand, told);
}

void
kz_order_post_draft (
    KzSession *session, const char *group_id, const KzActionDraft *draft, const char *typed)
{
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  if (draft->subscribers != NULL)
    kz_engine_tell_async (session->engine, group_id, NULL, draft,
                          (const char *const *) draft->subscribers, told_cb, errand);
  else
    kz_engine_post_async (session->engine, group_id, draft, posted_cb, errand);
}

void
kz_order_post (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  const KzActionDraft *draft = order->draft;
  if (order->media->len > 0)
    kz_order_bring (session, group_id, order, typed);
  /* The outbox knows such a one again after a restart, when no answer came. */
  else if (draft->kind == KZ_ACTION_ANNOUNCEMENT && draft->subscribers == NULL)
    kz_send_announcement (session, group_id, draft->title, draft->text, typed);
  else
    kz_order_post_draft (session, group_id, order->draft, typed);
}

/* --- chosen subscribers --- */

void
kz_order_tell (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_auto (GStrv) phones = kz_order_phones (order);
  KzRoom *room = kz_room_of_group (session, group_id);
  g_autofree char *names = kz_order_names (session, order->people);
  /* Translators: 1 is a list of names, 2 what is written to them. */
  g_autofree char *line = g_strdup_printf (_ ("(to %1$s) %2$s"), names, order->text);
  g_autofree char *html = kz_markup_from_text (line);
  kz_engine_tell_async (session->engine, group_id, order->text, NULL,
                        (const char *const *) phones, told_cb,
                        kz_errand_new (session, group_id, NULL, typed));
  if (room != NULL)
    kz_room_own_line (session, room, html);
}

/* --- answering --- */

static void
responded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  if (!kz_engine_respond_finish (KZ_ENGINE (source), result, &error))
    kz_errand_fail (errand, error);
}

void
kz_order_respond (KzSession *session,
                  const char *group_id,
                  const char *handle,
                  const KzResponseDraft *response,
                  const char *typed)
{
  kz_engine_respond_async (session->engine, handle, response, responded_cb,
                           kz_errand_new (session, group_id, handle, typed));
}

void
kz_order_answer (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  if (order->media->len > 0)
    kz_order_bring (session, group_id, order, typed);
  else
    kz_order_respond (session, group_id, order->handle, order->response, typed);
}

/* (transfer full): the phones of those whom a reply is for; none: it is for everybody. What went to
 * some must not be answered to all (API §10). */
static GStrv
reply_targets (const KzOrder *order, const KzOpenAction *open)
{
  if (order->people->len == 0 && open != NULL && open->action->subscribers != NULL)
    return g_strdupv (open->action->subscribers);
  return kz_order_phones (order);
}

/* (transfer full): the names that people with these phones have. */
static char *
names_of_phones (KzSession *session, const char *const *phones)
{
  g_autoptr (GPtrArray) people =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);
  for (guint i = 0; phones[i] != NULL; i++)
    g_ptr_array_add (people, kz_person_new (NULL, phones[i], NULL, NULL));
  return kz_order_names (session, people);
}

static void
reply_to_some (KzSession *session,
               const char *group_id,
               const KzOrder *order,
               const char *const *phones,
               const char *typed)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  g_autofree char *names = names_of_phones (session, phones);
  g_autofree char *line =
      /* Translators: 1 is the handle of what is answered, 2 a list of names, 3 the text. */
      g_strdup_printf (_ ("(on [%1$s], to %2$s) %3$s"), order->handle, names, order->text);
  g_autofree char *html = kz_markup_from_text (line);
  kz_engine_tell_reply_async (session->engine, order->handle, order->text, phones, told_cb,
                              kz_errand_new (session, group_id, NULL, typed));
  if (room != NULL)
    kz_room_own_line (session, room, html);
}

void
kz_order_reply (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_autoptr (GError) error = NULL;
  KzRoom *room = kz_room_of_group (session, group_id);
  const KzOpenAction *open =
      kz_engine_find_action (session->engine, group_id, order->handle, NULL);
  g_auto (GStrv) phones = reply_targets (order, open);
  if (phones[0] != NULL) {
    reply_to_some (session, group_id, order, (const char *const *) phones, typed);
    return;
  }
  guint64 id = kz_engine_reply (session->engine, order->handle, order->text, typed, &error);
  if (room == NULL)
    return;
  if (id == 0) {
    g_autofree char *reason = kz_errors_in_room (error);
    kz_send_give_back (session, room, reason, typed);
    return;
  }
  /* Translators: 1 is the handle of what is answered, 2 the text. */
  g_autofree char *line = g_strdup_printf (_ ("(on [%1$s]) %2$s"), order->handle, order->text);
  g_autofree char *html = kz_markup_from_text (line);
  kz_room_own_line (session, room, html);
}

/* --- reminding, changing --- */

static void
reminded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  if (!kz_engine_remind_finish (KZ_ENGINE (source), result, &error)) {
    kz_errand_fail (errand, error);
    return;
  }
  /* Translators: the argument is a handle such as k3f. */
  g_autofree char *text = g_strdup_printf (_ ("[%s] A reminder was sent."), errand->handle);
  if (!kz_errand_is_over (errand))
    kz_errand_say (errand, text);
}

void
kz_order_remind (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_auto (GStrv) phones = kz_order_phones (order);
  kz_engine_remind_async (session->engine, order->handle,
                          phones[0] != NULL ? (const char *const *) phones : NULL, reminded_cb,
                          kz_errand_new (session, group_id, order->handle, typed));
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  if (!kz_engine_update_properties_finish (KZ_ENGINE (source), result, &error)) {
    kz_errand_fail (errand, error);
    return;
  }
  /* Translators: the argument is a handle such as k3f. */
  g_autofree char *text = g_strdup_printf (_ ("[%s] The card was changed."), errand->handle);
  if (!kz_errand_is_over (errand))
    kz_errand_say (errand, text);
}

void
kz_order_update (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  kz_engine_update_properties_async (session->engine, order->handle, order->properties, updated_cb,
                                     kz_errand_new (session, group_id, order->handle, typed));
}
