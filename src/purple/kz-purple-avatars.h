/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/**
 * kz_avatars_show:
 * @buddy_name: of somebody who is in the list
 *
 * Where the host shows pictures, gives the buddy the picture that the person has at the service: from
 * its media hosts only, within the bounds of pictures in rooms, each address once a session.
 */
void kz_avatars_show (KzSession *session, const char *buddy_name, const KzPerson *person);

G_END_DECLS
