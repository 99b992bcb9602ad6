#!/bin/sh
# hourglass encode takes settings as train does: what decides the bits is the checkpoint's, how it
# is run comes from job.ini, the environment and the command line.
. "$TESTS/common.sh"
run=$SCRATCH/run
results=$run/results.h5
small="--file $DATA --limit 600 --epochs 1"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export ASAN_OPTIONS=detect_leaks=0 # as tests/mpirun.sh has it

# The back end decides the bits: a run's is kept.
train 1 jobs/vae.ini "$run" $small --backend openblas --max_hours 9
train 1 jobs/vae.ini "$SCRATCH/auto" $small
mv "$results" "$SCRATCH/trained.h5"
ranks 2 hourglass encode "$run" 2>"$SCRATCH/log"
same "the back end of the run" "$SCRATCH/trained.h5" "$results"
differ "another back end" "$results" "$SCRATCH/auto/results.h5"
ends 64 "run.backend is 'auto'" hourglass encode "$run" --backend auto
ends 64 "run.backend is 'openblas'" ranks 2 hourglass encode "$SCRATCH/auto" --set run.backend=openblas
HOURGLASS_RUN_BACKEND=auto ends 64 "run.backend is 'auto'" hourglass encode "$run"
ends 64 "run.backend is 'auto'" hourglass train "$run" --resume --backend auto

# has SETTING VALUE: what the results say that they were made with.
has() {
    hourglass info "$results" >"$SCRATCH/facts"
    grep -q "^ *$1 = $2\$" "$SCRATCH/facts" || fail "$1 is not $2: $(grep "$1 =" "$SCRATCH/facts")"
}
encode() {
    ranks 1 hourglass encode "$run" "$@" 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; exit 1; }
    same "$*" "$SCRATCH/trained.h5" "$results"
}
encode
has max_hours 9       # job.ini over default
has stall_seconds 600 # default
export HOURGLASS_RUN_MAX_HOURS=8
encode
has max_hours 8 # environment over job.ini
encode --max_hours 7 --set run.allreduce=messages
has max_hours 7 # command line over environment
has allreduce messages
unset HOURGLASS_RUN_MAX_HOURS

# Nothing else that decides the bits may differ; job.ini's word for it is not asked.
sed 's/^batch = .*/batch = 7/; s/^backend = .*/backend = auto/' "$run/job.ini" >"$SCRATCH/job.ini"
cp "$SCRATCH/job.ini" "$run/job.ini"
encode
has batch 256
ends 64 "training.batch is '8'" hourglass encode "$run" --batch 8
HOURGLASS_MODEL_CODE=3 ends 64 "model.code is '3'" hourglass encode "$run"
ends 64 "run.folder" hourglass encode "$run" --folder "$SCRATCH/auto"
ends 64 "did you mean" hourglass encode "$run" --stall_second 3
ends 64 "stall_seconds wants a value" hourglass encode "$run" --stall_seconds
exit 0
