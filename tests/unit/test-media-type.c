/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-limits.h"
#include "kz-media-type.h"
#include "kz-picture-size.h"

/* Bytes in which "~" stands for a zero: they are easier to read so. */
static const KzMediaType *
sniff (const char *bytes, const char *name)
{
  gsize length = strlen (bytes);
  g_autofree char *copy = kz_test_exact (bytes, length);

  for (gsize i = 0; i < length; i++)
    if (copy[i] == '~')
      copy[i] = '\0';
  return kz_media_type_sniff (copy, length, name);
}

static void
test_plain (void)
{
  static const struct {
    const char *bytes, *name, *mime;
    KzActionKind kind;
  } rows[] = {
      {"\xff\xd8\xff\xe0~\x10JFIF", "gate.jpg", "image/jpeg", KZ_ACTION_IMAGE},
      {"\xff\xd8\xff\xe1", NULL, "image/jpeg", KZ_ACTION_IMAGE},
      {"\x89PNG\r\n\x1a\n~~~\rIHDR", "a.png", "image/png", KZ_ACTION_IMAGE},
      {"%PDF-1.7\n", "a.pdf", "application/pdf", KZ_ACTION_DOCUMENT},
      {"RIFF$~~~WAVEfmt ", "a.wav", "audio/wav", KZ_ACTION_AUDIO},
      {"ID3\x04~~~~~\x0f", "a.mp3", "audio/mpeg", KZ_ACTION_AUDIO},
      {"\xff\xfb\x90\x64", "a.mp3", "audio/mpeg", KZ_ACTION_AUDIO},
      {"~~~\x18"
       "ftypmp42",
       "a.mp4", "video/mp4", KZ_ACTION_VIDEO},
      {"~~~\x18"
       "ftypisom",
       "a", "video/mp4", KZ_ACTION_VIDEO},
      {"~~~\x18"
       "ftyp3gp5",
       "a.3gp", "video/3gpp", KZ_ACTION_VIDEO},
      /* Liars: the content counts. */
      {"\x89PNG\r\n\x1a\n", "a.jpg", "image/png", KZ_ACTION_IMAGE},
      {"%PDF-1.4", "song.mp3", "application/pdf", KZ_ACTION_DOCUMENT},
      {"\xff\xd8\xff", "run.exe", "image/jpeg", KZ_ACTION_IMAGE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const KzMediaType *type = sniff (rows[i].bytes, rows[i].name);

    g_assert_nonnull (type);
    g_assert_cmpstr (type->mime, ==, rows[i].mime);
    g_assert_cmpint (type->kind, ==, rows[i].kind);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *bytes, *name;
  } rows[] = {
      {"", "a.jpg"},
      {"\xff\xd8", "a.jpg"},
      {"MZ\x90~\x03", "holiday.jpg"},
      {"\x7f"
       "ELF\x02",
       "song.mp3"},
      {"GIF89a", "a.gif"},
      {"GIF89a", "a.png"},
      {"<!DOCTYPE html><script>", "a.pdf"},
      {"<html>", "a.jpg"},
      {"<svg xmlns=", "a.png"},
      {"#!/bin/sh\n", "a.mp4"},
      {"@echo off", "a.doc"},
      {"RIFF$~~~AVI LIST", "a.wav"},
      {"RIFF$~~~WEBPVP8 ", "a.jpg"},
      {"~~~\x18"
       "ftypheic",
       "a.jpg"},
      {"~~~\x18"
       "ftypM4A ",
       "a.mp4"},
      {"~~~\x18"
       "ftypqt  ",
       "a.mp4"},
      {"\xff\xfe"
       "h~e~",
       "a.mp3"},                     /* a text in UTF-16 */
      {"\xff\xf1\x50\x80", "a.mp3"}, /* AAC */
      {"\xff\xfb\x90\x64"
       "no frame behind this one, though it is long enough that one could be seen, "
       "since a frame of 128 kbit/s at 44.1 kHz has 417 bytes: .................................."
       "........................................................................................."
       "........................................................................................."
       ".........................................................................................",
       "a.mp3"},
      {"PK\003\004"
       "~~~~~~~~~~~~~~~~~~~~~~\x08~~~evil.exe",
       "report.docx"},
      {"PK\003\004"
       "~~~~~~~~~~~~~~~~~~~~~~\x14~~~META-INF/MANIFEST.MF",
       "a.xlsx"},
      {"PK\003\004"
       "~~~~~~~~~~~~~~~~~~~~~~\x05~~~word/",
       "a.docm"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cut.doc"},
      {"plain words", "a.txt"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_null (sniff (rows[i].bytes, rows[i].name));
}

static void
test_zip (void)
{
  static const char word[] = "PK\003\004"
                             "~~~~~~~~~~~~~~~~~~~~~~\x13~~~[Content_Types].xml<x/>"
                             "PK\003\004"
                             "~~~~~~~~~~~~~~~~~~~~~~\x11~~~word/document.xml";
  static const char excel[] = "PK\003\004"
                              "~~~~~~~~~~~~~~~~~~~~~~\x0f~~~xl/workbook.xml";
  static const char slides[] = "PK\003\004"
                               "~~~~~~~~~~~~~~~~~~~~~~\x14~~~ppt/presentation.xml";
  static const char package[] = "PK\003\004"
                                "~~~~~~~~~~~~~~~~~~~~~~\x0b~~~_rels/.rels";

  g_assert_cmpstr (sniff (word, "a.docx")->extension, ==, ".docx");
  g_assert_cmpstr (sniff (word, "liar.xlsx")->extension, ==, ".docx");
  g_assert_cmpstr (sniff (excel, NULL)->extension, ==, ".xlsx");
  g_assert_cmpstr (sniff (slides, "a.zip")->extension, ==, ".pptx");
  g_assert_cmpstr (sniff (package, "a.PPTX")->extension, ==, ".pptx");
  g_assert_null (sniff (package, "a.doc"));
  g_assert_null (sniff (package, "a.nupkg"));
}

/* A compound file of three sectors whose directory names one stream. */
static const KzMediaType *
sniff_ole (const char *stream, guint32 directory, const char *name)
{
  guint8 file[3 * 512] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};

  file[30] = 9;
  for (guint i = 0; i < 4; i++)
    file[48 + i] = (guint8) (directory >> (8 * i));
  for (gsize i = 0; i < strlen (stream); i++)
    file[1024 + 128 + 2 * i] = (guint8) stream[i];
  return kz_media_type_sniff (file, sizeof file, name);
}

static void
test_ole (void)
{
  g_assert_cmpstr (sniff_ole ("WordDocument", 1, "a.doc")->extension, ==, ".doc");
  g_assert_cmpstr (sniff_ole ("Workbook", 1, "liar.doc")->extension, ==, ".xls");
  g_assert_cmpstr (sniff_ole ("PowerPoint Document", 1, NULL)->extension, ==, ".ppt");
  /* A mail; an installer whose directory is out of sight. */
  g_assert_null (sniff_ole ("__nameid_version1.0", 1, "a.doc"));
  g_assert_null (sniff_ole ("", 1000, "setup.msi"));
  g_assert_cmpstr (sniff_ole ("", 1000, "long.DOC")->extension, ==, ".doc");
  g_assert_null (sniff_ole ("", 0xffffffff, "a.exe"));
}

static void
test_every_prefix (void)
{
  guint8 file[3 * 512] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};

  file[30] = 9;
  for (gsize length = 0; length <= sizeof file; length++) {
    g_autofree char *copy = kz_test_exact ((const char *) file, length);

    kz_media_type_sniff (copy, length, "a.doc");
  }
  memcpy (file, "PK\003\004", 4);
  memset (file + 4, 'P', sizeof file - 4);
  for (gsize length = 0; length <= sizeof file; length++) {
    g_autofree char *copy = kz_test_exact ((const char *) file, length);

    kz_media_type_sniff (copy, length, "a.docx");
  }
}

static void
test_safe_names (void)
{
  static const struct {
    const char *name, *safe;
  } rows[] = {
      {"IMG_1.jpg", "IMG_1.jpg"},
      {"../../etc/passwd", "passwd"},
      {"C:\\Windows\\evil.dll", "evil.dll"},
      {"/", "f"},
      {"..", "f"},
      {".", "f"},
      {NULL, "f"},
      {"", "f"},
      {"...bashrc", "bashrc"},
      {".profile", "profile"},
      {" . x", "x"},
      {"a\nb\tc\x01.png", "abc.png"},
      {"gpj.\u202eexe", "gpj.exe"},
      {"a<b>:c*?.png", "abc.png"},
      {"trailing. . ", "trailing"},
      {"-rf", "rf"},
      {"~/.ssh/config", "config"},
      {"~root", "root"},
      {"CON", "_CON"},
      {"nul.txt", "_nul.txt"},
      {"Aux .jpg", "_Aux .jpg"},
      {"com1", "_com1"},
      {"LPT9.tar.gz", "_LPT9.tar.gz"},
      {"CONOUT$", "_CONOUT$"},
      {"console.jpg", "console.jpg"},
      {"com10", "com10"},
      {"comx", "comx"},
      {"गेट.jpg", "गेट.jpg"},
      {"bad\xff.png", "bad\ufffd.png"},
  };
  g_autofree char *many = g_strnfill (500, 'x');
  g_autofree char *endless = g_strconcat (many, ".jpg", NULL);
  g_autofree char *cut = kz_media_safe_name (endless, "f");
  g_autofree char *device = g_strconcat ("con.", endless, NULL);
  g_autofree char *cut_device = kz_media_safe_name (device, "f");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *safe = kz_media_safe_name (rows[i].name, "f");

    g_assert_cmpstr (safe, ==, rows[i].safe);
  }
  g_assert_cmpuint (strlen (cut), ==, KZ_FILE_NAME_MAX_BYTES);
  g_assert_true (g_str_has_suffix (cut, "xx.jpg"));
  g_assert_cmpuint (strlen (cut_device), ==, KZ_FILE_NAME_MAX_BYTES);
  g_assert_true (g_str_has_prefix (cut_device, "_con.xx"));
}

static void
test_cut_between_characters (void)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 200; i++) {
    g_autofree char *safe = NULL;

    g_string_append (name, i % 2 == 0 ? "क" : "x");
    safe = kz_media_safe_name (name->str, "f");
    g_assert_true (g_utf8_validate (safe, -1, NULL));
    g_assert_cmpuint (strlen (safe), <=, KZ_FILE_NAME_MAX_BYTES);
  }
}

static void
test_pixels (void)
{
  static const struct {
    const char *bytes;
    guint64 pixels;
  } rows[] = {
      {"\x89PNG\r\n\x1a\n~~~\x0dIHDR~~\x01\x02~~\x03\x04\x08", 0x102 * 0x304},
      {"\x89PNG\r\n\x1a\n~~~\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08",
       G_GUINT64_CONSTANT (0x7fffffff) * 0x7fffffff},
      {"\x89PNG\r\n\x1a\n~~~\x0dIDAT~~\x01\x02~~\x03\x04\x08", 0},
      {"\x89PNG\r\n\x1a\n~~~\x0dIHDR~~\x01\x02~~\x03", 0},
      {"\xff\xd8\xff\xc0~\x11\x08\x01\x02\x03\x04\x03", 0x102 * 0x304},
      {"\xff\xd8\xff\xe0~\x04xx\xff\xc2~\x0b\x08\xff\xff\xff\xff\x01", 0xffffu * 0xffffu},
      {"\xff\xd8 junk \xff\xff\xc0~\x0b\x08~\x02~\x02\x01 \xff\xc1~\x0b\x08~\x03~\x03\x01", 9},
      {"\xff\xd8\xff\xc4~\x0b\x08\xff\xff\xff\xff\x01", 0},
      {"\xff\xd8\xff\xc0~\x0b\x08\xff\xff\xff\xff", 0},
      {"\xff\xd8\xff\xc0~\x0b\x08\xff\xff\xff\xff\x02", 0},
      {"\xff\xd8\xff", 0},
      {"", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize length = strlen (rows[i].bytes);
    g_autofree char *copy = kz_test_exact (rows[i].bytes, length);

    for (gsize j = 0; j < length; j++)
      if (copy[j] == '~')
        copy[j] = '\0';
    g_test_message ("row %zu", i);
    g_assert_cmpuint (kz_picture_pixels ((const guint8 *) copy, length), ==, rows[i].pixels);
  }
}

static void
test_file_names (void)
{
  const KzMediaType *jpeg = sniff ("\xff\xd8\xff", NULL);
  const KzMediaType *video = sniff ("~~~\x18"
                                    "ftyp3gp5",
                                    NULL);
  const struct {
    const KzMediaType *type;
    const char *name, *sent;
  } rows[] = {
      {jpeg, "gate.jpg", "gate.jpg"}, {jpeg, "gate.JPEG", "gate.JPEG"},
      {jpeg, "gate.png", "gate.jpg"}, {jpeg, "gate", "gate.jpg"},
      {jpeg, "v1.2", "v1.2.jpg"},     {jpeg, "../x/.jpg", "jpg.jpg"},
      {jpeg, NULL, "file.jpg"},       {video, "a.3gp", "a.3gp"},
      {video, "a.mp4", "a.3gpp"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *sent = kz_media_type_file_name (rows[i].type, rows[i].name);

    g_assert_cmpstr (sent, ==, rows[i].sent);
  }
}

static void
test_refusal (void)
{
  g_autofree char *text = kz_media_type_refusal ("/tmp/dance.gif");
  g_autofree char *nameless = kz_media_type_refusal (NULL);

  g_assert_nonnull (strstr (text, "dance.gif"));
  g_assert_null (strstr (text, "/tmp"));
  g_assert_nonnull (strstr (text, "JPEG"));
  g_assert_nonnull (strstr (text, "PowerPoint"));
  g_assert_nonnull (strstr (nameless, "This file"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-type/plain", test_plain);
  g_test_add_func ("/media-type/refused", test_refused);
  g_test_add_func ("/media-type/zip", test_zip);
  g_test_add_func ("/media-type/ole", test_ole);
  g_test_add_func ("/media-type/every-prefix", test_every_prefix);
  g_test_add_func ("/media-type/safe-names", test_safe_names);
  g_test_add_func ("/media-type/cut-between-characters", test_cut_between_characters);
  g_test_add_func ("/media-type/pixels", test_pixels);
  g_test_add_func ("/media-type/file-names", test_file_names);
  g_test_add_func ("/media-type/refusal", test_refusal);
  return g_test_run ();
}
