#!/bin/sh
# hourglass scale measures and predicts on any number of ranks: a table on stdout, the same numbers
# as CSV and JSON, and hourglass-analysis draws them; what it does not understand is refused.
. "$TESTS/common.sh"
LIMIT=110 && export LIMIT
job=jobs/basic.ini table=$SCRATCH/table.csv
mkdir "$SCRATCH/place"

# scale N OPTIONS...: its table is in $SCRATCH/out.
scale() {
    n=$1
    shift
    ranks "$n" hourglass scale --folder "$SCRATCH/place" "$@" >"$SCRATCH/out" 2>"$SCRATCH/log" ||
        { cat "$SCRATCH/out" "$SCRATCH/log"; fail "$n ranks: scale $*"; }
    [ -z "$(ls -A "$SCRATCH/place")" ] || fail "something is left"
}

# rows KIND: the ranks of the table's rows of a kind.
rows() {
    sed -n "s/^$1,\([0-9]*\),.*/\1/p" "$table" | tr '\n' ' '
}

scale 2 $job --most 64 --csv "$table" --json "$SCRATCH/table.json" --latency 5us --ranks-per-node 8
[ "$(rows here)" = "1 2 " ] && [ "$(rows strong)" = "1 2 4 8 16 32 64 " ] &&
    [ "$(rows weak)" = "1 2 4 8 16 32 64 " ] || { cat "$table"; fail "other rows"; }
grep -q '^prediction: 5 us and 12.5 GB/s a node, 8 ranks a node' "$SCRATCH/out" &&
    grep -q '^# network: 5 us and 12.5 GB/s' "$table" || fail "not the network that was described"
grep -q '^the model beside whole steps' "$SCRATCH/out" || fail "nothing was measured"

# Every row adds up; eight ranks are one node, nine and more are several.
awk -F, '/^[a-z]*,[0-9]/ {
    sum = 0
    for (i = 6; i <= 11; i++) sum += $i
    if (sum < 0.999 * $12 || sum > 1.001 * $12) { print "does not add up: " $0; wrong = 1 }
    if ($1 != "here" && $3 != ($2 > 8 ? $2 / 8 : 1)) { print "other nodes: " $0; wrong = 1 }
    if ($1 == "strong" && ($8 > 0) != ($2 > 8)) { print "sent between nodes: " $0; wrong = 1 }
    if ($1 == "here" && !($13 > 0)) { print "not measured: " $0; wrong = 1 }
} END { exit wrong }' "$table" || fail "$table"
[ "$(grep -c '"scaling"' "$SCRATCH/table.json")" = 16 ] || fail "the JSON has other rows"

# A batch has as many shards as rows, and no more ranks.
scale 1 $job --most 64 --batch 16 --csv "$table"
[ "$(rows strong)" = "1 2 4 8 16 " ] || { cat "$table"; fail "more ranks than rows"; }

# A slower network is no faster, and batch norm has its part.
scale 1 jobs/conv-vae.ini --most 2 --batch 8 --ranks-per-node 1 --bandwidth 1Mbit/s --csv "$table"
awk -F, '$1 == "strong" && $2 == 2 { exit !($8 > 1 && $9 > 0) }' "$table" ||
    { cat "$table"; fail "a link of 1 Mbit/s"; }

hourglass-analysis scale "$table" -o "$SCRATCH/figure" >"$SCRATCH/log"
for end in png svg pdf h5; do
    [ -s "$SCRATCH/figure/scaling.$end" ] || fail "no scaling.$end"
done
hourglass info "$SCRATCH/figure/scaling.h5" | grep -q predicted_samples_per_second ||
    fail "no numbers behind the figure"

ends 64 "which job" ranks 2 hourglass scale
ends 64 "latency 2 is not understood" ranks 2 hourglass scale $job --latency 2
ends 64 "bandwidth wants a value" ranks 2 hourglass scale $job --bandwidth
ends 64 "oversubscription 0.5 is out of range" ranks 2 hourglass scale $job --oversubscription 0.5
ends 64 "most many is not a whole number" ranks 2 hourglass scale $job --most many
ends 64 "training.batch is 4 but" ranks 2 hourglass scale $job --batch 4
ends 64 "unknown setting\|no setting" ranks 2 hourglass scale $job --bandwith 2
ends 66 "none.ini is not there" ranks 2 hourglass scale none.ini
ends 73 "/proc" ranks 2 hourglass scale $job --most 2 --csv /proc/table.csv
ends 73 "/proc" ranks 2 hourglass scale $job --most 2 --folder /proc
exit 0
