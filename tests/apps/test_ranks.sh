#!/bin/sh
# The ranks are invisible: the same job gives the same bits on 1, 2, 3, 5 and 8 ranks.
. "$TESTS/common.sh"

# invariant NAME JOB OPTIONS: train on each rank count, compare with one rank.
invariant() {
    name=$1 job=$2
    shift 2
    for n in 1 2 3 5 8; do
        run=$SCRATCH/$name-$n
        train "$n" "$job" "$run" --file "$DATA" --epochs 2 "$@"
        first=$SCRATCH/$name-1
        same "$name, $n ranks" "$(newest "$first")" "$(newest "$run")"
        same "$name, $n ranks" "$first/results.h5" "$run/results.h5"
        cut -d, -f1-9 "$first/metrics.csv" >"$SCRATCH/one"
        cut -d, -f1-9 "$run/metrics.csv" | cmp - "$SCRATCH/one" || fail "$name: metrics differ"
    done
}

# 5984 rows: the last of 24 steps has 96.
invariant vanilla jobs/vanilla.ini --limit 5984
invariant vae jobs/vae.ini --limit 5984
invariant denoise-dropout jobs/denoise-dropout.ini --limit 5984
# Neither the batch nor the shards divide anything.
invariant uneven jobs/denoise-gaussian.ini --limit 1999 --batch 130 --shards 11

# Shards that are cut into strips; of 1601 rows the last step has one, so most have none.
invariant conv jobs/conv.ini --limit 1601 --batch 400 --shards 11

# On the other back end as well.
invariant openblas jobs/vae.ini --limit 1999 --batch 130 --shards 11 --backend openblas

# Batch norm over the whole batch, and over each microbatch.
invariant batchnorm jobs/vanilla.ini --limit 1999 --batch 130 --shards 11 \
    --encoder "dense 64, batchnorm relu, dense 32 relu, batchnorm scope=shard, dense 16" \
    --decoder "batchnorm leaky-relu, dense 64 relu, dense 784 sigmoid" --l1 1e-4

# Negative control: another seed has other bits.
train 1 jobs/vanilla.ini "$SCRATCH/other" --file "$DATA" --epochs 2 --limit 5984 --seed 7
differ "another seed" "$(newest "$SCRATCH/vanilla-1")" "$(newest "$SCRATCH/other")"
exit 0
