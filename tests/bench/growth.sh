#!/bin/sh
# growth.sh [--repeat N] [FOLDER]: what more data cost, from 6,000 made rows to 600,000: time a
# sample, memory a rank; and the share of files in five epochs of vanilla.  About five minutes,
# 0.5 GB of disk; FOLDER/growth.csv (build/bench) gets every measurement.
set -eu
cd "$(dirname "$0")/../.."
cmake/packages.sh test
cmake --preset release -DHOURGLASS_TESTS=ON >/dev/null
cmake --build --preset release --target hourglass bench_limits >&2
for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy, h5py' 2>/dev/null && break
done
data=$(data/get-mnist.sh)
exec "$python" tests/bench/growth.py --data "$data" "$@"
