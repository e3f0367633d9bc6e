/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others send beside JSON, and what they choose: bytes of files, names of files and people, links to
 * files. The first byte says which. */
#include "config.h"

#include "fuzz.h"

#include "kz-limits.h"
#include "kz-media-ref.h"
#include "kz-media.h"
#include "kz-name.h"
#include "kz-picture-size.h"

#include <string.h>

#define NAME_MAX_CHARS 80

static void
read_file (const guint8 *data, gsize size)
{
  const KzMediaType *type = kz_media_type_sniff (data, size, NULL);
  const KzMediaType *named = kz_media_type_sniff (data, size, "a.xlsx");
  guint64 pixels = kz_picture_pixels (data, size);

  /* A name decides among Office's alone. */
  if (type != NULL && type->kind != KZ_ACTION_DOCUMENT)
    g_assert_true (named == type);
  g_assert_true (type == NULL || named != NULL || type->kind == KZ_ACTION_DOCUMENT);
  /* No header is lost by what comes behind it. */
  if (size > 24)
    g_assert_cmpuint (kz_picture_pixels (data, size - 1), <=, pixels);
}

static void
check_file_name (const char *name)
{
  g_assert_cmpstr (name, !=, "");
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_null (strpbrk (name, "/\\:*?\"<>|"));
  g_assert_null (strchr (".-~ ", *name));
  g_assert_null (strchr (". ", name[strlen (name) - 1]));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
}

static void
read_file_name (const char *text)
{
  g_autofree char *safe = kz_media_safe_name (text, "file");
  g_autofree char *again = kz_media_safe_name (safe, "other");
  const KzMediaType *png = kz_media_type_of_name ("a.png");
  g_autofree char *sent = kz_media_type_file_name (png, text);
  g_autofree char *refusal = kz_media_type_refusal (text);

  check_file_name (safe);
  g_assert_cmpuint (strlen (safe), <=, KZ_FILE_NAME_MAX_BYTES);
  g_assert_cmpstr (again, ==, safe);
  check_file_name (sent);
  g_assert_true (kz_media_type_of_name (sent) == png);
  g_assert_true (g_utf8_validate (refusal, -1, NULL));
}

static void
read_name (const char *text)
{
  g_autofree char *clean = kz_name_clean (text);
  g_autofree char *again = kz_name_clean (clean);
  g_autofree char *key = kz_name_key (clean);

  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_utf8_validate (key, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (clean, -1), <=, NAME_MAX_CHARS);
  g_assert_null (strpbrk (clean, ":\r\n\t"));
  g_assert_cmpstr (again, ==, clean);
}

/* A host of ours, as another program would read it. */
static void
check_host (const char *url)
{
  static const char *const domains[] = {"kaiza.la", "osi.office.net", "blob.core.windows.net"};
  const char *begin = url + strlen ("https://");
  g_autofree char *host = g_strndup (begin, strcspn (begin, "/?#\\"));
  gboolean is_ours = FALSE;

  g_assert_cmpint (g_ascii_strncasecmp (url, "https://", strlen ("https://")), ==, 0);
  g_assert_null (strchr (host, '@'));
  /* These stand for other bytes. */
  if (strchr (host, '%') != NULL || !g_str_is_ascii (host))
    return;
  host[strcspn (host, ":")] = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++) {
    gsize length = strlen (host), own = strlen (domains[i]);

    is_ours = is_ours || (length >= own && g_ascii_strcasecmp (host + length - own, domains[i]) == 0 &&
                          (length == own || host[length - own - 1] == '.'));
  }
  g_assert_true (is_ours);
}

static void
read_link (const char *text)
{
  g_autoptr (KzMediaRef) ref = kz_media_ref_new (text, text);
  g_autofree char *identity = kz_media_ref_identity (text);

  g_assert_null (strpbrk (identity, "?#"));
  g_assert_true (ref->name == NULL || strpbrk (ref->name, "/\\") == NULL);
  if (kz_media_url_is_known ("https://api.kaiza.la", text))
    check_host (text);
  kz_media_url_is_known ("http://127.0.0.1:8080", text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *raw = NULL;
  g_autofree char *text = NULL;

  if (size == 0)
    return 0;
  raw = g_strndup ((const char *) data + 1, size - 1);
  /* What comes in JSON is UTF-8. */
  text = g_utf8_make_valid (raw, -1);
  switch (*data % 4) {
  case 0:
    read_file (data + 1, size - 1);
    break;
  case 1:
    read_file_name (text);
    break;
  case 2:
    read_name (text);
    break;
  default:
    read_link (text);
  }
  return 0;
}
