/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KzPerson:
 * @id: (nullable): the server's user id, opaque; unknown where the API gives a phone only
 * @phone: (nullable): "+" and digits; unknown where the API hides it
 * @name: (nullable): as the server gives it, not cleaned
 *
 * Who did something, as far as one answer or delivery tells. At least one of @id and @phone is
 * set, except for anonymous responses. One block with its strings: an account knows tens of thousands.
 */
typedef struct {
  char *id;
  char *phone;
  char *name;
  char *picture_url;
  gboolean is_bot;
  int references; /* private */
} KzPerson;

/* Copies its strings; empty strings count as NULL; the phone is normalised as by
 * kz_phone_from_wire(). */
KzPerson *kz_person_new (const char *id, const char *phone, const char *name,
                         const char *picture_url);

/**
 * kz_person_from_wire:
 * @id: (nullable): a GUID of zeros counts as none
 * @phone: (nullable): what is no number is taken for the id when there is none
 * @picture_url: (nullable): "&amp;" is undone (API §23 row 29)
 *
 * Returns: (transfer full) (nullable): NULL when nothing tells who it is, as in anonymous responses
 */
KzPerson *kz_person_from_wire (const char *id, const char *phone, const char *name,
                               const char *picture_url);
KzPerson *kz_person_ref (KzPerson *person);
void kz_person_unref (KzPerson *person);

/**
 * kz_phone_normalize:
 * @text: what a person typed or a server sent
 *
 * Strips spaces, dashes, dots, brackets; collapses leading plus signs (API §22). "00" is not taken
 * for a plus: nobody told us the country.
 *
 * Returns: (transfer full) (nullable): "+" and 7 to 15 digits, or NULL when it is no such number
 */
char *kz_phone_normalize (const char *text);

/**
 * kz_phone_from_wire:
 * @text: (nullable): a number as the service sends it
 *
 * Like kz_phone_normalize(), but a missing plus is supplied: the service knows numbers with their
 * country code only (API §22).
 *
 * Returns: (transfer full) (nullable): "+" and digits
 */
char *kz_phone_from_wire (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzPerson, kz_person_unref)

G_END_DECLS
