/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small things that many parts of the sandbox need: ids, times, links. */
#include "config.h"

#include "sb-server.h"

#include <string.h>

char *
sb_new_id (SbSandbox *sandbox)
{
  const char *how = sb_switches_get (sandbox->switches, "idSuffix");
  g_autofree char *guid = sb_random_guid (sandbox->rand);
  int draw = g_rand_int_range (sandbox->rand, 0, 4);
  if (strcmp (how, "none") == 0 || (strcmp (how, "some") == 0 && draw < 2))
    return g_steal_pointer (&guid);
  return g_strdup_printf ("%s@%d", guid, 1 + (draw & 1));
}

SbUser *
sb_person_for_phone (SbSandbox *sandbox, const char *phone)
{
  SbUser *user = sb_world_user_by_phone (sandbox->world, phone);
  if (user)
    return user;
  user = sb_world_add_user (sandbox->world, sb_new_id (sandbox), phone, "");
  user->provisioned = FALSE;
  return user;
}

const char *
sb_user_pin (SbSandbox *sandbox, SbUser *user)
{
  gboolean four = sb_switches_is (sandbox->switches, "pinLength", "4");
  if (user->pin && strlen (user->pin) != (four ? 4 : 6))
    g_clear_pointer (&user->pin, g_free);
  if (!user->pin)
    user->pin = four ? g_strdup_printf ("%04d", g_rand_int_range (sandbox->rand, 0, 10000))
                     : g_strdup_printf ("%06d", g_rand_int_range (sandbox->rand, 0, 1000000));
  return user->pin;
}

char *
sb_iso_time (gint64 time_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_ms / 1000);
  return time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("1970-01-01T00:00:00Z");
}

gint64
sb_time_ms (JsonNode *node)
{
  if (sb_node_is_string (node)) {
    const char *text = json_node_get_string (node);
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);
    gint64 number;
    if (time)
      return g_date_time_to_unix (time) * 1000;
    if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL))
      return -1;
    g_autoptr (JsonNode) again = json_node_init_int (json_node_alloc (), number);
    return sb_time_ms (again);
  }
  if (!sb_node_is_number (node))
    return -1;
  gint64 value = json_node_get_int (node);
  if (value >= G_GINT64_CONSTANT (100000000000000000))
    return (value - G_GINT64_CONSTANT (621355968000000000)) / 10000;
  if (value >= G_GINT64_CONSTANT (100000000000))
    return value;
  return value * 1000;
}

char *
sb_file_url (SbSandbox *sandbox, SbFile *file)
{
  const char *host = sb_switches_get (sandbox->switches, "mediaHost");
  gboolean escaped = sb_switches_on (sandbox->switches, "ampInMediaUrls");
  const char *amp = escaped ? "&amp;" : "&";
  if (file->url)
    return g_strdup (file->url);
  return g_strdup_printf ("%s/att/%s%s?sv=2017-04-17%ssr=b%ssig=%s", *host ? host : sandbox->url,
                          file->path_id, file->extension, amp, amp, file->sig);
}

char *
sb_endpoint_url (SbSandbox *sandbox)
{
  const char *host = sb_switches_get (sandbox->switches, "endpointHost");
  const char *slash = sb_switches_on (sandbox->switches, "endpointSlash") ? "/" : "";
  g_autofree char *base =
      *host ? g_strdup_printf ("http://%s:%u", host, sandbox->port) : g_strdup (sandbox->url);
  if (sandbox->moved_to)
    return g_strconcat (sandbox->moved_to, slash, NULL);
  return g_strconcat (base, slash, NULL);
}

void
sb_note_received (SbSandbox *sandbox,
                  const char *kind,
                  SbGroup *group,
                  SbUser *from,
                  const char *reference_id,
                  JsonObject *details)
{
  JsonObject *one = sb_obj ("s:kind", kind, "s:referenceId", reference_id, "s:groupId",
                            group ? group->id : NULL, "s:from", from->phone, "s:fromName",
                            from->name, "l:atMs", sb_clock_now_ms (sandbox->clock), NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init (&iter, details);
  while (json_object_iter_next (&iter, &name, &node))
    json_object_set_member (one, name, json_node_copy (node));
  json_object_unref (details);
  json_array_add_object_element (sandbox->received, one);
}
