#!/usr/bin/env bash
# Lets each fuzz target of tests/fuzz/ go on for some minutes, two at a time, on the stable toolchain.
#
# usage: eval/fuzz.sh [MINUTES] [TARGET..]     (10 minutes; all targets)
#
# What fails is written to target/fuzz/TARGET-DIGEST/ (path, base, head). A target that ends without a word, or is ended because
# it hung, has its last input in target/fuzz/TARGET-now/. DRAFTGATE_FUZZ_SEED repeats a run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DRAFTGATE_FUZZ_MINUTES="${1:-10}"
export DRAFTGATE_FUZZ_SEED="${DRAFTGATE_FUZZ_SEED:-$(date +%s)}"
shift || true
targets=("$@")
cargo test --locked --test all --no-run
binary=$(cargo test --locked --test all --no-run 2>&1 | sed -n 's/.*(\(.*\))$/\1/p' | tail -1)
export binary
if [ ${#targets[@]} = 0 ]; then
  mapfile -t targets < <("$binary" --list --format terse fuzz::targets:: | sed -n 's/^fuzz::targets::\([a-z_]*\): test$/\1/p' | grep -v ^the_)
fi
mkdir -p target/fuzz
echo "seed $DRAFTGATE_FUZZ_SEED"

one() {
  # Twice the memory that any input may take; a minute beyond the time is a hang.
  ulimit -v 8000000
  if timeout $((DRAFTGATE_FUZZ_MINUTES * 60 + 60)) "$binary" "fuzz::targets::$1" --exact --nocapture >"target/fuzz/$1.log" 2>&1; then
    grep 'none of which fails' "target/fuzz/$1.log"
  else
    echo "FAIL $1 (exit code $?): target/fuzz/$1.log"
    grep -A20 'these fail:' "target/fuzz/$1.log" || echo "  its last input: target/fuzz/$1-now/"
    return 1
  fi
}
export -f one
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c 'one {}'
