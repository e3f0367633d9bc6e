/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every answer of the service, read as each of the things that it may be, and shown. */
#include "config.h"

#include "fuzz.h"

#include "kz-action.h"
#include "kz-event.h"
#include "kz-group.h"
#include "kz-json.h"
#include "kz-message.h"
#include "kz-posted.h"
#include "kz-render.h"

#include <string.h>

static char *
name_cb (const KzPerson *person, gpointer data)
{
  return g_strdup (person->name != NULL ? person->name : "somebody");
}

/* A link goes where our schemes go, and its attribute ends where the tag does. */
static void
check_link (const char *target)
{
  static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:", "geo:"};
  const char *end = strchr (target, '"');
  gboolean is_known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    is_known = is_known || g_ascii_strncasecmp (target, schemes[i], strlen (schemes[i])) == 0;
  g_assert_true (is_known);
  g_assert_nonnull (end);
  g_assert_true (end[1] == '>');
}

/* What is shown is one document of our own tags: no tag or entity of the server's. */
static void
check_html (const char *html)
{
  static const char *const tags[] = {"<b>", "</b>", "<i>", "</i>", "<br>", "<a href=\"", "</a>",
                                     "<em>", "</em>"};

  g_assert_true (g_utf8_validate (html, -1, NULL));
  for (const char *p = strchr (html, '<'); p != NULL; p = strchr (p + 1, '<')) {
    gboolean is_ours = FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
      is_ours = is_ours || g_str_has_prefix (p, tags[i]);
    g_assert_true (is_ours);
    if (g_str_has_prefix (p, "<a href=\""))
      check_link (p + strlen ("<a href=\""));
  }
}

static void
show (const KzAction *action, const KzTally *tally)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  KzRenderContext context = {.person_name = name_cb,
                             .zone = zone,
                             .now_us = G_GINT64_CONSTANT (1764057600000000),
                             .command_prefix = "!",
                             .dates_in_text = TRUE};

  if (action != NULL) {
    g_autofree char *html = kz_render_action (&context, action, "k3f");
    g_autofree char *results =
        tally != NULL ? kz_render_results (&context, action, tally, "k3f") : NULL;

    check_html (html);
    if (results != NULL)
      check_html (results);
  }
}

static void
read_actions (const KzJson *json)
{
  g_autoptr (KzAction) listed = kz_action_parse (json, "g", NULL);
  g_autoptr (KzAction) details = kz_action_parse_details (json, "g", "a");
  g_autoptr (KzTally) tally = kz_tally_parse (json, "a", NULL);
  g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

  show (listed, tally);
  show (details, tally);
}

static void
read_others (const KzJson *json)
{
  g_autoptr (KzGroup) group = kz_group_parse (json, NULL);
  g_autoptr (KzGroup) one = kz_group_parse_one (json, NULL);
  g_autoptr (KzMember) member = kz_member_parse (json, NULL);
  g_autoptr (KzPosted) posted = kz_posted_parse (json, NULL);
  g_autoptr (GPtrArray) failed = kz_failed_targets_parse (json, "isAdded");
  KzReaction *reaction = kz_reaction_parse (json, "g", "r", KZ_REACTION_LIKE, NULL);
  KzReactionSummary *summary = kz_reaction_summary_parse (json, NULL);

  g_assert_true (group == NULL || (group->id != NULL && kz_group_equal (group, group)));
  g_clear_pointer (&reaction, kz_reaction_unref);
  g_clear_pointer (&summary, kz_reaction_summary_free);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (KzJson) json = kz_json_parse ((const char *) data, size, NULL, NULL);

  if (json == NULL)
    return 0;
  read_actions (json);
  read_others (json);
  for (guint i = 0; i < kz_json_array_length (json) && i < 20; i++) {
    read_actions (kz_json_array_at (json, i));
    read_others (kz_json_array_at (json, i));
  }
  return 0;
}
