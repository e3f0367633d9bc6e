/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "kz-error.h"
#include "kz-json.h"
#include "kz-limits.h"

G_BEGIN_DECLS

/* Shared by the kz-json*.c files only: nobody else may see json-glib. */

/* The lexer: a position in text that is known to be valid UTF-8 without NUL. */
typedef struct {
  const char *pos;
  const char *end;
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

/* The next token of strict JSON. @string gets (transfer full) the decoded text of a STRING,
 * @scalar (transfer full) the node of a SCALAR: number, true, false or null. */
KzJsonToken kz_json_scan_next (KzJsonScan *scan, char **string, JsonNode **scalar);

void kz_json_scan_skip_space (KzJsonScan *scan);
/* Past a byte order mark and white space. */
void kz_json_scan_skip_start (KzJsonScan *scan);

G_END_DECLS
