/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-left.h"

#include <string.h>

/* Account setting: a line a group, newest last: id, place and alias, each escaped. */
#define LEFT_ROOMS "left_rooms"
#define MAX_LEFT 100

typedef enum {
  FIELD_ID,
  FIELD_PLACE,
  FIELD_ALIAS,
  N_FIELDS
} Field;

static gboolean
is_of (const char *line, const char *group_id)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", N_FIELDS);
  g_autofree char *id =
      fields[FIELD_ID] != NULL ? g_uri_unescape_string (fields[FIELD_ID], NULL) : NULL;
  return g_strcmp0 (id, group_id) == 0;
}

/* (element-type utf8): all lines but that of @group_id; @found: (out) (nullable): that one */
static GPtrArray *
load_others (PurpleAccount *account, const char *group_id, char **found)
{
  GPtrArray *others = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (purple_account_get_string (account, LEFT_ROOMS, ""), "\n", -1);
  *found = NULL;
  for (gsize i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '\0')
      continue;
    if (!is_of (lines[i], group_id))
      g_ptr_array_add (others, g_strdup (lines[i]));
    else if (*found == NULL)
      *found = g_strdup (lines[i]);
  }
  return others;
}

static void
save (PurpleAccount *account, GPtrArray *lines)
{
  while (lines->len > MAX_LEFT)
    g_ptr_array_remove_index (lines, 0);
  g_ptr_array_add (lines, NULL);
  g_autofree char *text = g_strjoinv ("\n", (char **) lines->pdata);
  purple_account_set_string (account, LEFT_ROOMS, text);
}

static char *
escaped (const char *text)
{
  return g_uri_escape_string (text != NULL ? text : "", NULL, TRUE);
}

void
kz_left_remember (PurpleAccount *account,
                  const char *group_id,
                  const char *alias,
                  const char *place)
{
  g_autofree char *old = NULL;
  g_autoptr (GPtrArray) lines = load_others (account, group_id, &old);
  g_autofree char *id = escaped (group_id);
  g_autofree char *own_place = escaped (place);
  g_autofree char *own_alias = escaped (alias);
  if (alias != NULL || place != NULL)
    g_ptr_array_add (lines, g_strjoin (" ", id, own_place, own_alias, NULL));
  else if (old == NULL)
    return;
  save (account, lines);
}

/* (transfer full) (nullable) */
static char *
field (GStrv fields, Field which)
{
  if (g_strv_length (fields) != N_FIELDS || *fields[which] == '\0')
    return NULL;
  return g_uri_unescape_string (fields[which], NULL);
}

void
kz_left_take (PurpleAccount *account, const char *group_id, char **alias, char **place)
{
  g_autofree char *found = NULL;
  g_autoptr (GPtrArray) others = load_others (account, group_id, &found);
  *alias = NULL;
  *place = NULL;
  if (found == NULL)
    return;
  g_auto (GStrv) fields = g_strsplit (found, " ", N_FIELDS);
  *alias = field (fields, FIELD_ALIAS);
  *place = field (fields, FIELD_PLACE);
  save (account, others);
}
