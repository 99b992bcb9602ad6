#!/bin/sh
# run.sh [--short] [--only CASE] [--repeat N] [FOLDER]: hourglass beside PyTorch and the machine's
# limits, on two cores, in one run; FOLDER/bench.csv (build/bench) gets every measurement.
# Nothing else should run meanwhile.  About 20 minutes, --short three; --help says more.
set -eu
cd "$(dirname "$0")/../.."
cmake/packages.sh bench
cmake --preset release -DHOURGLASS_TESTS=ON >/dev/null
cmake --build --preset release --target hourglass bench_limits bench_sums >&2
for python in python3 /usr/bin/python3; do
    "$python" -c 'import torch, h5py' 2>/dev/null && break
done
data=$(data/get-mnist.sh)
exec "$python" tests/bench/bench.py --data "$data" "$@"
