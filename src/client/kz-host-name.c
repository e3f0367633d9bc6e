/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-host-name.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

gboolean
kz_host_name_is_address (const char *host)
{
  return g_hostname_is_ip_address (host);
}

gboolean
kz_host_name_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

gboolean
kz_host_name_is_within (const char *host, const char *domain)
{
  gsize host_length = strlen (host), length = strlen (domain);

  if (host_length < length || g_ascii_strcasecmp (host + host_length - length, domain) != 0)
    return FALSE;
  return host_length == length || host[host_length - length - 1] == '.';
}

gboolean
kz_host_names_share_domain (const char *a, const char *b)
{
  g_autofree char *low_a = g_ascii_strdown (a, -1);
  g_autofree char *low_b = g_ascii_strdown (b, -1);
  const char *base_a = soup_tld_get_base_domain (low_a, NULL);
  const char *base_b = soup_tld_get_base_domain (low_b, NULL);

  return base_a != NULL && base_b != NULL && g_str_equal (base_a, base_b);
}
