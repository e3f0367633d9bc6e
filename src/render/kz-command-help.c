/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command.h"

#include "kz-command-table.h"

#include <glib/gi18n-lib.h>

static const char *
refuse_writer (const KzGroup *group)
{
  if (group == NULL)
    return _ ("this goes to groups, not to one person");
  if (kz_group_may_write (group) != KZ_WRITE_NO)
    return NULL;
  if (group->role == KZ_ROLE_SUBSCRIBER)
    return _ ("subscribers can answer, like and comment, but not post");
  return _ ("only members of this group itself may post into it");
}

/* A role that the service did not tell is tried. */
static const char *
refuse_admin (const KzGroup *group)
{
  if (group == NULL)
    return _ ("this is about groups, not about one person");
  if (group->role == KZ_ROLE_ADMIN || group->role == KZ_ROLE_UNKNOWN)
    return NULL;
  return _ ("only admins of this group may do that");
}

/* Why the verb cannot be used here, in the user's language; NULL when it can. */
static const char *
refusal (const KzCommandRow *row, const KzGroup *group)
{
  switch (row->who) {
  case KZ_WHO_WRITERS:
    return refuse_writer (group);
  case KZ_WHO_ADMINS:
    return refuse_admin (group);
  case KZ_WHO_TREE_ADMINS:
    if (group != NULL && group->kind == KZ_GROUP_PUBLIC)
      return _ ("a public group has no subgroups");
    return refuse_admin (group);
  case KZ_WHO_PUBLIC_WRITERS:
    if (group != NULL && group->kind != KZ_GROUP_PUBLIC)
      return _ ("only public groups have subscribers");
    if (group != NULL && group->role == KZ_ROLE_SUBSCRIBER)
      return _ ("subscribers do not see each other");
    return refuse_writer (group);
  case KZ_WHO_PUBLIC_ADMINS:
    if (group != NULL && group->kind != KZ_GROUP_PUBLIC)
      return _ ("only public groups have subscribers");
    return refuse_admin (group);
  case KZ_WHO_EVERYBODY:
  case KZ_WHO_ASKED:
    break;
  }
  return NULL;
}

const char *
kz_command_refusal (KzVerb verb, const KzGroup *group)
{
  const KzCommandRow *row;

  for (guint i = 0; (row = kz_command_row (i)) != NULL; i++)
    if (row->verb == verb)
      return refusal (row, group);
  return NULL;
}

/* (nullable): what to know about plain text in this group. */
static const char *
about_text (const KzGroup *group)
{
  switch (kz_group_may_write (group)) {
  case KZ_WRITE_ANNOUNCE_ONLY:
    return _ ("This group has subgroups, so nobody can write text in it; an announcement reaches "
              "everybody.");
  case KZ_WRITE_NO:
    return _ ("You can read this group and answer what is asked in it, but not write.");
  case KZ_WRITE_TARGETED:
    return _ ("This is a public group: its subscribers do not see each other.");
  case KZ_WRITE_YES:
  default:
    return NULL;
  }
}

static void
add_line (GString *lines, char *line)
{
  if (lines->len > 0)
    g_string_append_c (lines, '\n');
  g_string_append (lines, line);
  g_free (line);
}

static void
add_row (GString *lines, const KzCommandRow *row, const char *prefix)
{
  add_line (lines,
            /* Translators: 1 is "!" or "/", 2 what to type, 3 what it does. */
            g_strdup_printf (_ ("%1$s%2$s — %3$s"), prefix, _ (row->usage), _ (row->summary)));
}

static void
add_refusal (GString *lines, const KzCommandRow *row, const char *prefix, const char *why)
{
  /* Translators: 1 is "!" or "/", 2 the name of a command, 3 why it cannot be used. */
  add_line (lines, g_strdup_printf (_ ("Not here: %1$s%2$s — %3$s"), prefix, row->name, why));
}

/* Rows of the table stand together by what they are for; each begins with this verb. */
static const struct {
  KzVerb first;
  const char *heading;
} sections[] = {
    {KZ_VERB_HELP, N_ ("Help")},      {KZ_VERB_LIKE, N_ ("Answer")},
    {KZ_VERB_REPLY, N_ ("Write")},    {KZ_VERB_MEMBERS, N_ ("People")},
    {KZ_VERB_GROUP, N_ ("Groups")},   {KZ_VERB_WHOAMI, N_ ("Account")},
};

/* One line for each section: a channel is no place for forty lines. */
static void
add_sections (GString *lines, const KzGroup *group, const char *prefix)
{
  const KzCommandRow *row;
  gboolean is_begun = FALSE;
  guint section = 0;

  for (guint i = 0; (row = kz_command_row (i)) != NULL; i++) {
    if (section < G_N_ELEMENTS (sections) && row->verb == sections[section].first) {
      is_begun = FALSE;
      section++;
    }
    if (row->who == KZ_WHO_ASKED || refusal (row, group) != NULL)
      continue;
    if (!is_begun)
      /* Translators: the argument is what commands are for; what to type follows. */
      add_line (lines, g_strdup_printf (_ ("%s: "), _ (sections[section - 1].heading)));
    g_string_append_printf (lines, "%s%s%s", is_begun ? " · " : "", prefix, _ (row->usage));
    is_begun = TRUE;
  }
}

/* One line for each reason, with all that it refuses. */
static void
add_refusals (GString *lines, const KzGroup *group, const char *prefix)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new ();
  const KzCommandRow *row;

  for (guint i = 0; (row = kz_command_row (i)) != NULL; i++) {
    const char *why = refusal (row, group);
    g_autoptr (GString) names = NULL;
    const KzCommandRow *other;

    if (why == NULL || g_ptr_array_find (told, why, NULL))
      continue;
    g_ptr_array_add (told, (gpointer) why);
    names = g_string_new (row->name);
    for (guint j = i + 1; (other = kz_command_row (j)) != NULL; j++)
      if (refusal (other, group) == why)
        g_string_append_printf (names, ", %s%s", prefix, other->name);
    /* Translators: 1 is "!" or "/", 2 names of commands, 3 why they cannot be used. */
    add_line (lines, g_strdup_printf (_ ("Not here: %1$s%2$s — %3$s"), prefix, names->str, why));
  }
}

static char *
help_topic (const KzCommandRow *row, const KzGroup *group, const char *prefix)
{
  GString *lines = g_string_new (NULL);
  const char *why = refusal (row, group);

  add_row (lines, row, prefix);
  /* Translators: 1 is "!" or "/", 2 an example such as "vote k3f 1". */
  add_line (lines, g_strdup_printf (_ ("For example: %1$s%2$s"), prefix, row->example));
  if (row->details != NULL)
    add_line (lines, g_strdup (_ (row->details)));
  if (why != NULL)
    add_refusal (lines, row, prefix, why);
  return g_string_free (lines, FALSE);
}

char *
kz_command_help (const KzGroup *group, const char *prefix, const char *topic)
{
  const KzCommandRow *row = topic != NULL ? kz_command_find (topic) : NULL;
  const char *begin = prefix != NULL ? prefix : "!";
  const char *text = group != NULL ? about_text (group) : NULL;
  GString *lines;

  if (row != NULL)
    return help_topic (row, group, begin);
  lines = g_string_new (NULL);
  if (topic != NULL)
    add_line (lines, kz_command_unknown (begin, topic, FALSE));
  if (text != NULL)
    add_line (lines, g_strdup (text));
  add_line (lines, g_strdup (_ ("HANDLE is what stands in brackets in a line, such as k3f.")));
  add_sections (lines, group, begin);
  /* Translators: the argument is "!" or "/"; do not translate "help" or "help poll". */
  add_line (lines, g_strdup_printf (_ ("%1$shelp and a command, as in %1$shelp poll, says more."),
                                    begin));
  add_refusals (lines, group, begin);
  add_line (lines, g_strdup (_ ("Comments: Kaizala tells who commented, not what they wrote.")));
  if (begin[0] == '!')
    /* Translators: 1 is "!". "%1$s%1$svote" is what a person types to send the text "!vote". */
    add_line (lines, g_strdup_printf (_ ("To send a text that begins with %1$s and a letter, "
                                         "double the sign: %1$s%1$svote sends %1$svote."),
                                      begin));
  return g_string_free (lines, FALSE);
}
