/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-random.h"

#include <gio/gio.h>
#include <string.h>

static const char *const latin_first[] = {"Asha", "Ben",  "Chitra", "Dev",   "Elena", "Farid",
                                          "Gita", "Hana", "Ivan",   "Jonas", "Kavya", "Lucía",
                                          "Mina", "Noël", "Owen",   "Priya", "Quinn", "Rosa"};
static const char *const latin_last[] = {"Rao",    "Okafor", "Nair",    "Silva",  "Weiß",  "Kaur",
                                         "Ortega", "Lindt",  "Menon",   "Haddad", "Brown", "Iyer",
                                         "Novák",  "Das",    "Pereira", "Sato",   "Tanaka"};
static const char *const hindi_first[] = {"आशा", "रवि", "सुनीता", "मोहन", "कविता", "अर्जुन", "प्रिया"};
static const char *const hindi_last[] = {"शर्मा", "वर्मा", "सिंह", "गुप्ता", "यादव", "मिश्रा"};
static const char *const tamil_first[] = {"அருண்", "கவிதா", "முருகன்", "மீனா", "செல்வி", "குமார்"};
static const char *const tamil_last[] = {"இராமன்", "சுந்தரம்", "பாண்டியன்", "நடராஜன்"};
static const char *const arabic_first[] = {"ليلى", "أحمد", "فاطمة", "يوسف", "مريم", "سامي"};
static const char *const arabic_last[] = {"حداد", "منصور", "الخطيب", "سالم", "نجار"};

static const char *const things[] = {"pump",  "truck",  "gate",   "generator", "cold store",
                                     "shelf", "ladder", "boiler", "conveyor",  "water tank",
                                     "meter", "router", "crate",  "forklift",  "loading dock"};
static const char *const places[] = {"at the north gate", "in hall B",     "near the river",
                                     "on the roof",       "in the school", "behind the office",
                                     "at the depot",      "by the market", "on level 2"};
static const char *const states[] = {
    "needs oil before", "will be checked at",   "was repaired at",      "makes a noise since",
    "is ready since",   "must be moved before", "was delivered around", "lost power at"};
static const char *const teams[] = {"Night shift", "Field team",  "Harvest",  "Clinic",
                                    "Road crew",   "Warehouse",   "Drivers",  "Teachers",
                                    "Kitchen",     "Maintenance", "Security", "Water works"};
static const char *const words[] = {"mango", "copper",  "lantern", "harbour", "violet", "granite",
                                    "cedar", "saffron", "monsoon", "pebble",  "orchid", "walnut"};

static const char *
pick (GRand *rand, const char *const *list, guint n)
{
  return list[g_rand_int_range (rand, 0, (gint32) n)];
}

#define PICK(rand, list) pick (rand, list, G_N_ELEMENTS (list))

char *
sb_random_hex (GRand *rand, guint digits)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < digits; i++)
    g_string_append_c (out, "0123456789abcdef"[g_rand_int_range (rand, 0, 16)]);
  return g_string_free (out, FALSE);
}

char *
sb_random_guid (GRand *rand)
{
  g_autofree char *a = sb_random_hex (rand, 8), *b = sb_random_hex (rand, 4);
  g_autofree char *c = sb_random_hex (rand, 3), *d = sb_random_hex (rand, 3);
  g_autofree char *e = sb_random_hex (rand, 12);
  return g_strdup_printf ("%s-%s-4%s-a%s-%s", a, b, c, d, e);
}

char *
sb_random_phone (GRand *rand)
{
  return g_strdup_printf ("+1555%07d", g_rand_int_range (rand, 1000000, 10000000));
}

char *
sb_random_name (GRand *rand, const char *script)
{
  int which = g_rand_int_range (rand, 0, 8);
  const char *first, *last;
  if (!script)
    script = which == 0 ? "hindi" : which == 1 ? "tamil" : which == 2 ? "arabic" : "latin";
  if (strcmp (script, "hindi") == 0)
    first = PICK (rand, hindi_first), last = PICK (rand, hindi_last);
  else if (strcmp (script, "tamil") == 0)
    first = PICK (rand, tamil_first), last = PICK (rand, tamil_last);
  else if (strcmp (script, "arabic") == 0)
    first = PICK (rand, arabic_first), last = PICK (rand, arabic_last);
  else
    first = PICK (rand, latin_first), last = PICK (rand, latin_last);
  return g_strdup_printf ("%s %s", first, last);
}

char *
sb_random_text (GRand *rand)
{
  const char *thing = PICK (rand, things), *place = PICK (rand, places);
  const char *state = PICK (rand, states);
  return g_strdup_printf ("The %s %d %s %s %02d:%02d", thing, g_rand_int_range (rand, 2, 999),
                          place, state, g_rand_int_range (rand, 0, 24),
                          g_rand_int_range (rand, 0, 60));
}

char *
sb_random_group_name (GRand *rand)
{
  return g_strdup_printf ("%s %d", PICK (rand, teams), g_rand_int_range (rand, 10, 1000));
}

char *
sb_random_word (GRand *rand)
{
  return g_strdup_printf ("%s%d", PICK (rand, words), g_rand_int_range (rand, 10, 1000));
}

static char *
expand_one (GRand *rand, const char *name)
{
  if (g_str_has_prefix (name, "random.name."))
    return sb_random_name (rand, name + strlen ("random.name."));
  if (strcmp (name, "random.name") == 0)
    return sb_random_name (rand, NULL);
  if (strcmp (name, "random.text") == 0)
    return sb_random_text (rand);
  if (strcmp (name, "random.word") == 0)
    return sb_random_word (rand);
  if (strcmp (name, "random.phone") == 0)
    return sb_random_phone (rand);
  if (strcmp (name, "random.group") == 0)
    return sb_random_group_name (rand);
  if (strcmp (name, "random.number") == 0)
    return g_strdup_printf ("%d", g_rand_int_range (rand, 2, 1000));
  return NULL;
}

char *
sb_random_expand (GRand *rand,
                  const char *text,
                  char *(*lookup) (const char *name, gpointer data),
                  gpointer data)
{
  GString *out = g_string_new (NULL);
  const char *open;
  while ((open = strstr (text, "{{"))) {
    const char *close = strstr (open, "}}");
    if (!close)
      break;
    g_autofree char *name = g_strndup (open + 2, (gsize) (close - open - 2));
    g_autofree char *value = expand_one (rand, name);
    if (!value && lookup)
      value = lookup (name, data);
    g_string_append_len (out, text, open - text);
    if (value)
      g_string_append (out, value);
    else
      g_string_append_printf (out, "{{%s}}", name);
    text = close + 2;
  }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}

/* ---- a picture ---- */

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);
  g_byte_array_append (out, (const guint8 *) &big, 4);
}

static guint32
crc32_of (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffffu;
  for (gsize i = 0; i < length; i++) {
    crc ^= data[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0);
  }
  return ~crc;
}

static void
append_chunk (GByteArray *out, const char *type, const guint8 *data, gsize length)
{
  append_u32 (out, (guint32) length);
  guint from = out->len;
  g_byte_array_append (out, (const guint8 *) type, 4);
  if (length)
    g_byte_array_append (out, data, (guint) length);
  append_u32 (out, crc32_of (out->data + from, out->len - from));
}

static GBytes *
deflated (GByteArray *raw)
{
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, G_CONVERTER (zlib));
  g_output_stream_write_all (out, raw->data, raw->len, NULL, NULL, NULL);
  g_output_stream_close (out, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
sb_random_png (GRand *rand)
{
  static const guint8 magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  /* 64 by 48 pixels, eight bits, RGB. */
  static const guint8 header[] = {0, 0, 0, 64, 0, 0, 0, 48, 8, 2, 0, 0, 0};
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  guint8 base[3], step[3];
  for (guint c = 0; c < 3; c++) {
    base[c] = (guint8) g_rand_int_range (rand, 0, 256);
    step[c] = (guint8) g_rand_int_range (rand, 0, 5);
  }
  for (guint y = 0; y < 48; y++) {
    guint8 line[1 + 64 * 3] = {0};
    for (guint x = 0; x < 64; x++)
      for (guint c = 0; c < 3; c++)
        line[1 + x * 3 + c] = (guint8) (base[c] + step[c] * (x + y * (c + 1)));
    g_byte_array_append (raw, line, sizeof line);
  }
  g_autoptr (GBytes) packed = deflated (raw);
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_byte_array_append (png, magic, sizeof magic);
  append_chunk (png, "IHDR", header, sizeof header);
  append_chunk (png, "IDAT", g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  append_chunk (png, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}
