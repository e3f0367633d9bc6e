/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include "secret-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* --- Everything that is logged --- */

static GString *output; /* of GLib's log with all its fields, and of libpurple's debug window */
static char *stderr_path;
static int real_stderr = -1;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  for (gsize i = 0; i < n; i++) {
    gssize length = fields[i].length;
    g_string_append_printf (output, "%s=", fields[i].key);
    g_string_append_len (output, fields[i].value,
                         length >= 0 ? length : (gssize) strlen (fields[i].value));
    g_string_append_c (output, '\n');
  }
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return g_log_writer_default (level, fields, n, data);
  return G_LOG_WRITER_HANDLED;
}

static void
print_debug (PurpleDebugLevel level, const char *category, const char *text)
{
  g_string_append_printf (output, "%s: %s", category, text);
}

static gboolean
debug_is_enabled (PurpleDebugLevel level, const char *category)
{
  return TRUE;
}

static PurpleDebugUiOps debug_ops = {.print = print_debug, .is_enabled = debug_is_enabled};

void
secret_begin_output (void)
{
  g_autoptr (GError) error = NULL;
  if (output == NULL) {
    output = g_string_new (NULL);
    g_log_set_writer_func (write_log, NULL, NULL);
  }
  g_string_truncate (output, 0);
  purple_debug_set_ui_ops (&debug_ops);
  purple_debug_set_verbose (TRUE);
  purple_debug_set_unsafe (TRUE);
  int fd = g_file_open_tmp (NULL, &stderr_path, &error);
  g_assert_no_error (error);
  fflush (stderr);
  real_stderr = dup (STDERR_FILENO);
  g_assert_cmpint (dup2 (fd, STDERR_FILENO), ==, STDERR_FILENO);
  g_close (fd, NULL);
}

const GString *
secret_end_output (void)
{
  g_autofree char *printed = NULL;
  gsize length;
  fflush (stderr);
  g_assert_cmpint (dup2 (real_stderr, STDERR_FILENO), ==, STDERR_FILENO);
  g_close (real_stderr, NULL);
  g_assert_true (g_file_get_contents (stderr_path, &printed, &length, NULL));
  g_string_append_len (output, printed, (gssize) length);
  g_unlink (stderr_path);
  g_clear_pointer (&stderr_path, g_free);
  purple_debug_set_ui_ops (NULL);
  purple_debug_set_unsafe (FALSE);
  purple_debug_set_verbose (FALSE);
  return output;
}

/* --- Searching --- */

gboolean
secret_has (const GString *where, const char *word)
{
  const char *end = where->str + where->len;
  gsize size = strlen (word);
  gboolean is_number = strspn (word, "0123456789") == size;
  for (const char *at = where->str; (at = memmem (at, (gsize) (end - at), word, size)) != NULL;
       at++)
    if (!is_number || ((at == where->str || !g_ascii_isalnum (at[-1])) &&
                       (at + size == end || !g_ascii_isdigit (at[size]))))
      return TRUE;
  return FALSE;
}

/* The journal keeps payloads in base64. */
static void
append_payloads (GString *all, const char *contents, gsize length)
{
  const char *end = contents + length;
  for (const char *at = contents; (at = memmem (at, (gsize) (end - at), "\"b\":\"", 5)) != NULL;) {
    at += 5;
    const char *quote = memchr (at, '"', (gsize) (end - at));
    if (quote == NULL)
      return;
    g_autofree char *text = g_strndup (at, (gsize) (quote - at));
    gsize size;
    g_autofree guchar *data = g_base64_decode (text, &size);
    g_string_append_len (all, (const char *) data, (gssize) size);
  }
}

/* Every file below @path, and what it has encoded; but for what is the host's own. */
static void
append_files (GString *all, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_autofree char *contents = NULL;
    gsize length;
    if (g_file_test (child, G_FILE_TEST_IS_DIR)) {
      append_files (all, child);
      continue;
    }
    if (g_str_equal (name, "accounts.xml") ||
        !g_file_get_contents (child, &contents, &length, NULL))
      continue;
    g_string_append_len (all, contents, (gssize) length);
    append_payloads (all, contents, length);
  }
}

GString *
secret_files (Fixture *fixture)
{
  GString *all = g_string_new (NULL);
  append_files (all, fixture->host->user_dir);
  return all;
}

void
secret_assert (const GString *where, const char *word, gboolean expected)
{
  if (secret_has (where, word) == expected)
    return;
  const char *at = memmem (where->str, where->len, word, strlen (word));
  g_error ("“%s” is %s there: %.300s", word, expected ? "not" : "",
           at != NULL ? MAX (at - 150, where->str) : "");
}
