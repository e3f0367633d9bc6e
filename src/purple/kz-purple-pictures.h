/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/**
 * kz_pictures_show:
 *
 * After the line of an attachment: where the host shows pictures and the room is open, fetches
 * those of the event and shows them below. Only from hosts of the service, only within bounds;
 * whatever goes wrong, the link in the line is there.
 */
void kz_pictures_show (KzSession *session, const KzEvent *event);

/**
 * kz_pictures_send:
 * @html: what was typed, with pictures in it
 *
 * Sends the pictures, with the text beside them as their caption.
 *
 * Returns: %FALSE: there is no picture in it
 */
gboolean kz_pictures_send (KzSession *session, KzRoom *room, const char *html);

G_END_DECLS
