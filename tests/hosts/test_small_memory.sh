#!/bin/sh
# A host with a /dev/shm of 64 MB, a container's: 8 ranks train a large model all the same, and one line
# says how.
. "$TESTS/common.sh"
hosts=$TESTS/hosts/hosts.sh
"$hosts" 1x1 -- true || exit $?
data=$SCRATCH/pixels.h5
hourglass import --make pixels --shape 28x28x1 --rows 600 -o "$data" 2>"$SCRATCH/log"

# deep_with SIZE: a few steps.
deep_with() {
    "$hosts" 1x8 --shm "$1" -- hourglass train jobs/deep.ini --file "$data" --folder "$SCRATCH/$1" \
        --limit 512 --epochs 1 --no-encode >"$SCRATCH/$1.log" 2>&1 ||
        { cat "$SCRATCH/$1.log"; fail "a /dev/shm of $1 ends the run with $?"; }
}
deep_with 64m
[ "$(grep -c '^shared memory: /dev/shm .* messages' "$SCRATCH/64m.log")" = 1 ] ||
    { cat "$SCRATCH/64m.log"; fail "not one line says how"; }
deep_with 2g
grep '^shared memory' "$SCRATCH/2g.log" && fail "2 GB are too small"
same "memory or messages" "$(newest "$SCRATCH/64m")" "$(newest "$SCRATCH/2g")"
exit 0
