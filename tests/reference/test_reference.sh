#!/bin/sh
# Outputs, losses and gradients agree with PyTorch's, for every job and for small models of
# every activation, loss and layer.
. "$TESTS/common.sh"
export OMP_NUM_THREADS=1
python=
for p in python3 /usr/bin/python3; do
    if $p -c 'import torch, numpy, h5py' 2>/dev/null; then python=$p && break; fi
done
if [ -z "$python" ]; then
    echo "skipped: no python3 here has torch, numpy and h5py (python3-torch, python3-h5py)"
    exit 77
fi
files=

# model NAME JOB DATA OPTIONS: one epoch of training, then two dumps; compared later.
model() {
    name=$1 job=$2 data=$3 run=$SCRATCH/$1
    shift 3
    train 1 "$job" "$run" --file "$data" --epochs 1 --limit 256 --batch 64 --no-encode "$@"
    reference_dump "$(newest "$run")" "$data" "$run/dump.h5"
    reference_dump "$(newest "$run")" "$data" "$run/fewer.h5" 4
    files="$files $(newest "$run") $run/dump.h5 $run/fewer.h5"
}

# small NAME ENCODER DECODER OPTIONS: the same for layers given here.
small() {
    name=$1 encoder=$2 decoder=$3
    shift 3
    model "$name" jobs/vanilla.ini "$DATA" --encoder "$encoder" --decoder "$decoder" "$@"
}

for job in jobs/*.ini; do
    model "$(basename "$job" .ini)" "$job" "$(data_of "$job")"
done

end="dense 784 sigmoid"
small act-linear "dense 20, dense 5" "dense 20, dense 784" --loss mse
small act-relu "dense 20 relu, dense 5 relu" "dense 784 relu" --loss squared-error
small act-leaky "dense 20 leaky-relu, dense 5 leaky-relu" "$end" --loss bce
small act-selu "dense 20 selu, dense 5 selu" "dense 784 selu" --loss mse
small act-tanh "dense 20 tanh, dense 5 tanh" "$end" --loss bce-sum
small act-sigmoid "dense 20 sigmoid, dense 5 sigmoid" "$end" --loss squared-error
small l1 "dense 5 tanh" "$end" --loss bce --l1 0.3
small beta "dense 20 tanh, sampling 3" "$end" --loss bce-sum --beta 2.5
small both "sampling 3" "$end" --loss mse --beta 0.5 --l1 0.2
small corrupt "noise 0.3, dropout 0.25, dense 9 tanh" "$end" --loss bce
small batchnorm "dense 20, batchnorm leaky-relu, dense 5" "batchnorm tanh, $end" --loss bce
small conv-same "conv 3 3x3 same tanh, conv 4 2x5 same stride 2 selu" "$end" --loss bce
small conv-valid "conv 3 4x3 valid stride 3 tanh, conv 2 2x2 leaky-relu" "$end" --loss mse
small pools "conv 3 2x2 tanh, maxpool 2x2 same, maxpool 3x2 valid, maxpool 3x3 same" "$end"
small up "dense 12 tanh, reshape 2x3x2, upsample 2x3" "flatten, $end" --loss bce
small transpose "dense 98 tanh, reshape 7x7x2, conv_transpose 3 3x3 same stride 2 selu" \
    "conv_transpose 1 4x2 same stride 2 sigmoid" --loss bce-sum
small transpose-valid "dense 12 tanh, reshape 2x3x2, conv_transpose 3 3x2 valid stride 2 tanh" \
    "conv_transpose 2 2x3 stride 3 tanh, flatten, $end" --loss mse
small transpose-wide "dense 12 tanh, reshape 2x3x2, conv_transpose 3 2x1 same stride 3 tanh" \
    "conv_transpose 2 5x5 same tanh, batchnorm, $end" --loss bce

"$python" "$TESTS/reference/compare.py" $files || fail "hourglass and PyTorch differ"

# Negative control: with one kernel 1 % larger, outputs and gradients differ.
set -- $files
"$python" "$TESTS/reference/compare.py" --spoil "$1" "$2" "$3" >"$SCRATCH/spoiled" &&
    fail "a spoiled kernel is not seen: the comparison is blind"
for array in "y" "gradient/dense/0"; do
    grep -q ": $array differs" "$SCRATCH/spoiled" || fail "the control does not see $array"
done
exit 0
