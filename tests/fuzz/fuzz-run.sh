#!/bin/sh
# fuzz-run.sh TARGET SEEDS DICTIONARY FOUND [OPTION...]: one target of libFuzzer for a minute, or as long
# as KZ_FUZZ_SECONDS says.
set -e
target=$1 seeds=$2 dictionary=$3 found=$4
shift 4
mkdir -p "$found"
exec "$target" -max_total_time="${KZ_FUZZ_SECONDS:-60}" -dict="$dictionary" -rss_limit_mb=2048 \
  -timeout=20 -print_final_stats=1 -artifact_prefix="$found/bad-" "$@" "$found" "$seeds"
