/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-group.h"

#include "kz-error.h"
#include "kz-media-ref.h"

#include <string.h>

KzRole
kz_role_parse (const char *text)
{
  /* The numbers are the enumeration of the in-app kit, API §8; inferred for REST. */
  static const struct {
    const char *name;
    KzRole role;
  } roles[] = {
      {"Admin", KZ_ROLE_ADMIN},  {"Member", KZ_ROLE_MEMBER}, {"Subscriber", KZ_ROLE_SUBSCRIBER},
      {"None", KZ_ROLE_NONE},    {"0", KZ_ROLE_ADMIN},       {"1", KZ_ROLE_MEMBER},
      {"2", KZ_ROLE_SUBSCRIBER}, {"-1", KZ_ROLE_NONE},
  };

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (roles); i++)
    if (g_ascii_strcasecmp (text, roles[i].name) == 0)
      return roles[i].role;
  return KZ_ROLE_UNKNOWN;
}

static KzGroupKind
group_kind (const KzGroup *group)
{
  if (g_ascii_strcasecmp (group->type_raw, "ConnectGroup") == 0)
    return KZ_GROUP_PUBLIC;
  if (*group->type_raw != '\0' && g_ascii_strcasecmp (group->type_raw, "Group") != 0)
    return KZ_GROUP_OTHER;
  if (group->has_subgroups)
    return KZ_GROUP_PARENT;
  return group->has_parents ? KZ_GROUP_LEAF : KZ_GROUP_FLAT;
}

static int
count_of (const KzJson *json, const char *name)
{
  gint64 count = kz_json_opt_int (json, name, -1);

  return count < 0 || count > G_MAXINT ? -1 : (int) count;
}

static KzGroup *
group_alloc (void)
{
  KzGroup *group = g_rc_box_new0 (KzGroup);

  group->user_count = -1;
  group->direct_user_count = -1;
  return group;
}

KzGroup *
kz_group_new_minimal (const char *id, const char *name)
{
  KzGroup *group = group_alloc ();

  group->id = g_ref_string_new_intern (id);
  group->name = g_strdup (name != NULL ? name : "");
  group->type_raw = g_ref_string_new_intern ("");
  group->kind = KZ_GROUP_FLAT;
  return group;
}

static GPtrArray *
parse_subgroups (const KzJson *json)
{
  const KzJson *array = kz_json_opt_array (json, "subGroups");
  GPtrArray *groups;

  if (array == NULL)
    return NULL;
  groups = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
  for (guint i = 0; i < kz_json_array_length (array); i++) {
    KzGroup *group = kz_group_parse (kz_json_array_at (array, i), NULL);

    if (group != NULL)
      g_ptr_array_add (groups, group);
  }
  return groups;
}

/* A string, which one table calls an array (API §23 row 12). */
static char *
read_welcome (const KzJson *json)
{
  g_auto (GStrv) lines = kz_json_opt_strv (json, "welcomeMessage");

  return lines != NULL ? g_strjoinv ("\n", lines) : NULL;
}

KzGroup *
kz_group_parse (const KzJson *json, GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *role = NULL;
  const char *image;
  KzGroup *group;

  if (!kz_json_get_id (json, "groupId", &id, error))
    return NULL;
  group = group_alloc ();
  group->id = g_ref_string_new_intern (id);
  group->name = g_strdup (kz_json_opt_string (json, "groupName", NULL));
  if (group->name == NULL)
    group->name = g_strdup (kz_json_opt_string (json, "name", ""));
  image = kz_json_opt_string (json, "groupImageUrl", NULL);
  group->image_url = image != NULL && *image != '\0' ? kz_media_url_plain (image) : NULL;
  group->welcome = read_welcome (json);
  group->type_raw = g_ref_string_new_intern (kz_json_opt_string (json, "groupType", ""));
  role = kz_json_dup_id (json, "callerRole");
  group->role = kz_role_parse (role);
  group->subgroups = parse_subgroups (json);
  group->has_subgroups = kz_json_opt_bool (json, "hasSubGroups",
                                           group->subgroups != NULL && group->subgroups->len > 0);
  group->has_parents = kz_json_opt_bool (json, "hasParentGroups", FALSE);
  group->is_tenant = kz_json_opt_bool (json, "isMappedToTenant", FALSE);
  group->user_count = count_of (json, "userCount");
  group->direct_user_count = count_of (json, "currentLevelUserCount");
  group->kind = group_kind (group);
  return group;
}

KzGroup *
kz_group_parse_one (const KzJson *root, GError **error)
{
  const KzJson *array = kz_json_is_array (root) ? root : kz_json_opt_array (root, "groups");

  if (array == NULL)
    return kz_group_parse (root, error);
  if (kz_json_array_length (array) == 0) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "The answer has no group");
    return NULL;
  }
  return kz_group_parse (kz_json_array_at (array, 0), error);
}

KzGroup *
kz_group_new_made (const char *id, const char *name, gboolean is_public, const char *parent_id)
{
  KzGroup *group = kz_group_new_minimal (id, name);

  g_ref_string_release (group->type_raw);
  group->type_raw = g_ref_string_new_intern (is_public ? "ConnectGroup" : "Group");
  group->role = KZ_ROLE_ADMIN;
  group->parent_id = g_strdup (parent_id);
  group->has_parents = parent_id != NULL;
  group->kind = group_kind (group);
  return group;
}

KzGroup *
kz_group_with_parent (const KzGroup *group, const char *parent_id)
{
  KzGroup *copy = group_alloc ();

  *copy = *group;
  copy->id = g_ref_string_acquire (group->id);
  copy->name = g_strdup (group->name);
  copy->image_url = g_strdup (group->image_url);
  copy->welcome = g_strdup (group->welcome);
  copy->type_raw = g_ref_string_acquire (group->type_raw);
  copy->parent_id = g_strdup (parent_id);
  if (group->subgroups != NULL)
    copy->subgroups = g_ptr_array_ref (group->subgroups);
  return copy;
}

KzGroup *
kz_group_ref (KzGroup *group)
{
  return g_rc_box_acquire (group);
}

static void
group_clear (gpointer data)
{
  KzGroup *group = data;

  g_ref_string_release (group->id);
  g_free (group->name);
  g_free (group->image_url);
  g_free (group->welcome);
  g_ref_string_release (group->type_raw);
  g_free (group->parent_id);
  g_clear_pointer (&group->subgroups, g_ptr_array_unref);
}

void
kz_group_unref (KzGroup *group)
{
  if (group != NULL)
    g_rc_box_release_full (group, group_clear);
}

/* Nested groups are left out: whether they are nested depends on the call, not on the group. */
gboolean
kz_group_equal (const KzGroup *a, const KzGroup *b)
{
  return strcmp (a->id, b->id) == 0 && strcmp (a->name, b->name) == 0 &&
         g_strcmp0 (a->image_url, b->image_url) == 0 && g_strcmp0 (a->welcome, b->welcome) == 0 &&
         strcmp (a->type_raw, b->type_raw) == 0 && g_strcmp0 (a->parent_id, b->parent_id) == 0 &&
         a->kind == b->kind && a->role == b->role && a->has_subgroups == b->has_subgroups &&
         a->has_parents == b->has_parents && a->is_tenant == b->is_tenant &&
         a->user_count == b->user_count && a->direct_user_count == b->direct_user_count;
}

KzWrite
kz_group_may_write (const KzGroup *group)
{
  if (group->role == KZ_ROLE_SUBSCRIBER || group->role == KZ_ROLE_NONE)
    return KZ_WRITE_NO;
  switch (group->kind) {
  case KZ_GROUP_PUBLIC:
    return KZ_WRITE_TARGETED;
  case KZ_GROUP_PARENT:
    return KZ_WRITE_ANNOUNCE_ONLY;
  case KZ_GROUP_FLAT:
  case KZ_GROUP_LEAF:
  case KZ_GROUP_OTHER:
  default:
    return KZ_WRITE_YES;
  }
}

static gboolean
may_administer (const KzGroup *group)
{
  return group->role == KZ_ROLE_ADMIN || group->role == KZ_ROLE_UNKNOWN;
}

gboolean
kz_group_may_post (const KzGroup *group)
{
  return kz_group_may_write (group) != KZ_WRITE_NO;
}

gboolean
kz_group_may_add_members (const KzGroup *group)
{
  return may_administer (group);
}

gboolean
kz_group_may_change_roles (const KzGroup *group)
{
  return may_administer (group);
}

gboolean
kz_group_may_create_subgroups (const KzGroup *group)
{
  return may_administer (group) && group->kind != KZ_GROUP_PUBLIC;
}

gboolean
kz_group_may_manage_subscribers (const KzGroup *group)
{
  return may_administer (group) && group->kind == KZ_GROUP_PUBLIC;
}

KzMember *
kz_member_new (KzPerson *person, KzRole role, gboolean provisioned)
{
  static const char *const names[] = {"", "None", "Subscriber", "Member", "Admin"};
  KzMember *member = g_new0 (KzMember, 1);

  member->references = 1;
  member->person = kz_person_ref (person);
  member->role = role;
  member->role_raw = g_ref_string_new_intern (names[role]);
  member->provisioned = provisioned;
  return member;
}

void
kz_member_set_role_raw (KzMember *member, const char *text)
{
  if (text == NULL)
    return;
  g_ref_string_release (member->role_raw);
  member->role_raw = g_ref_string_new_intern (text);
}

void
kz_member_set_person (KzMember *member, KzPerson *person)
{
  kz_person_ref (person);
  kz_person_unref (member->person);
  member->person = person;
}

KzMember *
kz_member_parse (const KzJson *json, GError **error)
{
  g_autofree char *id = kz_json_dup_id (json, "id");
  g_autofree char *phone = kz_json_dup_id (json, "mobileNumber");
  g_autofree char *role = kz_json_dup_id (json, "role");
  g_autoptr (KzPerson) person = NULL;
  KzMember *member;

  person = kz_person_from_wire (id, phone, kz_json_opt_string (json, "name", NULL),
                                kz_json_opt_string (json, "profilePic", NULL));
  if (person == NULL || (person->id == NULL && person->phone == NULL)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "A member has neither id nor number");
    return NULL;
  }
  member =
      kz_member_new (person, kz_role_parse (role), kz_json_opt_bool (json, "isProvisioned", TRUE));
  kz_member_set_role_raw (member, role);
  return member;
}

KzMember *
kz_member_ref (KzMember *member)
{
  member->references++;
  return member;
}

void
kz_member_unref (KzMember *member)
{
  if (member == NULL || --member->references > 0)
    return;
  kz_person_unref (member->person);
  g_ref_string_release (member->role_raw);
  g_free (member);
}
