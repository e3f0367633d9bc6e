/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kaizala-sandbox for use inside a test process: the whole published Kaizala connector API over one
 * in-memory world. It shares no line with src/, so that a misreading of the API page there is not
 * repeated here.
 */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _SbSandbox SbSandbox;

/* What a sandbox is started with; all zero is a good default. */
typedef struct {
  guint port;                  /* 0: any free one */
  const char *scenario_path;   /* (nullable): a scenario file */
  const char *scenario_json;   /* (nullable): or its text; neither: the built-in lively world */
  gboolean have_seed;          /* whether the next field counts */
  guint32 seed;                /* of every name, text, id and token that is drawn */
  double webhook_time_scale;   /* factor on the webhook retry delays; 0 means 1 */
  const char *const *switches; /* (nullable): NULL-terminated "name=value" */
} SbOptions;

/**
 * sb_sandbox_new:
 * @options: (nullable): how to start
 *
 * Starts a server on 127.0.0.1 in the thread-default main context. Nothing runs outside of that
 * context: no thread is made.
 *
 * Returns: (nullable): the sandbox; %NULL with @error set when the port is taken or the scenario or
 * a switch is wrong
 */
SbSandbox *sb_sandbox_new (const SbOptions *options, GError **error);

/** The base of everything, without trailing slash: auth root, data root and OAuth root in one. */
const char *sb_sandbox_get_url (SbSandbox *sandbox);

/** The seed that was used; giving it again draws the same world. */
guint32 sb_sandbox_get_seed (SbSandbox *sandbox);

/**
 * sb_sandbox_control:
 * @method: "GET", "POST" or "DELETE"
 * @path: for example "/sandbox/say"
 * @body: (nullable) (transfer none): an object
 * @status: (out) (optional): the HTTP status that a client would have got
 *
 * The control API without HTTP. Never blocks.
 *
 * Returns: (transfer full): the answer, or an object with "message" when it was refused
 */
JsonNode *sb_sandbox_control (
    SbSandbox *sandbox, const char *method, const char *path, JsonNode *body, guint *status);

/** Returns: (transfer full): the JSON line that the program prints, without a line end. */
char *sb_sandbox_ready_line (SbSandbox *sandbox);

/** Stops listening, closes every connection and cancels every timer and call. */
void sb_sandbox_free (SbSandbox *sandbox);

/** How many calls of webhooks wait for an answer. */
guint sb_sandbox_exchanges (SbSandbox *sandbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbSandbox, sb_sandbox_free)

G_END_DECLS
