#!/bin/sh
# The accuracy of the nearest neighbours is numpy's, to the last row.
. "$TESTS/common.sh"
python_with numpy h5py
mkdir "$SCRATCH/run"
export SCRATCH OMP_NUM_THREADS=1
"$python" "$TESTS/analysis/knn_numpy.py" make
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/run"
"$python" "$TESTS/analysis/knn_numpy.py" compare
