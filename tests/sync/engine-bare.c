/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-bare.h"

void
sign_on_again (Bench *bench)
{
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
}

const KzOpenAction *
open_of (Bench *bench, const char *id)
{
  const KzOpenAction *open = kz_store_find_action (bench->engine->store, id, id);

  g_assert_nonnull (open);
  return open;
}
