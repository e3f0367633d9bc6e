/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-subscriptions.h"

#include "kz-error.h"
#include "kz-webhook-choice.h"

#include <stdbool.h>

/* A webhook that works is looked at every so often: the service switches one off after failures,
 * and people delete what they do not know (API §18). */
#define VERIFY_US ((gint64) 4 * 3600 * G_USEC_PER_SEC)
/* Between two looks that nobody waits for: sign-on of many groups leaves room for polls. */
#define VERIFY_PACE_US (3 * G_USEC_PER_SEC)
#define REFUSED_AGAIN_US ((gint64) 6 * 3600 * G_USEC_PER_SEC)
#define BACKOFF_FIRST_US ((gint64) 30 * G_USEC_PER_SEC)
#define BACKOFF_MAX_US ((gint64) 30 * 60 * G_USEC_PER_SEC)
#define DOUBT_PACE_US ((gint64) 10 * 60 * G_USEC_PER_SEC)
/* So many looks that found nothing wrong, while nothing was heard and polls had news: the webhook
 * is there and what it sends does not reach us. */
#define DOUBTS_MAX 2

/* What is known of one group's webhook. */
typedef struct {
  char *group_id; /* GRefString */
  gint64 due_us;  /* monotonic: when to look next */
  gint64 looked_us;
  guint failures; /* in a row, transient */
  guint doubts;   /* looks caused by doubt since something was heard */
  bool is_first;
  bool works;
  bool is_refused;
  bool is_doubted;
} Hook;

/* The one thing that is being done: there is never more than one call in flight. */
typedef struct {
  char *group_id;
  GPtrArray *extra;     /* (element-type utf8): ids of webhooks of ours that are too many */
  char *keep_id;        /* (nullable) */
  gboolean by_known_id; /* updated without having looked at the list */
} Job;

struct _KzWebhookSubscriptions {
  GObject parent_instance;

  KzHttp *http;
  KzStore *store;
  KzClock *clock;
  char *callback_url;
  char *context;
  KzHookFunc func; /* (nullable): none once stopped */
  gpointer func_data;
  GHashTable *hooks; /* (element-type utf8 Hook) */
  GCancellable *cancellable;
  Job *job; /* (nullable) */
  gint64 verify_gate_us;
};

G_DEFINE_FINAL_TYPE (KzWebhookSubscriptions, kz_webhook_subscriptions, G_TYPE_OBJECT)

static void pump (KzWebhookSubscriptions *self);

static void
hook_free (gpointer data)
{
  Hook *hook = data;

  g_ref_string_release (hook->group_id);
  g_free (hook);
}

static void
job_free (Job *job)
{
  g_free (job->group_id);
  g_free (job->keep_id);
  g_ptr_array_unref (job->extra);
  g_free (job);
}

/* --- The outcome --- */

/* Comes last wherever it is called: @func may add, remove or stop. */
static void
set_works (KzWebhookSubscriptions *self, Hook *hook, gboolean works, const GError *refusal)
{
  gboolean is_news = hook->works != works || (refusal != NULL && !hook->is_refused);
  g_autofree char *group_id = NULL;

  hook->works = works;
  hook->is_refused = refusal != NULL;
  if (!is_news || self->func == NULL)
    return;
  group_id = g_strdup (hook->group_id);
  self->func (group_id, works, refusal, self->func_data);
}

/* Ends the job; NULL when nobody wants the group any more. */
static Hook *
end_job (KzWebhookSubscriptions *self)
{
  Hook *hook = g_hash_table_lookup (self->hooks, self->job->group_id);

  g_clear_pointer (&self->job, job_free);
  if (hook != NULL)
    hook->looked_us = kz_clock_monotonic_us (self->clock);
  return hook;
}

static void
job_succeeded (KzWebhookSubscriptions *self)
{
  g_autofree char *webhook_id = g_strdup (self->job->keep_id);
  Hook *hook = end_job (self);
  KzGroupState *group;
  gboolean works = TRUE;

  if (hook == NULL)
    return;
  group = kz_store_group (self->store, hook->group_id);
  if (g_strcmp0 (group->webhook_id, webhook_id) != 0 ||
      g_strcmp0 (group->webhook_url, self->callback_url) != 0) {
    kz_store_set_webhook (self->store, hook->group_id, webhook_id, self->callback_url);
    hook->doubts = 0;
  } else if (hook->is_doubted && ++hook->doubts >= DOUBTS_MAX)
    works = FALSE;
  /* What was found deaf stays so until something is heard. */
  else if (hook->doubts >= DOUBTS_MAX)
    works = FALSE;
  hook->is_doubted = FALSE;
  hook->failures = 0;
  hook->due_us = kz_clock_monotonic_us (self->clock) + VERIFY_US;
  set_works (self, hook, works, NULL);
}

static void
job_failed (KzWebhookSubscriptions *self, const GError *error)
{
  Hook *hook = end_job (self);
  gint64 now_us = kz_clock_monotonic_us (self->clock);

  if (hook == NULL)
    return;
  if (kz_webhook_is_refusal (error)) {
    hook->failures = 0;
    hook->due_us = now_us + kz_webhook_spread (REFUSED_AGAIN_US);
    set_works (self, hook, FALSE, error);
    return;
  }
  hook->due_us = now_us + kz_webhook_spread (
                              MIN (BACKOFF_FIRST_US << MIN (hook->failures, 10u), BACKOFF_MAX_US));
  hook->failures++;
}

/* --- Calls. Each callback holds a reference; a stopped object only lets go of it. --- */

static void list_hooks (KzWebhookSubscriptions *self);
static void delete_next (KzWebhookSubscriptions *self);

static gboolean
is_stopped (KzWebhookSubscriptions *self, const GError *error)
{
  return self->job == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzWebhookSubscriptions) self = data;
  g_autoptr (GError) error = NULL;

  /* One that cannot be deleted is found again with the next look; it only doubles deliveries,
   * which are told apart by their ids. */
  kz_api_delete_webhook_finish (self->http, result, &error);
  if (is_stopped (self, error))
    return;
  delete_next (self);
}

static void
delete_next (KzWebhookSubscriptions *self)
{
  g_autofree char *id = NULL;

  if (self->job->extra->len == 0) {
    job_succeeded (self);
    pump (self);
    return;
  }
  id = g_ptr_array_steal_index (self->job->extra, self->job->extra->len - 1);
  kz_api_delete_webhook_async (self->http, id, self->cancellable, deleted_cb, g_object_ref (self));
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzWebhookSubscriptions) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_updated = kz_api_update_webhook_finish (self->http, result, &error);

  if (is_stopped (self, error))
    return;
  if (is_updated) {
    delete_next (self);
    return;
  }
  if (self->job->by_known_id && kz_webhook_is_refusal (error)) {
    /* The id that we remember is gone: what there is says the list. */
    self->job->by_known_id = FALSE;
    g_clear_pointer (&self->job->keep_id, g_free);
    list_hooks (self);
    return;
  }
  job_failed (self, error);
  pump (self);
}

static void
update_hook (KzWebhookSubscriptions *self)
{
  kz_api_update_webhook_async (self->http, self->job->keep_id, self->callback_url,
                               kz_store_callback_token (self->store), self->cancellable, updated_cb,
                               g_object_ref (self));
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzWebhookSubscriptions) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = kz_api_create_webhook_finish (self->http, result, &error);

  if (is_stopped (self, error))
    return;
  if (id != NULL) {
    self->job->keep_id = g_steal_pointer (&id);
    job_succeeded (self);
  } else
    /* Where no answer came it may exist all the same: the next look finds it by its context. */
    job_failed (self, error);
  pump (self);
}

static void
create_hook (KzWebhookSubscriptions *self)
{
  kz_api_create_webhook_async (self->http, self->job->group_id, self->callback_url,
                               kz_store_callback_token (self->store), self->context,
                               self->cancellable, created_cb, g_object_ref (self));
}

/* --- Looking --- */

static void
sort_out (KzWebhookSubscriptions *self, GPtrArray *webhooks)
{
  KzWebhookOwn own = {
      .group_id = self->job->group_id,
      .context = self->context,
      .token = kz_store_callback_token (self->store),
      .url = self->callback_url,
      .known_id = kz_store_group (self->store, self->job->group_id)->webhook_id,
  };
  const KzWebhook *keep = kz_webhook_choose (&own, webhooks, self->job->extra);

  if (keep == NULL) {
    create_hook (self);
    return;
  }
  self->job->keep_id = g_strdup (keep->id);
  if (kz_webhook_is_good (&own, keep))
    delete_next (self);
  else
    update_hook (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzWebhookSubscriptions) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) webhooks = kz_api_list_webhooks_finish (self->http, result, &error);
  Hook *hook;

  if (is_stopped (self, error))
    return;
  hook = g_hash_table_lookup (self->hooks, self->job->group_id);
  if (hook == NULL) {
    end_job (self);
    pump (self);
  } else if (webhooks != NULL)
    sort_out (self, webhooks);
  else if (kz_webhook_is_refusal (error) &&
           kz_store_group (self->store, self->job->group_id)->webhook_id == NULL)
    /* Who may not read the list may still have one of their own. */
    create_hook (self);
  else {
    job_failed (self, error);
    pump (self);
  }
}

static void
list_hooks (KzWebhookSubscriptions *self)
{
  kz_api_list_webhooks_async (self->http, self->job->group_id, self->cancellable, listed_cb,
                              g_object_ref (self));
}

static void
begin_job (KzWebhookSubscriptions *self, const Hook *hook)
{
  const KzGroupState *group = kz_store_group (self->store, hook->group_id);

  self->job = g_new0 (Job, 1);
  self->job->group_id = g_strdup (hook->group_id);
  self->job->extra = g_ptr_array_new_with_free_func (g_free);
  if (hook->works)
    self->verify_gate_us = kz_clock_monotonic_us (self->clock) + VERIFY_PACE_US;
  /* A port or a public URL that changed concerns every group at once: one call each, not two. */
  if (group->webhook_id != NULL && g_strcmp0 (group->webhook_url, self->callback_url) != 0 &&
      hook->failures == 0) {
    self->job->by_known_id = TRUE;
    self->job->keep_id = g_strdup (group->webhook_id);
    update_hook (self);
  } else
    list_hooks (self);
}

/* --- What is next --- */

static void
timer_cb (gpointer data)
{
  pump (data);
}

/* Lower goes first: those that do not work before those that only are looked after. */
static guint
rank (const Hook *hook)
{
  return (hook->works ? 2u : 0u) + (hook->is_first ? 0u : 1u);
}

static Hook *
pick (KzWebhookSubscriptions *self, gint64 *next_us)
{
  gint64 now_us = kz_clock_monotonic_us (self->clock);
  Hook *best = NULL;
  GHashTableIter iter;
  gpointer value;

  *next_us = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->hooks);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Hook *hook = value;
    gint64 due_us = hook->works ? MAX (hook->due_us, self->verify_gate_us) : hook->due_us;

    *next_us = MIN (*next_us, due_us);
    if (due_us > now_us)
      continue;
    if (best == NULL || rank (hook) < rank (best) ||
        (rank (hook) == rank (best) && hook->due_us < best->due_us))
      best = hook;
  }
  return best;
}

static void
pump (KzWebhookSubscriptions *self)
{
  gint64 next_us;
  Hook *hook;

  if (self->job != NULL || self->func == NULL)
    return;
  hook = pick (self, &next_us);
  if (hook != NULL)
    begin_job (self, hook);
  else if (next_us != G_MAXINT64)
    kz_clock_set (self->clock, self, "webhooks",
                  MAX (0, next_us - kz_clock_monotonic_us (self->clock)), timer_cb, self);
}

/* --- Public --- */

void
kz_webhook_subscriptions_add (KzWebhookSubscriptions *self, const char *group_id, gboolean first)
{
  const KzGroupState *group;
  Hook *hook;

  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL);

  if (self->func == NULL)
    return;
  hook = g_hash_table_lookup (self->hooks, group_id);
  if (hook != NULL) {
    hook->is_first = first;
    return;
  }
  hook = g_new0 (Hook, 1);
  hook->group_id = g_ref_string_new_intern (group_id);
  hook->is_first = first;
  hook->due_us = kz_clock_monotonic_us (self->clock);
  g_hash_table_insert (self->hooks, hook->group_id, hook);
  group = kz_store_group (self->store, group_id);
  if (group->webhook_id != NULL && g_strcmp0 (group->webhook_url, self->callback_url) == 0)
    set_works (self, hook, TRUE, NULL);
  /* From the loop: whoever adds forty groups has all of them ranked before the first call. */
  if (self->func != NULL && self->job == NULL)
    kz_clock_set (self->clock, self, "webhooks", 0, timer_cb, self);
}

void
kz_webhook_subscriptions_remove (KzWebhookSubscriptions *self, const char *group_id)
{
  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL);

  g_hash_table_remove (self->hooks, group_id);
}

gboolean
kz_webhook_subscriptions_works (KzWebhookSubscriptions *self, const char *group_id)
{
  const Hook *hook;

  g_return_val_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL, FALSE);

  hook = g_hash_table_lookup (self->hooks, group_id);
  return hook != NULL && hook->works;
}

gboolean
kz_webhook_subscriptions_is_refused (KzWebhookSubscriptions *self, const char *group_id)
{
  const Hook *hook;

  g_return_val_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL, FALSE);

  hook = g_hash_table_lookup (self->hooks, group_id);
  return hook != NULL && hook->is_refused;
}

void
kz_webhook_subscriptions_look_now (KzWebhookSubscriptions *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self));

  g_hash_table_iter_init (&iter, self->hooks);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Hook *hook = value;

    hook->due_us = kz_clock_monotonic_us (self->clock);
    hook->failures = 0;
  }
  self->verify_gate_us = 0;
  pump (self);
}

guint
kz_webhook_subscriptions_deaf (KzWebhookSubscriptions *self)
{
  GHashTableIter iter;
  gpointer value;
  guint deaf = 0;

  g_return_val_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self), 0);

  g_hash_table_iter_init (&iter, self->hooks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((Hook *) value)->works)
      deaf++;
  return deaf;
}

void
kz_webhook_subscriptions_heard (KzWebhookSubscriptions *self, const char *group_id)
{
  Hook *hook;

  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL);

  hook = g_hash_table_lookup (self->hooks, group_id);
  if (hook == NULL)
    return;
  hook->doubts = 0;
  hook->is_doubted = FALSE;
  set_works (self, hook, TRUE, NULL);
}

void
kz_webhook_subscriptions_doubt (KzWebhookSubscriptions *self, const char *group_id)
{
  gint64 now_us;
  Hook *hook;

  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self) && group_id != NULL);

  hook = g_hash_table_lookup (self->hooks, group_id);
  if (hook == NULL || !hook->works || hook->is_doubted)
    return;
  now_us = kz_clock_monotonic_us (self->clock);
  hook->is_doubted = TRUE;
  hook->due_us = MIN (hook->due_us, MAX (now_us, hook->looked_us + DOUBT_PACE_US));
  pump (self);
}

void
kz_webhook_subscriptions_stop (KzWebhookSubscriptions *self)
{
  g_return_if_fail (KZ_IS_WEBHOOK_SUBSCRIPTIONS (self));

  self->func = NULL;
  kz_clock_cancel_all (self->clock, self);
  /* Before the cancellation: what it calls back finds nothing to go on with. */
  g_clear_pointer (&self->job, job_free);
  g_cancellable_cancel (self->cancellable);
  g_hash_table_remove_all (self->hooks);
}

/* --- GObject --- */

static void
kz_webhook_subscriptions_dispose (GObject *object)
{
  KzWebhookSubscriptions *self = KZ_WEBHOOK_SUBSCRIPTIONS (object);

  kz_webhook_subscriptions_stop (self);
  G_OBJECT_CLASS (kz_webhook_subscriptions_parent_class)->dispose (object);
}

static void
kz_webhook_subscriptions_finalize (GObject *object)
{
  KzWebhookSubscriptions *self = KZ_WEBHOOK_SUBSCRIPTIONS (object);

  g_hash_table_unref (self->hooks);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->http);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_free (self->callback_url);
  g_free (self->context);
  G_OBJECT_CLASS (kz_webhook_subscriptions_parent_class)->finalize (object);
}

static void
kz_webhook_subscriptions_class_init (KzWebhookSubscriptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kz_webhook_subscriptions_dispose;
  object_class->finalize = kz_webhook_subscriptions_finalize;
}

static void
kz_webhook_subscriptions_init (KzWebhookSubscriptions *self)
{
  self->hooks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, hook_free);
  self->cancellable = g_cancellable_new ();
}

KzWebhookSubscriptions *
kz_webhook_subscriptions_new (KzHttp *http,
                              KzStore *store,
                              KzClock *clock,
                              const char *callback_url,
                              KzHookFunc func,
                              gpointer data)
{
  KzWebhookSubscriptions *self;

  g_return_val_if_fail (KZ_IS_HTTP (http) && KZ_IS_STORE (store) && KZ_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (callback_url != NULL && func != NULL, NULL);

  self = g_object_new (KZ_TYPE_WEBHOOK_SUBSCRIPTIONS, NULL);
  self->http = g_object_ref (http);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->callback_url = g_strdup (callback_url);
  self->context = kz_webhook_context (store, kz_store_phone (store));
  self->func = func;
  self->func_data = data;
  return self;
}
