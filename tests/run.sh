#!/bin/sh
# run.sh [ctest options]: install what is missing, build, run every test.
# PRESET chooses another build: PRESET=asan tests/run.sh
set -eu
cd "$(dirname "$0")/.."
cmake/packages.sh test
preset=${PRESET:-release}
cmake --preset "$preset" -DHOURGLASS_TESTS=ON >/dev/null # first.sh leaves it off
cmake --build --preset "$preset"
data/get-mnist.sh >/dev/null # once, before the tests that read it
exec ctest --preset "$preset" --no-tests=error --parallel 2 "$@"
