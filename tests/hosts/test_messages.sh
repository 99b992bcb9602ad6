#!/bin/sh
# What a step sends between hosts: messages of a rank grow like log2 of the hosts, bytes out of a
# host are those of the least possible allreduce, 2n(1 - 1/hosts), however many ranks it has.
. "$TESTS/common.sh"
hosts=$TESTS/hosts/hosts.sh
"$hosts" 1x1 -- true || exit $?
count=$(dirname "$(command -v hourglass)")/hosts_count.so
data=$SCRATCH/pixels.h5
hourglass import --make pixels --shape 28x28x1 --rows 800 -o "$data" 2>"$SCRATCH/log"
rows=768 run=$SCRATCH/run
# A model's convolutions without what each of them is followed by.
sed 's/^    batchnorm.*//' jobs/conv-vae.ini >"$SCRATCH/without.ini"

# counted JOB SHAPE STEPS: the file that count.c writes of one epoch, of the same rows.
counted() {
    COUNT_FILE=$SCRATCH/$3 "$hosts" "$2" -- \
        env LD_PRELOAD="$count" hourglass train "$1" --file "$data" --folder "$run" --overwrite \
        --limit $rows --batch $((rows / $3)) --epochs 1 --shards 64 --verify_steps 0 \
        --no-encode --progress none 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; fail "$1 on $2"; }
}

# most WHAT NUMBER LIMIT
most() {
    awk -v is="$2" -v most="$3" 'BEGIN { exit !(is <= most) }' || missed="$missed
$name on $shape: $2 $1, not $3 at most"
}

# step JOB SHAPE: what a step sends.
step() {
    job=$1 shape=$2 name=$(basename "$1" .ini)
    counted "$job" "$shape" 4
    counted "$job" "$shape" 12
    floats=$(sed -n 's/.*"parameters": \([0-9]*\).*/\1/p' "$run/summary.json")
    nodes=$(echo "$shape" | sed 's/x.*//')
    awk -v steps=8 -f "$TESTS/hosts/count.awk" "$SCRATCH/4" "$SCRATCH/12" >"$SCRATCH/step"
    read -r messages bytes calls <"$SCRATCH/step"
    case $calls in *other:*) fail "messages of calls that count.c does not name: $calls" ;; esac
    least=$((8 * floats * (nodes - 1) / nodes))
    printf '%-9s %5s %9d %8s %10d %10d %6.2f  %s\n' "$name" "$shape" "$floats" "$messages" "$bytes" \
        "$least" "$(echo "$bytes $least" | awk '{ print $1 / $2 }')" "$calls"
}

missed=''
printf '%-9s %5s %9s %8s %10s %10s %6s  %s\n' job hosts floats messages bytes least ratio "bytes by call"
for shape in 4x1 4x2 4x4 4x8 8x1 8x4 16x1 16x2; do
    step jobs/vanilla.ini $shape
    [ "$bytes" -ge "$least" ] || fail "$bytes bytes of at least $least: not all are counted"
    log=$(echo "$nodes" | awk '{ print log($1) / log(2) }')
    most "messages a rank a step" "$messages" "$(echo "$log" | awk '{ print 2 * $1 + 4 }')"
    most "bytes out of a host" "$bytes" $((least * 115 / 100))
done

# Batch norm: of each layer 1 + 2 channels doubles on the way forward and as many on the way back.
numbers=$((2 * 8 * (6 + 2 * (32 + 64 + 20 + 3136 + 64 + 32))))
for shape in 4x1 4x4; do
    step "$SCRATCH/without.ini" $shape
    plain=$bytes plain_floats=$floats
    step jobs/conv-vae.ini $shape
    most "bytes for batch norm" $((bytes - plain * floats / plain_floats)) $((2 * numbers * 101 / 100))
done
[ -z "$missed" ] || fail "too much is sent:$missed"
exit 0
