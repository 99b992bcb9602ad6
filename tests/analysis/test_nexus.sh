#!/bin/sh
# Viewers draw figures.h5 by themselves: its attributes lead to every figure's arrays.
. "$TESTS/common.sh"
python_with h5py numpy
analysis_make_run "$SCRATCH"
hourglass-analysis figures "$SCRATCH" >/dev/null
"$python" "$TESTS/analysis/test_nexus.py" "$SCRATCH/figures/figures.h5"
