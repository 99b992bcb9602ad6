#!/bin/sh
# A run knows its owner: a job that is started again goes on with what it has begun, with
# --overwrite too, and with nobody else's run; a run that is done is left as it is.
. "$TESTS/common.sh"
run=$SCRATCH/run
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
options="--file $SCRATCH/plane.h5 --schedule constant --progress none"
train 1 jobs/basic.ini "$SCRATCH/whole" $options --epochs 3

# job OWNER OPTIONS...: the job's words, each time that it is started.
job() {
    owner=$1
    shift
    HOURGLASS_RUN_OWNER=$owner train 2 jobs/basic.ini "$run" $options "$@"
}
job 12 --epochs 1
ends 73 "the run in $run is not job 17's but job 12's" \
    hourglass train jobs/basic.ini --folder "$run" $options --epochs 3 --owner 17
ends 73 "exists" hourglass train jobs/basic.ini --folder "$run" $options --epochs 3
job 12 --epochs 3
same "its own job" "$(newest "$SCRATCH/whole")" "$(newest "$run")"
HOURGLASS_RUN_OWNER=12 ranks 2 hourglass train "$run" --epochs 3 2>"$SCRATCH/log" # by its folder
grep -q "$run is done: 3 of 3 epochs" "$SCRATCH/log" || fail "it is not said to be done"

# What is done is not touched: by its owner, with --resume by anybody, and without encoding.
content() {
    (cd "$run" && stat -c '%n %Y %Z' -- * && sha256sum -- *)
}
before=$(content)
sleep 1
job 12 --epochs 3
job 17 --epochs 3 --resume
train 1 jobs/basic.ini "$run" $options --epochs 3 --resume --no-encode
[ "$(content)" = "$before" ] || fail "a run that is over has changed"

# It is not done where something is missing: results, or those of the last epoch.
rm "$run/results.h5"
job 12 --epochs 3
same "results again" "$SCRATCH/whole/results.h5" "$run/results.h5"
train 1 jobs/basic.ini "$SCRATCH/whole" $options --epochs 4 --resume
job 12 --epochs 4 --no-encode
job 12 --epochs 4
same "results of the end" "$SCRATCH/whole/results.h5" "$run/results.h5"

# --overwrite overwrites another's run once.  A stop, and the same words again go on.
job 17 --epochs 4 --overwrite --max_hours 1e-9 2>/dev/null && fail "it did not stop"
[ "$(basename "$(newest "$run")")" = checkpoint-0000-000001.h5 ] || fail "not begun anew"
job 17 --epochs 4 --overwrite
grep -q "are done" "$run.log" || fail "it begins anew twice"
same "overwritten" "$(newest "$SCRATCH/whole")" "$(newest "$run")"

# Killed before it had written anything; a run of nobody.
mkdir "$SCRATCH/empty" && touch "$SCRATCH/empty/.lock"
run=$SCRATCH/empty
job 12 --epochs 1
ends 73 "is not job 12's but nobody's" \
    hourglass train jobs/basic.ini --folder "$SCRATCH/whole" $options --epochs 4 --owner 12
exit 0
