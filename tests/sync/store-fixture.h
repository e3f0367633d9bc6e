/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-store.h"

G_BEGIN_DECLS

/* A store's directory of one test, and a clock that moves only when told. */
typedef struct {
  char *root; /* removed at the end */
  char *dir;
  KzClock *clock;
} StoreFixture;

void store_fixture_set_up (StoreFixture *fixture, gconstpointer data);
void store_fixture_tear_down (StoreFixture *fixture, gconstpointer data);

/* Turns the loop until the store is open. */
KzStore *store_open (StoreFixture *fixture);
KzStore *store_open_dir (const char *dir, KzClock *clock);
/* Advances past the debounce and turns the loop until the state is in its file. */
void store_save (StoreFixture *fixture, KzStore *store);
/* Closes and lets go. */
void store_close (KzStore *store);
/* Turns the loop until nothing is ready. */
void store_settle (void);

/* (transfer full): path of the one file that ends so; fails the test when there is none. */
char *store_file (StoreFixture *fixture, const char *ending);
guint store_count_files (StoreFixture *fixture, const char *ending);
char *store_read (StoreFixture *fixture, const char *ending, gsize *length);
void store_write (StoreFixture *fixture, const char *ending, const char *data, gssize length);

#define STORE_WALL_US (G_GINT64_CONSTANT (1600000000) * G_USEC_PER_SEC)
#define STORE_PHONE "+15550000001"

/* Turns the loop while files are written in the background. */
void store_wait_for_io (StoreFixture *fixture, KzStore *store);

/* Records a delivery of group "g-1"; it must be taken. Returns the record. */
guint64 store_deliver (KzStore *store, const char *body);
void store_assert_body (const KzJournalDelivery *delivery, const char *expected);
/* Item @number of group "g-1" was shown; whether that is known. */
void store_show (KzStore *store, guint number);
gboolean store_knows (KzStore *store, guint number);
/* No line is longer than what is written in one go. */
void store_assert_short_lines (const char *journal);

/* g_test_add() of a test with a StoreFixture. */
#define STORE_TEST(path, data, func)                                                               \
  g_test_add (path, StoreFixture, data, store_fixture_set_up, func, store_fixture_tear_down)

G_END_DECLS
