/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns deeds into the events of API §19 and hands them to the webhooks. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

typedef struct {
  const char *type; /* "TextMessageCreated"… */
  const char *id;
  SbGroup *group;
  SbUser *actor; /* (nullable) */
  SbItem *item;  /* (nullable) */
  JsonObject *data;
  SbResponse *response; /* (nullable) */
} SbEvent;

void sb_event_item (SbSandbox *sandbox, SbItem *item);
void sb_event_response (SbSandbox *sandbox, SbItem *item, SbResponse *response, gboolean update);
void sb_event_member (
    SbSandbox *sandbox, SbGroup *group, SbUser *user, SbRole role, SbUser *by, gboolean added);
void
sb_event_group (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by, gboolean added);

/** The answers with their questions, as webhooks write them. (transfer full) */
JsonArray *sb_answers_with_questions (SbSandbox *sandbox, SbItem *item, SbResponse *response);

/** The unversioned package id. (transfer full) */
char *sb_package_base (const char *package_id);

G_END_DECLS
