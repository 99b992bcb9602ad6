# shellcheck shell=sh
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

# train N JOB FOLDER OPTIONS...: a quiet run.  In a shell of its own: it changes no variable.
train() (
    n=$1 job=$2 folder=$3
    shift 3
    ranks "$n" hourglass train "$job" --folder "$folder" --progress none "$@" \
        2>"$folder.log" || { code=$?; tail -n 20 "$folder.log" >&2; exit $code; }
)

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

# differ WHAT A B: the negative control of `same`: both files are there and not the same.
differ() {
    hourglass info "$2" >/dev/null && hourglass info "$3" >/dev/null || fail "$1: a file is missing"
    same "$1" "$2" "$3" 2>/dev/null && fail "$1: $2 and $3 are the same"
    return 0
}

# ends CODE WORD COMMAND...: it ends with that code, in one message that says that word.
ends() {
    want=$1 word=$2 code=0
    shift 2
    "$@" >"$SCRATCH/log" 2>&1 || code=$?
    [ $code = "$want" ] || { cat "$SCRATCH/log" >&2; fail "$*: exit code $code, not $want"; }
    [ "$(grep -c '^hourglass: ' "$SCRATCH/log")" = 1 ] && grep '^hourglass: ' "$SCRATCH/log" |
        grep -q -- "$word" || { cat "$SCRATCH/log" >&2; fail "$*: not one message of '$word'"; }
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
