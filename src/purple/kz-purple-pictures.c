/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-pictures.h"

#include "kz-engine-media.h"
#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- Showing --- */

static void
write_picture (KzSession *session, KzRoom *room, KzLine *line, GBytes *bytes, const char *name)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  int id = purple_imgstore_add_with_id (g_memdup2 (data, size), size, name);
  if (id == 0)
    return;
  g_autofree char *html = g_strdup_printf ("<img id=\"%d\">", id);
  line->html = html;
  line->flags |= PURPLE_MESSAGE_IMAGES;
  kz_room_write (session, room, line);
  line->html = NULL;
  /* A window that shows it holds it. */
  purple_imgstore_unref_by_id (id);
}

/* A picture on its way. */
typedef struct {
  KzSession *session;
  char *group_id;
  char *who;
  char *name;
  PurpleMessageFlags flags;
  gint64 time_us;
  gboolean is_history;
} Picture;

static void
picture_free (Picture *picture)
{
  kz_session_unref (picture->session);
  g_free (picture->group_id);
  g_free (picture->who);
  g_free (picture->name);
  g_free (picture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Picture, picture_free)

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Picture) picture = data;
  KzSession *session = picture->session;
  const KzMediaType *type = NULL;
  g_autoptr (GBytes) bytes =
      kz_engine_fetch_picture_finish (KZ_ENGINE (source), result, &type, NULL);
  if (bytes == NULL || session->is_closing || session->is_closed)
    return;
  KzRoom *room = kz_room_of_group (session, picture->group_id);
  if (room == NULL)
    return;
  g_autofree char *name = kz_media_type_file_name (type, picture->name);
  KzLine line = {
      .who = picture->who,
      .flags = picture->flags,
      .time_us = picture->time_us,
      .is_history = picture->is_history,
  };
  write_picture (session, room, &line, bytes, name);
}

/* (transfer full): who the line is from, and how it is marked, as the line above it. */
static char *
speaker (KzSession *session, const KzEvent *event, PurpleMessageFlags *flags)
{
  *flags = event->is_history ? PURPLE_MESSAGE_DELAYED : 0;
  if (event->is_own) {
    *flags |= PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_REMOTE_SEND;
    return g_strdup (purple_account_get_username (session->account));
  }
  *flags |= PURPLE_MESSAGE_RECV;
  return kz_person_name (session, event->sender != NULL ? event->sender : event->action->sender);
}

static gboolean
may_be_picture (const KzAction *action, const KzMediaRef *ref)
{
  g_autoptr (GUri) uri = g_uri_parse (ref->url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *path = uri != NULL ? g_uri_get_path (uri) : NULL;
  const KzMediaType *type = kz_media_type_of_name (path);
  if (action->kind == KZ_ACTION_ANNOUNCEMENT)
    return type != NULL && type->kind == KZ_ACTION_IMAGE;
  return action->kind == KZ_ACTION_IMAGE || action->kind == KZ_ACTION_ALBUM ||
         action->kind == KZ_ACTION_PHOTO_LOCATION;
}

void
kz_pictures_show (KzSession *session, const KzEvent *event)
{
  const KzAction *action = event->action;
  guint count = 0;
  /* What was sent from here was seen here. */
  if (event->source == KZ_SOURCE_OWN || !session->host.shows_pictures || session->is_closing ||
      action == NULL || event->group_id == NULL ||
      kz_room_of_group (session, event->group_id) == NULL)
    return;
  for (guint i = 0; i < action->media->len && count < KZ_INLINE_PICTURES; i++) {
    const KzMediaRef *ref = g_ptr_array_index (action->media, i);
    if (!may_be_picture (action, ref) || !kz_engine_may_fetch (session->engine, ref->url))
      continue;
    Picture *picture = g_new0 (Picture, 1);
    picture->session = kz_session_ref (session);
    picture->group_id = g_strdup (event->group_id);
    picture->who = speaker (session, event, &picture->flags);
    picture->name = g_strdup (ref->name);
    picture->time_us = event->time_us;
    picture->is_history = event->is_history;
    kz_engine_fetch_picture_async (session->engine, ref->url, session->cancellable, fetched_cb,
                                   picture);
    count++;
  }
}

/* --- Sending --- */

typedef struct {
  KzSession *session;
  char *group_id;
  char *caption;
  GPtrArray *pictures; /* (element-type GBytes) */
} Sending;

static void
sending_free (Sending *sending)
{
  kz_session_unref (sending->session);
  g_free (sending->group_id);
  g_free (sending->caption);
  g_ptr_array_unref (sending->pictures);
  g_free (sending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)

/* The line about it stands already. */
static void
show_own (KzSession *session, const Sending *sending)
{
  KzRoom *room = kz_room_of_group (session, sending->group_id);
  for (guint i = 0; session->host.shows_pictures && room != NULL && i < sending->pictures->len;
       i++) {
    KzLine line = {
        .who = purple_account_get_username (session->account),
        .flags = PURPLE_MESSAGE_SEND,
    };
    write_picture (session, room, &line, g_ptr_array_index (sending->pictures, i), NULL);
  }
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Sending) sending = data;
  KzSession *session = sending->session;
  g_autoptr (GError) error = NULL;
  kz_engine_send_media_finish (KZ_ENGINE (source), result, &error);
  if (session->is_closed)
    return;
  if (error == NULL) {
    if (!session->is_closing)
      show_own (session, sending);
    return;
  }
  g_autofree char *reason = kz_errors_in_room (error);
  g_autofree char *what = g_strdup_printf (g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED)
                                               /* Translators: %s says why. */
                                               ? _ ("The picture may not have arrived: %s")
                                               : _ ("The picture was not sent: %s"),
                                           reason);
  g_autofree char *text =
      *sending->caption != '\0' ? kz_send_with_words (what, sending->caption) : g_strdup (what);
  g_autofree char *html = kz_markup_from_text (text);
  KzLine line = {.html = html};
  kz_lines_deliver (session, sending->group_id, &line);
}

/* Takes the pictures out of @html; what stands around them goes into @rest. */
static GPtrArray *
take_pictures (const char *html, GString *rest, Sending *sending)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  const char *start, *end, *from = html;
  GData *attributes;
  while (purple_markup_find_tag ("img", from, &start, &end, &attributes)) {
    const char *id = g_datalist_get_data (&attributes, "id");
    PurpleStoredImage *image =
        id != NULL ? purple_imgstore_find_by_id ((int) g_ascii_strtoll (id, NULL, 10)) : NULL;
    g_string_append_len (rest, from, start - from);
    if (image != NULL) {
      g_autoptr (GBytes) bytes =
          g_bytes_new (purple_imgstore_get_data (image), purple_imgstore_get_size (image));
      g_ptr_array_add (sources,
                       kz_media_source_new_bytes (bytes, purple_imgstore_get_filename (image)));
      g_ptr_array_add (sending->pictures, g_bytes_ref (bytes));
    }
    g_datalist_clear (&attributes);
    from = end + 1;
  }
  g_string_append (rest, from);
  return sources;
}

gboolean
kz_pictures_send (KzSession *session, KzRoom *room, const char *html)
{
  g_autoptr (GString) rest = g_string_new (NULL);
  g_autoptr (Sending) sending = g_new0 (Sending, 1);
  sending->session = kz_session_ref (session);
  sending->group_id = g_strdup (room->group_id);
  sending->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) sources = take_pictures (html, rest, sending);
  sending->caption = kz_markup_to_text (rest->str);
  if (sources->len == 0)
    return FALSE;
  g_strstrip (sending->caption);
  Sending *taken = g_steal_pointer (&sending);
  /* Not in the window of transfers: libpurple has those of files on disk only, and these are bytes of the
   * input line. */
  kz_engine_send_files_async (session->engine, taken->group_id, g_steal_pointer (&sources),
                              taken->caption, NULL, NULL, session->cancellable, sent_cb, taken);
  return TRUE;
}
