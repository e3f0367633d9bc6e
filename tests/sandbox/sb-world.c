/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-world.h"
#include "sb-lenient-json.h"
#include "sb-random.h"

#include <string.h>

static void
user_free (SbUser *user)
{
  g_free (user->id);
  g_free (user->key);
  g_free (user->phone);
  g_free (user->name);
  g_free (user->pic);
  g_free (user->pin);
  g_free (user->sms);
  g_array_unref (user->pin_days);
  g_free (user);
}

static void
group_free (SbGroup *group)
{
  g_free (group->id);
  g_free (group->key);
  g_free (group->name);
  g_free (group->welcome);
  g_free (group->image_url);
  g_ptr_array_unref (group->members);
  g_ptr_array_unref (group->subscribers);
  g_ptr_array_unref (group->parents);
  g_ptr_array_unref (group->children);
  g_ptr_array_unref (group->items);
  g_free (group);
}

static void
connector_free (SbConnector *connector)
{
  g_free (connector->id);
  g_free (connector->secret);
  g_free (connector->name);
  g_free (connector->redirect_url);
  g_hash_table_unref (connector->scopes);
  g_free (connector);
}

static void
file_free (SbFile *file)
{
  g_free (file->path_id);
  g_free (file->sig);
  g_free (file->name);
  g_free (file->mime);
  g_free (file->extension);
  g_free (file->url);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file);
}

static void
media_free (SbMedia *media)
{
  g_free (media->resource);
  g_ptr_array_unref (media->files);
  g_free (media);
}

static void
response_free (SbResponse *response)
{
  g_free (response->id);
  g_clear_pointer (&response->answers, json_array_unref);
  g_free (response);
}

static void
reaction_free (SbReaction *reaction)
{
  g_free (reaction->id);
  g_free (reaction->comment);
  g_free (reaction);
}

void
sb_item_free (SbItem *item)
{
  g_free (item->reference_id);
  g_free (item->action_id);
  g_free (item->event_id);
  g_free (item->package_id);
  g_free (item->text);
  g_free (item->reply_to);
  json_object_unref (item->body);
  g_ptr_array_unref (item->assignees);
  g_ptr_array_unref (item->targets);
  g_ptr_array_unref (item->responses);
  g_ptr_array_unref (item->reactions);
  g_free (item);
}

SbWorld *
sb_world_new (GRand *rand)
{
  SbWorld *world = g_new0 (SbWorld, 1);
  world->rand = rand;
  world->users = g_ptr_array_new_with_free_func ((GDestroyNotify) user_free);
  world->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
  world->connectors = g_ptr_array_new_with_free_func ((GDestroyNotify) connector_free);
  world->media = g_ptr_array_new_with_free_func ((GDestroyNotify) media_free);
  world->tenant_id = sb_random_guid (rand);
  return world;
}

void
sb_world_free (SbWorld *world)
{
  g_ptr_array_unref (world->groups);
  g_ptr_array_unref (world->users);
  g_ptr_array_unref (world->connectors);
  g_ptr_array_unref (world->media);
  g_free (world->tenant_id);
  g_free (world);
}

/* API §22: a documented sample has two plus signs. */
char *
sb_phone_normalise (const char *text)
{
  if (!text || *text != '+')
    return NULL;
  g_autoptr (GString) out = g_string_new ("+");
  while (*text == '+')
    text++;
  for (; *text; text++) {
    if (g_ascii_isdigit (*text))
      g_string_append_c (out, *text);
    else if (*text != ' ' && *text != '-')
      return NULL;
  }
  if (out->len < 8 || out->len > 16)
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

SbUser *
sb_world_add_user (SbWorld *world, char *id, const char *phone, const char *name)
{
  SbUser *user = g_new0 (SbUser, 1);
  user->id = id;
  user->phone = g_strdup (phone);
  user->name = g_strdup (name ? name : "");
  user->pic = g_strdup ("");
  user->provisioned = TRUE;
  user->pin_days = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_ptr_array_add (world->users, user);
  return user;
}

SbGroup *
sb_world_add_group (SbWorld *world, char *id, const char *name, gboolean connect)
{
  SbGroup *group = g_new0 (SbGroup, 1);
  group->id = id;
  group->name = g_strdup (name);
  group->welcome = g_strdup ("");
  group->image_url = g_strdup ("");
  group->connect = connect;
  group->members = g_ptr_array_new_with_free_func (g_free);
  group->subscribers = g_ptr_array_new ();
  group->parents = g_ptr_array_new ();
  group->children = g_ptr_array_new ();
  group->items = g_ptr_array_new_with_free_func ((GDestroyNotify) sb_item_free);
  g_ptr_array_add (world->groups, group);
  return group;
}

const char *
sb_all_scopes (void)
{
  return "groupinfo.read,groupinfo.write,groupinfo.remove,groupinfo.update,groupmember.read,"
         "groupmember.write,groupmember.remove,groupmember.update,textmessage.read,action.read,"
         "action.write,action.update,profile.write,media.read,webhook.read,webhook.write,"
         "webhook.remove,webhook.update,reaction.read,reaction.write";
}

SbConnector *
sb_world_add_connector (
    SbWorld *world, const char *id, const char *secret, const char *name, const char *scopes)
{
  SbConnector *connector = g_new0 (SbConnector, 1);
  connector->id = g_strdup (id);
  connector->secret = g_strdup (secret);
  connector->name = g_strdup (name);
  connector->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) words = g_strsplit (scopes ? scopes : sb_all_scopes (), ",", -1);
  for (guint i = 0; words[i]; i++)
    g_hash_table_add (connector->scopes, g_strdup (g_strstrip (words[i])));
  g_ptr_array_add (world->connectors, connector);
  return connector;
}

/* API §11: later resources were opaque strings that begin with EAB or EAC. */
SbMedia *
sb_world_add_media (SbWorld *world, const char *kind)
{
  guchar bytes[420];
  SbMedia *media = g_new0 (SbMedia, 1);
  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guchar) g_rand_int_range (world->rand, 0, 256);
  g_autofree char *base64 = g_base64_encode (bytes, sizeof bytes);
  media->resource = g_strconcat ("EAB", base64, NULL);
  media->kind = kind;
  media->files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
  g_ptr_array_add (world->media, media);
  return media;
}

SbFile *
sb_media_add_file (
    SbWorld *world, SbMedia *media, const char *name, const char *mime, GBytes *bytes)
{
  SbFile *file = g_new0 (SbFile, 1);
  const char *dot = strrchr (name, '.');
  file->path_id = sb_random_hex (world->rand, 24);
  file->sig = sb_random_hex (world->rand, 43);
  file->name = g_strdup (name);
  file->mime = g_strdup (mime);
  file->extension = g_ascii_strdown (dot ? dot : "", -1);
  file->bytes = bytes ? g_bytes_ref (bytes) : NULL;
  g_ptr_array_add (media->files, file);
  return file;
}

SbUser *
sb_world_user_by_phone (SbWorld *world, const char *phone)
{
  for (guint i = 0; i < world->users->len; i++) {
    SbUser *user = world->users->pdata[i];
    if (g_strcmp0 (user->phone, phone) == 0)
      return user;
  }
  return NULL;
}

SbUser *
sb_world_user_by_id (SbWorld *world, const char *id)
{
  for (guint i = 0; i < world->users->len; i++) {
    SbUser *user = world->users->pdata[i];
    if (g_strcmp0 (user->id, id) == 0)
      return user;
  }
  return NULL;
}

SbUser *
sb_world_person (SbWorld *world, const char *text)
{
  SbUser *user = sb_world_user_by_id (world, text);
  g_autofree char *phone = sb_phone_normalise (text);
  if (!user && phone)
    user = sb_world_user_by_phone (world, phone);
  for (guint i = 0; !user && i < world->users->len; i++) {
    SbUser *other = world->users->pdata[i];
    if (g_strcmp0 (other->key, text) == 0 || g_strcmp0 (other->name, text) == 0)
      user = other;
  }
  return user;
}

SbGroup *
sb_world_group (SbWorld *world, const char *id)
{
  for (guint i = 0; i < world->groups->len; i++) {
    SbGroup *group = world->groups->pdata[i];
    if (g_strcmp0 (group->id, id) == 0)
      return group;
  }
  return NULL;
}

SbGroup *
sb_world_any_group (SbWorld *world, const char *text)
{
  SbGroup *found = sb_world_group (world, text);
  for (guint i = 0; !found && i < world->groups->len; i++) {
    SbGroup *group = world->groups->pdata[i];
    if (g_strcmp0 (group->key, text) == 0 || g_strcmp0 (group->name, text) == 0)
      found = group;
  }
  return found;
}

SbConnector *
sb_world_connector (SbWorld *world, const char *id)
{
  for (guint i = 0; i < world->connectors->len; i++) {
    SbConnector *connector = world->connectors->pdata[i];
    if (g_strcmp0 (connector->id, id) == 0)
      return connector;
  }
  return NULL;
}

SbMedia *
sb_world_media (SbWorld *world, const char *resource)
{
  for (guint i = 0; i < world->media->len; i++) {
    SbMedia *media = world->media->pdata[i];
    if (g_strcmp0 (media->resource, resource) == 0)
      return media;
  }
  return NULL;
}

SbFile *
sb_world_file (SbWorld *world, const char *path_id)
{
  for (guint i = 0; i < world->media->len; i++) {
    SbMedia *media = world->media->pdata[i];
    for (guint k = 0; k < media->files->len; k++) {
      SbFile *file = media->files->pdata[k];
      if (g_strcmp0 (file->path_id, path_id) == 0)
        return file;
    }
  }
  return NULL;
}

static SbItem *
find_item (SbWorld *world, const char *id, gboolean by_action)
{
  for (guint i = 0; id && i < world->groups->len; i++) {
    SbGroup *group = world->groups->pdata[i];
    for (guint k = 0; k < group->items->len; k++) {
      SbItem *item = group->items->pdata[k];
      if (g_strcmp0 (by_action ? item->action_id : item->reference_id, id) == 0)
        return item;
    }
  }
  return NULL;
}

SbItem *
sb_world_item (SbWorld *world, const char *reference_id)
{
  return find_item (world, reference_id, FALSE);
}

SbItem *
sb_world_action (SbWorld *world, const char *action_id)
{
  return find_item (world, action_id, TRUE);
}

SbItem *
sb_item_new (SbGroup *group, SbUser *sender, const char *type)
{
  SbItem *item = g_new0 (SbItem, 1);
  item->group = group;
  item->sender = sender;
  item->type = type;
  item->body = json_object_new ();
  item->assignees = g_ptr_array_new ();
  item->targets = g_ptr_array_new ();
  item->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) response_free);
  item->reactions = g_ptr_array_new_with_free_func ((GDestroyNotify) reaction_free);
  return item;
}

gboolean
sb_item_is_text (SbItem *item)
{
  return strcmp (item->type, "Text") == 0;
}

static SbMember *
find_member (SbGroup *group, SbUser *user)
{
  for (guint i = 0; i < group->members->len; i++) {
    SbMember *member = group->members->pdata[i];
    if (member->user == user)
      return member;
  }
  return NULL;
}

void
sb_group_set_role (SbGroup *group, SbUser *user, SbRole role)
{
  if (role == SB_ROLE_SUBSCRIBER) {
    SbMember *former = find_member (group, user);
    if (former)
      g_ptr_array_remove (group->members, former);
    if (!g_ptr_array_find (group->subscribers, user, NULL))
      g_ptr_array_add (group->subscribers, user);
    return;
  }
  SbMember *member = find_member (group, user);
  g_ptr_array_remove (group->subscribers, user); /* a promotion */
  if (!member) {
    member = g_new0 (SbMember, 1);
    member->user = user;
    g_ptr_array_add (group->members, member);
  }
  member->role = role;
}

gboolean
sb_group_remove_member (SbGroup *group, SbUser *user)
{
  SbMember *member = find_member (group, user);
  gboolean removed = g_ptr_array_remove (group->subscribers, user);
  if (member)
    removed = g_ptr_array_remove (group->members, member);
  return removed;
}

void
sb_group_attach (SbGroup *parent, SbGroup *child)
{
  if (g_ptr_array_find (parent->children, child, NULL))
    return;
  g_ptr_array_add (parent->children, child);
  g_ptr_array_add (child->parents, parent);
}

gboolean
sb_group_detach (SbGroup *parent, SbGroup *child)
{
  g_ptr_array_remove (child->parents, parent);
  return g_ptr_array_remove (parent->children, child);
}

const char *
sb_role_name (SbRole role)
{
  static const char *const names[] = {"None", "Subscriber", "Member", "Admin"};
  return names[role];
}

gboolean
sb_role_parse (const char *text, SbRole *role)
{
  for (int i = SB_ROLE_SUBSCRIBER; text && i <= SB_ROLE_ADMIN; i++)
    if (g_ascii_strcasecmp (text, sb_role_name ((SbRole) i)) == 0) {
      *role = (SbRole) i;
      return TRUE;
    }
  return FALSE;
}
