/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program without a window that runs the real libpurple, shows what the host that it plays would
 * show, and remembers it. One per process.
 */
#pragma once

#include <glib.h>
#include <purple.h>

G_BEGIN_DECLS

typedef enum {
  KZ_TEST_PIDGIN,
  KZ_TEST_FINCH,
  KZ_TEST_BITLBEE,
} KzTestUi;

/* Something that was shown, in a room when @room is set. Plain text, as a person reads it. */
typedef struct {
  char *room;         /* (nullable): the title of the conversation when it was made */
  char *conversation; /* (nullable): its name */
  char *who;          /* (nullable) */
  char *text;
  char *html;
  PurpleMessageFlags flags;
  gint64 time_s;
} KzTestLine;

/* A prompt that is open. @has_buttons: and nothing else. */
typedef struct {
  char *title;
  char *primary;
  char *secondary;
  GCallback ok_cb;
  GCallback cancel_cb;
  gpointer user_data;
  PurpleAccount *account;
  gboolean has_buttons;
  GPtrArray *choices; /* (element-type utf8) (nullable): what one may choose among */
  GArray *values;     /* (element-type int) (nullable): of the choices */
} KzTestPrompt;

/* A window with fields that is open. */
typedef struct {
  char *title;
  char *primary;
  char *secondary;
  PurpleRequestFields *fields;
  GCallback ok_cb;
  GCallback cancel_cb;
  gpointer user_data;
} KzTestForm;

/* A row of a room list. */
typedef struct {
  char *text; /* the first visible field */
  char *serialized;
  PurpleRoomlistRoom *room;
  PurpleRoomlistRoom *parent;
  gboolean is_category;
} KzTestRoom;

/* A file on its way, or one that was. */
typedef struct {
  PurpleXfer *xfer; /* (nullable): libpurple's; NULL once it is gone */
  char *name;
  guint updates;   /* of its progress */
  double fraction; /* the last of them */
  gboolean is_cancelled;
  gboolean is_completed; /* when it was gone */
} KzTestTransfer;

/**
 * KzTestHost:
 * @lines: (element-type KzTestLine): everything shown in conversations, in order
 * @notices: (element-type utf8): what was told outside of conversations
 * @open_notices: (element-type utf8): windows of those that nobody has closed; none in BitlBee
 * @uris: (element-type utf8): addresses that were opened
 * @errors: (element-type utf8): why connections ended
 * @reasons: (element-type PurpleConnectionError): of the same
 * @prompts: (element-type KzTestPrompt): those that are open
 * @forms: (element-type KzTestForm): windows with fields that are open; none in BitlBee
 * @rooms: (element-type KzTestRoom): of the last room list
 * @transfers: (element-type KzTestTransfer): all that have begun
 * @cancels_transfers: the person cancels each when it first moves
 * @user_batches: how often users were added to a conversation
 * @closed_prompts, @closed_notices: by the plugin
 * @saved_password: (nullable): what BitlBee was told to keep
 * @on_line: (nullable): called for each line
 */
typedef struct {
  KzTestUi ui;
  char *user_dir;
  gboolean owns_user_dir;
  GPtrArray *lines;
  GPtrArray *notices;
  GPtrArray *open_notices;
  GPtrArray *uris;
  GPtrArray *errors;
  GArray *reasons;
  GPtrArray *prompts;
  GPtrArray *forms;
  GPtrArray *rooms;
  gboolean rooms_done;
  GPtrArray *transfers;
  gboolean cancels_transfers;
  GPtrArray *progress;
  guint user_batches;
  guint closed_prompts;
  char *saved_password;
  void (*on_line) (const KzTestLine *line);
} KzTestHost;

/**
 * kz_test_host_start:
 * @user_dir: (nullable): %NULL: a temporary one, removed by kz_test_host_stop()
 * @plugin_dir: (nullable): where libkaizala.so is; %NULL: the variant that is linked in
 *
 * Starts libpurple and loads the plugin. Fails the program when it does not come up.
 */
KzTestHost *kz_test_host_start (KzTestUi ui, const char *user_dir, const char *plugin_dir);
void kz_test_host_stop (KzTestHost *host);
/* For a program that ends without kz_test_host_stop(), after purple_core_quit(): removes the directory,
 * where it is a temporary one. */
void kz_test_host_remove_dir (KzTestHost *host);
/* "pidgin", "finch" or "bitlbee"; fails the program for anything else. */
KzTestUi kz_test_ui_parse (const char *name);

/* By a clock that kz-test-time.c leaves alone: a machine that is slow is so in real time. */
gint64 kz_test_real_us (void);
/* Runs the main context once. FALSE when @deadline_us, as of kz_test_real_us(), has passed. */
gboolean kz_test_host_turn (KzTestHost *host, gint64 deadline_us);
gint64 kz_test_deadline_us (void);
/* Everything shown so far, for a failed test's output. (transfer full) */
char *kz_test_host_story (KzTestHost *host);

/* Runs the main loop until @expression holds; the test fails by its words when it never does. */
#define kz_test_wait_for(host, expression)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 kz_deadline_us = kz_test_deadline_us ();                                                \
    while (!(expression))                                                                          \
      if (!kz_test_host_turn (host, kz_deadline_us)) {                                             \
        g_autofree char *kz_story = kz_test_host_story (host);                                     \
        g_error ("%s:%d: waited in vain for: %s\n%s", __FILE__, __LINE__, #expression, kz_story);  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Runs what is due by now, and nothing that waits for a time or for somebody else. */
void kz_test_host_settle (KzTestHost *host);

/* --- Accounts --- */

/* A new account; options as NULL-terminated pairs of name and string value. */
PurpleAccount *kz_test_account_new (KzTestHost *host,
                                    const char *username,
                                    const char *password,
                                    ...) G_GNUC_NULL_TERMINATED;
void kz_test_sign_on (KzTestHost *host, PurpleAccount *account);
/* As the host that is played does it; in BitlBee the account is gone afterwards. */
void kz_test_sign_off (KzTestHost *host, PurpleAccount *account);
/* Signs off, closes its conversations, removes the account and its part of the list. */
void kz_test_account_drop (KzTestHost *host, PurpleAccount *account);

/* --- What a person does --- */

/* Joins by a room's name or id, as that host does it. */
void kz_test_join (PurpleAccount *account, const char *name);
/* Types a line into a room's window: a command of the host where it has them. */
void kz_test_type (KzTestHost *host, PurpleConversation *conversation, const char *text);
/* Answers the oldest prompt, by words of a choice where it has choices; NULL cancels it. */
void kz_test_answer (KzTestHost *host, const char *text);
/* Presses the first or the last button of the oldest prompt that has nothing else. */
void kz_test_decide (KzTestHost *host, gboolean yes);
/* Fills a field of the oldest window with fields: types a text, says "yes" or "no", chooses or
 * selects an item by its words. */
void kz_test_fill (KzTestHost *host, const char *id, const char *text);
/* (transfer full) (nullable): what stands in such a field; of a list what is selected, one a line. */
char *kz_test_filled (KzTestHost *host, const char *id);
gboolean kz_test_has_field (KzTestHost *host, const char *id);
/* Presses one of the two buttons of that window. */
void kz_test_press (KzTestHost *host, gboolean ok);

/* --- What a person sees --- */

/* (nullable): by the title that stood over it when it was made, or its name. */
PurpleConversation *kz_test_room (PurpleAccount *account, const char *title);
guint kz_test_open_rooms (PurpleAccount *account);
/* How many lines of a room contain @text; @title NULL: of any room. */
guint kz_test_count_lines (KzTestHost *host, const char *title, const char *text);
/* (nullable): the first such line. */
const KzTestLine *kz_test_find_line (KzTestHost *host, const char *title, const char *text);
guint kz_test_count_notices (KzTestHost *host, const char *text);
/* (transfer full): "name:flag" sorted, flag @ for an operator. */
GStrv kz_test_users (PurpleConversation *conversation);
/* How many chats of the account have that alias; @alias NULL: all. */
guint kz_test_count_chats (PurpleAccount *account, const char *alias);
guint kz_test_count_buddies (PurpleAccount *account);
PurpleChat *kz_test_find_chat (PurpleAccount *account, const char *alias);
/* The @index-th transfer that has begun. */
const KzTestTransfer *kz_test_transfer (KzTestHost *host, guint index);
void kz_test_forget_lines (KzTestHost *host);

G_END_DECLS
