#!/bin/sh
# The residual PCA agrees with numpy's: variances to 1e-6, components to 1e-4; so does the
# baseline, with the training images read from a data set.
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
"$python" "$TESTS/analysis/make_results.py"
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/run"
"$python" "$TESTS/analysis/compare_pca.py"
