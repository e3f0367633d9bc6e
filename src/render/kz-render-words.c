/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-render.h"

#include "kz-render-line.h"

#include <glib/gi18n-lib.h>

typedef struct {
  const char *word;  /* in a sentence */
  const char *label; /* at the beginning of a line */
} Words;

/* Indexed by KzActionKind. Translators: the first of two is used inside of a sentence, the second
 * begins a line such as "Poll [k3f]: Lunch?". */
static const Words words[KZ_N_ACTION_KINDS] = {
    [KZ_ACTION_UNKNOWN] = {N_ ("post"), N_ ("Post")},
    [KZ_ACTION_ANNOUNCEMENT] = {N_ ("announcement"), N_ ("Announcement")},
    [KZ_ACTION_JOB] = {N_ ("job"), N_ ("Job")},
    [KZ_ACTION_POLL] = {N_ ("poll"), N_ ("Poll")},
    [KZ_ACTION_SURVEY] = {N_ ("survey"), N_ ("Survey")},
    [KZ_ACTION_LETS_MEET] = {N_ ("invitation"), N_ ("Let’s meet")},
    [KZ_ACTION_IMAGE] = {N_ ("photo"), N_ ("Photo")},
    [KZ_ACTION_ALBUM] = {N_ ("album"), N_ ("Album")},
    [KZ_ACTION_AUDIO] = {N_ ("voice message"), N_ ("Voice message")},
    [KZ_ACTION_DOCUMENT] = {N_ ("file"), N_ ("File")},
    [KZ_ACTION_VIDEO] = {N_ ("video"), N_ ("Video")},
    [KZ_ACTION_PHOTO_LOCATION] = {N_ ("photo with a place"), N_ ("Photo with a place")},
    [KZ_ACTION_LOCATION] = {N_ ("place"), N_ ("Place")},
    [KZ_ACTION_PACKAGE] = {N_ ("form"), N_ ("Form")},
};

static const Words *
words_of (KzActionKind kind)
{
  guint index = kind;

  return &words[index < G_N_ELEMENTS (words) ? index : KZ_ACTION_UNKNOWN];
}

const char *
kz_render_action_kind (KzActionKind kind)
{
  return _ (words_of (kind)->word);
}

const char *
kz_line_label (KzActionKind kind)
{
  return _ (words_of (kind)->label);
}

const char *
kz_render_role (KzRole role)
{
  switch (role) {
  case KZ_ROLE_ADMIN:
    return _ ("admin");
  case KZ_ROLE_MEMBER:
    return _ ("member");
  case KZ_ROLE_SUBSCRIBER:
    return _ ("subscriber");
  case KZ_ROLE_NONE:
    /* Translators: a person's role in a group that the person is no member of. */
    return _ ("not a member");
  case KZ_ROLE_UNKNOWN:
  default:
    /* Translators: a person's role in a group. */
    return _ ("unknown role");
  }
}

const char *
kz_render_group_kind (KzGroupKind kind)
{
  switch (kind) {
  case KZ_GROUP_FLAT:
    return _ ("group");
  case KZ_GROUP_PARENT:
    return _ ("group with subgroups");
  case KZ_GROUP_LEAF:
    return _ ("subgroup");
  case KZ_GROUP_PUBLIC:
    return _ ("public group");
  case KZ_GROUP_OTHER:
  default:
    return _ ("group of an unknown kind");
  }
}

static gint64
day_of (GDateTime *time)
{
  GDate date;
  int year, month, day;

  g_date_time_get_ymd (time, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date);
}

static const char *
time_format (GDateTime *time, GDateTime *now)
{
  gint64 days = day_of (time) - day_of (now);

  if (days == 0)
    /* Translators: a format of g_date_time_format(). */
    return _ ("today %-H:%M");
  if (days == 1)
    /* Translators: a format of g_date_time_format(). */
    return _ ("tomorrow %-H:%M");
  if (days == -1)
    /* Translators: a format of g_date_time_format(). */
    return _ ("yesterday %-H:%M");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a format of g_date_time_format(). */
    return _ ("%-d %b %-H:%M");
  /* Translators: a format of g_date_time_format(). */
  return _ ("%-d %b %Y %-H:%M");
}

static GDateTime *
local_time (const KzRenderContext *context, gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  if (utc == NULL)
    return NULL;
  return context->zone != NULL ? g_date_time_to_timezone (utc, context->zone)
                               : g_steal_pointer (&utc);
}

char *
kz_render_time (const KzRenderContext *context, gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (context, time_us);
  g_autoptr (GDateTime) now = local_time (context, context->now_us);
  char *text;

  /* Beyond the year 9999, which only a broken or hostile answer names. */
  if (time == NULL || now == NULL)
    return g_strdup (_ ("at an unreadable time"));
  text = g_date_time_format (time, time_format (time, now));
  /* A format that a translation broke. */
  if (text == NULL)
    text = g_date_time_format (time, "%Y-%m-%d %H:%M");
  return text;
}

gboolean
kz_line_is_today (const KzRenderContext *context, gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (context, time_us);
  g_autoptr (GDateTime) now = local_time (context, context->now_us);

  return time != NULL && now != NULL && day_of (time) == day_of (now);
}
