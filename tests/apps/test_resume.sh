#!/bin/sh
# A run that stopped and went on, on another number of ranks, ends as the one that never did.
. "$TESTS/common.sh"
job="jobs/vae.ini"
options="--file $DATA --limit 5984"

train 1 $job "$SCRATCH/whole" $options --epochs 3

# Stopped at the end of an epoch on 3 ranks, resumed on 2.
train 3 $job "$SCRATCH/epoch" $options --epochs 1 --no-encode
train 2 $job "$SCRATCH/epoch" $options --epochs 3 --resume
same "after an epoch" "$(newest "$SCRATCH/whole")" "$(newest "$SCRATCH/epoch")"
same "after an epoch" "$SCRATCH/whole/results.h5" "$SCRATCH/epoch/results.h5"
[ "$(cut -d, -f1-9 "$SCRATCH/whole/metrics.csv")" = "$(cut -d, -f1-9 "$SCRATCH/epoch/metrics.csv")" ] ||
    fail "metrics.csv differs after the resume"

# Stopped after every step by max_hours, which is over when the first one ends (exit code 75),
# and resumed from the run folder on another number of ranks: two steps an epoch.
few="--file $DATA --limit 500 --epochs 2"
train 1 $job "$SCRATCH/few" $few
target=$job step=0
for n in 2 3 1; do
    code=0 step=$((step + 1))
    train $n "$target" "$SCRATCH/steps" $few --max_hours 1e-9 --resume 2>/dev/null || code=$?
    [ $code = 75 ] || fail "max_hours after step $step: exit code $code, not 75"
    grep -q "^hourglass: stopped on request .* $SCRATCH/steps --resume" "$SCRATCH/steps.log" ||
        fail "the message does not say how to go on"
    name=$(basename "$(newest "$SCRATCH/steps")")
    [ "$name" = "checkpoint-000$((step / 2))-00000$((step % 2)).h5" ] ||
        fail "max_hours did not stop after step $step: $name"
    target=$SCRATCH/steps
done
ranks 3 hourglass train "$SCRATCH/steps" --resume --max_hours 0 --progress none 2>"$SCRATCH/log"
same "after every step" "$(newest "$SCRATCH/few")" "$(newest "$SCRATCH/steps")"
same "after every step" "$SCRATCH/few/results.h5" "$SCRATCH/steps/results.h5"

# Every rank gets SIGUSR1, as srun has it, once the run has finished an epoch.
run=$SCRATCH/usr1
ranks 2 hourglass train $job --folder "$run" $options --epochs 5000 --progress none --no-encode \
    2>"$run.log" &
pid=$!
while [ ! -s "$run/metrics.csv" ] || [ "$(wc -l <"$run/metrics.csv")" -lt 2 ]; do
    kill -0 $pid 2>/dev/null || fail "SIGUSR1: the run has ended: $(tail -n 3 "$run.log")"
    sleep 0.05
done
pkill -USR1 -f "^hourglass train .*$run " || fail "SIGUSR1: nobody to be stopped"
code=0
wait $pid || code=$?
[ $code = 75 ] || fail "SIGUSR1: exit code $code, not 75"
[ "$(grep -c "^hourglass: stopped on request" "$run.log")" = 1 ] || fail "SIGUSR1: no message"
at=$(newest "$run" | sed 's/.*checkpoint-0*\([0-9]*\)-.*/\1/')
train 1 $job "$run" $options --epochs $((at + 1)) --resume --no-encode
train 2 $job "$SCRATCH/straight" $options --epochs $((at + 1)) --no-encode
same "after SIGUSR1" "$(newest "$SCRATCH/straight")" "$(newest "$run")"

# Rank 1 alone gets SIGTERM, before the first step: all stop after it.
run=$SCRATCH/term
set -- hourglass train $job --folder "$run" $few --no-encode --progress none
code=0
ranks 2 "$TESTS/as_rank.sh" 1 env LD_PRELOAD="$(dirname "$(command -v hourglass)")/apps_window.so" \
    WINDOW_LOG="$SCRATCH/asked" WINDOW_SIGNAL=15 -- "$@" 2>"$run.log" || code=$?
[ $code = 75 ] || fail "SIGTERM: exit code $code, not 75"
[ "$(basename "$(newest "$run")")" = checkpoint-0000-000001.h5 ] ||
    fail "SIGTERM did not stop all ranks after the first step: $(newest "$run")"
train 2 $job "$run" $few --resume
same "after SIGTERM" "$(newest "$SCRATCH/few")" "$(newest "$run")"

# Rank 1 alone gets SIGUSR1 before MPI has started: all stop after the first step.
run=$SCRATCH/early
set -- hourglass train $job --folder "$run" $few --no-encode --progress none
code=0
ranks 2 "$TESTS/as_rank.sh" 1 env LD_PRELOAD="$(dirname "$(command -v hourglass)")/apps_window.so" \
    WINDOW_LOG="$SCRATCH/asked" WINDOW_EARLY=10 -- "$@" 2>"$run.log" || code=$?
[ $code = 75 ] || fail "an early SIGUSR1: exit code $code, not 75"
[ "$(basename "$(newest "$run")")" = checkpoint-0000-000001.h5 ] ||
    fail "an early SIGUSR1 did not stop all ranks after the first step: $(newest "$run")"
train 2 $job "$run" $few --resume
same "after an early SIGUSR1" "$(newest "$SCRATCH/few")" "$(newest "$run")"

# Negative control: a checkpoint that has forgotten the optimiser's first moment.
train 1 $job "$SCRATCH/forgot" $options --epochs 1 --no-encode
run_forget "$(newest "$SCRATCH/forgot")"
train 2 $job "$SCRATCH/forgot" $options --epochs 3 --resume
differ "without moments" "$(newest "$SCRATCH/whole")" "$(newest "$SCRATCH/forgot")"

# Another back end has other bits: it is a setting that a run keeps.
train 1 $job "$SCRATCH/back" $options --epochs 1 --no-encode
code=0
train 1 $job "$SCRATCH/back" $options --epochs 2 --resume --backend openblas 2>/dev/null || code=$?
[ $code = 64 ] || fail "another back end on resume: exit code $code, not 64"
grep -q "run.backend" "$SCRATCH/back.log" || fail "the changed back end is not named"

# Other vector instructions have the same bits; OpenBLAS's kernels have others, and the run that
# goes on with them says so.
train 1 $job "$SCRATCH/back" $options --epochs 3 --resume --isa portable
same "another set of instructions" "$(newest "$SCRATCH/whole")" "$(newest "$SCRATCH/back")"
grep -q "back end .*portable" "$SCRATCH/back.log" || fail "the instructions are not named"
grep -q "warning" "$SCRATCH/back.log" && fail "a warning for the same bits"
blas="$options --backend openblas --no-encode"
train 1 $job "$SCRATCH/blas" $blas --epochs 1
other=Nehalem
grep -q "back end .*$other" "$SCRATCH/blas.log" && other=Haswell
OPENBLAS_CORETYPE=$other train 1 $job "$SCRATCH/blas" $blas --epochs 2 --resume
if grep -q "back end .*$other" "$SCRATCH/blas.log"; then
    grep -q "warning: .*was computed with .* goes on with .*$other" "$SCRATCH/blas.log" ||
        fail "the kernels change in silence"
fi

# The settings of a run cannot change on the way.
code=0
train 1 $job "$SCRATCH/whole" $options --epochs 3 --batch 128 --resume 2>/dev/null || code=$?
[ $code = 64 ] || fail "another batch on resume: exit code $code, not 64"
grep -q "training.batch" "$SCRATCH/whole.log" || fail "the changed setting is not named"

code=0
train 1 jobs/deep.ini "$SCRATCH/cosine" $options --epochs 1 --no-encode
train 1 jobs/deep.ini "$SCRATCH/cosine" $options --epochs 2 --resume 2>/dev/null || code=$?
[ $code = 64 ] || fail "other epochs under a cosine: exit code $code, not 64"

# Nor can its data.
made="--no-encode --schedule constant"
hourglass import --make plane -o "$SCRATCH/one.h5" >/dev/null
hourglass import --make plane --seed 2 -o "$SCRATCH/two.h5" >/dev/null
train 1 jobs/basic.ini "$SCRATCH/data" --file "$SCRATCH/one.h5" --epochs 1 $made
code=0
train 1 jobs/basic.ini "$SCRATCH/data" --file "$SCRATCH/two.h5" --epochs 2 $made --resume \
    2>/dev/null || code=$?
[ $code = 65 ] || fail "other data on resume: exit code $code, not 65"
train 1 jobs/basic.ini "$SCRATCH/data" --file "$SCRATCH/one.h5" --epochs 2 $made --resume

# Shards without rows in a step: 1,001 rows in steps of 8 over 8 shards; batch norm by shard.
norm="--file $DATA --limit 1001 --batch 8 --no-encode --set training.learning_rate=0.001"
set -- --encoder "dense 16, batchnorm relu scope=shard, dense 8" --decoder "dense 784 sigmoid"
train 1 jobs/vanilla.ini "$SCRATCH/norm" $norm "$@" --epochs 2
train 2 jobs/vanilla.ini "$SCRATCH/norms" $norm "$@" --epochs 1
train 3 jobs/vanilla.ini "$SCRATCH/norms" $norm "$@" --epochs 2 --resume
same "batch norm by shard" "$(newest "$SCRATCH/norm")" "$(newest "$SCRATCH/norms")"

# A model without variables has a state too.
norm="$norm --set training.loss=mse"
set -- --encoder "maxpool 2x2" --decoder "upsample 2x2"
train 2 jobs/vanilla.ini "$SCRATCH/bare" $norm "$@" --epochs 1
train 1 jobs/vanilla.ini "$SCRATCH/bare" $norm "$@" --epochs 2 --resume
exit 0
