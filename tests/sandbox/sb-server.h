/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sandbox itself, as its own files see it: one owner of every part. */
#pragma once

#include <libsoup/soup.h>

#include "sandbox.h"
#include "sb-access.h"
#include "sb-clock.h"
#include "sb-lenient-json.h"
#include "sb-random.h"
#include "sb-switches.h"
#include "sb-world.h"

G_BEGIN_DECLS

typedef struct _SbTokens SbTokens;
typedef struct _SbMeter SbMeter;
typedef struct _SbFaults SbFaults;
typedef struct _SbWebhooks SbWebhooks;
typedef struct _SbColleagues SbColleagues;
typedef struct _SbCode SbCode;

/* Who makes the present change; decides about echoes and about what colleagues react to. */
typedef enum {
  SB_ORIGIN_CONTROL,
  SB_ORIGIN_API,
  SB_ORIGIN_RULE,
  SB_ORIGIN_HISTORY,
} SbOrigin;

struct _SbSandbox {
  SoupServer *server;
  SoupSession *session; /* for webhooks only */
  guint exchanges;      /* of them, that wait for an answer */
  GCancellable *cancellable;
  char *url;
  guint port;
  guint32 seed;
  double time_scale;
  GRand *rand;
  SbSwitches *switches;
  SbClock *clock;
  SbWorld *world;
  SbTokens *tokens;
  SbMeter *meter;
  SbFaults *faults;
  SbWebhooks *webhooks;
  SbColleagues *colleagues;
  JsonArray *received; /* what clients sent */
  GHashTable *codes;   /* (element-type utf8 SbCode): OAuth codes not yet used */
  GHashTable
      *open_calls;     /* (element-type SbCall GSource): answered later; the source may be NULL */
  GHashTable *pending; /* what else ends with the sandbox, and how it is freed */
  GHashTable *idle;    /* (nullable): connections between two requests, see sb-connections.h */
  GPtrArray *stolen;   /* (element-type GIOStream): connections that a fault keeps open */
  char *moved_path;    /* (nullable): where the data root lives now, below the server's root */
  char *moved_to;      /* (nullable): what a 308 names */
  gboolean auth_moved;
  GPtrArray *old_paths; /* (element-type utf8): every base there ever was */
  SbOrigin origin;
};

/** An id in the scale unit's fashion: some end in @1 or @2 (API §22). (transfer full) */
char *sb_new_id (SbSandbox *sandbox);

/** The person with that number, added as unprovisioned when unknown; @phone is normalised. */
SbUser *sb_person_for_phone (SbSandbox *sandbox, const char *phone);

/** The PIN of the next SMS, drawn when there is none. */
const char *sb_user_pin (SbSandbox *sandbox, SbUser *user);

/** "2017-12-20T08:33:51Z" (transfer full) */
char *sb_iso_time (gint64 time_ms);

/** A number in s, ms or ticks, or an ISO-8601 text, as ms; -1 when it is none (API §22). */
gint64 sb_time_ms (JsonNode *node);

/** Where the file can be fetched, without a token. (transfer full) */
char *sb_file_url (SbSandbox *sandbox, SbFile *file);

/** The endpointUrl that an accessToken answer names now. (transfer full) */
char *sb_endpoint_url (SbSandbox *sandbox);

/** Keeps a line of what a client sent. @details is (transfer full). */
void sb_note_received (SbSandbox *sandbox,
                       const char *kind,
                       SbGroup *group,
                       SbUser *from,
                       const char *reference_id,
                       JsonObject *details);

G_END_DECLS
