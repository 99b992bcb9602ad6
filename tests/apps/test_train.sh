#!/bin/sh
# What a run leaves, what its switches do, and that made data reach the known optimum.
. "$TESTS/common.sh"
small="--file $DATA --limit 2000 --epochs 2"

train 2 jobs/sparse.ini "$SCRATCH/run" $small
for file in job.ini metrics.csv summary.json results.h5 checkpoint-0002-000000.h5; do
    [ -s "$SCRATCH/run/$file" ] || fail "$file is missing"
done
ls "$SCRATCH/run" | grep -q part && fail "a temporary file is left"
[ "$(head -n 1 "$SCRATCH/run/metrics.csv")" = "epoch,step,train_loss,validation_loss,\
validation_reconstruction,validation_kl,validation_l1,validation_squared_error,learning_rate,\
samples_per_second,seconds" ] || fail "the header of metrics.csv"
[ "$(wc -l <"$SCRATCH/run/metrics.csv")" = 3 ] || fail "metrics.csv has a row an epoch"
awk -F, 'NR > 1 && ($4 - $5 - $7 > 1e-7 || $5 + $7 - $4 > 1e-7 || $7 <= 0) { exit 1 }' \
    "$SCRATCH/run/metrics.csv" || fail "reconstruction and L1 do not add up to the loss"

# job.ini is complete: it trains the same again, whatever the defaults.
ranks 1 hourglass train "$SCRATCH/run/job.ini" --folder "$SCRATCH/again" --progress none \
    2>"$SCRATCH/log"
same "job.ini" "$(newest "$SCRATCH/run")" "$(newest "$SCRATCH/again")"

# encode by itself gives what train gave.
mv "$SCRATCH/again/results.h5" "$SCRATCH/results.h5"
ranks 3 hourglass encode "$SCRATCH/again" 2>"$SCRATCH/log"
same "encode" "$SCRATCH/results.h5" "$SCRATCH/again/results.h5"

# --overwrite starts anew and leaves other people's files alone.
touch "$SCRATCH/again/mine" "$SCRATCH/again/checkpoint-best.h5"
train 1 jobs/sparse.ini "$SCRATCH/again" $small --overwrite --no-encode
[ -e "$SCRATCH/again/mine" ] && [ -e "$SCRATCH/again/checkpoint-best.h5" ] || fail "--overwrite took a file that is not ours"
rm "$SCRATCH/again/checkpoint-best.h5"
[ ! -e "$SCRATCH/again/results.h5" ] || fail "--no-encode encodes, or --overwrite keeps results"

# --dry-run prints the model and writes nothing.
ranks 2 hourglass train jobs/vanilla.ini $small --folder "$SCRATCH/dry" --dry-run \
    2>"$SCRATCH/log"
grep -q "222384 parameters" "$SCRATCH/log" || fail "the layer table has no count"
[ ! -e "$SCRATCH/dry" ] || fail "--dry-run leaves a folder"

# Only the newest `keep` and the best are kept.
train 1 jobs/vanilla.ini "$SCRATCH/keep" $small --epochs 6 --keep 2 --no-encode
[ "$(ls "$SCRATCH/keep"/checkpoint-*.h5 | wc -l)" -le 3 ] || fail "keep = 2 keeps more"

# VAE: reconstruction and KL add up to the loss.
train 2 jobs/vae.ini "$SCRATCH/vae" $small --no-encode
awk -F, 'NR > 1 && ($4 - $5 - $6 > 1e-4 || $5 + $6 - $4 > 1e-4 || $6 <= 0) { exit 1 }' \
    "$SCRATCH/vae/metrics.csv" || fail "reconstruction and KL do not add up to the loss"

# A linear autoencoder ends at PCA's closed form: the variance outside the plane.
hourglass import --make plane -o "$SCRATCH/plane.h5"
train 2 jobs/basic.ini "$SCRATCH/basic" --file "$SCRATCH/plane.h5"
hourglass-analysis figures "$SCRATCH/basic" >"$SCRATCH/log"
awk '/^test squared error/ { seen = 1; model = $7 + 0; pca = $12 + 0
                             print "model " model ", PCA " pca
                             if (model > 1.01 * pca || model < 0.99 * pca) exit 1 }
     END { exit !seen }' "$SCRATCH/log" || { cat "$SCRATCH/log"; fail "basic is not at PCA's optimum"; }
exit 0
