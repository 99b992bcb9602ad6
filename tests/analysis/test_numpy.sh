#!/bin/sh
# The residual PCA agrees with numpy's: variances to 1e-6, components to 1e-4; so does the
# baseline, with the training images read from a data set.
. "$TESTS/common.sh"
python_with numpy h5py
mkdir "$SCRATCH/run"
export SCRATCH OMP_NUM_THREADS=1
"$python" "$TESTS/analysis/make_results.py"
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/run"
"$python" "$TESTS/analysis/compare_pca.py"
