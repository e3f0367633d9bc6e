/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-orders.h"

#include "kz-markup.h"
#include "kz-posted.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>

static const struct {
  KzVerb verb;
  KzOrderRun run;
} runs[] = {
    {KZ_VERB_ANNOUNCE, kz_order_post},       {KZ_VERB_POLL, kz_order_post},
    {KZ_VERB_SURVEY, kz_order_post},         {KZ_VERB_JOB, kz_order_post},
    {KZ_VERB_MEET, kz_order_post},           {KZ_VERB_CARD, kz_order_post},
    {KZ_VERB_SEND, kz_order_send},           {KZ_VERB_SAVE, kz_order_save},
    {KZ_VERB_ANSWER, kz_order_answer},       {KZ_VERB_REPLY, kz_order_reply},
    {KZ_VERB_REMIND, kz_order_remind},       {KZ_VERB_UPDATE, kz_order_update},
    {KZ_VERB_TELL, kz_order_tell},           {KZ_VERB_GROUP, kz_order_create_group},
    {KZ_VERB_PUBLIC, kz_order_create_group}, {KZ_VERB_SUBGROUP, kz_order_create_group},
    {KZ_VERB_ATTACH, kz_order_attach},       {KZ_VERB_DETACH, kz_order_attach},
    {KZ_VERB_LEAVE, kz_order_leave},         {KZ_VERB_ADD, kz_order_add},
    {KZ_VERB_REMOVE, kz_order_remove},       {KZ_VERB_PROMOTE, kz_order_role},
    {KZ_VERB_DEMOTE, kz_order_role},         {KZ_VERB_MEMBERS, kz_order_members},
    {KZ_VERB_SUBSCRIBERS, kz_order_subscribers},
    {KZ_VERB_SUBSCRIBE, kz_order_subscribe}, {KZ_VERB_UNSUBSCRIBE, kz_order_subscribe},
    {KZ_VERB_INFO, kz_order_info},           {KZ_VERB_WHOAMI, kz_order_whoami},
    {KZ_VERB_MESSAGE, kz_order_message},     {KZ_VERB_STATUS, kz_order_status},
    {KZ_VERB_WEBHOOKS, kz_order_webhooks},
};

void
kz_orders_run (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    if (runs[i].verb == order->verb)
      runs[i].run (session, group_id, order, typed);
}

char *
kz_order_name (KzSession *session, const KzPerson *person)
{
  const char *own = kz_directory_is_own (session->directory, person)
                        ? kz_directory_own_name (session->directory)
                        : NULL;
  g_autofree char *clean = own != NULL ? kz_markup_clean_name (own) : NULL;
  if (clean != NULL && *clean != '\0')
    return g_steal_pointer (&clean);
  return kz_person_spoken_name (person, session);
}

char *
kz_order_names (KzSession *session, const GPtrArray *people)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < people->len; i++) {
    g_autofree char *name = kz_order_name (session, g_ptr_array_index (people, i));
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
  }
  return g_string_free (names, FALSE);
}

void
kz_order_say_failed (const KzErrand *errand, const GPtrArray *failed)
{
  KzSession *session = errand->session;
  for (guint i = 0; !kz_errand_is_over (errand) && i < failed->len; i++) {
    const KzFailedTarget *target = g_ptr_array_index (failed, i);
    g_autoptr (KzPerson) person = kz_person_new (target->user_id, target->phone, NULL, NULL);
    g_autofree char *name = kz_person_spoken_name (person, session);
    g_autofree char *text =
        target->reason != NULL
            /* Translators: 1 is a person's name, 2 the server's reason. */
            ? g_strdup_printf (_ ("Not for %1$s: %2$s"), name, target->reason)
            /* Translators: the argument is a person's name. */
            : g_strdup_printf (_ ("Not for %s; the server does not say why."), name);
    kz_errand_say (errand, text);
  }
}
