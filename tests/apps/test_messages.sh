#!/bin/sh
# Gradients sent by messages give the bits of those summed in the memory of one node; so they do
# where a rank cannot have that memory.
. "$TESTS/common.sh"
LIMIT=40 && export LIMIT
setting=run.allreduce # auto, messages
window=$(dirname "$(command -v hourglass)")/apps_window.so

# watched LOG N JOB FOLDER OPTIONS...: a quiet run; LOG has a line for each rank that asks for
# memory to share.
watched() (
    log=$1 n=$2 job=$3 folder=$4
    shift 4
    ranks "$n" env LD_PRELOAD="$window" WINDOW_LOG="$log" hourglass train "$job" \
        --folder "$folder" --progress none "$@" 2>"$folder.log" || { cat "$folder.log"; exit 1; }
)

# the_same NAME A B: checkpoint and results of two runs.
the_same() {
    same "$1" "$(newest "$2")" "$(newest "$3")"
    same "$1" "$2/results.h5" "$3/results.h5"
}

hourglass import --make plane -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
long="--file $DATA --limit 1999 --epochs 2"                   # many floats
short="--file $SCRATCH/plane.h5 --limit 1999 --epochs 2"      # few
for job in vanilla basic; do
    [ $job = basic ] && options=$short || options=$long
    one=$SCRATCH/$job-1
    train 1 jobs/$job.ini "$one" $options
    for n in 2 3 8; do
        run=$SCRATCH/$job-$n
        watched "$run.asked" $n jobs/$job.ini "$run" $options --set $setting=messages
        [ ! -e "$run.asked" ] || fail "$job, $n ranks: memory is shared in spite of messages"
        grep -q "^$(echo $setting | cut -d. -f2) = messages" "$run/job.ini" || fail "$job: job.ini"
        the_same "$job, $n ranks, messages" "$one" "$run"
    done

    # The control: otherwise every rank asks for shared memory, for losses and for gradients.
    watched "$SCRATCH/asked" 3 jobs/$job.ini "$SCRATCH/$job-auto" $options
    [ "$(wc -l <"$SCRATCH/asked")" = 6 ] || fail "$job: who asks for memory is not seen"
    rm "$SCRATCH/asked"
    the_same "$job, shared memory" "$one" "$SCRATCH/$job-auto"

    # Rank 1 alone gets none: all send messages.
    run=$SCRATCH/$job-none
    set -- hourglass train jobs/$job.ini --folder "$run" $options --progress none
    ranks 3 "$TESTS/as_rank.sh" 1 env LD_PRELOAD="$window" WINDOW_FAILS=1 \
        WINDOW_LOG="$SCRATCH/asked" -- "$TESTS/as_rank.sh" 2 env -u LD_PRELOAD -- "$@" \
        2>"$run.log" || { cat "$run.log"; exit 1; }
    [ "$(wc -l <"$SCRATCH/asked")" = 2 ] || fail "$job: nobody was refused memory"
    rm "$SCRATCH/asked"
    the_same "$job, a rank without shared memory" "$one" "$run"
done
exit 0
