/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>
#include <purple.h>

G_BEGIN_DECLS

/**
 * kz_proxy_resolver_new:
 * @account: whose settings count; "use global" takes libpurple's own
 * @user, @password: (out) (transfer full) (nullable): for an HTTP proxy that asks; they are not in
 * the addresses that the resolver gives, see kz_http_set_proxy_login()
 *
 * None, HTTP, SOCKS 4, SOCKS 5, Tor and "from the environment", as libpurple means them.
 *
 * Returns: (transfer full): never %NULL: without a proxy it answers "direct://", so that a
 *   desktop's setting does not come in by the back door
 */
GProxyResolver *kz_proxy_resolver_new (PurpleAccount *account, char **user, char **password);

G_END_DECLS
