#!/bin/sh
# hourglass encode: the newest checkpoint or the one that is named, the run's data or others.
. "$TESTS/common.sh"
results=$SCRATCH/run/results.h5
hourglass import --make plane --seed 1 -o "$SCRATCH/one.h5" 2>"$SCRATCH/log"
hourglass import --make plane --seed 2 --rows 500 -o "$SCRATCH/two.h5" 2>"$SCRATCH/log"
cp "$SCRATCH/one.h5" "$SCRATCH/data.h5"
options="--file $SCRATCH/data.h5 --schedule constant --keep 9"
train 1 jobs/basic.ini "$SCRATCH/short" $options --epochs 1
train 1 jobs/basic.ini "$SCRATCH/run" $options --epochs 3
cp "$results" "$SCRATCH/newest.h5"

# encode OPTIONS...: of the run, on two ranks.
encode() {
    rm -f "$results"
    ranks 2 hourglass encode "$SCRATCH/run" "$@" 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; exit 1; }
}
says() {
    hourglass info "$results" | grep -q "^  $1  *$2\$" || fail "the results do not say $1 $2"
}

encode
same "the newest checkpoint" "$SCRATCH/newest.h5" "$results"
says checkpoint checkpoint-0003-000000.h5
says epoch 3

# A checkpoint that is named: what the run had to say after its first epoch.
encode --checkpoint "$SCRATCH/run/checkpoint-0001-000000.h5"
same "the first epoch" "$SCRATCH/short/results.h5" "$results"
differ "another checkpoint" "$SCRATCH/newest.h5" "$results"
says checkpoint checkpoint-0001-000000.h5
says epoch 1

# Data that are named: what the run's own file gives when it holds them.
encode --file "$SCRATCH/two.h5"
cp "$results" "$SCRATCH/others.h5"
says data_file "$SCRATCH/two.h5"
cp "$SCRATCH/two.h5" "$SCRATCH/data.h5"
encode
same "other data" "$SCRATCH/others.h5" "$results"
differ "other data" "$SCRATCH/newest.h5" "$results"
cp "$SCRATCH/one.h5" "$SCRATCH/data.h5"

# Both, whatever their order.
encode --file "$SCRATCH/two.h5" --checkpoint "$SCRATCH/run/checkpoint-0001-000000.h5"
cp "$results" "$SCRATCH/both.h5"
encode --checkpoint "$SCRATCH/run/checkpoint-0001-000000.h5" --file "$SCRATCH/two.h5"
same "both" "$SCRATCH/both.h5" "$results"
differ "both" "$SCRATCH/others.h5" "$results"

# What is wrong is named, and the older results stay.
cp "$results" "$SCRATCH/before.h5"
hourglass import --make curve -o "$SCRATCH/curve.h5" 2>"$SCRATCH/log"
run=$SCRATCH/run
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export ASAN_OPTIONS=detect_leaks=0 # as tests/mpirun.sh has it
ends 64 "which run" hourglass encode # most need no second rank to be wrong
ends 64 "'more'" hourglass encode "$run" more
ends 64 "no setting is called 'checkpoints'" hourglass encode "$run" --checkpoints x
ends 64 "'-x' is not understood" hourglass encode "$run" -x
ends 64 "checkpoint wants a value" hourglass encode "$run" --checkpoint
ends 64 "overwrite takes no value" hourglass encode "$run" --overwrite=1
ends 64 "file wants a value" hourglass encode "$run" --file
ends 64 "data.h5 is not the folder" hourglass encode "$SCRATCH/data.h5"
ends 66 "$SCRATCH/none" hourglass encode "$SCRATCH/none"
ends 66 "none.h5 is not there" hourglass encode "$run" --checkpoint "$SCRATCH/none.h5"
ends 66 "none.h5 is not there" ranks 2 hourglass encode "$run" --file "$SCRATCH/none.h5"
ends 65 "two.h5" ranks 2 hourglass encode "$run" --checkpoint "$SCRATCH/two.h5"
ends 65 "1x1x5" hourglass encode "$run" --file "$SCRATCH/curve.h5"
cmp "$results" "$SCRATCH/before.h5" || fail "a failure has touched the results"
exit 0
