#!/bin/sh
# steps.h is what steps.py prints.
set -eu
mkdir -p "$SCRATCH"
python3 "$TESTS/optim/steps.py" >"$SCRATCH/steps.h"
cmp "$SCRATCH/steps.h" "$TESTS/optim/steps.h"
