# shellcheck shell=sh
# replay.sh - what the tests here share: runs that keep a checkpoint after every step (but the
# first of all, which may have none), and their replay in PyTorch.
. "$TESTS/common.sh"
export OMP_NUM_THREADS=1
python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import torch, numpy, h5py' 2>/dev/null && python=$p && break
done
[ "$python" ] ||
    fail "no python3 here has torch, numpy and h5py: cmake/packages.sh test installs them"
runs=

# run NAME RANKS SHARDS JOB ROWS BATCH OPTIONS...: train, to be replayed later.
run() {
    name=$1 ranks=$2 shards=$3 job=$4 rows=$5 batch=$6
    shift 6
    train "$ranks" "$job" "$SCRATCH/$name" --file "$(data_of "$job")" --shards "$shards" \
        --limit "$rows" --batch "$batch" --keep 1000 --checkpoint_minutes 1e-12 "$@"
    runs="$runs $SCRATCH/$name"
}

# plan NAME WORDS: that run has gone through its shards so.
plan() {
    grep -q "^  plan .* $2" "$SCRATCH/$1.log" ||
        fail "$1 does not go $2: $(grep '^  plan' "$SCRATCH/$1.log")"
}

# replay SPOIL:RUN...: all runs agree, and each of these faults is seen in its run.
replay() {
    spoils=
    for s; do
        spoils="$spoils --spoil ${s%:*} $SCRATCH/${s#*:}"
    done
    "$python" "$TESTS/reference/replay.py" $runs $spoils || fail "hourglass and PyTorch differ"
}
