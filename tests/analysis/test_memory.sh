#!/bin/sh
# The residual PCA reads each residual once, and its memory does not grow with their number.
. "$TESTS/common.sh"
python_with h5py numpy
bench() {
    "$python" "$TESTS/bench/pca.py" "$@"
}
for rows in 20000 60000; do
    bench make "$SCRATCH/$rows" "$rows"
    # shellcheck disable=SC2046 # a word a number
    set -- $(bench measure hourglass-analysis figures "$SCRATCH/$rows" --only residual-pca-own)
    memory=$3 read=$6
    residuals=$((rows * 784 * 4 / 1000000))
    echo "$rows rows: $memory MB of memory, $read MB read, of which $residuals are residuals"
    [ "$read" -ge "$residuals" ] && [ "$read" -lt $((residuals + 20)) ] || fail "not read once"
    [ -z "${before:-}" ] || [ "$memory" -lt $((before + 8)) ] || fail "memory grows"
    before=$memory
done
rm -r "$SCRATCH/20000" "$SCRATCH/60000"
