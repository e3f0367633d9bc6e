/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The result of a benchmark: rows of what was measured, each with numbers and perhaps a ratio and what
 * it should reach. */
typedef struct _BenchTable BenchTable;

BenchTable *bench_table_new (const char *name);
void bench_table_free (BenchTable *table);
void bench_table_row (BenchTable *table, const char *work, const char *how);
/* Of the last row. */
void bench_table_number (BenchTable *table, const char *unit, double value);
/* Of the last row; NaN: it has none, or nothing is to be reached. */
void bench_table_ratio (BenchTable *table, double ratio, double reach);
/* Prints it, and writes it as JSON to @path (nullable). 1 when a row does not reach what it should. */
int bench_table_finish (BenchTable *table, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTable, bench_table_free)

G_END_DECLS
