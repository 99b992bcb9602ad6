#!/bin/sh
# A rank that hangs is named, and the whole job ends with exit code 86 soon after the limit, also
# where nobody reads what it says; a job that was suspended, and a rank that waits for another that
# works, go on.  Who waits in vain ends the job after ten times the limit.
set -u
mkdir -p "$SCRATCH"

# ends CODE RANKS MODE
ends() {
    LIMIT=20 "$TESTS/mpirun.sh" "$2" comm_stall "$3" 2>"$SCRATCH/stderr"
    code=$?
    [ "$code" = "$1" ] || { cat "$SCRATCH/stderr"; echo "$3: exit code $code, not $1"; exit 1; }
}

ends 86 2 sleep
grep -q "rank 1 has made no progress .* 'the long sleep' (42)" "$SCRATCH/stderr" ||
    { cat "$SCRATCH/stderr"; exit 1; }
ends 0 2 suspended
ends 0 2 waiting
ends 86 2 forgotten
grep -q "rank 0 has made no progress for 3 s in 'rank 1 to wake up' (7)" "$SCRATCH/stderr" ||
    { cat "$SCRATCH/stderr"; exit 1; }

# A pipe that stays full, until it is closed.
mkfifo "$SCRATCH/full.$$"
exec 3<>"$SCRATCH/full.$$"
rm "$SCRATCH/full.$$"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
timeout -k 5 20 comm_stall full </dev/null >/dev/null 2>&3 3>&-
code=$?
exec 3>&-
[ "$code" = 86 ] || { echo "a full stderr: exit code $code, not 86"; exit 1; }
