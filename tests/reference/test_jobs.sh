#!/bin/sh
# Every job: three steps and more of `hourglass train` are PyTorch's, from the first weights to
# results.h5.  In every plan: see the end.
. "$TESTS/reference/replay.sh"

# job NAME RANKS SHARDS BATCH EPOCHS: epochs of three steps.
job() {
    run "$1" "$2" "$3" "jobs/$1.ini" $((3 * $4)) "$4" --epochs "$5"
}

# Adam's first step moves a bias before a batch norm by rounding's sign, and two steps later
# that is seen in the KL: three epochs of one step, so that there is a checkpoint after each.
run conv-vae 2 8 jobs/conv-vae.ini 128 128 --epochs 3
job conv-deep 1 8 16 1
job conv-deep-3x3 2 16 16 1
job conv 2 8 128 1
job deep 2 8 128 1
job conv-denoise 1 8 128 2
job conv-tanh 2 8 128 2
job basic 1 8 128 2
job stacked 2 3 256 2
job vanilla 2 8 256 2
job sparse 1 3 128 2
job denoise-gaussian 2 8 256 2
job denoise-dropout 1 1 128 2
job denoise-deep 2 3 128 2
job vae 2 8 128 2
job vae-20 1 8 128 2
job vae-selu 2 3 256 2

plan conv "in pieces"
plan conv-deep "one by one"
plan conv-denoise "one by one"
plan vanilla together
plan conv-vae together

for job in jobs/*.ini; do
    [ -d "$SCRATCH/$(basename "$job" .ini)" ] || fail "$job is not replayed"
done

replay l1:sparse beta:vae epoch:denoise-gaussian shuffle:vanilla noise:denoise-dropout \
    noise:denoise-gaussian sampling:vae schedule:deep kernel:basic
