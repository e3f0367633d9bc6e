/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-auth.h"
#include "kz-engine.h"
#include "kz-outbox.h"
#include "kz-poller.h"
#include "kz-webhook-payload.h"
#include "kz-webhook-server.h"
#include "kz-webhook-subscriptions.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* Shared by the kz-engine*.c files only. */

/**
 * KzKept:
 * @ids: what it is known by; they count as shown only when it was
 * @source: POLL for what a list told of
 * @record_id: of the journal; 0: none
 * @arrived_us: wall clock; 0 when unknown
 * @is_delayed: it is shown later than it came
 * @maybe_seen: an earlier process began to show it
 *
 * A line that came and may not be shown yet.
 */
typedef struct {
  KzDelivery *delivery;
  GStrv ids;
  KzSource source;
  guint64 record_id;
  gint64 arrived_us;
  gboolean is_delayed;
  gboolean maybe_seen;
  gboolean maybe_older;
} KzKept;

/**
 * KzPendingTally:
 * @failures: of asking who it was
 *
 * What a list counted, and what is told when it is known who did it.
 */
typedef struct {
  KzTally *tally;
  guint failures;
} KzPendingTally;

/* Where a tally comes from: a list only counts, details may name, results are before the person's
 * eyes already. */
typedef enum {
  KZ_TALLY_OF_LIST,
  KZ_TALLY_OF_DETAILS,
  KZ_TALLY_OF_RESULTS,
} KzTallySource;

/**
 * KzMatters:
 * @kept: (element-type KzKept): lines that wait for the room to be opened, in order of arrival
 * @reaction_counts: reference id -> likes and comments of what has no handle
 * @sought_actions: (element-type utf8): references that were looked for, or found
 * @pending_tallies: (element-type utf8 KzPendingTally): by action id
 * @uncounted: action id -> deeds told whose effect on the counts is not known
 *
 * What is under way in a group. Most groups have none of it.
 */
typedef struct {
  GPtrArray *kept;
  GHashTable *reaction_counts;
  GHashTable *sought_actions;
  GHashTable *pending_tallies;
  GHashTable *uncounted;
} KzMatters;

/**
 * KzRoom:
 * @matters: (nullable): see kz_engine_matters()
 * @shown_us: server time of the latest item shown
 * @members_us: monotonic, when they were last read; 0: never
 * @members_retry_us: monotonic, not before; 0: the last read did not fail
 * @sought_us: monotonic, when a list was last looked through for an action; 0: never
 *
 * What the engine knows of a group beside what the store keeps.
 */
typedef struct {
  char *group_id; /* GRefString */
  KzMatters *matters;
  gint64 members_us;
  gint64 members_retry_us;
  gint64 shown_us;
  gint64 sought_us;
  guint members_failures;
  bool is_open;
  bool is_listed; /* a full list had it */
  bool is_tree_only;
  bool is_checking;
  bool is_loading_members;
  bool wants_members;
  bool has_warned_older;
  bool is_tree_read;
  bool was_refused_hook;
} KzRoom;

struct _KzEngine {
  GObject parent_instance;

  KzEngineState state;
  KzEngineCallbacks callbacks;
  gpointer callback_data;

  char *phone;
  char *connector_id;
  char *connector_secret;
  char *api_root;
  char *refresh_token;
  gboolean asks_how;
  gboolean signs_in_anew;
  char *store_dir;
  char *webhook_listen;
  char *webhook_url;
  GStrv packages;
  GProxyResolver *proxy;
  char *proxy_user;
  char *proxy_password;
  KzThrottle *throttle;
  KzClock *clock;

  GCancellable *cancellable;
  KzStore *store;
  KzHttp *http;
  KzAuth *auth;
  KzDirectory *directory;
  KzPoller *poller;
  KzOutbox *outbox;
  KzWebhookServer *server;
  KzWebhookSubscriptions *hooks;

  GHashTable *rooms; /* (element-type utf8 KzRoom) */
  KzMatters *no_matters; /* for kz_engine_matters() */
  GPtrArray *media_ops; /* (element-type KzMediaOp) unowned: not ended yet */
  GPtrArray *deeds;     /* (element-type KzDeed) unowned: not ended yet */
  GPtrArray *works;     /* of kz-engine-work.c, unowned: not done yet */
  GHashTable *room_works; /* (element-type utf8 RoomWork) unowned: those of one room */
  GPtrArray *own_posts; /* (element-type KzOwnPost): whose echo may come */
  GHashTable *direct_making; /* (element-type utf8): phones of those for whom a group is made */
  GHashTable *left_groups;   /* (element-type utf8): left from here, and in no list since */
  GHashTable *own_responses; /* (element-type utf8): ids of ours whose echo may come */
  GPtrArray *lookups;          /* unknown actions that are asked for, the first one now */
  GHashTable *lookup_failures; /* action id -> gint64: monotonic, not to be asked before */
  guint pin_tries;
  gboolean was_pin_sent;
  guint sign_on_pending;
  char *pending_token; /* (nullable): of an earlier process, until it proved good */
  gboolean is_torn_down;
  gboolean is_busy_told;
  gboolean is_http_busy;
  gboolean is_store_busy; /* also before it is open */
  gboolean has_full_list; /* the one of sign-on, and not empty */
  gint64 waits_until_us;  /* what the sign-on waits for, by the wall clock */
  gint64 waited_us;       /* all that it was told to wait */
  gboolean is_refreshing;
  gboolean refresh_again;
  guint trees_in_flight;
  guint members_in_flight;
  gint64 online_wall_us;
  gint64 last_online_us; /* the end of the session before, by the wall clock; 0: none */
  gboolean is_backlog; /* texts may come by retries after an absence */

  /* The connection's health. */
  gint64 last_answer_us; /* monotonic */
  gint64 held_since_us;
  gint64 watch_wall_us;
  gint64 watch_mono_us;
  guint watch_turns;
  gboolean is_failing;
  GError *last_error;
};

/* --- kz-engine.c --- */
/* Checks the table, changes, tells. FALSE: there is no such transition. */
gboolean kz_engine_set_state (KzEngine *self, KzEngineState state, const GError *error);
/* Ends all work, then FAILED. */
void kz_engine_fail (KzEngine *self, const GError *error);
/* ONLINE or HELD. */
gboolean kz_engine_is_up (KzEngine *self);
/* Work goes on: neither stopped nor failed. Asked after every callback of ours and of the host. */
gboolean kz_engine_is_alive (KzEngine *self);
/* The only way up. @event: (transfer full). */
void kz_engine_emit (KzEngine *self, KzEvent *event);
void kz_engine_notice (KzEngine *self, KzNotice notice, const char *group_id, const char *detail);
KzRoom *kz_engine_room (KzEngine *self, const char *group_id);
/* kz-engine-matters.c: to look something up, or take it away: where nothing is under way, empty ones that
 * all groups share. */
const KzMatters *kz_engine_matters (KzEngine *self, const char *group_id);
/* To add something. */
KzMatters *kz_engine_need_matters (KzEngine *self, const char *group_id);
KzMatters *kz_matters_new (void);
void kz_matters_free (KzMatters *matters);
void kz_engine_forget_room (KzEngine *self, const char *group_id);
/* kz_http_set_waits_func(), while it signs on. */
void kz_engine_sign_on_waits (gint64 wait_us, gpointer self);
/* From now on the host is told itself when files are written (@busy of KzEngineCallbacks). */
void kz_engine_store_opened (KzEngine *self);

/* --- kz-engine-work.c --- */
/**
 * kz_engine_add_work:
 * @func: does as much as may be done in one turn of the loop; FALSE: that was all
 * @done: called once: after all of it, or when the engine is torn down before
 *
 * Begins at once, and goes on when the host has nothing else to do. What is short is done on return.
 */
void kz_engine_add_work (KzEngine *self, GSourceFunc func, gpointer data, GDestroyNotify done);
void kz_engine_end_work (KzEngine *self);

/* --- kz-engine-room-work.c --- */
/* As kz_engine_add_work(), of lines of one room: what else has some for it waits until they are all
 * shown. Not while there is such work already. */
void kz_engine_add_room_work (KzEngine *self, const char *group_id, GSourceFunc func, gpointer data,
                              GDestroyNotify done);
gboolean kz_engine_has_room_work (KzEngine *self, const char *group_id);
/* For callbacks that show something in a room. TRUE: it has to wait; @callback is called again. */
gboolean kz_engine_room_waits (KzEngine *self, const char *group_id, GAsyncReadyCallback callback,
                               GObject *source, GAsyncResult *result, gpointer data);
/* Where there is such work: @kept (transfer full), journalled as put aside, is taken after it. */
void kz_engine_hold_delivery (KzEngine *self, KzKept *kept);
/* The room goes: all of it is shown now, and the deliveries that wait for it. */
void kz_engine_finish_room_work (KzEngine *self, const char *group_id);

/* --- kz-engine-signon.c --- */
void kz_engine_sign_on (KzEngine *self);
/* kz-engine-online.c: receiver, webhooks, polling. */
void kz_engine_go_online (KzEngine *self);
/* Whether @time_us, of the service, is of before we came online. It tells whole seconds (API §14): what came in
 * the rest of the second in which we did is none of it. */
gboolean kz_engine_is_before_us (const KzEngine *self, gint64 time_us);
gboolean kz_engine_wants_hooks (KzEngine *self);

/* --- kz-engine-groups.c --- */
/* A full list came. @done: as of kz_engine_add_work(). */
void kz_engine_take_groups (KzEngine *self, GPtrArray *groups, GDestroyNotify done, gpointer data);
/* A single group came. */
void kz_engine_take_group (KzEngine *self, KzGroup *group);
/* After a full list that was not empty: groups that it lacks may have been left. */
void kz_engine_count_misses (KzEngine *self);
/* A delivery of a group that no list has told of. */
void kz_engine_meet_group (KzEngine *self, const char *group_id);
/* Asks for the group itself: 403 or 404 say that we are not in it any more. */
void kz_engine_check_group (KzEngine *self, const char *group_id);
/* We left it from here. */
void kz_engine_leave_now (KzEngine *self, const char *group_id);
/* It is no subgroup any more. */
void kz_engine_unparent_group (KzEngine *self, const char *group_id);
/* kz-engine-make.c: we made it from here: GROUP_ADDED, and all groups are read anew. */
void kz_engine_take_made (KzEngine *self, const char *group_id, const char *name,
                          gboolean is_public, const char *parent_id);
/* What is told of one group. */
void kz_engine_put_group (KzEngine *self, KzGroup *group);
/* Tells of a known group that it stands elsewhere in the tree now. @parent_id: (nullable) */
void kz_engine_place_group (KzEngine *self, const KzGroup *group, const char *parent_id);
/* --- kz-engine-trees.c --- */
#define KZ_MAX_TREE_DEPTH 16
void kz_engine_load_trees (KzEngine *self);
void kz_engine_load_tree (KzEngine *self, const char *group_id);
/* All that is below @group_id. @children: (nullable): nothing */
void kz_engine_take_tree (KzEngine *self, const char *group_id, GPtrArray *children);
/* kz-engine-members.c */
void kz_engine_load_missing_members (KzEngine *self);
/* From ONLINE on: lists are read again, those of open rooms often. */
void kz_engine_watch_members (KzEngine *self);
/* A list of groups says that somebody came or went, or that our role is another one. */
void kz_engine_members_moved (KzEngine *self, const char *group_id);
/* @done: as of kz_engine_add_work(). */
void kz_engine_take_members (KzEngine *self, const char *group_id, GPtrArray *members,
                             GDestroyNotify done, gpointer data);
void kz_engine_take_membership (KzEngine *self, const KzMembership *membership, KzSource source);

/* kz-engine-hooks.c: a list has what was made while we are here: its webhook is not what it seems, unless the
 * delivery is only on its way. */
void kz_engine_doubt_hook (KzEngine *self, const KzAction *action);

/* --- kz-engine-intake.c: dedupe and emit --- */
gboolean kz_engine_knows (KzEngine *self, const char *group_id, const char *const *ids);
void kz_engine_mark (KzEngine *self, const char *group_id, const char *const *ids);
/* New: emitted and marked. Known: learns late ids. @kept (nullable): what it came as, where that was
 * no list. Returns TRUE when it was new. */
gboolean kz_engine_take_action (KzEngine *self, KzAction *action, const char *const *more_ids,
                                KzSource source, gboolean is_history, const KzKept *kept);
/* Of ours, from here: a handle and its event. */
void kz_engine_show_own_action (KzEngine *self, KzAction *action);

/* --- kz-engine-learn.c: of what is known --- */
/* (transfer full): what a later source tells of an action that is known. Its ids and times count where
 * @ids_count, and what only the earlier one told stays. */
KzAction *kz_engine_merge_actions (const KzAction *known, const KzAction *later, gboolean ids_count);
/* Ids, and what else only a later source tells. */
void kz_engine_learn_ids (KzEngine *self, const KzAction *action, KzSource source);
/* Details: what they tell beside. */
void kz_engine_learn_details (KzEngine *self, const KzAction *details);
/* The same, where it has texts that we lack: lists have not all, and the state keeps none. */
void kz_engine_learn_texts (KzEngine *self, const KzAction *told);
/* Counts that came back from the state, by the choices in whose order they are. @choices: (nullable). */
void kz_engine_name_counts (KzOpenAction *open, GStrv choices);
/* Its end was moved. */
void kz_engine_move_due (KzEngine *self, KzOpenAction *open, gint64 due_us);

/* --- Answers, counts and reactions --- */
/* kz-engine-responses.c: @standing: (nullable): of a poll, how it stands after it. Returns whether it
 * was told. */
gboolean kz_engine_take_response (KzEngine *self, KzResponse *response, KzSource source,
                                  KzTally *standing, const KzKept *kept);
/* kz-engine-ledger.c: @entry: (out): its hashes. FALSE: it has no id, and nothing tells it from others. */
gboolean kz_engine_answer_hashes (KzEngine *self, const KzResponse *response, KzLedgerEntry *entry);
/* Whether there was a line of this very answer. */
gboolean kz_engine_was_told (KzEngine *self, const char *group_id, const KzResponse *response);
/* Whether @tally tells who each of those is that it counts, and whoever is not known is news: then counts
 * tell nothing beside. */
gboolean kz_engine_names_all (const KzOpenAction *open, const KzTally *tally);
/* How many of those that @tally counts nobody knows, as far as all others are known. */
guint kz_engine_unnamed (const KzOpenAction *open, const KzTally *tally);
/* Its details were wanted, and did not come before we went. */
gboolean kz_engine_wants_names (const KzOpenAction *open);
/* (transfer full) (element-type KzResponse): those of @tally, which counts @open, that nobody has told of. Of
 * people of whom no answer is known the last @allowed; @is_drop: those who opened a job again. What else is
 * not known becomes so. @is_silent: all of it. @is_waiting: (out): some wait for their room. */
GPtrArray *kz_engine_settle_answers (KzEngine *self, KzOpenAction *open, KzTally *tally,
                                     guint allowed, gboolean is_drop, gboolean is_silent,
                                     gboolean *is_waiting);
/* Answers to what is looked up: those who answered later are news, these have their deliveries. */
void kz_engine_leave_answers (KzEngine *self, KzOpenAction *open, const KzTally *answers);
/* kz-engine-tally.c: returns whether there was something new. */
gboolean kz_engine_take_tally (KzEngine *self, const char *action_id, KzTally *tally,
                               KzTallySource source);
/* Those details cannot be got, now or ever (@is_final). FALSE: ask once more. */
gboolean kz_engine_no_details (const char *group_id, const char *action_id, gboolean is_final,
                               gpointer data);
void kz_pending_tally_free (gpointer data);
void kz_engine_emit_reaction (KzEngine *self, KzReaction *reaction, KzSource source);
const KzPollerFuncs *kz_engine_poller_funcs (void);
/* (transfer full): how it stood last, to be changed. */
KzTally *kz_engine_copy_tally (const KzOpenAction *open);
/* (transfer full): "p:<response>:<state>" */
char *kz_engine_response_key (const KzResponse *response);
void kz_engine_watch_action (KzEngine *self, const KzOpenAction *open);
void kz_engine_watch_open_actions (KzEngine *self, const char *group_id);

/* A list has an action that was looked for. */
void kz_engine_meet_action (KzEngine *self, KzAction *action);

/* --- kz-engine-reactions.c --- */
gboolean kz_engine_seeks_action (const char *group_id, const char *reference_id, gpointer data);
void kz_engine_found_action (const char *group_id, KzAction *action, gpointer data);
guint kz_engine_reactions (const char *group_id, const KzReactionSummary *summary,
                           KzReactionKind kind, GPtrArray *reactions, gpointer data);
gboolean kz_engine_wants_reactions (const char *group_id, const KzReactionSummary *summary,
                                    KzReactionKind kind, gboolean is_first, gpointer data);
void kz_engine_reactions_done (const char *group_id, const KzReactionSummary *summary,
                               gpointer data);

/* --- kz-engine-deliveries.c --- */
gboolean kz_engine_delivery (const char *body, gsize length, gpointer data);
void kz_engine_replay_deliveries (KzEngine *self);
void kz_kept_free (gpointer data);
/* A delivery that waited for other lines of its room. @kept: (transfer full). */
void kz_engine_take_held (KzEngine *self, KzKept *kept);
/* TRUE: an action that a list told of is put aside, journalled, until its room is opened, or is
 * already; it is neither to be shown nor to be marked. */
gboolean kz_engine_put_aside (KzEngine *self, KzAction *action);
/* Whether it waits there already. */
gboolean kz_engine_is_aside (KzEngine *self, KzAction *action);
/* What @kept says of when it came. */
void kz_engine_date_event (KzEvent *event, const KzKept *kept);

/* TRUE: one of @list (element-type KzKept) is the same thing, whichever way it came. */
gboolean kz_kept_among (const KzKept *kept, const GPtrArray *list);
/* What had to wait: shown now, or put aside until its room is opened. @kept: (transfer full). */
void kz_engine_show_kept (KzEngine *self, KzKept *kept);

/* --- kz-engine-lookup.c: actions that are unknown, or without texts, and to which somebody answers --- */
/* It is worth a call, or has to wait behind others. @may_show: its room is open */
gboolean kz_engine_wants_lookup (KzEngine *self, const KzKept *kept, gboolean may_show);
/* Asks for its action, then shows it; also when that cannot be got. @kept: (transfer full),
 * journalled as put aside. */
void kz_engine_look_up (KzEngine *self, KzKept *kept);
/* It waits for its room: what it is about is asked for meanwhile, if nobody knows its texts, when no line
 * waits for its turn. */
void kz_engine_ask_beside (KzEngine *self, const KzKept *kept);
/* The answers to it that wait come before what else tells of them. */
void kz_engine_show_looked_up (KzEngine *self, const char *action_id);
/* It waits already. */
gboolean kz_engine_is_looked_up (KzEngine *self, const KzKept *kept);
/* What waits so of a group that goes waits with its room instead. */
void kz_engine_end_lookups (KzEngine *self, const char *group_id);
void kz_engine_lookup_free (gpointer data);

/* --- kz-engine-send.c --- */
const KzOutboxFuncs *kz_engine_outbox_funcs (void);

/* --- kz-engine-deed.c --- */
void kz_engine_end_deeds (KzEngine *self, const GError *error);

/* --- kz-engine-own.c --- */
/* Something that we post outside of the outbox, and which may come to us as anybody's would, before
 * or after its answer and under other ids. */
typedef struct _KzOwnPost KzOwnPost;
/* Before it goes out. @kind UNKNOWN: a text. @title, @text: (nullable). Valid until
 * kz_engine_own_posted() or kz_engine_own_failed(). */
KzOwnPost *kz_engine_expect_own (KzEngine *self, const char *group_id, KzActionKind kind,
                                 const char *title, const char *text);
void kz_own_post_free (gpointer data);
/* (nullable): the action that came of it so far. */
const KzAction *kz_own_post_echo (const KzOwnPost *post);
/* When no clear answer came, but its echo: what that tells. (nullable) (transfer full) */
KzPosted *kz_own_post_rescue (const KzOwnPost *post, const GError *error);
/* Its answer came: marks its ids as shown. FALSE: it was shown already. */
gboolean kz_engine_own_posted (KzEngine *self, KzOwnPost *post, const KzPosted *posted);
/* It was not posted: what seemed to be its echo is shown. */
void kz_engine_own_failed (KzEngine *self, KzOwnPost *post);
/* Of ours, and unknown by its ids: TRUE when it is such an echo, and then not to be shown.
 * @action: (nullable): a text. */
gboolean kz_engine_take_own_echo (KzEngine *self, const char *group_id, KzAction *action,
                                  const char *text, const char *const *ids, KzSource source);
/* It came by webhook under an id that was known: it will not come under another one. */
void kz_engine_note_own_echo (KzEngine *self, const char *const *ids);

/* --- kz-engine-post.c --- */
/* @draft was posted: its event and handle, unless they came already. Ends @post. */
void kz_engine_show_posted (KzEngine *self, const char *group_id, const KzActionDraft *draft,
                            const KzPosted *posted, KzOwnPost *post);
/* KZ_ERROR_INVALID, KZ_ERROR_FORBIDDEN. */
gboolean kz_engine_check_post (KzEngine *self, const KzGroup *group, const KzActionDraft *draft,
                               GError **error);

/* --- kz-engine-media*.c --- */
void kz_engine_end_media (KzEngine *self, const GError *error);

/* --- kz-engine-health.c --- */
/* Every answer and every failure of a call; @error (nullable). May end the account. */
void kz_engine_note_result (KzEngine *self, const GError *error);
/* From the first call of the sign-on: suspends; from ONLINE on also silence. */
void kz_engine_start_watch (KzEngine *self);

G_END_DECLS
