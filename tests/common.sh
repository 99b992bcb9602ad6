# common.sh - what the script tests share; they begin with `. "$TESTS/common.sh"`.
# PATH has the programs, SCRATCH is a folder of the test's own, DATA the real data set.
set -eu
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH"

DATA=data/mnist.h5
[ -f "$DATA" ] || DATA=data/fashion-mnist.h5

# ranks N PROGRAM ARGS...: under mpirun.
ranks() {
    "$TESTS/mpirun.sh" "$@"
}

# train N JOB FOLDER OPTIONS...: a quiet run.
train() {
    n=$1 job=$2 folder=$3
    shift 3
    ranks "$n" hourglass train "$job" --folder "$folder" --progress none "$@" \
        2>"$folder.log" || { code=$?; tail -n 20 "$folder.log" >&2; return $code; }
}

# newest RUN: its newest checkpoint.
newest() {
    ls "$1"/checkpoint-*.h5 | tail -n 1
}

# same WHAT A B: two files have the same arrays and texts outside /provenance.
same() {
    hourglass info --digests "$2" >"$SCRATCH/a" && hourglass info --digests "$3" >"$SCRATCH/b"
    [ -s "$SCRATCH/a" ] && cmp -s "$SCRATCH/a" "$SCRATCH/b" && return 0
    echo "$1: $2 and $3 differ" >&2
    diff "$SCRATCH/a" "$SCRATCH/b" >&2
    return 1
}

# data_of JOB: the data set that it is made for, at hand or made here.
data_of() {
    made=$(sed -n 's/^# Data: hourglass import --make \([a-z]*\).*/\1/p' "$1")
    [ "$made" ] || { echo "$DATA" && return; }
    [ -f "$SCRATCH/$made.h5" ] ||
        hourglass import --make "$made" -o "$SCRATCH/$made.h5" >"$SCRATCH/log" 2>&1
    echo "$SCRATCH/$made.h5"
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# python_with MODULE...: $python is a Python that has them; without one the test is skipped.
python_with() {
    wanted=$(echo "$*" | sed 's/ /, /g')
    for python in python3 /usr/bin/python3; do
        "$python" -c "import $wanted" 2>/dev/null && return
    done
    echo "skipped: no python3 here has $wanted (Debian: python3-numpy and so on)"
    exit 77
}
