/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a request to its handler, with every check that is the same for all routes. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

/* The tables, each ended by a row without a method. */
extern const SbRoute sb_routes_auth[];
extern const SbRoute sb_routes_oauth[];
extern const SbRoute sb_routes_groups[];
extern const SbRoute sb_routes_subgroups[];
extern const SbRoute sb_routes_members[];
extern const SbRoute sb_routes_subscribers[];
extern const SbRoute sb_routes_messages[];
extern const SbRoute sb_routes_media[];
extern const SbRoute sb_routes_actions[];
extern const SbRoute sb_routes_responses[];
extern const SbRoute sb_routes_reactions[];
extern const SbRoute sb_routes_webhooks[];
extern const SbRoute sb_routes_unsupported[];

/** Takes @call; it is answered now or later. */
void sb_router_run (SbCall *call);

/** Answers 308, with where the same is found at the data root of today. */
void sb_router_redirect (SbCall *call);

G_END_DECLS
