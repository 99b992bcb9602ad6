#!/bin/sh
# run.stall_seconds: a rank that hangs ends the job with exit code 86, and the run can go on; a disk
# that is slow to take the results has not stalled; with 0 nobody watches.
. "$TESTS/common.sh"
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
run=$SCRATCH/run
options="--file $SCRATCH/plane.h5 --schedule constant --progress none --no-encode"
LIMIT=30 && export LIMIT

# begin LIMIT SECONDS: a run of two ranks that is under way for so long.
begin() {
    ranks 2 hourglass train jobs/basic.ini --folder "$run" $options --epochs 1000000 \
        --stall_seconds "$1" --overwrite 2>"$SCRATCH/stderr" &
    pid=$!
    sleep "$2"
    kill -0 $pid 2>/dev/null || { cat "$SCRATCH/stderr"; fail "a run that moves is stopped"; }
    rank=$(pgrep -n -f "^hourglass train .*$run ")
}

begin 2 3.5 # longer than its limit
kill -STOP "$rank"
code=0
wait $pid || code=$?
[ $code = 86 ] || { cat "$SCRATCH/stderr"; fail "exit code $code, not 86"; }
grep -q "^hourglass: rank [01] has made no progress for 2 s in '.*run.stall_seconds" \
    "$SCRATCH/stderr" || { cat "$SCRATCH/stderr"; fail "no message"; }
at=$(newest "$run" | sed 's/.*checkpoint-0*\([0-9]*\)-.*/\1/')
train 1 jobs/basic.ini "$run" $options --epochs $((at + 1)) --resume

begin 0 1
kill -STOP "$rank"
sleep 1.5
kill -CONT "$rank"
kill -USR1 "$rank"
code=0
wait $pid || code=$?
[ $code = 75 ] || { cat "$SCRATCH/stderr"; fail "stall_seconds = 0: exit code $code, not 75"; }

# A rank that does not come to MPI's start: the others wait there.
code=0
HOURGLASS_RUN_STALL_SECONDS=2 ranks 2 "$TESTS/as_rank.sh" 1 env WINDOW_LATE=25 \
    LD_PRELOAD="$(dirname "$(command -v hourglass)")/apps_window.so" -- hourglass train jobs/basic.ini \
    --folder "$SCRATCH/late" $options --epochs 1 2>"$SCRATCH/stderr" || code=$?
[ $code = 86 ] || { cat "$SCRATCH/stderr"; fail "a late rank: exit code $code, not 86"; }
grep -q "^hourglass: MPI has not started within 2 s, as host $(hostname) sees it" "$SCRATCH/stderr" ||
    { cat "$SCRATCH/stderr"; fail "no message of a late rank"; }
[ ! -e "$SCRATCH/late" ] || fail "a late rank leaves a folder"

slow=$(dirname "$(command -v hourglass)")/apps_slow_disk.so
start=$(date +%s)
ranks 2 "$TESTS/as_rank.sh" 1 env LD_PRELOAD="$slow" SLOW_SYNC=4 -- hourglass train jobs/basic.ini \
    --file "$SCRATCH/plane.h5" --progress none --folder "$SCRATCH/slow" --epochs 1 \
    --stall_seconds 1 2>"$SCRATCH/stderr" || { cat "$SCRATCH/stderr"; fail "a slow disk ends the run"; }
[ $(($(date +%s) - start)) -ge 4 ] || fail "the disk is not slow"
exit 0
