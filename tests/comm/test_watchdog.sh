#!/bin/sh
# A rank that hangs is named, and the whole job ends with exit code 86 soon after the limit.
set -u
mkdir -p "$SCRATCH"
LIMIT=15 "$TESTS/mpirun.sh" 2 comm_stall 2>"$SCRATCH/stderr"
code=$?
cat "$SCRATCH/stderr"
[ "$code" = 86 ] || { echo "exit code $code, not 86"; exit 1; }
grep -q "rank 1 has made no progress .* 'the long sleep' (42)" "$SCRATCH/stderr"
