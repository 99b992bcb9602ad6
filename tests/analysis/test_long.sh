#!/bin/sh
# `figures` completes, each in under a minute, for large images: few of them (Gram matrix) and many
# (products with the covariance), and finds numpy's variances.
. "$TESTS/common.sh"
python_with h5py numpy
export OPENBLAS_NUM_THREADS=1
for case in "500 64 64 3" "16 160 160 1" "500 160 160 1" "500 256 256 1" "3300 60 60 1"; do
    run="$SCRATCH/$(echo "$case" | tr ' ' x)"
    "$python" "$TESTS/analysis/make_long.py" "$run" $case
    # shellcheck disable=SC2046 # a word a number
    set -- $("$python" "$TESTS/bench/pca.py" measure hourglass-analysis figures "$run")
    echo "$case: $1 s, $3 MB"
    [ "${1%.*}" -lt 60 ] || fail "$case takes $1 s"
    "$python" "$TESTS/analysis/compare_long.py" "$run"
    rm -r "$run"
done
