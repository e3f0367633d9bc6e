/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media-type.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define OFFICE "application/vnd.openxmlformats-officedocument."

typedef enum {
  TYPE_JPEG,
  TYPE_PNG,
  TYPE_MP3,
  TYPE_WAV,
  TYPE_PDF,
  TYPE_DOC,
  TYPE_XLS,
  TYPE_PPT,
  TYPE_DOCX,
  TYPE_XLSX,
  TYPE_PPTX,
  TYPE_MP4,
  TYPE_3GPP,
  TYPE_NONE,
} Type;

/* API §11. */
static const KzMediaType types[] = {
    [TYPE_JPEG] = {KZ_ACTION_IMAGE, "image/jpeg", ".jpg"},
    [TYPE_PNG] = {KZ_ACTION_IMAGE, "image/png", ".png"},
    [TYPE_MP3] = {KZ_ACTION_AUDIO, "audio/mpeg", ".mp3"},
    [TYPE_WAV] = {KZ_ACTION_AUDIO, "audio/wav", ".wav"},
    [TYPE_PDF] = {KZ_ACTION_DOCUMENT, "application/pdf", ".pdf"},
    [TYPE_DOC] = {KZ_ACTION_DOCUMENT, "application/msword", ".doc"},
    [TYPE_XLS] = {KZ_ACTION_DOCUMENT, "application/vnd.ms-excel", ".xls"},
    [TYPE_PPT] = {KZ_ACTION_DOCUMENT, "application/vnd.ms-powerpoint", ".ppt"},
    [TYPE_DOCX] = {KZ_ACTION_DOCUMENT, OFFICE "wordprocessingml.document", ".docx"},
    [TYPE_XLSX] = {KZ_ACTION_DOCUMENT, OFFICE "spreadsheetml.sheet", ".xlsx"},
    [TYPE_PPTX] = {KZ_ACTION_DOCUMENT, OFFICE "presentationml.presentation", ".pptx"},
    [TYPE_MP4] = {KZ_ACTION_VIDEO, "video/mp4", ".mp4"},
    [TYPE_3GPP] = {KZ_ACTION_VIDEO, "video/3gpp", ".3gpp"},
};

/* Other spellings of an extension. */
static const struct {
  Type type;
  const char *extension;
} more_extensions[] = {
    {TYPE_JPEG, ".jpeg"},
    {TYPE_3GPP, ".3gp"},
};

typedef struct {
  const guint8 *data;
  gsize length;
} Head;

static gboolean
has_at (const Head *head, gsize offset, const char *bytes, gsize length)
{
  return head->length >= length && offset <= head->length - length &&
         memcmp (head->data + offset, bytes, length) == 0;
}

#define HAS_AT(head, offset, literal) has_at (head, offset, literal, sizeof (literal) - 1)

static guint
le16 (const Head *head, gsize offset)
{
  return head->data[offset] | (guint) head->data[offset + 1] << 8;
}

static guint32
le32 (const Head *head, gsize offset)
{
  return le16 (head, offset) | (guint32) le16 (head, offset + 2) << 16;
}

/* --- Extensions ---------------------------------------------------------------------------- */

/* "" without one. */
static const char *
extension_of (const char *name)
{
  const char *dot = name != NULL ? strrchr (name, '.') : NULL;

  return dot != NULL && dot != name ? dot : "";
}

static Type
type_of_extension (const char *extension)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (types[i].extension, extension) == 0)
      return (Type) i;
  for (gsize i = 0; i < G_N_ELEMENTS (more_extensions); i++)
    if (g_ascii_strcasecmp (more_extensions[i].extension, extension) == 0)
      return more_extensions[i].type;
  return TYPE_NONE;
}

/* One of three kinds that share a container, by the name alone. */
static Type
named_one (const char *name, Type first, Type last)
{
  Type type = type_of_extension (extension_of (name));

  return type >= first && type <= last ? type : TYPE_NONE;
}

/* --- MP3 ----------------------------------------------------------------------------------- */

/* Length of the MPEG audio frame of layer III that begins there; 0: there is none. */
static gsize
mp3_frame (const Head *head, gsize offset)
{
  static const guint16 rates_1[] = {0,   32,  40,  48,  56,  64,  80,  96,
                                    112, 128, 160, 192, 224, 256, 320, 0};
  static const guint16 rates_2[] = {0,  8,  16, 24,  32,  40,  48,  56,
                                    64, 80, 96, 112, 128, 144, 160, 0};
  static const guint32 samples[] = {44100, 48000, 32000, 0};
  guint version, layer, rate, sample, padding;

  if (offset + 4 > head->length || head->data[offset] != 0xff ||
      (head->data[offset + 1] & 0xe0) != 0xe0)
    return 0;
  version = (head->data[offset + 1] >> 3) & 3;
  layer = (head->data[offset + 1] >> 1) & 3;
  sample = samples[(head->data[offset + 2] >> 2) & 3];
  padding = (head->data[offset + 2] >> 1) & 1;
  if (version == 1 || layer != 1 || sample == 0)
    return 0;
  rate = (version == 3 ? rates_1 : rates_2)[head->data[offset + 2] >> 4];
  if (rate == 0)
    return 0;
  sample >>= version == 3 ? 0 : version == 2 ? 1 : 2;
  return (version == 3 ? 144u : 72u) * rate * 1000 / sample + padding;
}

/* Two bytes could be anything: the next frame must follow as far as it can be seen. */
static gboolean
is_mp3 (const Head *head)
{
  gsize length;

  if (HAS_AT (head, 0, "ID3") && head->length >= 10)
    return head->data[3] < 0xff && head->data[4] < 0xff;
  length = mp3_frame (head, 0);
  if (length == 0)
    return FALSE;
  return length + 4 > head->length || mp3_frame (head, length) > 0;
}

/* --- Office -------------------------------------------------------------------------------- */

static gboolean
contains_utf16 (const Head *head, gsize from, gsize to, const char *word)
{
  gsize length = strlen (word);

  for (gsize i = from; i + 2 * length <= to; i += 2) {
    gsize j = 0;

    while (j < length && head->data[i + 2 * j] == (guint8) word[j] &&
           head->data[i + 2 * j + 1] == 0)
      j++;
    if (j == length)
      return TRUE;
  }
  return FALSE;
}

/* A compound file: its directory names the stream that the program keeps its document in.
 * Installers and mails are compound files, too. */
static Type
ole_type (const Head *head, const char *name)
{
  guint shift;
  gsize sector, from, to;

  if (head->length < 512)
    return TYPE_NONE;
  shift = le16 (head, 30);
  if (shift != 9 && shift != 12)
    return TYPE_NONE;
  sector = (gsize) 1 << shift;
  from = ((gsize) le32 (head, 48) + 1) * sector;
  if (from >= head->length)
    /* Too far behind to be seen. */
    return named_one (name, TYPE_DOC, TYPE_PPT);
  to = MIN (from + sector, head->length);
  if (contains_utf16 (head, from, to, "WordDocument"))
    return TYPE_DOC;
  if (contains_utf16 (head, from, to, "Workbook") || contains_utf16 (head, from, to, "Book"))
    return TYPE_XLS;
  if (contains_utf16 (head, from, to, "PowerPoint Document"))
    return TYPE_PPT;
  /* A directory that goes on elsewhere; the others say by their first names what they are. */
  if (to == from + sector && !contains_utf16 (head, from, to, "__"))
    return named_one (name, TYPE_DOC, TYPE_PPT);
  return TYPE_NONE;
}

/* A zip archive: which files are inside, as far as the head shows it. */
static Type
zip_type (const Head *head, const char *name)
{
  gboolean is_package = FALSE;

  for (gsize i = 0; i + 30 <= head->length; i++) {
    Head entry;

    if (head->data[i] != 'P' || !HAS_AT (head, i, "PK\003\004"))
      continue;
    entry.data = head->data + i + 30;
    entry.length = MIN (le16 (head, i + 26), head->length - i - 30);
    if (HAS_AT (&entry, 0, "word/"))
      return TYPE_DOCX;
    if (HAS_AT (&entry, 0, "xl/"))
      return TYPE_XLSX;
    if (HAS_AT (&entry, 0, "ppt/"))
      return TYPE_PPTX;
    is_package = is_package || HAS_AT (&entry, 0, "[Content_Types].xml") ||
                 HAS_AT (&entry, 0, "_rels/.rels");
    i += 29;
  }
  return is_package ? named_one (name, TYPE_DOCX, TYPE_PPTX) : TYPE_NONE;
}

/* With macros it is another kind, which the service does not list. */
static gboolean
has_macro_name (const char *name)
{
  static const char *const extensions[] = {".docm", ".dotm", ".xlsm", ".xltm",
                                           ".xlam", ".pptm", ".potm", ".ppsm"};

  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_ascii_strcasecmp (extension_of (name), extensions[i]) == 0)
      return TRUE;
  return FALSE;
}

/* --- Video --------------------------------------------------------------------------------- */

static Type
ftyp_type (const Head *head)
{
  /* Sound alone (M4A), QuickTime and pictures (heic, avif) have the same frame. */
  static const char mp4[][5] = {"isom", "iso2", "iso3", "iso4", "iso5", "iso6",
                                "iso7", "iso8", "iso9", "mp41", "mp42", "avc1",
                                "dash", "M4V ", "M4VH", "M4VP", "MSNV", "mmp4"};

  if (HAS_AT (head, 8, "3gp") || HAS_AT (head, 8, "3ge") || HAS_AT (head, 8, "3gg") ||
      HAS_AT (head, 8, "3gs"))
    return TYPE_3GPP;
  for (gsize i = 0; i < G_N_ELEMENTS (mp4); i++)
    if (has_at (head, 8, mp4[i], 4))
      return TYPE_MP4;
  return TYPE_NONE;
}

static Type
sniff (const Head *head, const char *name)
{
  if (HAS_AT (head, 0, "\xff\xd8\xff"))
    return TYPE_JPEG;
  if (HAS_AT (head, 0, "\x89PNG\r\n\x1a\n"))
    return TYPE_PNG;
  if (HAS_AT (head, 0, "%PDF-"))
    return TYPE_PDF;
  if (HAS_AT (head, 0, "RIFF") && HAS_AT (head, 8, "WAVE"))
    return TYPE_WAV;
  if (HAS_AT (head, 4, "ftyp"))
    return ftyp_type (head);
  if (HAS_AT (head, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    return ole_type (head, name);
  if (HAS_AT (head, 0, "PK\003\004"))
    return has_macro_name (name) ? TYPE_NONE : zip_type (head, name);
  return is_mp3 (head) ? TYPE_MP3 : TYPE_NONE;
}

const KzMediaType *
kz_media_type_sniff (gconstpointer head, gsize length, const char *name)
{
  const Head view = {head, length};
  Type type = sniff (&view, name);

  return type != TYPE_NONE ? &types[type] : NULL;
}

const KzMediaType *
kz_media_type_of_name (const char *name)
{
  Type type = type_of_extension (extension_of (name));

  return type != TYPE_NONE ? &types[type] : NULL;
}

/* --- Names --------------------------------------------------------------------------------- */

static gboolean
is_good (gunichar c)
{
  return g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT &&
         (c > 127 || strchr ("/\\:*?\"<>|", (int) c) == NULL);
}

/* Cuts @name between two characters; what is behind the last dot stays when it is short. */
static void
cut (GString *name)
{
  g_autofree char *extension = g_strdup (extension_of (name->str));
  gsize keep;
  const char *end;

  if (name->len <= KZ_FILE_NAME_MAX_BYTES)
    return;
  if (strlen (extension) > 16)
    *extension = '\0';
  keep = KZ_FILE_NAME_MAX_BYTES - strlen (extension);
  end = g_utf8_find_prev_char (name->str, name->str + keep + 1);
  g_string_truncate (name, end != NULL ? (gsize) (end - name->str) : keep);
  g_string_append (name, extension);
}

/* Names that are devices wherever the disk, or who gets the file next, is of Windows: whatever comes
 * behind a dot. */
static gboolean
is_device (const char *name)
{
  static const char *const devices[] = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"};
  g_autofree char *stem = g_strndup (name, strcspn (name, ". "));
  gsize length = strlen (stem);

  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_ascii_strcasecmp (stem, devices[i]) == 0)
      return TRUE;
  return length == 4 && g_ascii_isdigit (stem[3]) &&
         (g_ascii_strncasecmp (stem, "com", 3) == 0 || g_ascii_strncasecmp (stem, "lpt", 3) == 0);
}

char *
kz_media_safe_name (const char *name, const char *fallback)
{
  g_autofree char *valid = name != NULL ? g_utf8_make_valid (name, -1) : g_strdup ("");
  g_autoptr (GString) safe = g_string_new (NULL);
  const char *base = valid;

  for (const char *p = valid; *p != '\0'; p++)
    if (*p == '/' || *p == '\\')
      base = p + 1;
  for (const char *p = base; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    /* Hidden, an option of a command, the home of somebody. */
    gboolean is_edge =
        safe->len == 0 && (c == '.' || c == '-' || c == '~' || g_unichar_isspace (c));

    if (is_good (c) && !is_edge)
      g_string_append_unichar (safe, c);
  }
  if (is_device (safe->str))
    g_string_prepend_c (safe, '_');
  cut (safe);
  /* Some file systems drop dots and spaces at the end. */
  while (safe->len > 0 && strchr (". ", safe->str[safe->len - 1]) != NULL)
    g_string_truncate (safe, safe->len - 1);
  return g_strdup (safe->len > 0 ? safe->str : fallback);
}

char *
kz_media_type_file_name (const KzMediaType *type, const char *name)
{
  g_autofree char *safe = kz_media_safe_name (name, "file");
  const char *extension = extension_of (safe);
  Type named = type_of_extension (extension);
  g_autofree char *stem = NULL;

  if (named != TYPE_NONE && &types[named] == type)
    return g_steal_pointer (&safe);
  /* An extension that means another kind goes; any other dot belongs to the name. */
  stem = named != TYPE_NONE ? g_strndup (safe, (gsize) (extension - safe)) : g_strdup (safe);
  return g_strconcat (stem, type->extension, NULL);
}

char *
kz_media_type_refusal (const char *name)
{
  g_autofree char *safe = kz_media_safe_name (name, _ ("This file"));

  return g_strdup_printf (
      /* Translators: %s is a file's name. The content counts, not what the name ends in. */
      _ ("%s is not of a kind that Kaizala takes. These can be sent: pictures (JPEG, PNG), sound "
         "(MP3, WAV), documents (PDF, Word, Excel, PowerPoint) and video (MP4, 3GP)."),
      safe);
}
