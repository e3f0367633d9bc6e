/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenario file of the sandbox: it starts with a world, or says what is wrong. */
#include "config.h"

#include "fuzz.h"

#include "sandbox.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  SbOptions options = {.scenario_json = text, .have_seed = TRUE, .seed = 7};
  g_autoptr (GError) error = NULL;
  g_autoptr (SbSandbox) sandbox = sb_sandbox_new (&options, &error);

  g_assert_true ((sandbox == NULL) == (error != NULL));
  return 0;
}
