/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control API below /sandbox/: HACKING.md has its table. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

/* One control request. A handler fills answer, or calls sb_control_fail (). */
typedef struct {
  SbSandbox *sandbox;
  JsonObject *body; /* never NULL */
  guint status;
  JsonObject *answer; /* (owned) */
} SbControl;

typedef struct {
  const char *method;
  const char *name; /* below /sandbox/ */
  void (*handler) (SbControl *control);
} SbControlRow;

extern const SbControlRow sb_control_people[]; /* what people do */
extern const SbControlRow sb_control_groups[]; /* what happens to groups */
extern const SbControlRow sb_control_admin[];  /* faults, clock, counters, switches, tokens */
extern const SbControlRow sb_control_hooks[];  /* webhooks */

void sb_control_fail (SbControl *control, guint status, const char *message);

/* All (nullable), with the failure in place; the names are those of the body's members. */
SbUser *sb_control_person (SbControl *control, const char *name);
SbGroup *sb_control_group (SbControl *control, const char *name);
SbItem *sb_control_action (SbControl *control);    /* actionId, or referenceId */
SbItem *sb_control_reference (SbControl *control); /* referenceId, or actionId */
const char *sb_control_text (SbControl *control, const char *name);

/** Takes @call. */
void sb_control_run (SbCall *call);

G_END_DECLS
