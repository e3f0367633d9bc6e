/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"
#include "kz-purple-account.h"
#include "kz-render.h"

G_BEGIN_DECLS

/* KzEngineCallbacks.event; @data is the #KzSession. */
void kz_events_handle (const KzEvent *event, gpointer data);

/* How lines are worded for this account, now. Valid while the session lives. */
void kz_events_render_context (KzSession *session, KzRenderContext *context);

G_END_DECLS
