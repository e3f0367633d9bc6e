/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib/gi18n-lib.h>

#include <libintl.h>

/* GLib's header binds _() and C_() to our own domain, but not ngettext(), which would look into the
 * host's. Whoever has plurals includes this instead of it. */
#undef ngettext
#define ngettext(singular, plural, n) g_dngettext (GETTEXT_PACKAGE, singular, plural, n)
