/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One file of this directory is one target: bytes of anybody go in, and nothing may break: no crash,
 * no leak, no CRITICAL, and what the target itself asserts. With libFuzzer (option "fuzzer") it is
 * driven by coverage; otherwise fuzz-replay.c gives it the files of its corpus, whole and cut. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
int LLVMFuzzerInitialize (int *argc, char ***argv);

/* Called once before the first input. A message of level CRITICAL ends the program; others are
 * silent. */
void fuzz_init (void);

G_END_DECLS
