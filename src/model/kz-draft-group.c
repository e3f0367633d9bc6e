/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>

KzGroupDraft *
kz_group_draft_new (const char *name)
{
  KzGroupDraft *draft = g_new0 (KzGroupDraft, 1);

  draft->name = g_strdup (name);
  return draft;
}

KzGroupDraft *
kz_group_draft_copy (const KzGroupDraft *draft)
{
  KzGroupDraft *copy = kz_group_draft_new (draft->name);

  copy->welcome = g_strdup (draft->welcome);
  copy->is_public = draft->is_public;
  copy->parent_id = g_strdup (draft->parent_id);
  copy->members = g_strdupv (draft->members);
  return copy;
}

void
kz_group_draft_free (KzGroupDraft *draft)
{
  if (draft == NULL)
    return;
  g_free (draft->name);
  g_free (draft->welcome);
  g_free (draft->parent_id);
  g_strfreev (draft->members);
  g_free (draft);
}

gboolean
kz_group_draft_check (const KzGroupDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->name))
    return kz_draft_refuse (error, _ ("The group needs a name"));
  if (draft->is_public && draft->parent_id != NULL)
    return kz_draft_refuse (error, _ ("A public group cannot be a subgroup"));
  return draft->members == NULL || draft->members[0] == NULL ||
         kz_phones_check ((const char *const *) draft->members, KZ_CREATE_GROUP_MAX_MEMBERS, error);
}

char *
kz_group_draft_to_json (const KzGroupDraft *draft)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "name", draft->name);
  /* The docs of subgroups have one name, the swagger the other (API §23 row 11). */
  if (draft->parent_id != NULL)
    kz_json_writer_string (writer, "groupName", draft->name);
  kz_json_writer_string (writer, "welcomeMessage",
                         kz_draft_is_blank (draft->welcome) ? draft->name : draft->welcome);
  if (draft->members != NULL && draft->members[0] != NULL)
    kz_json_writer_strv (writer, "members", (const char *const *) draft->members);
  if (draft->parent_id == NULL)
    kz_json_writer_string (writer, "groupType", draft->is_public ? "ConnectGroup" : "Group");
  return kz_draft_end (writer);
}
