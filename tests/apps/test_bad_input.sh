#!/bin/sh
# Bad input ends in one message from one rank and a documented exit code, on any rank count.
. "$TESTS/common.sh"
LIMIT=30 && export LIMIT

# refused NAME CODE WORD ARGS...: train says it once and leaves no run folder.
refused() {
    name=$1 want=$2 word=$3
    shift 3
    for n in 1 3; do
        code=0
        ranks "$n" hourglass train "$@" --folder "$SCRATCH/run" 2>"$SCRATCH/log" || code=$?
        [ $code = "$want" ] || fail "$name on $n ranks: exit code $code, not $want"
        said=$(grep -c '^hourglass: ' "$SCRATCH/log")
        [ "$said" = 1 ] || { cat "$SCRATCH/log"; fail "$name on $n ranks: $said messages"; }
        grep '^hourglass: ' "$SCRATCH/log" | grep -q -- "$word" ||
            { cat "$SCRATCH/log"; fail "$name: the message does not say '$word'"; }
        [ ! -e "$SCRATCH/run" ] || fail "$name: a run folder is left"
    done
}

vanilla=jobs/vanilla.ini
echo "not HDF5" >"$SCRATCH/text.h5"
head -c 100000 "$DATA" >"$SCRATCH/short.h5"
mkfifo "$SCRATCH/fifo.h5"
hourglass import --make plane -o "$SCRATCH/plane.h5"
printf '[training]\nepoch = 3\n' >"$SCRATCH/unknown.ini"
printf '[run\nseed = 3\n' >"$SCRATCH/damaged.ini"

refused "no data" 66 "$SCRATCH/none.h5" $vanilla --file "$SCRATCH/none.h5"
refused "not HDF5" 65 "text.h5" $vanilla --file "$SCRATCH/text.h5"
refused "cut off" 65 "short.h5" $vanilla --file "$SCRATCH/short.h5"
refused "a FIFO" 65 "fifo.h5" $vanilla --file "$SCRATCH/fifo.h5"
refused "wrong shape" 65 "model.input" $vanilla --file "$SCRATCH/plane.h5"
refused "no such split" 65 "valid" $vanilla --file "$DATA" --test valid
refused "too many shards" 64 "too few" $vanilla --file "$DATA" --limit 5
refused "no job file" 66 "none.ini" "$SCRATCH/none.ini"
refused "unknown key" 64 "training.epochs" "$SCRATCH/unknown.ini"
refused "damaged job file" 64 "damaged.ini:1" "$SCRATCH/damaged.ini"
refused "unknown option" 64 "epochs" $vanilla --epoch 3
refused "wrong value" 64 "whole number" $vanilla --epochs some
refused "wrong model" 65 "783" $vanilla --decoder "dense 783 sigmoid" --file "$DATA"
refused "always in the decoder" 64 "always" $vanilla --file "$DATA" \
    --decoder "dropout 0.1 always, dense 784 sigmoid"
refused "a batch below the shards" 64 "run.shards" $vanilla --file "$DATA" --batch 4
refused "two ways at once" 64 "choose one" $vanilla --file "$DATA" --resume --overwrite
refused "no job" 64 "which job"

# More ranks than shards: the way out is in the message.
code=0
ranks 3 hourglass train $vanilla --shards 2 --file "$DATA" --folder "$SCRATCH/run" \
    2>"$SCRATCH/log" || code=$?
[ $code = 64 ] || fail "more ranks than shards: exit code $code, not 64"
[ "$(grep -c '^hourglass: .*run.shards' "$SCRATCH/log")" = 1 ] || fail "more ranks than shards"

# A run folder that exists is never overwritten.
mkdir "$SCRATCH/run" && touch "$SCRATCH/run/mine"
code=0
ranks 2 hourglass train $vanilla --file "$DATA" --folder "$SCRATCH/run" 2>"$SCRATCH/log" || code=$?
[ $code = 73 ] || fail "an existing folder: exit code $code, not 73"
grep '^hourglass: ' "$SCRATCH/log" | grep -- --resume | grep -q -- --overwrite ||
    fail "the message does not name --resume and --overwrite"
[ "$(ls "$SCRATCH/run")" = mine ] || fail "the folder was touched"
for option in --resume --overwrite; do # it is not the folder of a run
    code=0
    ranks 2 hourglass train $vanilla --file "$DATA" --folder "$SCRATCH/run" $option \
        2>"$SCRATCH/log" || code=$?
    [ $code = 73 ] || fail "a foreign folder, $option: exit code $code, not 73"
    [ "$(ls -A "$SCRATCH/run")" = mine ] || fail "a foreign folder was touched by $option"
done

# A folder that cannot be written.
code=0
ranks 2 hourglass train $vanilla --file "$DATA" --folder /proc/none/run 2>"$SCRATCH/log" || code=$?
[ $code = 73 ] || fail "a folder that cannot be made: exit code $code, not 73"

# A run that leaves the finite numbers: exit code 3, and the checkpoint before it is kept.
rm -r "$SCRATCH/run"
code=0
ranks 2 hourglass train jobs/basic.ini --optimizer sgd --learning_rate 100 \
    --file "$SCRATCH/plane.h5" --folder "$SCRATCH/run" 2>"$SCRATCH/log" || code=$?
[ $code = 3 ] || fail "a diverged run: exit code $code, not 3"
[ "$(grep -c '^hourglass: training has diverged' "$SCRATCH/log")" = 1 ] || fail "diverged: message"
hourglass info "$(newest "$SCRATCH/run")" >/dev/null || fail "no good checkpoint is left"
exit 0
