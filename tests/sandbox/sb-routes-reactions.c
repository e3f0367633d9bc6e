/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Likes and comments: API §17. */
#include "config.h"

#include "sb-deeds.h"
#include "sb-router.h"

#include <string.h>

/* .NET ticks of the epoch: 100 ns since the year 1. */
#define EPOCH_TICKS G_GINT64_CONSTANT (621355968000000000)

static gint64
ticks_of (gint64 time_ms)
{
  return EPOCH_TICKS + time_ms * 10000;
}

/* (nullable), with the error in place. Texts take no reactions (untested on the real service). */
static SbItem *
find_item (SbCall *call, const char *reference_id)
{
  SbItem *item = sb_world_item (call->sandbox->world, reference_id);
  if (item && item->group == call->group && sb_access_sees_item (item, call->user) &&
      (!sb_item_is_text (item) || sb_switches_on (call->sandbox->switches, "reactToText")))
    return item;
  sb_call_not_found (call, "No such action");
  return NULL;
}

static gboolean
check_source (SbCall *call, const char *source_id)
{
  if (!source_id || !*source_id || strcmp (source_id, call->group->id) == 0)
    return TRUE;
  SbGroup *source = sb_world_group (call->sandbox->world, source_id);
  if (source && sb_access_may_read (source, call->user) &&
      sb_access_is_above (source, call->group)) {
    call->group = source; /* seen through a hierarchy */
    return TRUE;
  }
  sb_call_not_found (call, "sourceGroupId is not known");
  return FALSE;
}

static void
post (SbCall *call)
{
  const char *type = sb_json_string (call->body, "reactionType", "");
  const char *comment = sb_json_string (call->body, "comment", NULL);
  const char *reference = sb_json_string (call->body, "referenceId", NULL);
  gboolean like = g_ascii_strcasecmp (type, "Like") == 0;
  if (!reference || (!like && g_ascii_strcasecmp (type, "Comment") != 0)) {
    sb_call_invalid (call, reference ? "reactionType is Like or Comment" : "referenceId is needed");
    return;
  }
  if (!like && (!comment || comment[strspn (comment, " \t\r\n")] == '\0')) {
    sb_call_invalid (call, "comment is needed");
    return;
  }
  if (!check_source (call, sb_json_string (call->body, "sourceGroupId", NULL)))
    return;
  SbItem *item = find_item (call, reference);
  if (!item)
    return;
  SbReaction *reaction = sb_deed_react (call->sandbox, item, call->user, like ? NULL : comment);
  sb_call_note (call, "reaction", item->reference_id,
                sb_obj ("s:reactionType", like ? "Like" : "Comment", "s:text",
                        like ? NULL : comment, "s:reactionId", reaction->id, NULL));
  sb_call_ok (call, sb_obj ("s:reactionId", reaction->id, NULL));
}

static JsonObject *
summary_of (SbItem *item)
{
  int likes = 0, comments = 0;
  JsonObject *map = json_object_new ();
  for (guint i = 0; i < item->reactions->len; i++) {
    if (((SbReaction *) item->reactions->pdata[i])->like)
      likes++;
    else
      comments++;
  }
  if (likes)
    json_object_set_int_member (map, "like", likes);
  if (comments)
    json_object_set_int_member (map, "comment", comments);
  return sb_obj ("s:referenceId", item->reference_id, "o:reactionsCountMap", map, NULL);
}

static void
one_summary (SbCall *call)
{
  if (!check_source (call, sb_call_query (call, "sourceGroupId")))
    return;
  SbItem *item = find_item (call, call->params[1]);
  if (!item)
    return;
  JsonArray *array = json_array_new ();
  json_array_add_object_element (array, summary_of (item));
  sb_call_ok (call, sb_obj ("a:summary", array, NULL));
}

static gboolean
read_cursor (SbCall *call, gint64 *cursor)
{
  const char *text = sb_call_query (call, "cursor");
  *cursor = 0;
  if (!text || !*text || g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, cursor, NULL))
    return TRUE;
  sb_call_invalid (call, "cursor is a number");
  return FALSE;
}

/* Several reactions may fall into one millisecond; the position in the list parts them, so that no
 * page loses one. */
static gint64
reaction_ticks (SbItem *item, guint i)
{
  SbReaction *reaction = item->reactions->pdata[i];
  return ticks_of (reaction->time_ms) + i % 10000;
}

static gint64
last_ticks (SbItem *item)
{
  return item->reactions->len ? reaction_ticks (item, item->reactions->len - 1) : 0;
}

static gint
by_last_ticks (gconstpointer a, gconstpointer b)
{
  gint64 one = last_ticks (*(SbItem *const *) a), two = last_ticks (*(SbItem *const *) b);
  return one < two ? -1 : one > two;
}

/* Summaries of what was reacted to after the cursor. */
static void
all_summaries (SbCall *call)
{
  gint64 cursor, page = sb_switches_int (call->sandbox->switches, "reactionPage");
  if (!check_source (call, sb_call_query (call, "sourceGroupId")) || !read_cursor (call, &cursor))
    return;
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  for (guint i = 0; i < call->group->items->len; i++) {
    SbItem *item = call->group->items->pdata[i];
    if (last_ticks (item) > cursor && sb_access_sees_item (item, call->user))
      g_ptr_array_add (changed, item);
  }
  g_ptr_array_sort (changed, by_last_ticks);
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < changed->len && i < page; i++) {
    json_array_add_object_element (array, summary_of (changed->pdata[i]));
    cursor = last_ticks (changed->pdata[i]);
    /* Equal ticks of two actions must not be split by a page's end. */
    if (i + 1 == page && i + 1 < changed->len && last_ticks (changed->pdata[i + 1]) == cursor)
      page++;
  }
  sb_call_ok (call, sb_obj ("l:cursor", cursor, "a:summary", array, NULL));
}

static void
details (SbCall *call)
{
  const char *type = sb_call_query (call, "reactionType");
  gint64 cursor, page = sb_switches_int (call->sandbox->switches, "reactionPage");
  if (!check_source (call, sb_call_query (call, "sourceGroupId")) || !read_cursor (call, &cursor))
    return;
  if (type && *type && g_ascii_strcasecmp (type, "Like") != 0 &&
      g_ascii_strcasecmp (type, "Comment") != 0) {
    sb_call_invalid (call, "reactionType is Like or Comment");
    return;
  }
  SbItem *item = find_item (call, call->params[1]);
  if (!item)
    return;
  JsonArray *array = json_array_new ();
  gint64 from = cursor;
  for (guint i = 0; i < item->reactions->len && json_array_get_length (array) < page; i++) {
    SbReaction *reaction = item->reactions->pdata[i];
    gboolean wanted = !type || !*type || (g_ascii_strcasecmp (type, "Like") == 0) == reaction->like;
    if (!wanted || reaction_ticks (item, i) <= from)
      continue;
    /* The text of a comment is not part of the documented answer. */
    json_array_add_object_element (array, sb_obj ("s:reactionId", reaction->id, "s:userId",
                                                  reaction->user->id, "l:lastModifiedTime",
                                                  reaction->time_ms, NULL));
    cursor = reaction_ticks (item, i);
  }
  sb_call_ok (call, sb_obj ("l:cursor", cursor, "a:reactionDetails", array, NULL));
}

const SbRoute sb_routes_reactions[] = {
    {"POST", "groups/{groupId}/reaction", "reaction.write", SB_ROUTE_GROUP | SB_ROUTE_BODY, post},
    {"GET", "groups/{groupId}/reaction/summary", "reaction.read", SB_ROUTE_GROUP, all_summaries},
    {"GET", "groups/{groupId}/reaction/{referenceId}/summary", "reaction.read", SB_ROUTE_GROUP,
     one_summary},
    {"GET", "groups/{groupId}/reaction/{referenceId}", "reaction.read", SB_ROUTE_GROUP, details},
    {NULL}};
