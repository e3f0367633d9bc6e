/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-world-dump.h"
#include "sb-deeds.h"

static JsonArray *
dump_users (SbSandbox *sandbox)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < sandbox->world->users->len; i++) {
    SbUser *user = sandbox->world->users->pdata[i];
    json_array_add_object_element (
        array, sb_obj ("s:id", user->id, "?:key", user->key, "s:phone", user->phone, "s:name",
                       user->name, "b:provisioned", user->provisioned, "b:signIn", user->sign_in,
                       "b:tenantAdmin", user->tenant_admin, NULL));
  }
  return array;
}

static JsonArray *
dump_members (SbGroup *group)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < group->members->len; i++) {
    SbMember *member = group->members->pdata[i];
    json_array_add_object_element (array, sb_obj ("s:id", member->user->id, "s:phone",
                                                  member->user->phone, "s:name", member->user->name,
                                                  "s:role", sb_role_name (member->role), NULL));
  }
  return array;
}

static JsonArray *
dump_phones (GPtrArray *users)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < users->len; i++)
    json_array_add_string_element (array, ((SbUser *) users->pdata[i])->phone);
  return array;
}

static JsonArray *
dump_group_ids (GPtrArray *groups)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < groups->len; i++)
    json_array_add_string_element (array, ((SbGroup *) groups->pdata[i])->id);
  return array;
}

static JsonArray *
dump_responses (SbItem *item)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < item->responses->len; i++) {
    SbResponse *response = item->responses->pdata[i];
    json_array_add_object_element (
        array, sb_obj ("s:responseId", response->id, "s:phone", response->user->phone, "s:name",
                       response->user->name, "b:anonymous", response->anonymous, "b:isCompleted",
                       response->completed, "a:answers",
                       response->answers ? sb_array_copy (response->answers) : NULL, "l:atMs",
                       response->time_ms, NULL));
  }
  return array;
}

static JsonArray *
dump_reactions (SbItem *item)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < item->reactions->len; i++) {
    SbReaction *reaction = item->reactions->pdata[i];
    json_array_add_object_element (
        array, sb_obj ("s:reactionId", reaction->id, "s:phone", reaction->user->phone, "s:name",
                       reaction->user->name, "s:type", reaction->like ? "Like" : "Comment",
                       "?:comment", reaction->comment, "l:atMs", reaction->time_ms, NULL));
  }
  return array;
}

static JsonArray *
dump_files (SbSandbox *sandbox, SbItem *item)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < item->media->files->len; i++) {
    SbFile *file = item->media->files->pdata[i];
    g_autofree char *url = sb_file_url (sandbox, file);
    json_array_add_object_element (
        array, sb_obj ("s:name", file->name, "s:mime", file->mime, "s:url", url, "i:bytes",
                       file->bytes ? (int) g_bytes_get_size (file->bytes) : 0, "i:downloads",
                       (int) file->downloads, NULL));
  }
  return array;
}

static JsonObject *
dump_item (SbSandbox *sandbox, SbItem *item)
{
  return sb_obj ("s:referenceId", item->reference_id, "?:actionId", item->action_id, "s:eventId",
                 item->event_id, "s:type", item->type, "?:packageId", item->package_id, "s:groupId",
                 item->group->id, "s:sender", item->sender->phone, "s:senderName",
                 item->sender->name, "l:sentMs", item->sent_ms, "?:text", item->text, "?:replyTo",
                 item->reply_to, "o:body", sb_obj_copy (item->body), "a:assignedTo",
                 dump_phones (item->assignees), "l:dueMs", item->due_ms, "b:toAll", item->to_all,
                 "a:targets", dump_phones (item->targets), "a:files",
                 item->media ? dump_files (sandbox, item) : NULL, "a:responses",
                 dump_responses (item), "a:reactions", dump_reactions (item), NULL);
}

static JsonObject *
dump_group (SbSandbox *sandbox, SbGroup *group)
{
  JsonArray *items = json_array_new ();
  for (guint i = 0; i < group->items->len; i++)
    json_array_add_object_element (items, dump_item (sandbox, group->items->pdata[i]));
  return sb_obj ("s:id", group->id, "?:key", group->key, "s:name", group->name, "s:imageUrl",
                 group->image_url, "s:type", group->connect ? "ConnectGroup" : "Group", "a:members",
                 dump_members (group), "a:subscribers", dump_phones (group->subscribers),
                 "a:parents", dump_group_ids (group->parents), "a:children",
                 dump_group_ids (group->children), "a:items", items, NULL);
}

JsonObject *
sb_world_dump (SbSandbox *sandbox)
{
  JsonArray *groups = json_array_new (), *connectors = json_array_new ();
  for (guint i = 0; i < sandbox->world->groups->len; i++)
    json_array_add_object_element (groups, dump_group (sandbox, sandbox->world->groups->pdata[i]));
  for (guint i = 0; i < sandbox->world->connectors->len; i++) {
    SbConnector *connector = sandbox->world->connectors->pdata[i];
    json_array_add_object_element (
        connectors, sb_obj ("s:id", connector->id, "s:secret", connector->secret, NULL));
  }
  return sb_obj ("a:users", dump_users (sandbox), "a:groups", groups, "a:connectors", connectors,
                 "i:mediaTokenHeaders", (int) sandbox->world->media_token_headers, NULL);
}
