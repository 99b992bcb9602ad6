#!/bin/sh
# hourglass encode of other data, another split or another checkpoint replaces nothing unless it is
# told to; train --overwrite takes the old run's figures and report with it.
. "$TESTS/common.sh"
run=$SCRATCH/run
results=$run/results.h5
other=$SCRATCH/other.h5
hourglass import --make plane --rows 500 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
hourglass import --make plane --rows 400 --seed 2 -o "$SCRATCH/two.h5" 2>"$SCRATCH/log"
options="--file $SCRATCH/plane.h5 --schedule constant --keep 9"
train 1 jobs/basic.ini "$run" $options --epochs 1
cp "$results" "$SCRATCH/first.h5"
# It grows worse every epoch: the first is the best.
worse="$options --limit 16 --batch 16 --optimizer sgd --learning_rate 2"
train 1 jobs/basic.ini "$run" $worse --epochs 3 --overwrite
cp "$results" "$SCRATCH/own.h5"

encode() {
    ranks 2 hourglass encode "$run" "$@" 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; fail "encode $*"; }
}
says() {
    hourglass info "$1" | grep -q "^  $2  *$3\$" || fail "$1 does not say $2 $3"
}
# kept OPTIONS...: refused, and the results are what they were.
kept() {
    cp "$results" "$SCRATCH/before.h5"
    ends 73 "-o FILE.*--overwrite" ranks 2 hourglass encode "$run" "$@"
    cmp "$results" "$SCRATCH/before.h5" || fail "encode $* has touched the results"
}

# Refused where it would replace, and written where it is told to.
kept --file "$SCRATCH/two.h5"
kept --split train
kept --checkpoint best
kept --checkpoint "$run/checkpoint-0002-000000.h5"
encode --split train -o "$other"
says "$other" data_split train
says "$other" data_file "$SCRATCH/plane.h5"
differ "another split" "$SCRATCH/own.h5" "$other"
encode --checkpoint best -o "$other"
says "$other" checkpoint checkpoint-0001-000000.h5
encode --checkpoint "$run/checkpoint-0001-000000.h5" -o "$SCRATCH/by-name.h5"
same "the best by its name" "$other" "$SCRATCH/by-name.h5"
encode --checkpoint newest -o "$other"
same "the newest" "$SCRATCH/own.h5" "$other"
(cd "$SCRATCH" && PATH=$PATH ranks 1 hourglass encode run --split train -o here.h5 2>"$SCRATCH/log")
says "$SCRATCH/here.h5" data_split train
cmp "$results" "$SCRATCH/own.h5" || fail "-o has touched the results"

# Its own results it replaces; those of other data it keeps in turn.
encode
same "again" "$SCRATCH/own.h5" "$results"
encode --file "$SCRATCH/two.h5" --overwrite
says "$results" data_file "$SCRATCH/two.h5"
encode --file "$SCRATCH/two.h5"
kept
code=0
train 1 jobs/basic.ini "$run" $worse --epochs 4 --resume 2>/dev/null || code=$?
[ $code = 73 ] && grep -q "no-encode" "$run.log" || fail "train: exit code $code, not 73"
says "$results" data_file "$SCRATCH/two.h5"
[ ! -e "$run/checkpoint-0004-000000.h5" ] || fail "the refusal comes after the training"
encode --overwrite
same "its own again" "$SCRATCH/own.h5" "$results"

# What is no results file is nobody's to replace.
cp "$SCRATCH/two.h5" "$SCRATCH/data.h5"
ends 73 "data.h5" ranks 1 hourglass encode "$run" -o "$SCRATCH/data.h5"
cmp "$SCRATCH/two.h5" "$SCRATCH/data.h5" || fail "-o has replaced a data set"
ends 65 "none" ranks 2 hourglass encode "$run" --split none -o "$other"
ends 66 "no checkpoint" hourglass encode "$run" --checkpoint "$SCRATCH/no checkpoint"
ends 64 "choose" hourglass encode "$run" -o "$other" "$SCRATCH/two" # two runs

# Data that state no digest are told by their split and their place.
python=$(command -v /usr/bin/python3 || command -v python3 || echo false)
if "$python" -c "import h5py" 2>/dev/null; then
    cp "$SCRATCH/plane.h5" "$SCRATCH/mute.h5"
    "$python" -c "import sys, h5py
for split in 'train', 'test': del h5py.File(sys.argv[1], 'a')[split + '/images'].attrs['sha256']" "$SCRATCH/mute.h5"
    cp "$SCRATCH/mute.h5" "$SCRATCH/elsewhere.h5"
    encode --file "$SCRATCH/mute.h5" --overwrite
    encode --file "$SCRATCH/mute.h5"
    kept --file "$SCRATCH/mute.h5" --split train
    kept --file "$SCRATCH/elsewhere.h5"
    encode --overwrite
fi

# ---- the old run's pictures --------------------------------------------------------------------

hourglass-analysis figures "$run" >"$SCRATCH/log"
hourglass-analysis report "$run" >"$SCRATCH/log"
[ -s "$run/figures/model-summary.png" ] && [ -s "$run/report.html" ] || fail "nothing is drawn"
for name in $(hourglass-analysis figures --list | awk '{ print $1 }'); do
    for kind in png svg pdf h5; do touch "$run/figures/$name.$kind"; done
done
touch "$run/figures/mine.png" "$run/figures/latent-scatter-2.png" "$run/figures/latent-scatter.txt" \
    "$run/figures/latent-scatter.png.old"
train 1 jobs/basic.ini "$run" $options --epochs 1 --overwrite
same "trained anew" "$SCRATCH/first.h5" "$results"
[ ! -e "$run/report.html" ] || fail "the report of the old run is left"
left=$(cd "$run/figures" && echo *)
[ "$left" = "latent-scatter-2.png latent-scatter.png.old latent-scatter.txt mine.png" ] || fail "in figures/ is left: $left"
rm -r "$run/figures"
hourglass-analysis figures "$run" >"$SCRATCH/log"
train 1 jobs/basic.ini "$run" $options --epochs 1 --overwrite
[ ! -e "$run/figures" ] || fail "an empty folder is left"
exit 0
