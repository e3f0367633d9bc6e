/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-error.h"
#include "kz-json.h"
#include "kz-limits.h"

G_BEGIN_DECLS

/* Shared by the kz-json*.c files only. */

typedef enum {
  KZ_JSON_NULL,
  KZ_JSON_BOOLEAN,
  KZ_JSON_INT,
  KZ_JSON_DOUBLE,
  KZ_JSON_STRING,
  KZ_JSON_ARRAY,
  KZ_JSON_OBJECT,
} KzJsonType;

/**
 * KzJson:
 * @name: (nullable): of a member
 * @key: of @name, for a look that needs no text
 * @length: of an array or object
 * @children: one behind the other, in the order of the text, no name twice
 */
struct _KzJson {
  const char *name;
  guint32 key;
  KzJsonType type;
  guint length;
  union {
    gboolean boolean;
    gint64 integer;
    double number;
    const char *string;
    const KzJson *children;
  } as;
};

/* Equal for names that differ in nothing but case. */
static inline guint32
kz_json_key (const char *name, gsize length)
{
  return ((guint32) length << 8) | ((guchar) name[0] | 0x20);
}

/* The lexer: a position in text that is known to be valid UTF-8 without NUL. @out: where decoded
 * strings go; they are never longer than they are in the text, with their quotes. */
typedef struct {
  const char *pos;
  const char *end;
  char *out;
} KzJsonScan;

typedef enum {
  KZ_JSON_TOKEN_END,
  KZ_JSON_TOKEN_BAD,
  KZ_JSON_TOKEN_OPEN_OBJECT,
  KZ_JSON_TOKEN_CLOSE_OBJECT,
  KZ_JSON_TOKEN_OPEN_ARRAY,
  KZ_JSON_TOKEN_CLOSE_ARRAY,
  KZ_JSON_TOKEN_COLON,
  KZ_JSON_TOKEN_COMMA,
  KZ_JSON_TOKEN_STRING,
  KZ_JSON_TOKEN_SCALAR,
} KzJsonToken;

/* The next token of strict JSON. @value gets the type and the content of a STRING or SCALAR: number,
 * true, false or null. */
KzJsonToken kz_json_scan_next (KzJsonScan *scan, KzJson *value);

void kz_json_scan_skip_space (KzJsonScan *scan);
/* Past a byte order mark and white space. */
void kz_json_scan_skip_start (KzJsonScan *scan);

G_END_DECLS
