#!/bin/sh
# The accuracy of the nearest neighbours is numpy's, to the last row.
set -eu
python=
for p in python3 /usr/bin/python3; do
    if $p -c 'import numpy, h5py' 2>/dev/null; then python=$p && break; fi
done
if [ -z "$python" ]; then
    echo "skipped: no python3 here has numpy and h5py (python3-numpy, python3-h5py)"
    exit 77
fi
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH/run"
export SCRATCH OMP_NUM_THREADS=1
"$python" "$TESTS/analysis/knn_numpy.py" make
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/run"
"$python" "$TESTS/analysis/knn_numpy.py" compare
