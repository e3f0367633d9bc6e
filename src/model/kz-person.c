/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-person.h"

#include "kz-media-ref.h"

#include <string.h>

#define MIN_DIGITS 7
#define MAX_DIGITS 15

/* What a string takes in the block of a person. */
static gsize
size_of (const char *text)
{
  return text != NULL && *text != '\0' ? strlen (text) + 1 : 0;
}

/* (nullable): the copy; @end: where it goes, moved on. */
static char *
place (char **end, const char *text)
{
  gsize size = size_of (text);
  char *copy = *end;

  if (size == 0)
    return NULL;
  memcpy (copy, text, size);
  *end += size;
  return copy;
}

/* What people and address books put between the digits. */
static gboolean
is_filler (gunichar c)
{
  switch ((int) g_unichar_type (c)) {
  case G_UNICODE_DASH_PUNCTUATION:
  case G_UNICODE_OPEN_PUNCTUATION:
  case G_UNICODE_CLOSE_PUNCTUATION:
  case G_UNICODE_SPACE_SEPARATOR:
  case G_UNICODE_FORMAT:
    return TRUE;
  default:
    return c == '.' || c == '\t';
  }
}

/* The digits of @text, at most one more than a number may have; NULL when it is no number. */
static char *
phone_digits (const char *text, gboolean *has_plus)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  *has_plus = FALSE;
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return NULL;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '+' && digits->len == 0)
      *has_plus = TRUE;
    else if (c < 0x80 && g_ascii_isdigit ((char) c))
      g_string_append_c (digits, (char) c);
    else if (!is_filler (c))
      return NULL;
    if (digits->len > MAX_DIGITS)
      return NULL;
  }
  if (digits->len < MIN_DIGITS)
    return NULL;
  return g_strdup (digits->str);
}

char *
kz_phone_normalize (const char *text)
{
  gboolean has_plus;
  g_autofree char *digits = phone_digits (text, &has_plus);

  if (digits == NULL || !has_plus)
    return NULL;
  return g_strconcat ("+", digits, NULL);
}

char *
kz_phone_from_wire (const char *text)
{
  gboolean has_plus;
  g_autofree char *digits = phone_digits (text, &has_plus);

  if (digits == NULL || (!has_plus && *digits == '0'))
    return NULL;
  return g_strconcat ("+", digits, NULL);
}

KzPerson *
kz_person_new (const char *id, const char *phone, const char *name, const char *picture_url)
{
  g_autofree char *number = kz_phone_from_wire (phone);
  gsize size = size_of (id) + size_of (number) + size_of (name) + size_of (picture_url);
  KzPerson *person = g_malloc (sizeof (KzPerson) + size);
  char *end = (char *) (person + 1);

  person->id = place (&end, id);
  person->phone = place (&end, number);
  person->name = place (&end, name);
  person->picture_url = place (&end, picture_url);
  person->is_bot = FALSE;
  person->references = 1;
  return person;
}

/* Several fields say "nobody" with a GUID of zeros (API §19: creatorId). */
static gboolean
is_nobody (const char *id)
{
  return id == NULL || id[strspn (id, "0-")] == '\0';
}

KzPerson *
kz_person_from_wire (const char *id, const char *phone, const char *name, const char *picture_url)
{
  g_autofree char *number = kz_phone_from_wire (phone);
  g_autofree char *picture = picture_url != NULL ? kz_media_url_plain (picture_url) : NULL;

  if (is_nobody (id))
    id = NULL;
  /* Something in the place of the number that is none can only be another name for the person. */
  if (id == NULL && number == NULL && !is_nobody (phone))
    id = phone;
  if (id == NULL && number == NULL && (name == NULL || *name == '\0'))
    return NULL;
  return kz_person_new (id, number, name, picture);
}

KzPerson *
kz_person_ref (KzPerson *person)
{
  person->references++;
  return person;
}

void
kz_person_unref (KzPerson *person)
{
  if (person != NULL && --person->references == 0)
    g_free (person);
}
