/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-subscribers.h"

#include "kz-engine-people.h"
#include "kz-purple-direct.h"

/* Of one group: whoever has more followers names them by their numbers. */
#define PAGES_MAX 20

/* Of one group or several. @pending: groups that are not read yet. */
typedef struct {
  KzSession *session; /* (owned) */
  guint pending;
  void (*done) (gpointer data);
  gpointer data;
  GDestroyNotify free_data;
} Reading;

typedef struct {
  Reading *reading;
  char *group_id;
  guint pages;
} Page;

static void read_page (Page *page, const char *cursor);

/* One group is done with; the last one ends it all. */
static void
page_free (Page *page)
{
  Reading *reading = page->reading;
  g_free (page->group_id);
  g_free (page);
  if (--reading->pending > 0)
    return;
  if (reading->done != NULL && !reading->session->is_closing)
    reading->done (reading->data);
  else if (reading->data != NULL)
    reading->free_data (reading->data);
  kz_session_unref (reading->session);
  g_free (reading);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Page *page = data;
  KzSession *session = page->reading->session;
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  g_autoptr (GPtrArray) members =
      kz_engine_list_subscribers_finish (KZ_ENGINE (source), result, &cursor, &error);
  for (guint i = 0; members != NULL && !session->is_closing && i < members->len; i++) {
    const KzPerson *person = ((KzMember *) g_ptr_array_index (members, i))->person;
    kz_direct_learn_subscriber (session, page->group_id, person);
    /* From then on it is found by its name. */
    kz_directory_name (session->directory, person);
  }
  if (cursor != NULL && ++page->pages < PAGES_MAX && !session->is_closing) {
    read_page (page, cursor);
    return;
  }
  /* It may go better the next time. */
  if (error != NULL && session->subscribers_read != NULL)
    g_hash_table_remove (session->subscribers_read, page->group_id);
  page_free (page);
}

static void
read_page (Page *page, const char *cursor)
{
  kz_engine_list_subscribers_async (page->reading->session->engine, page->group_id, cursor, page_cb,
                                    page);
}

/* (transfer container) (element-type utf8): of groups that are read now. */
static GPtrArray *
choose (KzSession *session, const char *group_id)
{
  GPtrArray *chosen = g_ptr_array_new ();
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    if (group->kind == KZ_GROUP_PUBLIC && kz_group_may_post (group) &&
        (group_id == NULL || g_str_equal (group->id, group_id)) &&
        g_hash_table_add (session->subscribers_read, g_strdup (group->id)))
      g_ptr_array_add (chosen, group->id);
  }
  return chosen;
}

gboolean
kz_subscribers_read (KzSession *session,
                     const char *group_id,
                     void (*done) (gpointer data),
                     gpointer data,
                     GDestroyNotify free_data)
{
  if (session->engine == NULL || session->is_closing)
    return FALSE;
  g_autoptr (GPtrArray) chosen = choose (session, group_id);
  if (chosen->len == 0)
    return FALSE;
  Reading *reading = g_new0 (Reading, 1);
  reading->session = kz_session_ref (session);
  reading->pending = chosen->len;
  reading->done = done;
  reading->data = data;
  reading->free_data = free_data;
  for (guint i = 0; i < chosen->len; i++) {
    Page *page = g_new0 (Page, 1);
    page->reading = reading;
    page->group_id = g_strdup (g_ptr_array_index (chosen, i));
    read_page (page, NULL);
  }
  return TRUE;
}
