/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <string.h>

/* Where an element lies in the body. */
typedef struct {
  guint32 start;
  guint32 length;
  guint array; /* of those that are cut */
} Span;

struct _KzJsonPage {
  GBytes *body;
  KzJsonLimits limits;
  GArray *elements;
  gboolean has_array;
  KzJson *rest;
};

/* The scan that cuts looks at quotes and brackets only. What else is wrong with an element is
 * found when that element is parsed, and then hurts it alone. */
typedef struct {
  KzJsonPage *page;
  const char *const *names; /* of the arrays */
  KzJsonScan scan;
  const char *data;
  const char *kept; /* what follows here is not yet in rest */
  GString *rest;
} Cut;

/* Past a string; the position is at its opening quote. */
static gboolean
skip_string (KzJsonScan *scan)
{
  const char *start = ++scan->pos;

  while ((scan->pos = memchr (scan->pos, '"', (gsize) (scan->end - scan->pos))) != NULL) {
    const char *before = scan->pos;

    /* One that an odd number of backslashes stands before is part of the string. */
    while (before > start && before[-1] == '\\')
      before--;
    if ((scan->pos++ - before) % 2 == 0)
      return TRUE;
  }
  scan->pos = scan->end;
  return FALSE;
}

/* To the comma or closing bracket that ends the value. */
static gboolean
skip_value (KzJsonScan *scan)
{
  gsize depth = 0;

  while (scan->pos < scan->end) {
    char c = *scan->pos;

    if (c == '"') {
      if (!skip_string (scan))
        return FALSE;
      continue;
    }
    if (depth == 0 && (c == ',' || c == '}' || c == ']'))
      return TRUE;
    if (c == '{' || c == '[')
      depth++;
    else if (c == '}' || c == ']')
      depth--;
    scan->pos++;
  }
  return FALSE;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, what);
  return FALSE;
}

static gboolean
add_element (Cut *cut, guint array, const char *start, GError **error)
{
  const char *end = cut->scan.pos;
  Span span;

  while (end > start && strchr (" \t\r\n", end[-1]) != NULL)
    end--;
  span.start = (guint32) (start - cut->data);
  span.length = (guint32) (end - start);
  span.array = array;
  if (cut->page->elements->len >= KZ_JSON_MAX_VALUES) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_TOO_LARGE, "Too many elements");
    return FALSE;
  }
  g_array_append_val (cut->page->elements, span);
  return TRUE;
}

/* Of two arrays of one name the last one counts. */
static void
drop_elements (Cut *cut, guint array)
{
  GArray *elements = cut->page->elements;

  for (guint i = elements->len; i > 0; i--) {
    if (g_array_index (elements, Span, i - 1).array == array)
      g_array_remove_index (elements, i - 1);
  }
}

/* The position is at "[". Leaves it after "]"; the rest gets "[]". */
static gboolean
cut_array (Cut *cut, guint array, GError **error)
{
  guint before;

  drop_elements (cut, array);
  before = cut->page->elements->len;
  cut->page->has_array = TRUE;
  cut->scan.pos++;
  g_string_append_len (cut->rest, cut->kept, cut->scan.pos - cut->kept);
  kz_json_scan_skip_space (&cut->scan);
  while (cut->scan.pos < cut->scan.end) {
    const char *start = cut->scan.pos;
    gboolean is_empty = *start == ']' && cut->page->elements->len == before;

    if (!skip_value (&cut->scan))
      break;
    if (!is_empty && !add_element (cut, array, start, error))
      return FALSE;
    if (*cut->scan.pos == '}')
      break;
    if (*cut->scan.pos == ']') {
      cut->kept = cut->scan.pos++;
      return TRUE;
    }
    cut->scan.pos++;
    kz_json_scan_skip_space (&cut->scan);
  }
  return fail (error, "Not JSON: the list does not end");
}

/* The number of the array; -1: it stays in the rest. */
static int
wanted_array (const Cut *cut, const char *name, gsize length)
{
  for (int i = 0; cut->names[i] != NULL; i++) {
    if (length == strlen (cut->names[i]) && g_ascii_strncasecmp (name, cut->names[i], length) == 0)
      return i;
  }
  return -1;
}

/* The members of the root object; the position is after "{". Whatever else is wrong with them
 * is found when the rest is parsed. */
static gboolean
cut_object (Cut *cut, GError **error)
{
  while (cut->scan.pos < cut->scan.end) {
    const char *name;
    int array;

    kz_json_scan_skip_space (&cut->scan);
    if (cut->scan.pos == cut->scan.end || *cut->scan.pos != '"')
      return TRUE;
    name = cut->scan.pos + 1;
    if (!skip_string (&cut->scan))
      return TRUE;
    array = wanted_array (cut, name, (gsize) (cut->scan.pos - 1 - name));
    kz_json_scan_skip_space (&cut->scan);
    if (cut->scan.pos == cut->scan.end || *cut->scan.pos != ':')
      return TRUE;
    cut->scan.pos++;
    kz_json_scan_skip_space (&cut->scan);
    if (array >= 0 && cut->scan.pos < cut->scan.end && *cut->scan.pos == '[') {
      if (!cut_array (cut, (guint) array, error))
        return FALSE;
    } else if (array >= 0) {
      drop_elements (cut, (guint) array);
      cut->page->has_array = FALSE;
    }
    if (!skip_value (&cut->scan) || *cut->scan.pos != ',')
      return TRUE;
    cut->scan.pos++;
  }
  return TRUE;
}

static gboolean
cut_body (Cut *cut, GError **error)
{
  kz_json_scan_skip_start (&cut->scan);
  if (cut->scan.pos < cut->scan.end && *cut->scan.pos == '[') {
    if (!cut_array (cut, 0, error))
      return FALSE;
  } else if (cut->scan.pos < cut->scan.end && *cut->scan.pos == '{') {
    cut->scan.pos++;
    if (!cut_object (cut, error))
      return FALSE;
  }
  g_string_append_len (cut->rest, cut->kept, cut->scan.end - cut->kept);
  cut->page->rest = kz_json_parse (cut->rest->str, cut->rest->len, &cut->page->limits, error);
  return cut->page->rest != NULL;
}

KzJsonPage *
kz_json_page_new (GBytes *body, const char *array_name, const KzJsonLimits *limits, GError **error)
{
  const char *const names[] = {array_name, NULL};

  return kz_json_page_new_of (body, names, limits, error);
}

KzJsonPage *
kz_json_page_new_of (GBytes *body,
                     const char *const *array_names,
                     const KzJsonLimits *limits,
                     GError **error)
{
  g_autoptr (KzJsonPage) page = g_new0 (KzJsonPage, 1);
  Cut cut = {.page = page, .names = array_names};
  gboolean is_good;
  gsize length;

  page->limits = limits != NULL ? *limits : kz_json_default_limits;
  page->elements = g_array_new (FALSE, FALSE, sizeof (Span));
  page->body = g_bytes_ref (body);
  cut.data = g_bytes_get_data (body, &length);
  if (length > page->limits.max_bytes || length > G_MAXUINT32) {
    g_set_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE, "%" G_GSIZE_FORMAT " bytes are too many",
                 length);
    return NULL;
  }
  if (length == 0) {
    fail (error, "Not JSON: it is empty");
    return NULL;
  }
  cut.scan.pos = cut.kept = cut.data;
  cut.scan.end = cut.data + length;
  cut.rest = g_string_new (NULL);
  is_good = cut_body (&cut, error);
  g_string_free (cut.rest, TRUE);
  return is_good ? g_steal_pointer (&page) : NULL;
}

void
kz_json_page_free (KzJsonPage *page)
{
  if (page == NULL)
    return;
  g_bytes_unref (page->body);
  g_array_unref (page->elements);
  g_clear_pointer (&page->rest, kz_json_free);
  g_free (page);
}

guint
kz_json_page_length (KzJsonPage *page)
{
  return page->elements->len;
}

guint
kz_json_page_array (KzJsonPage *page, guint index)
{
  g_return_val_if_fail (index < page->elements->len, 0);

  return g_array_index (page->elements, Span, index).array;
}

gsize
kz_json_page_size (KzJsonPage *page, guint index)
{
  g_return_val_if_fail (index < page->elements->len, 0);

  return g_array_index (page->elements, Span, index).length;
}

gboolean
kz_json_page_has_array (KzJsonPage *page)
{
  return page->has_array;
}

const KzJson *
kz_json_page_rest (KzJsonPage *page)
{
  return page->rest;
}

KzJson *
kz_json_page_parse (KzJsonPage *page, guint index, GError **error)
{
  const char *data = g_bytes_get_data (page->body, NULL);
  const Span *span;

  if (index >= page->elements->len) {
    fail (error, "No such element");
    return NULL;
  }
  span = &g_array_index (page->elements, Span, index);
  return kz_json_parse (data + span->start, span->length, &page->limits, error);
}
