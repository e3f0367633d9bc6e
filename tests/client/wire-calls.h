/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "bench.h"

G_BEGIN_DECLS

#define GROUP "guid-1@2"
#define IN_GROUP "/v1/groups/" GROUP
#define PHONES "[\"+15550000002\",\"+15550000004\"]"

/* What a person can do, one call of the API each; got_cb() is told how it went. Where people are
 * named, they are PHONES. */

void do_text_to_some (KzHttp *http, Got *got);
void do_text_reply (KzHttp *http, Got *got);
void do_announce (KzHttp *http, Got *got);
void do_announce_to_all (KzHttp *http, Got *got);
void do_complete (KzHttp *http, Got *got);
void do_undo_complete (KzHttp *http, Got *got);
void do_vote (KzHttp *http, Got *got);
void do_get_action (KzHttp *http, Got *got);
void do_remind (KzHttp *http, Got *got);
void do_remind_some (KzHttp *http, Got *got);
void do_remind_all (KzHttp *http, Got *got);
void do_properties (KzHttp *http, Got *got);
void do_media_url (KzHttp *http, Got *got);
void do_create_group (KzHttp *http, Got *got);
void do_create_public (KzHttp *http, Got *got);
void do_create_subgroup (KzHttp *http, Got *got);
void do_attach (KzHttp *http, Got *got);
void do_detach (KzHttp *http, Got *got);
void do_add_members (KzHttp *http, Got *got);
void do_make_admin (KzHttp *http, Got *got);
void do_make_member (KzHttp *http, Got *got);
void do_remove_member (KzHttp *http, Got *got);
void do_subscribers (KzHttp *http, Got *got);
void do_more_subscribers (KzHttp *http, Got *got);
void do_add_subscribers (KzHttp *http, Got *got);
void do_remove_subscribers (KzHttp *http, Got *got);

G_END_DECLS
