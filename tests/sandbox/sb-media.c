/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-media.h"
#include "sb-router.h"

#include <string.h>

#define OFFICE "application/vnd.openxmlformats-officedocument."

static const struct {
  const char *extension, *mime, *kind;
} kinds[] = {
    {".jpg", "image/jpeg", "Image"},
    {".jpeg", "image/jpeg", "Image"},
    {".png", "image/png", "Image"},
    {".mp3", "audio/mpeg", "Audio"},
    {".mp3", "audio/mp3", "Audio"},
    {".wav", "audio/wav", "Audio"},
    {".wav", "audio/x-wav", "Audio"},
    {".doc", "application/msword", "Document"},
    {".docx", OFFICE "wordprocessingml.document", "Document"},
    {".xls", "application/vnd.ms-excel", "Document"},
    {".xlsx", OFFICE "spreadsheetml.sheet", "Document"},
    {".ppt", "application/vnd.ms-powerpoint", "Document"},
    {".pptx", OFFICE "presentationml.presentation", "Document"},
    {".pdf", "application/pdf", "Document"},
    {".mp4", "video/mp4", "Video"},
    {".3gpp", "video/3gpp", "Video"},
    {".3gp", "video/3gpp", "Video"},
};

static const char *
extension_of (const char *file_name)
{
  const char *dot = file_name ? strrchr (file_name, '.') : NULL;
  return dot ? dot : "";
}

const char *
sb_media_kind (const char *file_name, const char *mime)
{
  for (gsize i = 0; mime && i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].mime, mime) == 0 &&
        g_ascii_strcasecmp (kinds[i].extension, extension_of (file_name)) == 0)
      return kinds[i].kind;
  return NULL;
}

const char *
sb_media_mime (const char *file_name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].extension, extension_of (file_name)) == 0)
      return kinds[i].mime;
  return NULL;
}

static const char *
canonical_kind (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].kind, kind) == 0)
      return kinds[i].kind;
  return "Image";
}

static const char *
usual_extension (const char *kind)
{
  if (strcmp (kind, "Audio") == 0)
    return ".mp3";
  if (strcmp (kind, "Document") == 0)
    return ".pdf";
  return strcmp (kind, "Video") == 0 ? ".mp4" : ".png";
}

SbMedia *
sb_media_invent (SbSandbox *sandbox, const char *kind, const char *name, guint count)
{
  SbMedia *media = sb_world_add_media (sandbox->world, canonical_kind (kind));
  gboolean picture = strcmp (media->kind, "Image") == 0;
  for (guint i = 0; i < MAX (count, 1); i++) {
    g_autofree char *number = g_strdup_printf ("%d", g_rand_int_range (sandbox->rand, 100, 99999));
    g_autofree char *made =
        g_strconcat (picture ? "IMG_" : "FILE_", number, usual_extension (media->kind), NULL);
    g_autofree char *text = sb_random_text (sandbox->rand);
    g_autoptr (GBytes) bytes =
        picture ? sb_random_png (sandbox->rand) : g_bytes_new (text, strlen (text));
    const char *file_name = name ? name : made;
    const char *mime = sb_media_mime (file_name);
    sb_media_add_file (sandbox->world, media, file_name,
                       picture ? "image/png" : (mime ? mime : "application/octet-stream"), bytes);
  }
  return media;
}

/* ---- POST media ---- */

typedef struct {
  char *name;
  char *mime;
  GBytes *bytes;
} Part;

static void
part_free (Part *part)
{
  g_free (part->name);
  g_free (part->mime);
  g_bytes_unref (part->bytes);
  g_free (part);
}

/* Any part with a file name counts, whatever its field is called (API §23.37). */
static GPtrArray *
read_parts (SbCall *call)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  SoupMessageHeaders *request = soup_server_message_get_request_headers (call->msg);
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (call->msg));
  SoupMultipart *multipart = soup_multipart_new_from_message (request, body);
  for (int i = 0; multipart && i < soup_multipart_get_length (multipart); i++) {
    SoupMessageHeaders *headers;
    GBytes *bytes;
    char *disposition = NULL;
    GHashTable *params = NULL;
    if (!soup_multipart_get_part (multipart, i, &headers, &bytes) ||
        !soup_message_headers_get_content_disposition (headers, &disposition, &params))
      continue;
    const char *name = g_hash_table_lookup (params, "filename");
    const char *mime = soup_message_headers_get_content_type (headers, NULL);
    if (name) {
      Part *part = g_new0 (Part, 1);
      part->name = g_path_get_basename (name);
      part->mime = g_strdup (mime);
      part->bytes = g_bytes_ref (bytes);
      g_ptr_array_add (parts, part);
    }
    g_free (disposition);
    g_hash_table_unref (params);
  }
  g_clear_pointer (&multipart, soup_multipart_free);
  return parts;
}

/* Which of two names that are in use the service knew is not documented (API §11). */
static gboolean
is_wav_taken (SbSandbox *sandbox, const char *mime)
{
  const char *taken = sb_switches_get (sandbox->switches, "wavType");
  if (strcmp (taken, "either") == 0 || !g_str_has_suffix (mime, "wav"))
    return TRUE;
  return g_ascii_strcasecmp (mime + strlen ("audio/"), taken) == 0;
}

/* (nullable), with the error in place: the kind that all parts are of. */
static const char *
common_kind (SbCall *call, GPtrArray *parts)
{
  const char *kind = NULL;
  if (parts->len == 0) {
    sb_call_invalid (call, "The form has no file");
    return NULL;
  }
  for (guint i = 0; i < parts->len; i++) {
    Part *part = parts->pdata[i];
    const char *own = sb_media_kind (part->name, part->mime);
    if (!own || !is_wav_taken (call->sandbox, part->mime)) {
      sb_call_fail (call, 415, "UnsupportedMediaType", "The MIME type of a part is not supported");
      return NULL;
    }
    if (kind && (strcmp (kind, own) != 0 || strcmp (kind, "Image") != 0)) {
      sb_call_invalid (call, "Only pictures can be sent together");
      return NULL;
    }
    kind = own;
  }
  return kind;
}

static void
answer_media (SbCall *call, SbMedia *media)
{
  JsonArray *names = json_array_new (), *types = json_array_new ();
  for (guint i = 0; i < media->files->len; i++) {
    SbFile *file = media->files->pdata[i];
    json_array_add_string_element (names, file->name);
    json_array_add_string_element (types, file->mime);
  }
  sb_call_note (call, "media", media->resource,
                sb_obj ("s:mediaKind", media->kind, "i:files", (int) media->files->len,
                        "a:fileNames", names, "a:mimeTypes", types, NULL));
  sb_call_ok (call, sb_obj ("s:mediaResource", media->resource, NULL));
}

static void
upload (SbCall *call)
{
  const char *type = soup_message_headers_get_content_type (
      soup_server_message_get_request_headers (call->msg), NULL);
  if (!type || g_ascii_strcasecmp (type, "multipart/form-data") != 0) {
    sb_call_fail (call, 415, "UnsupportedMediaType", "multipart/form-data is needed");
    return;
  }
  g_autoptr (GPtrArray) parts = read_parts (call);
  const char *kind = common_kind (call, parts);
  if (!kind)
    return;
  SbMedia *media = sb_world_add_media (call->sandbox->world, kind);
  for (guint i = 0; i < parts->len; i++) {
    Part *part = parts->pdata[i];
    sb_media_add_file (call->sandbox->world, media, part->name, part->mime, part->bytes);
  }
  answer_media (call, media);
}

/* POST media/url: the address must need no login; the sandbox keeps it and does not fetch it. */
static void
from_url (SbCall *call)
{
  const char *url = sb_json_string (call->body, "mediaUrl", NULL);
  g_autoptr (GUri) uri = url ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *scheme = uri ? g_uri_get_scheme (uri) : "";
  const char *host = uri ? g_uri_get_host (uri) : NULL;
  if ((strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0) || !host || !*host) {
    sb_call_invalid (call, "mediaUrl must be a public address");
    return;
  }
  g_autofree char *name = g_path_get_basename (g_uri_get_path (uri));
  const char *mime = sb_media_mime (name);
  /* The kind of an address without a known extension is not documented; the blog has pictures
   * (inferred). */
  const char *kind = mime ? sb_media_kind (name, mime) : "Image";
  SbMedia *media = sb_world_add_media (call->sandbox->world, kind);
  SbFile *file =
      sb_media_add_file (call->sandbox->world, media, name, mime ? mime : "image/jpeg", NULL);
  file->url = g_strdup (url);
  answer_media (call, media);
}

void
sb_media_download (SbCall *call)
{
  SbSandbox *sandbox = call->sandbox;
  const char *last = call->segments[0] ? call->segments[1] : NULL;
  const char *dot = last ? strrchr (last, '.') : NULL;
  g_autofree char *id = last ? g_strndup (last, dot ? (gsize) (dot - last) : strlen (last)) : NULL;
  SbFile *file = sb_world_file (sandbox->world, id);
  /* The links authenticate themselves: a token there is a leak, and is counted. */
  if (sb_call_get_header (call, "accessToken") || sb_call_get_header (call, "Authorization"))
    sandbox->world->media_token_headers++;
  if (!file || !file->bytes || (call->segments[1] && call->segments[2]))
    sb_call_not_found (call, "The specified blob does not exist");
  else if (g_strcmp0 (sb_call_query (call, "sig"), file->sig) != 0)
    sb_call_forbidden (call, "The signature does not match");
  else {
    file->downloads++;
    sandbox->world->media_downloads++;
    sb_call_bytes (call, 200, file->mime, file->bytes);
  }
}

/* The path with a group is that of the first docs revision (API §5). */
const SbRoute sb_routes_media[] = {
    {"POST", "media", "media.*", SB_ROUTE_RAW, upload},
    {"POST", "groups/{groupId}/media", "media.*", SB_ROUTE_GROUP | SB_ROUTE_RAW, upload},
    {"POST", "media/url", "media.*", SB_ROUTE_BODY, from_url},
    {NULL}};

static void
unsupported (SbCall *call)
{
  sb_call_not_found (call, "This sandbox does not have that resource");
}

/* Known to have existed, known to few (API §20, §11): answered as unknown, whatever the token. */
const SbRoute sb_routes_unsupported[] = {
    {"*", "bot", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {"*", "bot/{botUserId}", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {"*", "bot/accessToken/{botUserId}", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {"*", "groups/{groupId}/bot", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {"*", "media/attachment", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {"*", "tenant/findGroupsByQuery", NULL, SB_ROUTE_NO_TOKEN, unsupported},
    {NULL}};
