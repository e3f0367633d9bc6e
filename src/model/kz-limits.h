/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every number that is a policy of ours or a limit of the service, in one table. */

#define KZ_REPLY_TIMEOUT_S 60           /* the documentation's advice, API §1 */
#define KZ_RESUMED_REPLY_S 15           /* of what was on its way when the network changed */
#define KZ_HASTY_TIMEOUTS 2             /* of one request, while somebody waits for the sign-on */
#define KZ_TOLD_WAIT_S 20               /* a sign-on that waits longer for its turn says so */
#define KZ_SIGN_ON_WAIT_S (16 * 60)     /* all that it waits for its turn */
#define KZ_CALLS_PER_MINUTE 100         /* per connector, API §4 */
#define KZ_BUDGET_PER_MINUTE 80         /* what polling may use; the rest is the user's */
#define KZ_JSON_MAX_BYTES (8u << 20)
#define KZ_JSON_MEMBERS_MAX_BYTES (32u << 20)
#define KZ_JSON_MAX_DEPTH 64
#define KZ_JSON_MAX_VALUES (1u << 20)   /* nodes of one document, elements of one page */
#define KZ_JSON_MAX_MEMBERS 1024        /* of one object: lookups are linear */
#define KZ_SLICE_BYTES (48u << 10)      /* of JSON in one turn of the loop: 10 M instructions */
#define KZ_SLICE_ITEMS 100              /* groups or people in one turn: as many */
#define KZ_WEBHOOK_MAX_BYTES (1u << 20)
#define KZ_WEBHOOK_MAX_CONNECTIONS 32
#define KZ_WEBHOOK_DEADLINE_S 10
#define KZ_MAX_CONNECTIONS 8
#define KZ_MAX_POLLS 2                  /* in flight; likewise transfers and upkeep */
#define KZ_MAX_TRANSFERS 2
#define KZ_MAX_UPKEEP 2
#define KZ_INLINE_PICTURE_MAX_BYTES (8u << 20)
#define KZ_INLINE_PICTURE_MAX_PIXELS 50000000u /* 200 MB when it is unpacked */
#define KZ_INLINE_PICTURES 6            /* of one album, the rest are links */
#define KZ_UPLOAD_MAX_BYTES (100u << 20) /* all files of one upload; API §11 names no limit */
#define KZ_SAVE_MAX_BYTES (1u << 30)
#define KZ_MEDIA_HEAD_BYTES (64u << 10) /* of a file, to tell its kind by */
#define KZ_FILE_NAME_MAX_BYTES 120
#define KZ_MESSAGE_MAX_UNITS 4000       /* UTF-16 units, API §10 */
#define KZ_MESSAGE_OLD_MAX_UNITS 1000   /* API §23 row 22 */
#define KZ_CREATE_GROUP_MAX_MEMBERS 100 /* API §6 */
#define KZ_SUBSCRIBERS_PAGE 50          /* API §9 */
#define KZ_SELECTIVE_SEND_CHUNK 30      /* API §10 */
#define KZ_ACTION_MAX_HOURS (366 * 24)  /* more is taken for a mistake of the unit */
#define KZ_MEETING_MAX_MINUTES (30 * 24 * 60)
#define KZ_FINCH_ROOM_USERS 250
#define KZ_DEFAULT_BUDDIES 250
#define KZ_SEEN_RING 256                /* hashes a group */
#define KZ_UNRESOLVED_KEPT_S (2 * 24 * 3600)
#define KZ_AUTO_WINDOWS 10
#define KZ_TOKEN_RENEW_EARLY_S 300
/* After a renewal that failed: doubles from the one to the other, but for a person. */
#define KZ_TOKEN_AGAIN_FIRST_S 2
#define KZ_TOKEN_AGAIN_MAX_S 30
/* libpurple writes its accounts five seconds after a change. */
#define KZ_HOST_SAVES_AFTER_S 6
#define KZ_HOST_SAVES_LOOKS 10
#define KZ_MEMBERS_OPEN_S 600           /* lists of open rooms are read again after so long */
#define KZ_MEMBERS_IDLE_S (6 * 3600)    /* those of the others */
/* A list that was refused is asked for again. */
#define KZ_DENIED_AGAIN_S (3 * 3600)
#define KZ_MEMBERS_RETRY_S 60           /* after a read that failed for a moment */
#define KZ_FIRST_HISTORY 5              /* actions shown when a group is seen first */
#define KZ_STORE_DEBOUNCE_S 2
#define KZ_JOURNAL_RECORD_MAX_BYTES 8192
#define KZ_WIZARD_TIMEOUT_US (10 * 60 * G_USEC_PER_SEC) /* without an answer in a room */
#define KZ_MAX_REDIRECTS 3
