#!/bin/sh
# The example in Python redraws a figure from figures.h5: a picture with something on it.
. "$TESTS/common.sh"
python_with h5py numpy matplotlib
analysis_make_run "$SCRATCH/run"
hourglass-analysis figures "$SCRATCH/run" >/dev/null
export MPLCONFIGDIR="$SCRATCH"
"$python" analysis/examples/redraw.py "$SCRATCH/run/figures/figures.h5" "$SCRATCH/redrawn.png"
"$python" - "$SCRATCH/redrawn.png" <<'END'
import sys
from matplotlib import image
pixels = image.imread(sys.argv[1])[:, :, :3]
height, width = pixels.shape[:2]
assert (width, height) == (1200, 260), (width, height)
for tile in range(6):  # each part of the picture has dark and light greys
    part = pixels[80:200, tile * width // 6:(tile + 1) * width // 6]
    assert part.std() > 0.05, (tile, part.std())
END
