#!/bin/sh
# What is drawn, reported and compared is of one model: the checkpoint that the results came from,
# by file and digest; and PCA finds the run's own data from any folder.
. "$TESTS/common.sh"
home=$PWD
ln -s "$(realpath "$DATA")" "$SCRATCH/images.h5"
hourglass import --make curve --rows 600 -o "$SCRATCH/curve.h5" 2>"$SCRATCH/log"
job=$home/jobs/vae.ini
run=$SCRATCH/run
options="--file images.h5 --limit 600 --keep 9"
cd "$SCRATCH"
train 1 "$job" run $options --epochs 1
train 1 "$job" others $options --epochs 1 --seed 2

# drawn WHERE: the numbers behind the figures of the run that come from its model or its results.
drawn() {
    hourglass-analysis figures "$run" -o "$SCRATCH/$1" >"$SCRATCH/$1.log" 2>&1 ||
        { cat "$SCRATCH/$1.log"; fail "figures: $1"; }
    hourglass info --digests "$SCRATCH/$1/figures.h5" | sed 's/^[^ ]*figures.h5//' | grep -v loss_curves
}
# row: what the comparison says of the run, but for speed and time.
row() {
    hourglass-analysis compare "$run" -o "$SCRATCH/compared" >"$SCRATCH/log" 2>&1 ||
        { cat "$SCRATCH/log"; fail "compare"; }
    sed -n 2p "$SCRATCH/compared/comparison.csv" | cut -d, -f1-14
}
drawn first >"$SCRATCH/before"
row >"$SCRATCH/row"
grep -q interpolation "$SCRATCH/before" || fail "nothing is drawn"
hourglass info "$run/results.h5" >"$SCRATCH/facts"
grep -q "^  checkpoint  *checkpoint-0001-000000.h5\$" "$SCRATCH/facts" || fail "no checkpoint is named"
state=$(hourglass info "$run/checkpoint-0001-000000.h5" | sed -n 's/^.*state[^ ]* *\([0-9a-f]\{64\}\).*/\1/p')
grep -q "^  checkpoint_sha256  *$state\$" "$SCRATCH/facts" || fail "no digest of the checkpoint"
grep -q "^  data_split  *test\$" "$SCRATCH/facts" || fail "the results are of the test split"

# The training goes on, the results stay: they are of epoch 1 and decoded by it.
train 1 "$run" "$run" --epochs 3 --resume --no-encode
drawn second >"$SCRATCH/after"
cmp "$SCRATCH/before" "$SCRATCH/after" || fail "the figures mix two models"
row | cmp - "$SCRATCH/row" || fail "the comparison mixes two models"
hourglass-analysis report "$run" >"$SCRATCH/log"
grep -q "epoch 1</small>" "$run/report.html" || fail "the report mixes two models"
ranks 1 hourglass encode "$run" 2>"$SCRATCH/log"
hourglass-analysis report "$run" >"$SCRATCH/log"
grep -q "epoch 3</small>" "$run/report.html" || fail "the report is not of the newest"
drawn third >"$SCRATCH/after"
cmp -s "$SCRATCH/before" "$SCRATCH/after" && fail "another model draws the same" # the control

# refused WORD: figures, report and comparison end with 65 and say what to do.
refused() {
    for command in figures report compare; do
        code=0
        hourglass-analysis $command "$run" >"$SCRATCH/log" 2>"$SCRATCH/err" || code=$?
        [ $code = 65 ] || { cat "$SCRATCH/log" "$SCRATCH/err"; fail "$command: exit code $code, not 65"; }
        [ "$(grep -c "^hourglass-analysis: .*hourglass encode $run" "$SCRATCH/err")" = 1 ] &&
            grep -q "$1" "$SCRATCH/err" || { cat "$SCRATCH/err"; fail "$command does not say '$1'"; }
    done
    code=0
    hourglass-analysis figures "$run" --only model-summary >"$SCRATCH/log" 2>&1 || code=$?
    [ $code = 65 ] || fail "--only: exit code $code, not 65"
}
mv "$run/checkpoint-0003-000000.h5" "$SCRATCH/kept.h5"
refused "is not there"
cp "$SCRATCH/others/checkpoint-0001-000000.h5" "$run/checkpoint-0003-000000.h5"
refused "another state"
mv "$SCRATCH/kept.h5" "$run/checkpoint-0003-000000.h5"
drawn fourth >"$SCRATCH/again"
cmp "$SCRATCH/after" "$SCRATCH/again" || fail "the checkpoint is back"

# PCA is fitted on the training samples, from whatever folder, also when all of it has moved; of
# other data of that name it says why not.
fitted() {
    hourglass-analysis figures "$1" -o "$SCRATCH/pca" >"$SCRATCH/log" 2>&1 || fail "figures of $1"
    grep -q "$2" "$SCRATCH/log" || { grep PCA "$SCRATCH/log"; fail "PCA of $1: not '$2'"; }
}
cd /
fitted "$run" "fitted on .* training images"
mkdir "$SCRATCH/moved" "$SCRATCH/moved/runs"
cp -r "$run" "$SCRATCH/moved/runs/run"
mv "$SCRATCH/images.h5" "$SCRATCH/moved/images.h5"
fitted "$SCRATCH/moved/runs/run" "fitted on .* training images"
fitted "$run" "fitted on .* test images: .*images.h5 is not there"
mv "$SCRATCH/curve.h5" "$SCRATCH/images.h5"
fitted "$run" "fitted on .* test images: .*images.h5 holds other data"
hourglass-analysis compare "$run" -o "$SCRATCH/compared" >"$SCRATCH/log" 2>&1
grep -q "warning: .*PCA.*images.h5 holds other data" "$SCRATCH/log" || fail "compare: PCA in silence"
exit 0
