#!/bin/sh
# What a run leaves, what its switches do, and that made data reach the known optimum.
. "$TESTS/common.sh"
small="--file $DATA --limit 2000 --epochs 2"

train 2 jobs/sparse.ini "$SCRATCH/run" $small
for file in job.ini metrics.csv summary.json results.h5 checkpoint-0002-000000.h5; do
    [ -s "$SCRATCH/run/$file" ] || fail "$file is missing"
done
[ -z "$(find "$SCRATCH/run" -name '*part*')" ] || fail "a temporary file is left"
[ "$(head -n 1 "$SCRATCH/run/metrics.csv")" = "epoch,step,train_loss,validation_loss,\
validation_reconstruction,validation_kl,validation_l1,validation_squared_error,learning_rate,\
samples_per_second,seconds" ] || fail "the header of metrics.csv"
[ "$(wc -l <"$SCRATCH/run/metrics.csv")" = 3 ] || fail "metrics.csv has a row an epoch"
# adds_up RUN PART MARGIN: in every epoch, reconstruction and that column come to the loss.
adds_up() {
    awk -F, -v part="$2" -v margin="$3" '
        NR > 1 { off = $4 - $5 - $part; if (off > margin || -off > margin || $part <= 0) wrong = 1 }
        END { exit NR != 3 || wrong }' "$1/metrics.csv"
}
adds_up "$SCRATCH/run" 7 1e-7 || fail "reconstruction and L1 do not add up to the loss"

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

# The newest `keep` and the best are kept, and no others: of a run that grows worse every epoch
# the best is the first.
hourglass import --make plane -o "$SCRATCH/plane.h5"
train 1 jobs/basic.ini "$SCRATCH/keep" --file "$SCRATCH/plane.h5" --limit 8 --batch 8 --epochs 4 \
    --optimizer sgd --learning_rate 2 --schedule constant --keep 2 --no-encode
kept=$(cd "$SCRATCH/keep" && echo checkpoint-*)
[ "$kept" = "checkpoint-0001-000000.h5 checkpoint-0003-000000.h5 checkpoint-0004-000000.h5" ] ||
    fail "keep = 2 keeps $kept"

# VAE: reconstruction and KL add up to the loss.
train 2 jobs/vae.ini "$SCRATCH/vae" $small --no-encode
adds_up "$SCRATCH/vae" 6 1e-4 || fail "reconstruction and KL do not add up to the loss"

# A linear autoencoder ends at PCA's closed form: the variance outside the plane.
train 2 jobs/basic.ini "$SCRATCH/basic" --file "$SCRATCH/plane.h5"
hourglass-analysis figures "$SCRATCH/basic" >"$SCRATCH/log"
awk '/^test squared error/ { seen = 1; model = $7 + 0; pca = $12 + 0
                             print "model " model ", PCA " pca
                             if (model > 1.01 * pca || model < 0.99 * pca) exit 1 }
     END { exit !seen }' "$SCRATCH/log" || { cat "$SCRATCH/log"; fail "basic is not at PCA's optimum"; }
exit 0
