#!/bin/sh
# Settings come from defaults, the job file, the environment and the command line, in this order;
# numbers are written with a point, whatever the locale.
. "$TESTS/common.sh"
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
cat >"$SCRATCH/order.ini" <<END_OF_JOB
[run]
name = order
seed = 2
[data]
file = $SCRATCH/plane.h5
[model]
input = 1x1x3
encoder =
    dense 2
decoder =
    dense 3
[training]
loss = mse
learning_rate = 0.0625
batch = 32
epochs = 4
END_OF_JOB

# has SETTING VALUE: job.ini of the run.
has() {
    grep -qx "$1 = $2" "$SCRATCH/run/job.ini" ||
        fail "$1 is not $2: $(grep "^$1 =" "$SCRATCH/run/job.ini")"
}

HOURGLASS_TRAINING_BATCH=16 HOURGLASS_TRAINING_EPOCHS=3 HOURGLASS_RUN_KEEP=5 \
    train 1 "$SCRATCH/order.ini" "$SCRATCH/run" --epochs 1
has beta 1                # default
has seed 2                # job file over default
has learning_rate 0.0625
has keep 5                # environment over default
has batch 16              # environment over job file
has epochs 1              # command line over environment
cp "$(newest "$SCRATCH/run")" "$SCRATCH/sixteen.h5"

# The environment comes after the job.ini of a run that goes on as well.
HOURGLASS_TRAINING_EPOCHS=2 HOURGLASS_RUN_KEEP=6 \
    ranks 2 hourglass train "$SCRATCH/run" --resume --keep 7 2>"$SCRATCH/log"
has epochs 2
has keep 7
[ "$(wc -l <"$SCRATCH/run/metrics.csv")" = 3 ] || fail "the second epoch was not trained"

# Rank 0 speaks for all: what another rank has in its environment is nothing.
rm -r "$SCRATCH/run"
set -- hourglass train "$SCRATCH/order.ini" --folder "$SCRATCH/run" --epochs 1
HOURGLASS_TRAINING_BATCH=16 ranks 2 "$TESTS/as_rank.sh" 1 \
    env HOURGLASS_TRAINING_BATCH=8 HOURGLASS_RUN_SEED=9 -- "$@" 2>"$SCRATCH/log"
has batch 16
has seed 2
same "another environment on rank 1" "$SCRATCH/sixteen.h5" "$(newest "$SCRATCH/run")"

# What is wrong there is named.
export HOURGLASS_TRAINING_BATCH=many
ends 64 "HOURGLASS_TRAINING_BATCH: training.batch = many" ranks 2 "$@" --overwrite
unset HOURGLASS_TRAINING_BATCH

# A variable that is no setting is not passed over.
export HOURGLASS_TRAINING_EPOCH=3
ends 64 "HOURGLASS_TRAINING_EPOCH: .*'training.epochs'" ranks 2 "$@" --overwrite
unset HOURGLASS_TRAINING_EPOCH

# ---- as people write them ---------------------------------------------------------------------

cat >"$SCRATCH/people.ini" <<END_OF_JOB
[run]
name = try1 # first
[data]
  file = $SCRATCH/plane.h5 ; three numbers a row
[model]
input = 1x1x3
encoder = dense 5 relu, dense 2 # the code
decoder = dense 5 relu,
    dense 3
[training]
loss = mse # no probabilities
epochs = 1
END_OF_JOB
(cd "$SCRATCH" && ranks 1 hourglass train people.ini --no-encode 2>log) || fail "people.ini"
[ "$(ls "$SCRATCH/runs")" = try1 ] || fail "the folder is called $(ls "$SCRATCH/runs")"
grep -qx "loss = mse" "$SCRATCH/runs/try1/job.ini" || fail "the comment is in job.ini"
[ "$(grep -c "^    dense" "$SCRATCH/runs/try1/job.ini")" = 4 ] || fail "layers with commas"

# Paths of 900 characters, of the data and of the run.
part=$(printf %0100d 0 | tr 0 d)
long=$SCRATCH
while [ ${#long} -lt 800 ]; do long=$long/$part; done
mkdir -p "$long"
cp "$SCRATCH/plane.h5" "$long/plane.h5"
set -- --file "$long/plane.h5" --folder "$long/run"
ranks 2 hourglass train "$SCRATCH/order.ini" "$@" --epochs 1 2>"$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "a long path"; }
ranks 2 hourglass train "$long/run" --resume --epochs 2 --no-encode 2>"$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "a long path, resumed"; }
ranks 2 hourglass encode "$long/run" 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; fail "a long path, encoded"; }
for file in results.h5 metrics.csv summary.json; do
    [ -s "$long/run/$file" ] || fail "a long path: no $file"
done
hourglass info "$(newest "$long/run")" >"$SCRATCH/log" || fail "a long path: info"
hourglass-analysis figures "$long/run" >"$SCRATCH/log" 2>&1 || { cat "$SCRATCH/log"; fail "a long path: figures"; }
hourglass-analysis report "$long/run" >"$SCRATCH/log" 2>&1 || { cat "$SCRATCH/log"; fail "a long path: report"; }
ends 73 "exists: go on with --resume.*choose another with --folder" \
    ranks 2 hourglass train "$SCRATCH/order.ini" "$@" # the way out is said to its end
ends 64 "run.folder is longer than" \
    ranks 2 hourglass train "$SCRATCH/order.ini" --folder "$long/$part/$part/run"

# ---- a locale that writes 0,5 ----------------------------------------------------------------

mkdir "$SCRATCH/locale"
localedef -i de_DE -f UTF-8 "$SCRATCH/locale/de_DE.UTF-8" ||
    fail "no locale can be made here (Debian: locales)"
german() {
    LOCPATH=$SCRATCH/locale LC_ALL=de_DE.UTF-8 "$@"
}
[ "$(german /usr/bin/printf %.1f 0,5)" = 0,5 ] || fail "the locale has no comma"

# both COMMAND...: it prints the same here and there.
both() {
    "$@" >"$SCRATCH/point" 2>&1 || fail "$*"
    german "$@" >"$SCRATCH/comma" 2>&1 || fail "$*, with a comma"
    cmp "$SCRATCH/point" "$SCRATCH/comma" || fail "$* prints something else"
}

# run [german]: two epochs into the same folder.
run() {
    "$@" ranks 2 hourglass train "$SCRATCH/order.ini" --folder "$SCRATCH/run" --epochs 2 \
        --learning_rate 0.03125 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; exit 1; }
}
rm -r "$SCRATCH/run"
run
mv "$SCRATCH/run" "$SCRATCH/other"
run german
cmp "$SCRATCH/run/job.ini" "$SCRATCH/other/job.ini" || fail "job.ini"
for folder in run other; do
    cut -d, -f1-9 "$SCRATCH/$folder/metrics.csv" >"$SCRATCH/$folder.csv"
done
cmp "$SCRATCH/run.csv" "$SCRATCH/other.csv" || fail "metrics.csv"
same "a comma" "$(newest "$SCRATCH/other")" "$(newest "$SCRATCH/run")"
same "a comma" "$SCRATCH/other/results.h5" "$SCRATCH/run/results.h5"
both hourglass info "$(newest "$SCRATCH/run")"
both hourglass info "$SCRATCH/plane.h5"
both hourglass --help

# The analysis: figures, tables, the report.
both hourglass-analysis figures "$SCRATCH/run"
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/figures" >"$SCRATCH/log"
german hourglass-analysis figures "$SCRATCH/run" >"$SCRATCH/log"
diff -r "$SCRATCH/run/figures" "$SCRATCH/figures" || fail "the figures"
both hourglass-analysis compare "$SCRATCH/run" "$SCRATCH/other" -o "$SCRATCH/compared"
hourglass-analysis report "$SCRATCH/run" >"$SCRATCH/log"
mv "$SCRATCH/run/report.html" "$SCRATCH/report.html"
german hourglass-analysis report "$SCRATCH/run" >"$SCRATCH/log"
cmp "$SCRATCH/run/report.html" "$SCRATCH/report.html" || fail "the report"
exit 0
