/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files are taken, and which links are known. */
#include "config.h"

#include "media-rig.h"
#include "sandbox-stage.h"

#include "kz-limits.h"

#include <string.h>

/* --- looking at files ---------------------------------------------------------------------- */

static void
test_files (void)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KzMediaFile) good =
      media_look (folder_write (folder, "gate.png", JPEG, strlen (JPEG)), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (good->name, ==, "gate.jpg");
  g_assert_cmpuint (good->size, ==, strlen (JPEG));
  g_assert_null (media_look (folder_write (folder, "run.jpg", "MZ\x90", 3), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "run.jpg"));
  g_assert_null (strstr (error->message, folder->dir));
  g_assert_nonnull (strstr (error->message, "MP4"));
  g_clear_error (&error);
  g_assert_null (media_look (folder_write (folder, "empty.jpg", "", 0), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (media_look (folder->dir, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (media_look ("/nonexistent/a.jpg", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_together (void)
{
  g_autoptr (GPtrArray) files = media_files_new ();
  g_autoptr (GError) error = NULL;
  KzActionKind kind;

  g_ptr_array_add (files, media_in_memory ("%PDF-1.4", "a.pdf"));
  g_assert_true (kz_media_files_kind (files, &kind, &error));
  g_assert_cmpint (kind, ==, KZ_ACTION_DOCUMENT);
  g_ptr_array_add (files, media_in_memory (JPEG, "a.jpg"));
  g_assert_false (kz_media_files_kind (files, &kind, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  g_clear_error (&error);
  g_ptr_array_remove_index (files, 0);
  g_assert_true (kz_media_files_kind (files, &kind, &error));
  g_assert_cmpint (kind, ==, KZ_ACTION_IMAGE);
  g_ptr_array_add (files, media_in_memory (JPEG, "b.jpg"));
  g_assert_true (kz_media_files_kind (files, &kind, &error));
  g_assert_cmpint (kind, ==, KZ_ACTION_ALBUM);
  ((KzMediaFile *) files->pdata[0])->size = KZ_UPLOAD_MAX_BYTES;
  g_assert_false (kz_media_files_kind (files, &kind, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

/* --- which links --------------------------------------------------------------------------- */

static void
test_known_links (void)
{
  static const struct {
    const char *root, *url;
    gboolean is_known;
  } rows[] = {
      {API, "https://cdn.inc-000.kms.osi.office.net/att/ab12.jpg?sv=1&sig=x", TRUE},
      {API, "https://cdn.kascore.osi.office.net/a.png", TRUE},
      {API, "https://kaizala.blob.core.windows.net/polymer/a.jpg", TRUE},
      {API, "https://KAIZALA.BLOB.CORE.WINDOWS.NET/a.jpg", TRUE},
      {API, "https://media.kaiza.la/a.jpg", TRUE},
      {"https://kz.example.com", "https://files.example.com/a.jpg", TRUE},
      {"https://10.0.0.5", "https://10.0.0.5/a.jpg", TRUE},
      {"https://10.0.0.5:8443", "https://10.0.0.5:8443/a.jpg", TRUE},
      {API, "https://cdn.osi.office.net:443/a.jpg", TRUE},
      {"http://127.0.0.1:8000", "http://127.0.0.1:9000/att/a.jpg", TRUE},
      {"http://localhost:8000", "http://[::1]:9000/att/a.jpg", TRUE},

      {API, "http://cdn.osi.office.net/a.jpg", FALSE},
      {API, "ftp://cdn.osi.office.net/a.jpg", FALSE},
      {API, "file:///etc/passwd", FALSE},
      {API, "data:image/png;base64,AAAA", FALSE},
      {API, "javascript:alert(1)", FALSE},
      {API, "https://evil.example/a.jpg", FALSE},
      {API, "https://evilosi.office.net/a.jpg", FALSE},
      {API, "https://osi.office.net.evil.example/a.jpg", FALSE},
      {API, "https://evil.example/osi.office.net/a.jpg", FALSE},
      {API, "https://evil.example?osi.office.net", FALSE},
      {API, "https://evil.example#.osi.office.net", FALSE},
      {API, "https://evil.example\\.osi.office.net/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net@evil.example/a.jpg", FALSE},
      {API, "https://user@cdn.osi.office.net/a.jpg", FALSE},
      {API, "https://office.net/a.jpg", FALSE},
      {API, "https://windows.net/a.jpg", FALSE},
      {API, "https://127.0.0.1/a.jpg", FALSE},
      {API, "https://localhost/a.jpg", FALSE},
      {API, "https://[::1]/a.jpg", FALSE},
      {API, "https://10.0.0.1/a.jpg", FALSE},
      {API, "https://192.168.1.1/a.jpg", FALSE},
      {API, "https://169.254.169.254/latest/meta-data", FALSE},
      {API, "https://[fe80::1]/a.jpg", FALSE},
      {API, "https://2130706433/a.jpg", FALSE},
      {API, "https://0x7f000001/a.jpg", FALSE},
      {API, "https://0177.0.0.1/a.jpg", FALSE},
      {API, "https://127.1/a.jpg", FALSE},
      {API, "https://0/a.jpg", FALSE},
      {API, "https://0.0.0.0/a.jpg", FALSE},
      {API, "https://172.16.0.1/a.jpg", FALSE},
      {API, "https://100.64.0.1/a.jpg", FALSE},
      {API, "https://[::]/a.jpg", FALSE},
      {API, "https://[::ffff:127.0.0.1]/a.jpg", FALSE},
      {API, "https://[::ffff:10.0.0.1]/a.jpg", FALSE},
      {API, "https://[fd00::1]/a.jpg", FALSE},
      {API, "https://[fe80::1%25eth0]/a.jpg", FALSE},
      {API, "https://localhost./a.jpg", FALSE},
      {API, "https://localhost.localdomain/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net./a.jpg", FALSE},
      {API, "https://cdn.osi.office.net:22/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net:8443/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net:0/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net:99999/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net:443@evil.example/a.jpg", FALSE},
      {API, "https://cdn.osi.office.net%2f@evil.example/a.jpg", FALSE},
      {API, "https://evil.example%00.osi.office.net/a.jpg", FALSE},
      {API, "https://evil.example%23.osi.office.net/a.jpg", FALSE},
      {API, "https://xn--osi-zxa.office.net/a.jpg", FALSE},
      {API, "https://osi.xn--offce-xqa.net/a.jpg", FALSE},
      {API, "https://osi.of\u0192ice.net/a.jpg", FALSE},
      {API, "https://osi.offi\u0441e.net/a.jpg", FALSE},
      {API, "https://osi\u3002office\u3002net.evil.example/a.jpg", FALSE},
      {API, "https://kaiza.la.evil.example/a.jpg", FALSE},
      {API, "https://xkaiza.la/a.jpg", FALSE},
      {API, "HTTP://cdn.osi.office.net/a.jpg", FALSE},
      {API, "ws://cdn.osi.office.net/a.jpg", FALSE},
      {API, "smb://cdn.osi.office.net/a.jpg", FALSE},
      {API, "blob:https://cdn.osi.office.net/a.jpg", FALSE},
      {API, "https:cdn.osi.office.net/a.jpg", FALSE},
      {API, "https://\ncdn.osi.office.net/a.jpg", FALSE},
      {API, " https://evil.example/ https://cdn.osi.office.net/a.jpg", FALSE},
      {API, "https:///a.jpg", FALSE},
      {API, "//cdn.osi.office.net/a.jpg", FALSE},
      {API, "", FALSE},
      {API, NULL, FALSE},
      {"https://a.co.uk", "https://b.co.uk/a.jpg", FALSE},
      {"https://10.0.0.5", "https://10.0.0.6/a.jpg", FALSE},
      {"http://10.0.0.5", "http://10.0.0.5/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "http://192.168.1.1/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "ftp://127.0.0.1/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "http://2130706433/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "http://[::ffff:10.0.0.1]/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "http://0.0.0.0/a.jpg", FALSE},
      {"http://127.0.0.1:8000", "http://evil.example/a.jpg", FALSE},
      {"nonsense", "https://cdn.osi.office.net/a.jpg", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s of %s", rows[i].url, rows[i].root);
    g_assert_cmpint (kz_media_url_is_known (rows[i].root, rows[i].url), ==, rows[i].is_known);
  }
}

/* --- against the whole API ----------------------------------------------------------------- */

static void
sandbox_takes_an_upload (Stage *stage, gconstpointer data)
{
  static const struct {
    const char *content, *name;
  } rows[] = {
      {JPEG, "gate.jpeg"},           {"%PDF-1.4", "a.pdf"},
      {"RIFF1234WAVEfmt ", "a.wav"}, {"1234ftyp3gp5", "a"},
      {"1234ftypisom", "a.mp4"},     {"ID3\x04\x01\x01\x01\x01\x01\x01", "a.mp3"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) files = media_files_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *resource = NULL;

    g_ptr_array_add (files, media_in_memory (rows[i].content, rows[i].name));
    kz_media_upload_async (stage->http, files, NULL, NULL, NULL, stage_got, stage_next (stage));
    resource = kz_media_upload_finish (stage->http, stage_wait (stage), &error);
    g_assert_no_error (error);
    g_assert_nonnull (resource);
  }
  g_assert_cmpuint (stage_count_received (stage, "media"), ==, G_N_ELEMENTS (rows));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/files", test_files);
  g_test_add_func ("/media/together", test_together);
  g_test_add_func ("/media/known-links", test_known_links);
  g_test_add ("/media/sandbox/upload", Stage, NULL, stage_up, sandbox_takes_an_upload, stage_down);
  return g_test_run ();
}
