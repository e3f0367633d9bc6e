/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control calls about groups and who is in them. */
#include "config.h"

#include "sb-control.h"
#include "sb-deeds.h"
#include "sb-fields.h"
#include "sb-media.h"

#include <string.h>

/* (nullable): who did it, when the body says so. */
static SbUser *
done_by (SbControl *control)
{
  const char *by = sb_json_string (control->body, "by", NULL);
  return by ? sb_world_person (control->sandbox->world, by) : NULL;
}

static gboolean
read_role (SbControl *control, JsonObject *from, SbRole *role)
{
  if (sb_role_parse (sb_json_string (from, "role", "Member"), role))
    return TRUE;
  sb_control_fail (control, 400, "role is Admin, Member or Subscriber");
  return FALSE;
}

static void
join (SbControl *control)
{
  SbRole role;
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  if (!person || !read_role (control, control->body, &role))
    return;
  sb_deed_set_member (control->sandbox, group, person, role, done_by (control));
  control->answer = sb_obj ("s:groupId", group->id, "s:memberId", person->id, NULL);
}

static void
leave (SbControl *control)
{
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  if (person && !sb_deed_remove_member (control->sandbox, group, person, done_by (control)))
    sb_control_fail (control, 404, "the person is not in the group");
}

static gboolean
add_member (SbControl *control, SbGroup *group, JsonNode *node)
{
  SbRole role = SB_ROLE_MEMBER;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = object ? sb_json_string (object, "person", "")
                            : (sb_node_is_string (node) ? json_node_get_string (node) : "");
  SbUser *user = sb_world_person (control->sandbox->world, name);
  if (!user) {
    sb_control_fail (control, 404, "a member is not known");
    return FALSE;
  }
  if (object && !read_role (control, object, &role))
    return FALSE;
  sb_deed_set_member (control->sandbox, group, user, role, NULL);
  return TRUE;
}

/* ---- the picture of a group ---- */

#define MOST_BYTES (32 * 1024 * 1024)

/* What "picture" says of it: true draws one, a text is its address. */
typedef struct {
  gboolean drawn;
  const char *url;  /* (nullable) */
  const char *kind; /* (nullable): of the file that is drawn */
  gint64 bytes;     /* that it has at least */
} Picture;

/* %FALSE with the failure in place. */
static gboolean
read_picture (SbControl *control, Picture *picture)
{
  JsonObject *body = control->body;
  JsonNode *node = sb_json_get (body, "picture");
  *picture = (Picture){0};
  if (sb_node_is_string (node))
    picture->url = json_node_get_string (node);
  else if (sb_node_is_bool (node) && json_node_get_boolean (node))
    picture->drawn = TRUE;
  else if (node) {
    sb_control_fail (control, 400, "picture is true or an address");
    return FALSE;
  }
  if (sb_field_string (body, "kind", &picture->kind) &&
      sb_field_int (body, "bytes", 0, 0, MOST_BYTES, &picture->bytes))
    return TRUE;
  sb_control_fail (control, 400, "kind is a text, bytes a number up to 32 MiB");
  return FALSE;
}

static void
grow (SbFile *file, gsize length)
{
  gsize had;
  gconstpointer data = g_bytes_get_data (file->bytes, &had);
  if (had >= length)
    return;
  guint8 *more = g_malloc0 (length);
  memcpy (more, data, had);
  g_bytes_unref (file->bytes);
  file->bytes = g_bytes_new_take (more, length);
}

static void
set_picture (SbSandbox *sandbox, SbGroup *group, const Picture *picture)
{
  g_autofree char *url = g_strdup (picture->url);
  if (picture->drawn) {
    SbMedia *media = sb_media_invent (sandbox, picture->kind ? picture->kind : "Image", NULL, 1);
    SbFile *file = media->files->pdata[0];
    grow (file, (gsize) picture->bytes);
    url = sb_file_url (sandbox, file);
  }
  if (!url)
    return;
  g_free (group->image_url);
  group->image_url = g_steal_pointer (&url);
}

static void
group_picture (SbControl *control)
{
  Picture picture;
  SbGroup *group = sb_control_group (control, "group");
  if (!group || !read_picture (control, &picture))
    return;
  if (!picture.drawn && !picture.url) {
    sb_control_fail (control, 400, "picture is needed");
    return;
  }
  set_picture (control->sandbox, group, &picture);
  control->answer = sb_obj ("s:groupId", group->id, "s:url", group->image_url, NULL);
}

static void
make_group (SbControl *control)
{
  Picture picture;
  SbSandbox *sandbox = control->sandbox;
  const char *name = sb_control_text (control, "name");
  gboolean connect =
      g_ascii_strcasecmp (sb_json_string (control->body, "type", "Group"), "ConnectGroup") == 0;
  gboolean nested = sb_json_string (control->body, "parent", NULL) != NULL;
  SbGroup *parent = name && nested ? sb_control_group (control, "parent") : NULL;
  JsonArray *members = sb_json_array (control->body, "members");
  JsonArray *subscribers = sb_json_array (control->body, "subscribers");
  if (!name || (nested && !parent) || !read_picture (control, &picture))
    return;
  SbGroup *group = sb_world_add_group (sandbox->world, sb_new_id (sandbox), name, connect);
  group->key = g_strdup (sb_json_string (control->body, "key", NULL));
  group->tenant = sb_json_bool (control->body, "tenant", FALSE);
  g_free (group->welcome);
  group->welcome = g_strdup (sb_json_string (control->body, "welcomeMessage", ""));
  set_picture (sandbox, group, &picture);
  for (guint i = 0; members && i < json_array_get_length (members); i++)
    if (!add_member (control, group, json_array_get_element (members, i)))
      return;
  for (guint i = 0; subscribers && i < json_array_get_length (subscribers); i++) {
    JsonNode *node = json_array_get_element (subscribers, i);
    SbUser *user = sb_node_is_string (node)
                       ? sb_world_person (sandbox->world, json_node_get_string (node))
                       : NULL;
    if (user)
      sb_group_set_role (group, user, SB_ROLE_SUBSCRIBER);
  }
  if (parent)
    sb_deed_attach (sandbox, parent, group, done_by (control));
  control->answer = sb_obj ("s:groupId", group->id, "s:name", group->name, NULL);
}

static void
rename_group (SbControl *control)
{
  SbGroup *group = sb_control_group (control, "group");
  const char *name = group ? sb_control_text (control, "name") : NULL;
  if (!name)
    return;
  char *copy = g_strdup (name);
  g_free (group->name);
  group->name = copy;
}

static void
set_role (SbControl *control)
{
  SbRole role;
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  if (person && sb_access_role (group, person) == SB_ROLE_NONE)
    sb_control_fail (control, 404, "the person is not in the group");
  else if (person && read_role (control, control->body, &role))
    sb_group_set_role (group, person, role);
}

static void
attach (SbControl *control)
{
  SbGroup *parent = sb_control_group (control, "parent");
  SbGroup *group = parent ? sb_control_group (control, "group") : NULL;
  if (group && (group == parent || sb_access_is_above (group, parent)))
    sb_control_fail (control, 400, "that would be a ring");
  else if (group)
    sb_deed_attach (control->sandbox, parent, group, done_by (control));
}

static void
detach (SbControl *control)
{
  SbGroup *parent = sb_control_group (control, "parent");
  SbGroup *group = parent ? sb_control_group (control, "group") : NULL;
  if (group && !sb_deed_detach (control->sandbox, parent, group, done_by (control)))
    sb_control_fail (control, 404, "it is no subgroup of that parent");
}

const SbControlRow sb_control_groups[] = {{"POST", "join", join},
                                          {"POST", "leave", leave},
                                          {"POST", "group", make_group},
                                          {"POST", "rename", rename_group},
                                          {"POST", "role", set_role},
                                          {"POST", "attach", attach},
                                          {"POST", "detach", detach},
                                          {"POST", "group-picture", group_picture},
                                          {NULL}};
