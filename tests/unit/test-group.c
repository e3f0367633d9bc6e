/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-error.h"
#include "kz-group.h"

#include <gio/gio.h>

static void
test_full (void)
{
  g_autoptr (KzJson) json = kz_test_json (
      "{'groupId':'7a0e@1','groupName':'Plant','groupImageUrl':'https://x/y','groupType':'Group',"
      "'hasSubGroups':true,'hasParentGroups':false,'isMappedToTenant':'true','callerRole':'Admin',"
      "'userCount':12,'currentLevelUserCount':'3','welcomeMessage':'hi','unheardOf':{'a':[1]},"
      "'subGroups':[{'groupId':'c1','groupName':'Night','hasParentGroups':true,'subGroups':["
      "{'groupId':'c2'}]},{'groupName':'no id'},7,null,{'groupId':9}]}");
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroup) group = kz_group_parse (json, &error);
  KzGroup *child;

  g_assert_no_error (error);
  g_assert_cmpstr (group->id, ==, "7a0e@1");
  g_assert_cmpstr (group->name, ==, "Plant");
  g_assert_cmpstr (group->image_url, ==, "https://x/y");
  g_assert_cmpstr (group->welcome, ==, "hi");
  g_assert_cmpint (group->kind, ==, KZ_GROUP_PARENT);
  g_assert_cmpint (group->role, ==, KZ_ROLE_ADMIN);
  g_assert_true (group->is_tenant);
  g_assert_cmpint (group->user_count, ==, 12);
  g_assert_cmpint (group->direct_user_count, ==, 3);
  g_assert_cmpuint (group->subgroups->len, ==, 2);
  child = g_ptr_array_index (group->subgroups, 0);
  g_assert_cmpint (child->kind, ==, KZ_GROUP_PARENT);
  g_assert_cmpstr (((KzGroup *) g_ptr_array_index (child->subgroups, 0))->id, ==, "c2");
  g_assert_cmpstr (((KzGroup *) g_ptr_array_index (group->subgroups, 1))->id, ==, "9");
}

static void
test_bare (void)
{
  g_autoptr (KzJson) json = kz_test_json ("{'groupId':'g'}");
  g_autoptr (KzGroup) group = kz_group_parse (json, NULL);

  g_assert_nonnull (group);
  g_assert_cmpstr (group->name, ==, "");
  g_assert_cmpstr (group->type_raw, ==, "");
  g_assert_null (group->image_url);
  g_assert_null (group->subgroups);
  g_assert_cmpint (group->kind, ==, KZ_GROUP_FLAT);
  g_assert_cmpint (group->role, ==, KZ_ROLE_UNKNOWN);
  g_assert_cmpint (group->user_count, ==, -1);
  g_assert_cmpint (group->direct_user_count, ==, -1);
}

static void
test_image_url (void)
{
  static const struct {
    const char *json, *expected;
  } rows[] = {
      {"{'groupId':'g','groupImageURL':'https://x/a'}", "https://x/a"},
      {"{'groupId':'g','groupImageUrl':'https://x/a?b=1&amp;c=2'}", "https://x/a?b=1&c=2"},
      {"{'groupId':'g','groupImageUrl':''}", NULL},
      {"{'groupId':'g','groupImageUrl':null}", NULL},
      {"{'groupId':'g','groupImageUrl':['https://x/a']}", NULL},
      {"{'groupId':'g','groupImageUrl':{'url':'https://x/a'}}", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzJson) json = kz_test_json (rows[i].json);
    g_autoptr (KzGroup) group = kz_group_parse (json, NULL);

    g_assert_nonnull (group);
    g_assert_cmpstr (group->image_url, ==, rows[i].expected);
  }
}

static void
test_without_id (void)
{
  static const char *const bad[] = {
      "{}", "[]", "null", "'g'", "{'groupId':''}", "{'groupId':null}", "{'groupId':{}}"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (KzJson) json = kz_test_json (bad[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (kz_group_parse (json, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
  }
}

static void
test_one (void)
{
  static const struct {
    const char *text;
    const char *id; /* (nullable) */
  } rows[] = {
      {"{'groups':[{'groupId':'a'},{'groupId':'b'}]}", "a"},
      {"{'groupId':'a','groupName':'x'}", "a"},
      {"[{'groupId':'a'}]", "a"},
      {"{'groupId':'a','subGroups':[{'groupId':'b'}],'welcomeMessage':'w'}", "a"},
      {"{'Groups':[{'GroupId':'a'}]}", "a"},
      {"{'groups':[]}", NULL},
      {"{'groups':[null]}", NULL},
      {"{'message':'no'}", NULL},
      {"[]", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzJson) json = kz_test_json (rows[i].text);
    g_autoptr (GError) error = NULL;
    g_autoptr (KzGroup) group = kz_group_parse_one (json, &error);

    g_assert_cmpstr (group != NULL ? group->id : NULL, ==, rows[i].id);
    g_assert_cmpint (error == NULL, ==, rows[i].id != NULL);
  }
}

static void
test_may_write (void)
{
  static const struct {
    const char *fields;
    KzGroupKind kind;
    KzWrite write;
  } rows[] = {
      {"'groupType':'Group','callerRole':'Admin'", KZ_GROUP_FLAT, KZ_WRITE_YES},
      {"'groupType':'Group','callerRole':'Member'", KZ_GROUP_FLAT, KZ_WRITE_YES},
      {"'groupType':'Group'", KZ_GROUP_FLAT, KZ_WRITE_YES},
      {"'groupType':'group','callerRole':'member'", KZ_GROUP_FLAT, KZ_WRITE_YES},
      {"'callerRole':'Subscriber'", KZ_GROUP_FLAT, KZ_WRITE_NO},
      {"'callerRole':'None'", KZ_GROUP_FLAT, KZ_WRITE_NO},
      {"'hasParentGroups':true,'callerRole':'Member'", KZ_GROUP_LEAF, KZ_WRITE_YES},
      {"'hasSubGroups':true,'callerRole':'Admin'", KZ_GROUP_PARENT, KZ_WRITE_ANNOUNCE_ONLY},
      {"'hasSubGroups':true,'hasParentGroups':true", KZ_GROUP_PARENT, KZ_WRITE_ANNOUNCE_ONLY},
      {"'hasSubGroups':true,'callerRole':'None'", KZ_GROUP_PARENT, KZ_WRITE_NO},
      {"'groupType':'ConnectGroup','callerRole':'Admin'", KZ_GROUP_PUBLIC, KZ_WRITE_TARGETED},
      {"'groupType':'ConnectGroup','callerRole':'Member'", KZ_GROUP_PUBLIC, KZ_WRITE_TARGETED},
      {"'groupType':'connectgroup'", KZ_GROUP_PUBLIC, KZ_WRITE_TARGETED},
      {"'groupType':'ConnectGroup','callerRole':'Subscriber'", KZ_GROUP_PUBLIC, KZ_WRITE_NO},
      {"'groupType':'Forum','callerRole':'Member'", KZ_GROUP_OTHER, KZ_WRITE_YES},
      {"'groupType':7,'callerRole':'Boss'", KZ_GROUP_FLAT, KZ_WRITE_YES},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("{'groupId':'g',%s}", rows[i].fields);
    g_autoptr (KzJson) json = kz_test_json (text);
    g_autoptr (KzGroup) group = kz_group_parse (json, NULL);

    g_test_message ("%s", rows[i].fields);
    g_assert_cmpint (group->kind, ==, rows[i].kind);
    g_assert_cmpint (kz_group_may_write (group), ==, rows[i].write);
  }
}

static void
test_equal (void)
{
  static const char *const changes[] = {
      "'groupName':'other'",       "'groupImageUrl':'i'",     "'welcomeMessage':'w'",
      "'groupType':'Group'",       "'callerRole':'Admin'",    "'hasSubGroups':true",
      "'hasParentGroups':true",    "'isMappedToTenant':true", "'userCount':3",
      "'currentLevelUserCount':3",
  };
  g_autoptr (KzJson) json = kz_test_json ("{'groupId':'g'}");
  g_autoptr (KzGroup) group = kz_group_parse (json, NULL);
  g_autoptr (KzGroup) same = kz_group_parse (json, NULL);
  g_autoptr (KzGroup) child = kz_group_with_parent (group, "p");
  g_autoptr (KzGroup) minimal = kz_group_new_minimal ("g", NULL);

  g_assert_true (kz_group_equal (group, same));
  g_assert_true (kz_group_equal (group, minimal));
  g_assert_false (kz_group_equal (group, child));
  g_assert_null (group->parent_id);
  g_assert_cmpstr (child->parent_id, ==, "p");
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *text = g_strdup_printf ("{'groupId':'g',%s}", changes[i]);
    g_autoptr (KzJson) changed_json = kz_test_json (text);
    g_autoptr (KzGroup) changed = kz_group_parse (changed_json, NULL);

    g_assert_false (kz_group_equal (group, changed));
  }
}

static void
test_member (void)
{
  static const struct {
    const char *text;
    gboolean good;
    const char *id;
    const char *phone;
    const char *name;
    KzRole role;
    gboolean provisioned;
  } rows[] = {
      {"{'id':'u@1','role':'Admin','mobileNumber':'+15550000001','isProvisioned':true,'name':'Asha'"
       "}",
       TRUE, "u@1", "+15550000001", "Asha", KZ_ROLE_ADMIN, TRUE},
      {"{'id':'u','role':'Member','mobileNumber':'','isProvisioned':false,'name':null}", TRUE, "u",
       NULL, NULL, KZ_ROLE_MEMBER, FALSE},
      {"{'mobileNumber':'++91 98765 43210','isProvisioned':'false'}", TRUE, NULL, "+919876543210",
       NULL, KZ_ROLE_UNKNOWN, FALSE},
      {"{'Id':'u','mobileNumber':919876543210}", TRUE, "u", "+919876543210", NULL, KZ_ROLE_UNKNOWN,
       TRUE},
      {"{'id':'u','role':'Owner'}", TRUE, "u", NULL, NULL, KZ_ROLE_UNKNOWN, TRUE},
      {"{'id':'u','name':7,'profilePic':[]}", TRUE, "u", NULL, NULL, KZ_ROLE_UNKNOWN, TRUE},
      {"{'id':'','mobileNumber':'','name':'Ghost'}", FALSE, NULL, NULL, NULL, 0, FALSE},
      {"{}", FALSE, NULL, NULL, NULL, 0, FALSE},
      {"null", FALSE, NULL, NULL, NULL, 0, FALSE},
      {"[1]", FALSE, NULL, NULL, NULL, 0, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzJson) json = kz_test_json (rows[i].text);
    g_autoptr (GError) error = NULL;
    g_autoptr (KzMember) member = kz_member_parse (json, &error);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (member != NULL, ==, rows[i].good);
    if (member == NULL) {
      g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
      continue;
    }
    g_assert_cmpstr (member->person->id, ==, rows[i].id);
    g_assert_cmpstr (member->person->phone, ==, rows[i].phone);
    g_assert_cmpstr (member->person->name, ==, rows[i].name);
    g_assert_cmpint (member->role, ==, rows[i].role);
    g_assert_cmpint (member->provisioned, ==, rows[i].provisioned);
  }
}

static void
test_phone (void)
{
  static const struct {
    const char *text;
    const char *expected; /* (nullable) */
    const char *from_wire;
  } rows[] = {
      {"+15550000001", "+15550000001", "+15550000001"},
      {"++919876543210", "+919876543210", "+919876543210"},
      {" + 91 (98765) 43-210 ", "+919876543210", "+919876543210"},
      {"+1.555.000.0001", "+15550000001", "+15550000001"},
      {"\xE2\x80\xAA+1\xC2\xA0"
       "555\xE2\x80\x91"
       "0000001\xE2\x80\xAC",
       "+15550000001", "+15550000001"},
      {"15550000001", NULL, "+15550000001"},
      {"0015550000001", NULL, NULL},
      {"05550000001", NULL, NULL},
      {"+123456", NULL, NULL},
      {"+1234567", "+1234567", "+1234567"},
      {"+123456789012345", "+123456789012345", "+123456789012345"},
      {"+1234567890123456", NULL, NULL},
      {"+1555000000x", NULL, NULL},
      {"1+5550000001", NULL, NULL},
      {"+", NULL, NULL},
      {"", NULL, NULL},
      {"7a0e0000-0000-4000-8000-00000000000a", NULL, NULL},
      {"+\xFF", NULL, NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *typed = kz_phone_normalize (rows[i].text);
    g_autofree char *wire = kz_phone_from_wire (rows[i].text);

    g_assert_cmpstr (typed, ==, rows[i].expected);
    g_assert_cmpstr (wire, ==, rows[i].from_wire);
  }
  g_assert_null (kz_phone_normalize (NULL));
}

static void
test_person (void)
{
  g_autoptr (KzPerson) person = kz_person_new ("", "++1 5550000001", "", "");
  g_autoptr (KzPerson) by_id = kz_person_from_wire (NULL, "aa01-bb@2", "Asha", NULL);
  g_autoptr (KzPerson) zero =
      kz_person_from_wire ("00000000-0000-0000-0000-000000000000", "+15550000001", NULL, NULL);
  g_autoptr (KzPerson) name_only = kz_person_from_wire (NULL, "", "Asha", NULL);

  g_autoptr (KzPerson) pictured =
      kz_person_from_wire ("aa01", NULL, NULL, "https://x.org/a.png?sv=1&amp;sig=b&c=d");

  g_assert_cmpstr (pictured->picture_url, ==, "https://x.org/a.png?sv=1&sig=b&c=d");
  g_assert_null (person->id);
  g_assert_null (person->name);
  g_assert_null (person->picture_url);
  g_assert_cmpstr (person->phone, ==, "+15550000001");
  g_assert_cmpstr (by_id->id, ==, "aa01-bb@2");
  g_assert_null (by_id->phone);
  g_assert_null (zero->id);
  g_assert_cmpstr (zero->phone, ==, "+15550000001");
  g_assert_cmpstr (name_only->name, ==, "Asha");
  g_assert_null (kz_person_from_wire ("", "", "", "pic"));
  g_assert_null (kz_person_from_wire (NULL, NULL, NULL, NULL));
}

static void
test_transient (void)
{
  static const int yes[] = {KZ_ERROR_THROTTLED, KZ_ERROR_UNAVAILABLE, KZ_ERROR_NETWORK};

  for (int code = KZ_ERROR_TOKEN_EXPIRED; code <= KZ_ERROR_INVALID; code++) {
    g_autoptr (GError) error = g_error_new_literal (KZ_ERROR, code, "x");
    gboolean expected = FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS (yes); i++)
      expected = expected || yes[i] == code;
    g_assert_cmpint (kz_error_is_transient (error), ==, expected);
  }
  g_assert_false (kz_error_is_transient (NULL));
  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error =
        g_error_new_literal (G_IO_ERROR, i == 0 ? G_IO_ERROR_TIMED_OUT : G_IO_ERROR_CANCELLED, "x");

    g_assert_cmpint (kz_error_is_transient (error), ==, i == 0);
  }
}

static void
try_group (const char *data, gsize length)
{
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, NULL);
  g_autoptr (GError) group_error = NULL;
  g_autoptr (GError) member_error = NULL;
  g_autoptr (KzGroup) group = kz_group_parse_one (json, &group_error);
  g_autoptr (KzMember) member = kz_member_parse (json, &member_error);

  g_assert_cmpint (group == NULL, ==, group_error != NULL);
  g_assert_cmpint (member == NULL, ==, member_error != NULL);
  g_assert_true (group == NULL || (*group->id != '\0' && group->name != NULL));
}

static void
test_hostile (void)
{
  g_autofree char *group = kz_test_quote (
      "{'groups':[{'groupId':'g','groupName':'n','groupType':'Group','callerRole':'Admin',"
      "'hasSubGroups':true,'userCount':3,'welcomeMessage':'w','subGroups':[{'groupId':'c'}]}]}");
  g_autofree char *member = kz_test_quote (
      "{'groupId':'g','id':'u','role':'Admin','mobileNumber':'+15550000001','isProvisioned':true,"
      "'name':'n','profilePic':'p'}");

  kz_test_truncations (group, try_group);
  kz_test_truncations (member, try_group);
  kz_test_wrong_types (group, try_group);
  kz_test_wrong_types (member, try_group);
}

/* Each with what may be done: post, members, roles, subgroups, subscribers. */
static void
what_one_may_do (void)
{
  static const struct {
    const char *json;
    const char *may;
  } cases[] = {
      {"{'groupId':'g','groupType':'Group','callerRole':'Admin'}", "pmrs-"},
      {"{'groupId':'g','groupType':'Group','callerRole':'Member'}", "p----"},
      {"{'groupId':'g','groupType':'Group'}", "pmrs-"},
      {"{'groupId':'g','groupType':'Group','callerRole':'None'}", "-----"},
      {"{'groupId':'g','groupType':'Group','callerRole':'Admin','hasSubGroups':true}", "pmrs-"},
      {"{'groupId':'g','groupType':'ConnectGroup','callerRole':'Admin'}", "pmr-u"},
      {"{'groupId':'g','groupType':'ConnectGroup','callerRole':'Member'}", "p----"},
      {"{'groupId':'g','groupType':'ConnectGroup','callerRole':'Subscriber'}", "-----"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (KzJson) json = kz_test_json (cases[i].json);
    g_autoptr (KzGroup) group = kz_group_parse (json, NULL);
    g_autofree char *may = g_strdup_printf ("%c%c%c%c%c", kz_group_may_post (group) ? 'p' : '-',
                                            kz_group_may_add_members (group) ? 'm' : '-',
                                            kz_group_may_change_roles (group) ? 'r' : '-',
                                            kz_group_may_create_subgroups (group) ? 's' : '-',
                                            kz_group_may_manage_subscribers (group) ? 'u' : '-');

    g_test_message ("%s", cases[i].json);
    g_assert_cmpstr (may, ==, cases[i].may);
  }
}

static void
what_was_made_is_ours (void)
{
  g_autoptr (KzGroup) flat = kz_group_new_made ("g", "G", FALSE, NULL);
  g_autoptr (KzGroup) leaf = kz_group_new_made ("g", "G", FALSE, "p");
  g_autoptr (KzGroup) public = kz_group_new_made ("g", "G", TRUE, NULL);

  g_assert_cmpint (flat->kind, ==, KZ_GROUP_FLAT);
  g_assert_cmpint (leaf->kind, ==, KZ_GROUP_LEAF);
  g_assert_cmpstr (leaf->parent_id, ==, "p");
  g_assert_cmpint (public->kind, ==, KZ_GROUP_PUBLIC);
  g_assert_cmpint (kz_group_may_write (public), ==, KZ_WRITE_TARGETED);
  g_assert_cmpint (flat->role, ==, KZ_ROLE_ADMIN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group/every-documented-field-is-read", test_full);
  g_test_add_func ("/group/only-the-id-is-needed", test_bare);
  g_test_add_func ("/group/the-address-of-its-picture-is-a-text", test_image_url);
  g_test_add_func ("/group/without-an-id-it-is-no-group", test_without_id);
  g_test_add_func ("/group/one-group-may-be-wrapped-or-bare", test_one);
  g_test_add_func ("/group/kind-and-role-decide-who-may-write", test_may_write);
  g_test_add_func ("/group/every-visible-change-makes-it-unequal", test_equal);
  g_test_add_func ("/group/a-member-needs-an-id-or-a-number", test_member);
  g_test_add_func ("/group/wrong-types-and-cut-bodies-do-no-harm", test_hostile);
  g_test_add_func ("/person/a-number-is-normalised-or-refused", test_phone);
  g_test_add_func ("/person/empty-fields-are-none", test_person);
  g_test_add_func ("/error/only-what-may-work-later-is-transient", test_transient);
  g_test_add_func ("/group/what-one-may-do", what_one_may_do);
  g_test_add_func ("/group/what-was-made-is-ours", what_was_made_is_ours);
  return g_test_run ();
}
