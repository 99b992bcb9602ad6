#!/bin/sh
# Hosts are invisible: the same bits on one rank and on ranks of several hosts, as many on each or
# not, wherever each rank is put.
. "$TESTS/common.sh"
hosts=$TESTS/hosts/hosts.sh
"$hosts" 1x1 -- true || exit $?
data=$SCRATCH/pixels.h5
hourglass import --make pixels --shape 28x28x1 --rows 600 -o "$data" 2>"$SCRATCH/log"

# begin JOB FOLDER COMMAND...: a quiet run, by that command.
begin() {
    job=$1 folder=$2
    shift 2
    "$@" hourglass train "jobs/$job.ini" --file "$data" --folder "$folder" --progress none \
        --limit 500 --batch 120 --epochs 2 --shards $shards 2>"$folder.log" ||
        { tail -n 20 "$folder.log"; fail "$job: $* fails"; }
}

# the_same JOB SHAPE [OPTIONS] -- [COMMAND]: as on one rank.
the_same() {
    job=$1 run=$SCRATCH/$1-$shards-$(echo "$*" | tr -c 'a-z0-9\n' - | cut -c 1-40)
    shift
    begin "$job" "$run" "$hosts" "$@"
    same "$job on $*" "$(newest "$SCRATCH/$job-$shards")" "$(newest "$run")"
    same "$job on $*" "$SCRATCH/$job-$shards/results.h5" "$run/results.h5"
    rm -r "$run"
}

# The ranks of n2 get no memory to share, and say nothing.
alone='[ "$(hostname)" != n2 ] || export LD_PRELOAD='$(dirname "$(command -v hourglass)")/apps_window.so
alone="$alone WINDOW_FAILS=1 WINDOW_LOG=$SCRATCH/asked; "'exec "$@"'

for job in vanilla conv-vae; do
    shards=16
    begin $job "$SCRATCH/$job-$shards" env
    the_same $job 4x1 --
    the_same $job 4x2 --
    the_same $job 4x4 --
    the_same $job 1,3,2,2 --
    the_same $job 1,3,2,2 --place random:2 --
    the_same $job 2,3,2 -- sh -c "$alone" sh
    shards=11 # which nothing divides
    begin $job "$SCRATCH/$job-$shards" env
    the_same $job 3x2 --place cyclic --
    the_same $job 4,1,3 --place random:5 --
done

[ "$(wc -l <"$SCRATCH/asked")" -ge 4 ] || fail "every host had memory to share"

# The control: other shards have other bits.
differ "other shards" "$(newest "$SCRATCH/vanilla-11")" "$(newest "$SCRATCH/vanilla-16")"
exit 0
