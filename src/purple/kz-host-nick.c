/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-host-nick.h"

#ifdef HAVE_ICU
#include <unicode/utrans.h>
#endif

static gboolean
has_ascii_letter (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_isalpha (*text))
      return TRUE;
  return FALSE;
}

#ifdef HAVE_ICU

/* Room for a name of 80 characters whose scripts write one sign as several Latin letters. */
#define MAX_UNITS 1024

struct _KzNickMaker {
  UTransliterator *transliterator;
};

KzNickMaker *
kz_nick_maker_new (void)
{
  /* Marks that Latin-ASCII leaves are dropped, else they would come out as strange letters. */
  static const char rules[] = "Any-Latin; Latin-ASCII; [:^ASCII:] Remove";
  UErrorCode status = U_ZERO_ERROR;
  UChar id[G_N_ELEMENTS (rules)];
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    id[i] = (UChar) rules[i];
  UTransliterator *transliterator = utrans_openU (id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
  if (U_FAILURE (status))
    return NULL;
  KzNickMaker *maker = g_new0 (KzNickMaker, 1);
  maker->transliterator = transliterator;
  return maker;
}

void
kz_nick_maker_free (KzNickMaker *maker)
{
  if (maker == NULL)
    return;
  utrans_close (maker->transliterator);
  g_free (maker);
}

static char *
transliterate (KzNickMaker *maker, const char *name)
{
  glong length = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (name, -1, NULL, &length, NULL);
  if (units == NULL || length >= MAX_UNITS)
    return NULL;
  UChar text[MAX_UNITS];
  for (glong i = 0; i < length; i++)
    text[i] = units[i];
  UErrorCode status = U_ZERO_ERROR;
  int32_t text_length = (int32_t) length;
  int32_t limit = (int32_t) length;
  utrans_transUChars (maker->transliterator, text, &text_length, MAX_UNITS, 0, &limit, &status);
  if (U_FAILURE (status))
    return NULL;
  GString *out = g_string_new (NULL);
  for (int32_t i = 0; i < text_length; i++)
    if (text[i] < 0x80)
      g_string_append_c (out, (char) text[i]);
  return g_string_free (out, FALSE);
}

#else

struct _KzNickMaker {
  int unused;
};

KzNickMaker *
kz_nick_maker_new (void)
{
  return NULL;
}

void
kz_nick_maker_free (KzNickMaker *maker)
{
  g_free (maker);
}

static char *
transliterate (KzNickMaker *maker, const char *name)
{
  return NULL;
}

#endif

char *
kz_nick_maker_name (const char *clean_name, gpointer data)
{
  KzNickMaker *maker = data;
  if (clean_name == NULL)
    return NULL;
  if (has_ascii_letter (clean_name))
    return g_strdup (clean_name);
  if (maker == NULL)
    return NULL;
  g_autofree char *name = transliterate (maker, clean_name);
  if (name == NULL || !has_ascii_letter (name))
    return NULL;
  return g_strdup (g_strstrip (name));
}
