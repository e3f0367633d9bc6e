/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-outbox-private.h"

#include "kz-text.h"

#include <string.h>

KzSend *
kz_send_new (guint64 id,
             const char *group_id,
             gboolean is_announcement,
             const char *title,
             const char *text,
             const char *typed)
{
  KzSend *send = g_new0 (KzSend, 1);

  send->id = id;
  send->group_id = g_strdup (group_id);
  send->is_announcement = is_announcement;
  send->title = g_strdup (title);
  send->text = g_strdup (text);
  send->typed = g_strdup (typed != NULL ? typed : text);
  send->parts = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (send->parts, g_strdup (text));
  return send;
}

void
kz_send_free (gpointer data)
{
  KzSend *send = data;

  if (send->cancellable != NULL)
    g_cancellable_cancel (send->cancellable);
  g_clear_object (&send->cancellable);
  g_free (send->group_id);
  g_free (send->title);
  g_free (send->text);
  g_free (send->reply_to);
  g_free (send->typed);
  g_ptr_array_unref (send->parts);
  g_free (send->reference_id);
  g_free (send->echo_reference);
  g_free (send->echo_action_id);
  g_free (send);
}

const char *
kz_send_part (const KzSend *send)
{
  return send->part < send->parts->len ? g_ptr_array_index (send->parts, send->part) : NULL;
}

/* Where the part that is next begins in the whole, with what stood between the parts: NULL when they were
 * not cut from it. */
static const char *
find_rest (const KzSend *send)
{
  const char *rest = send->text;

  for (guint i = 0; rest != NULL && i <= send->part && i < send->parts->len; i++) {
    const char *part = g_ptr_array_index (send->parts, i);

    rest = strstr (rest, part);
    if (rest != NULL && i < send->part)
      rest += strlen (part);
  }
  return rest;
}

char *
kz_send_rest (const KzSend *send)
{
  const char *rest = send->part == 0 ? send->typed : find_rest (send);

  return g_strdup (rest != NULL ? rest : kz_send_part (send));
}

void
kz_send_split (KzSend *send, gsize max_units)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < send->parts->len; i++) {
    const char *part = g_ptr_array_index (send->parts, i);
    g_auto (GStrv) pieces = NULL;

    if (i < send->part || kz_text_utf16_length (part) <= max_units) {
      g_ptr_array_add (parts, g_strdup (part));
      continue;
    }
    pieces = kz_text_split (part, max_units);
    for (guint j = 0; pieces[j] != NULL; j++)
      g_ptr_array_add (parts, g_strdup (pieces[j]));
  }
  g_ptr_array_unref (send->parts);
  send->parts = parts;
}

/* The service may trim a text and fold its line ends. */
static char *
fold (const char *text)
{
  GString *folded = g_string_new (NULL);

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p++) {
    if (*p == '\r') {
      if (p[1] != '\n')
        g_string_append_c (folded, '\n');
    } else {
      g_string_append_c (folded, *p);
    }
  }
  g_strstrip (folded->str);
  return g_string_free (folded, FALSE);
}

static gboolean
is_same (const char *ours, const char *theirs)
{
  g_autofree char *a = fold (ours);
  g_autofree char *b = fold (theirs);

  return g_str_equal (a, b);
}

static gboolean
reads (const KzSend *send, guint part, const char *title, const char *text)
{
  const char *words =
      send->is_announcement ? send->text : (const char *) g_ptr_array_index (send->parts, part);

  if (!is_same (words, text) || send->is_announcement != (title != NULL))
    return FALSE;
  /* The service gives one without a title one of its own. */
  return title == NULL || send->title == NULL || is_same (send->title, title);
}

int
kz_send_find_part (const KzSend *send, const char *title, const char *text)
{
  /* The next part of one that waits is not out yet. */
  guint out = send->state == KZ_SEND_WAITING ? send->part : send->part + 1;

  for (guint i = 0; i < MIN (out, send->parts->len) && i < 64; i++) {
    if ((send->echoed & (G_GUINT64_CONSTANT (1) << i)) == 0 && reads (send, i, title, text))
      return (int) i;
  }
  return -1;
}

gboolean
kz_send_is_echoed (const KzSend *send)
{
  for (guint i = 0; i < send->parts->len && i < 64; i++) {
    if ((send->echoed & (G_GUINT64_CONSTANT (1) << i)) == 0)
      return FALSE;
  }
  return TRUE;
}
