/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-json.h"
#include "kz-person.h"

#include <stdbool.h>

G_BEGIN_DECLS

typedef enum {
  KZ_ROLE_UNKNOWN,
  KZ_ROLE_NONE,
  KZ_ROLE_SUBSCRIBER,
  KZ_ROLE_MEMBER,
  KZ_ROLE_ADMIN,
} KzRole;

/* Decided from groupType, hasSubGroups and hasParentGroups, API §21. */
typedef enum {
  KZ_GROUP_FLAT,
  KZ_GROUP_PARENT, /* has subgroups: no text, announcements and actions only */
  KZ_GROUP_LEAF,   /* a subgroup without subgroups: like a flat one */
  KZ_GROUP_PUBLIC, /* ConnectGroup */
  KZ_GROUP_OTHER,  /* a type that we do not know; see type_raw */
} KzGroupKind;

/* What the person of this account may write. */
typedef enum {
  KZ_WRITE_YES,
  KZ_WRITE_TARGETED,      /* public group: recipients must be named or "all" */
  KZ_WRITE_ANNOUNCE_ONLY, /* parent group: an announcement works */
  KZ_WRITE_NO,            /* subscriber, or an ancestor that is only seen */
} KzWrite;

/**
 * KzGroup:
 * @id: opaque, may end in "@N"
 * @name: as the server gives it
 * @image_url: (nullable): the address of its picture, with "&amp;" undone
 * @type_raw: groupType as sent; "" when absent
 * @user_count: -1 when unknown
 * @subgroups: (nullable) (element-type KzGroup): as nested in a subGroups answer
 * @parent_id: (nullable): filled by whoever knows the tree
 */
typedef struct {
  char *id; /* GRefString, interned */
  char *name;
  char *image_url;
  char *welcome;
  char *type_raw; /* GRefString, interned */
  char *parent_id;
  KzGroupKind kind;
  KzRole role;
  bool has_subgroups;
  bool has_parents;
  bool is_tenant;
  int user_count;
  int direct_user_count;
  GPtrArray *subgroups;
} KzGroup;

/**
 * KzMember:
 * @role_raw: GRefString, interned
 *
 * One member of a group, API §8; also a subscriber, API §9. As short as it can be: there are tens of
 * thousands.
 */
typedef struct {
  KzPerson *person;
  char *role_raw;
  int references; /* private */
  KzRole role : 8;
  bool provisioned : 1;
} KzMember;

/* Fails only without a groupId. Recurses into subGroups within the JSON depth. */
KzGroup *kz_group_parse (const KzJson *json, GError **error);
/* A group that only a delivery told us of. */
KzGroup *kz_group_new_minimal (const char *id, const char *name);
/* A copy with @parent_id set; the original is untouched. */
KzGroup *kz_group_with_parent (const KzGroup *group, const char *parent_id);
KzGroup *kz_group_ref (KzGroup *group);
void kz_group_unref (KzGroup *group);
/* Whether anything that a person sees or a decision uses differs. */
gboolean kz_group_equal (const KzGroup *a, const KzGroup *b);

/* *May I write here?* API §21. An unknown role is tried. */
KzWrite kz_group_may_write (const KzGroup *group);

/* Whether to offer something; the service decides, API §8, §9, §21. An unknown role is tried. */
gboolean kz_group_may_post (const KzGroup *group);            /* actions and announcements */
gboolean kz_group_may_add_members (const KzGroup *group);     /* likewise remove */
gboolean kz_group_may_change_roles (const KzGroup *group);
gboolean kz_group_may_create_subgroups (const KzGroup *group); /* likewise attach and detach */
gboolean kz_group_may_manage_subscribers (const KzGroup *group); /* of a public group */

/* A group that we made just now: we are its administrator. @parent_id: (nullable). */
KzGroup *kz_group_new_made (const char *id, const char *name, gboolean is_public,
                            const char *parent_id);

/* Accepts the wrapped and the bare shapes of API §6, §7 and §23 row 13: a GET of one group. */
KzGroup *kz_group_parse_one (const KzJson *root, GError **error);

KzMember *kz_member_parse (const KzJson *json, GError **error);
KzMember *kz_member_new (KzPerson *person, KzRole role, gboolean provisioned);
/* @text: (nullable): what the service calls the role. */
void kz_member_set_role_raw (KzMember *member, const char *text);
/* Somebody of whom the same is known: so that one copy is kept of it. */
void kz_member_set_person (KzMember *member, KzPerson *person);
KzMember *kz_member_ref (KzMember *member);
void kz_member_unref (KzMember *member);

KzRole kz_role_parse (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzGroup, kz_group_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMember, kz_member_unref)

G_END_DECLS
