/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the libraries cost with nothing of ours between. */
#pragma once

#include <libsoup/soup.h>
#include <purple.h>

G_BEGIN_DECLS

/* A line as libpurple was given it. */
typedef struct {
  char *who;
  char *html;
  PurpleMessageFlags flags;
  time_t when;
} BenchLine;

BenchLine *
bench_line_new (const char *who, const char *html, PurpleMessageFlags flags, time_t when);
void bench_line_free (gpointer line);

/* GET, read in parts as it arrives; *@body is set when all is there. */
void bench_floor_get (SoupSession *session, const char *url, GBytes **body);
void bench_floor_post (SoupSession *session, const char *url, const char *text);
void bench_floor_parse (GBytes *body);

/* A SoupServer whose handler parses, shows @line in that chat and answers. */
SoupServer *bench_floor_receiver (PurpleConnection *gc, int chat_id, const BenchLine *line);

/* A request without libraries: sends @text to 127.0.0.1:@port and runs the main loop until the
 * answer is there, which must be 200. What it does itself is not counted. */
void bench_deliver (guint port, const char *text);

G_END_DECLS
