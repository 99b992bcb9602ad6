#!/bin/sh
# Where the place that MPI keeps shared memory in is too small, the ranks say so once and send
# messages; nobody waits for a rank that got no memory.
set -u
mkdir -p "$SCRATCH/place"
LIMIT=15 && export LIMIT
unshare -m mount -t tmpfs -o size=1m tmpfs "$SCRATCH/place" 2>/dev/null ||
    { echo "skipped: nothing may be mounted here"; exit 77; }

# fits LINES SIZE PLACE FLOATS: two ranks, three arrays of so many floats, a PLACE of that size;
# so many lines say that it is too small.
fits() {
    unshare -m sh -c 'mount -t tmpfs -o "size=$1" tmpfs "$2" && exec "$TESTS/mpirun.sh" 2 comm_fit "$3"' \
        sh "$2" "$3" "$4" >"$SCRATCH/log" 2>&1
    code=$?
    [ $code = 0 ] && [ "$(grep -c "^shared memory: $3 .* messages" "$SCRATCH/log")" = "$1" ] ||
        { cat "$SCRATCH/log"; echo "FAILED: $4 floats in $2 of $3: exit code $code"; exit 1; }
}

fits 0 64m /dev/shm 1000000
fits 1 64m /dev/shm 5500000
fits 1 273920k /dev/shm 22369616 # it fits, but Open MPI wants a twentieth more
if mpirun --version 2>/dev/null | grep -q "Open MPI"; then
    OMPI_MCA_osc_sm_backing_directory=$SCRATCH/place && export OMPI_MCA_osc_sm_backing_directory
    fits 1 64m "$SCRATCH/place" 8000000
fi
exit 0
