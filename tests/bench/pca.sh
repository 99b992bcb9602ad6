#!/bin/sh
# pca.sh [ROWS [TIMES]]: time, memory and bytes read of the residual PCA on made residuals
# [ROWS, 784] (default 1,000,000: 3 GB in a temporary folder, removed at the end), beside NumPy
# reading the same file in slabs.  One thread each, TIMES rounds in turn.  Needs
# hourglass-analysis on the PATH, or in build/bin, and a Python with NumPy and h5py.
set -eu
cd "$(dirname "$0")/../.."
PATH=$PWD/build/bin:$PATH
python=${PYTHON:-/usr/bin/python3}
rows=${1:-1000000}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
bench() {
    "$python" tests/bench/pca.py "$@"
}
bench make "$folder" "$rows"
for round in $(seq "${2:-1}"); do
    echo "round $round"
    printf 'hourglass-analysis '
    bench measure hourglass-analysis figures "$folder" --only residual-pca-shared
    for kind in float64 float32; do
        printf 'NumPy %-12s ' "$kind"
        bench measure "$python" tests/bench/pca.py numpy "$folder" $kind "$folder/$kind.npz"
    done
done
for kind in float64 float32; do
    printf 'against NumPy %s: ' $kind
    bench compare "$folder" "$folder/$kind.npz"
done
