#!/bin/sh
# Small models of every layer, activation, loss, optimiser and schedule: the steps of `hourglass
# train` are PyTorch's, on 1, 3 and 8 shards and in every plan; and a fault is seen.
. "$TESTS/reference/replay.sh"

# small NAME RANKS SHARDS ENCODER DECODER OPTIONS...: two epochs of three steps of 128 rows.
small() {
    name=$1 ranks=$2 shards=$3 encoder=$4 decoder=$5
    shift 5
    run "$name" "$ranks" "$shards" jobs/vanilla.ini "${rows:-384}" "${batch:-128}" --epochs 2 \
        --encoder "$encoder" --decoder "$decoder" "$@"
}

sgd="--optimizer sgd --learning_rate 0.1"
rmsprop="--optimizer rmsprop --learning_rate 0.001"
adam="--optimizer adam --learning_rate 0.001"
end="dense 784 sigmoid"

# Activations; with them losses, optimisers, schedules, initialisers.
small linear 1 1 "dense 20, dense 5" "dense 20, dense 784" --loss mse $sgd --momentum 0.9
small relu 2 3 "dense 20 relu, dense 5 relu" "dense 784 relu" --loss squared-error \
    $rmsprop --schedule "step 1 0.5" --initialiser he
small leaky 2 8 "dense 20 leaky-relu, dense 5 leaky-relu" "$end" --loss bce \
    $rmsprop --momentum 0.8 --schedule cosine
small selu 1 8 "dense 20 selu, dense 5 selu" "dense 784 selu" --loss mse \
    $adam --schedule "cosine 0.1" --initialiser lecun
small tanh 2 8 "dense 20 tanh, dense 5 tanh" "$end" --loss bce-sum \
    $sgd --learning_rate 1e-2 --schedule "warmup 1 cosine"
small sigmoid 2 3 "dense 20 sigmoid, dense 5 sigmoid" "$end" --loss squared-error \
    $adam --schedule "warmup 0.7 step 0.5 0.3" --seed 4000000000

# Terms of the loss.
small l1 2 8 "dense 5 tanh" "$end" --loss bce --l1 0.3 $adam
small beta 2 8 "dense 20 tanh, sampling 3" "$end" --loss bce-sum --beta 2.5 \
    $sgd --learning_rate 1e-3 --momentum 0.5
small both 1 3 "sampling 3" "$end" --loss mse --beta 0.5 --l1 0.2 $rmsprop

# What is drawn: in front, in the middle, always.
small corrupt 2 8 "noise 0.3, dropout 0.25, dense 9 tanh" "$end" --loss bce $sgd
rows=350 small middle 2 3 "dense 30 tanh, dropout 0.3, noise 0.1, dense 9 tanh" \
    "dropout 0.2, dense 20 tanh, noise 0.2, $end" --loss bce-sum $adam
small always 1 8 "noise 0.2 always, dense 30 tanh, dropout 0.2 always, dense 9" "$end" \
    --loss mse $rmsprop

# Batch norm; with steps that have fewer rows than there are shards.
small batchnorm 2 3 "dense 20, batchnorm leaky-relu, dropout 0.1, dense 5" \
    "batchnorm tanh, $end" --loss bce $adam
small batchnorm-shard 2 3 "dense 20, batchnorm tanh scope=shard, dense 5" \
    "batchnorm scope=shard, $end" --loss bce $sgd --learning_rate 3
rows=131 batch=64 small few 2 8 "dense 20 tanh, batchnorm tanh, sampling 5" \
    "dense 10 tanh, batchnorm scope=shard, $end" --loss bce-sum $adam

# Convolutions and what goes with them.
small conv-same 2 8 "conv 3 3x3 same tanh, conv 4 2x5 same stride 2 selu" "$end" --loss bce
small conv-valid 1 8 "conv 3 4x3 valid stride 3 tanh, conv 2 2x2 leaky-relu" "$end" --loss mse
small pools 2 8 "conv 3 2x2 tanh, maxpool 2x2 same, maxpool 3x2 valid, maxpool 3x3 same" "$end"
small up 2 3 "dense 12 tanh, reshape 2x3x2, upsample 2x3" "flatten, $end" --loss bce
small up-conv 1 1 "dense 98 tanh, reshape 7x7x2, upsample 2x2, conv 3 3x3 same tanh" \
    "upsample 2x2, conv 1 3x3 same sigmoid" --loss bce-sum $sgd --learning_rate 1e-3
small transpose 2 8 \
    "dense 98 tanh, reshape 7x7x2, conv_transpose 3 3x3 same stride 2 selu" \
    "conv_transpose 1 4x2 same stride 2 sigmoid" --loss bce-sum
small transpose-valid 1 8 \
    "dense 12 tanh, reshape 2x3x2, conv_transpose 3 3x2 valid stride 2 tanh" \
    "conv_transpose 2 2x3 stride 3 tanh, flatten, $end" --loss mse
small transpose-wide 2 8 \
    "dense 12 tanh, reshape 2x3x2, conv_transpose 3 2x1 same stride 3 tanh" \
    "conv_transpose 2 5x5 same tanh, batchnorm, $end" --loss bce

# In pieces: few parameters, large activations.
small pieces 2 3 "noise 0.2, conv 8 3x3 same tanh, dropout 0.1, maxpool 4x4, sampling 4" \
    "dense 49 tanh, reshape 7x7x1, upsample 4x4, conv 1 3x3 same sigmoid" \
    --loss bce-sum --beta 2 --l1 0.5 $adam
# One shard after the other: over 16 MB of activations.
batch=400 rows=1200 small alone 1 8 "noise 0.3, dense 1200 tanh, dropout 0.2, sampling 5" \
    "dense 1200 tanh, $end" --loss bce-sum --beta 2 --l1 0.5 $sgd --learning_rate 1e-3 \
    --momentum 0.9

plan pieces "in pieces"
plan alone "one by one"

replay l1:l1 l1:pieces l1:alone beta:beta beta:pieces beta:alone epoch:corrupt \
    epoch:pieces epoch:alone epoch:linear shuffle:tanh shuffle:alone shuffle:pieces \
    noise:corrupt noise:middle noise:pieces noise:alone sampling:both sampling:pieces \
    sampling:alone schedule:relu schedule:leaky schedule:selu schedule:tanh schedule:sigmoid \
    momentum:linear momentum:leaky momentum:alone averages:batchnorm averages:batchnorm-shard \
    scope:batchnorm-shard bias:l1 rows:middle rows:few kernel:linear
