#!/bin/sh
# run.sh [--short] [--only CASE] [--repeat N] [--python PATH] [FOLDER]: hourglass beside every
# PyTorch that is found (peer.sh makes a newer one) and the machine's limits, on two cores, in one
# run; FOLDER/bench.csv (build/bench) gets every measurement.  Nothing else should run meanwhile.
# Each further PyTorch takes its own time; --short is quick, --help says more.
set -eu
cd "$(dirname "$0")/../.."
cmake/packages.sh bench
cmake --preset release -DHOURGLASS_TESTS=ON >/dev/null
cmake --build --preset release --target hourglass bench_limits bench_sums >&2
data=$(data/get-mnist.sh)
exec python3 tests/bench/bench.py --data "$data" "$@"
