/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-people.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

/* --- Ourselves --- */

static void
me_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPerson) me = kz_api_get_me_finish (self->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  kz_directory_set_own (self->directory, me->id, NULL, me->name);
  if (me->id != NULL)
    kz_store_set_own_user_id (self->store, me->id);
  kz_deed_succeed (deed, g_steal_pointer (&me), (GDestroyNotify) kz_person_unref);
}

void
kz_engine_me_async (KzEngine *self, GAsyncReadyCallback callback, gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_me_async, NULL, NULL, callback, data);

  if (!kz_engine_is_up (self))
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Not signed on"));
  else
    kz_api_get_me_async (self->http, self->cancellable, me_cb, kz_deed_hold (deed));
}

KzPerson *
kz_engine_me_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_me_async, error);
}

/* --- A group of two --- */

typedef struct {
  char *phone;
  char *name;
  gboolean is_making;
  KzEngine *engine; /* (unowned) */
} Direct;

static void
direct_free (gpointer data)
{
  Direct *direct = data;

  if (direct->is_making)
    g_hash_table_remove (direct->engine->direct_making, direct->phone);
  g_free (direct->phone);
  g_free (direct->name);
  g_free (direct);
}

const KzPerson *
kz_engine_direct_person (KzEngine *self, const char *group_id)
{
  g_return_val_if_fail (KZ_IS_ENGINE (self) && group_id != NULL, NULL);

  return self->store != NULL ? kz_directory_direct_person (self->directory, group_id) : NULL;
}

/* Whom @who means; an unknown number is somebody, too. (nullable) (transfer full) */
static KzPerson *
find_person (KzEngine *self, const char *who)
{
  const KzPerson *known = kz_directory_find (self->directory, who);
  g_autofree char *phone = NULL;

  if (known != NULL)
    return kz_person_ref ((KzPerson *) known);
  phone = who != NULL ? kz_phone_normalize (who) : NULL;
  return phone != NULL ? kz_person_new (NULL, phone, NULL, NULL) : NULL;
}

static gboolean
is_same (const KzPerson *a, const KzPerson *b)
{
  return (a->id != NULL && g_strcmp0 (a->id, b->id) == 0) ||
         (a->phone != NULL && g_strcmp0 (a->phone, b->phone) == 0);
}

static char *
find_group (KzEngine *self, const KzPerson *person)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    const KzPerson *other = kz_engine_direct_person (self, group->id);

    if (other != NULL && is_same (other, person))
      return g_strdup (group->id);
  }
  return NULL;
}

char *
kz_engine_find_direct_group (KzEngine *self, const char *who)
{
  g_autoptr (KzPerson) person = NULL;

  g_return_val_if_fail (KZ_IS_ENGINE (self), NULL);

  person = find_person (self, who);
  return person != NULL ? find_group (self, person) : NULL;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  const Direct *direct = deed->context;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroupCreated) created = kz_api_create_group_finish (self->http, result, &error);
  KzGroupState *state;

  if (!kz_deed_back (deed, error))
    return;
  /* First, so that it never is a room. */
  state = kz_store_group (self->store, created->group_id);
  g_free (state->direct_phone);
  state->direct_phone = g_strdup (direct->phone);
  kz_store_changed (self->store);
  kz_engine_take_made (self, created->group_id, direct->name, FALSE, NULL);
  kz_deed_succeed (deed, g_strdup (created->group_id), g_free);
}

/* With both names: either side sees who it is. */
static char *
name_for (KzEngine *self, const KzPerson *person)
{
  const char *own = kz_directory_own_name (self->directory);

  return g_strdup_printf ("%s, %s", own != NULL ? own : self->phone,
                          person->name != NULL ? person->name : person->phone);
}

static void
make (KzDeed *deed, const KzPerson *person)
{
  KzEngine *self = deed->engine;
  Direct *direct = deed->context;
  g_autoptr (KzGroupDraft) draft = NULL;

  direct->phone = g_strdup (person->phone);
  direct->name = name_for (self, person);
  direct->engine = self;
  if (!g_hash_table_add (self->direct_making, g_strdup (person->phone))) {
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("The group for this is being made already"));
    return;
  }
  direct->is_making = TRUE;
  draft = kz_group_draft_new (direct->name);
  draft->members = g_new0 (char *, 2);
  draft->members[0] = g_strdup (person->phone);
  kz_api_create_group_async (self->http, draft, self->cancellable, made_cb, kz_deed_hold (deed));
}

void
kz_engine_direct_group_async (KzEngine *self,
                              const char *who,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  Direct *direct = g_new0 (Direct, 1);
  KzDeed *deed =
      kz_deed_new (self, kz_engine_direct_group_async, direct, direct_free, callback, data);
  g_autoptr (KzPerson) person = NULL;
  g_autofree char *group_id = NULL;

  if (!kz_engine_is_up (self)) {
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Not signed on"));
    return;
  }
  person = find_person (self, who);
  group_id = person != NULL ? find_group (self, person) : NULL;
  if (group_id != NULL)
    kz_deed_succeed_soon (deed, g_steal_pointer (&group_id), g_free);
  else if (person == NULL)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("There is nobody of that name"));
  else if (kz_directory_is_own (self->directory, person))
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("That is yourself"));
  else if (person->phone == NULL)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID,
                          _ ("The service does not show this person's number, which is needed to "
                             "write to them alone"));
  else
    make (deed, person);
}

char *
kz_engine_direct_group_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_direct_group_async, error);
}
