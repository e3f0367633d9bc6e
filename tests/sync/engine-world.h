/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-fixture.h"
#include "engine-proxy.h"

G_BEGIN_DECLS

/* What people do in the world of the bench. */

/* For bench_until(): every group has its webhook. */
gboolean bench_hears (Bench *bench, gconstpointer data);
/* Nobody can call us: everything must come by polls. */
void bench_only_poll (Bench *bench);
/* Signs on, lets the first look at every group pass, and forgets what it brought. */
void bench_settle_in (Bench *bench);
/* The same, where every group has its webhook by then. */
void bench_settle_in_hearing (Bench *bench);
/* A bench that has settled in so. (transfer full) */
Bench *bench_new_ready (const char *const *switches);
/* Before the first sign-on: its endpoint is behind a proxy then. (transfer full): it outlives the bench. */
Proxy *bench_go_behind (Bench *bench);
/* @person says @text on the phone. */
void bench_say (Bench *bench, const char *group, const char *person, const char *text);
/* What the sandbox is to do wrong from now on; ' stands for ". */
void bench_fault (Bench *bench, const char *json);
/* Nothing goes wrong any more. */
void bench_heal (Bench *bench);
/* In no 60 s did the service see more calls than @limit. */
void bench_assert_budget (Bench *bench, guint limit);
/* The first webhook of a group, as the sandbox lists it; there is one. (transfer full) */
JsonObject *bench_hook (Bench *bench, const char *group);
/* As the service does with one that it cannot reach. */
void bench_switch_hook_off (Bench *bench, const char *group);
/* For bench_until(); @group: its name. */
gboolean bench_hook_is_active (Bench *bench, gconstpointer group);
/* Everything that was delivered comes once more. */
void bench_redeliver (Bench *bench, gboolean shuffle);
/* By Asha. (transfer full): the action's id. */
char *bench_post_poll (Bench *bench, const char *group, const char *question);
char *bench_post_job (Bench *bench, const char *group, const char *title);
/* In the team, for all four of it; (transfer full): actionId. */
char *bench_post_job_for_all (Bench *bench, const char *title);
/* Fails without. */
const char *bench_handle_of (Bench *bench, const char *group, const char *title);

G_END_DECLS
