#!/bin/sh
# Ranks whose machines are unlike: other kernels of OpenBLAS are warned of, a file that one of them does not
# see ends the job in one message.
. "$TESTS/common.sh"
LIMIT=30 && export LIMIT
jobs=$PWD/jobs
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"

# ---- kernels ---------------------------------------------------------------------------------

# with KERNELS ARGS...: rank 0 with OpenBLAS's kernels for one kind of CPU, ranks 1 and 2 with
# those for another.
with() {
    kernels=$1
    shift
    OPENBLAS_CORETYPE=Haswell ranks 3 "$TESTS/as_rank.sh" 1 env OPENBLAS_CORETYPE="$kernels" -- \
        hourglass "$@" 2>"$SCRATCH/log" ||
        { cat "$SCRATCH/log"; exit 1; }
}
warned() {
    grep -q '^hourglass: warning: rank 1 computes with .*Nehalem.*, rank 0 with .*Haswell' \
        "$SCRATCH/log" && [ "$(grep -c warning "$SCRATCH/log")" = 1 ]
}
if [ "$(uname -m)" = x86_64 ]; then
    set -- train jobs/basic.ini --file "$SCRATCH/plane.h5" --folder "$SCRATCH/run" --epochs 1
    with Nehalem "$@" --dry-run
    ! grep -q warning "$SCRATCH/log" || fail "unlike machines are warned of, where none counts"
    set -- "$@" --backend openblas
    with Haswell "$@" --dry-run
    ! grep -q warning "$SCRATCH/log" || fail "equal machines are warned of"
    with Nehalem "$@"
    warned || { cat "$SCRATCH/log"; fail "train: not one warning of other kernels"; }
    with Nehalem encode "$SCRATCH/run"
    warned || { cat "$SCRATCH/log"; fail "encode: not one warning of other kernels"; }
fi

# ---- files -----------------------------------------------------------------------------------

# Each rank in a folder of its own: a relative name is another file, or none.
mkdir "$SCRATCH/here" "$SCRATCH/there"
cp "$SCRATCH/plane.h5" "$SCRATCH/here/data.h5"
apart() {
    (cd "$SCRATCH/here" && ranks 3 "$TESTS/as_rank.sh" 2 env -C "$SCRATCH/there" -- hourglass "$@")
}
data=$SCRATCH/there/data.h5
set -- train "$jobs/basic.ini" --file data.h5 --folder run --schedule constant --epochs 1 \
    --no-encode
ends 66 "data.h5 is not there" apart "$@"
head -c 5000 "$SCRATCH/plane.h5" >"$data"
ends 65 "data.h5: /train/images is another file on another host" apart "$@"
rm "$data" && mkdir "$data"
ends 65 "data.h5 is a folder" apart "$@"
rmdir "$data" && mkfifo "$data"
ends 65 "data.h5 is not a regular file" apart "$@"
rm "$data"
[ ! -e "$SCRATCH/here/run" ] && [ ! -e "$SCRATCH/there/run" ] || fail "a run folder is left"

# The control: equal copies will do; only rank 0 writes the run.
cp "$SCRATCH/plane.h5" "$data"
apart "$@" --progress none 2>"$SCRATCH/log" || { cat "$SCRATCH/log"; exit 1; }
[ -e "$SCRATCH/here/run/metrics.csv" ] && [ ! -e "$SCRATCH/there/run" ] || fail "who writes the run"

# A run folder that one rank does not see: rank 0 reads and writes checkpoints for all; results
# are written by all.
apart train run --epochs 2 --resume --no-encode --progress none 2>"$SCRATCH/log" ||
    { cat "$SCRATCH/log"; exit 1; }
train 1 "$jobs/basic.ini" "$SCRATCH/alone" --file "$SCRATCH/plane.h5" --schedule constant \
    --epochs 2 --no-encode
same "resumed by ranks that do not see it" "$(newest "$SCRATCH/alone")" "$(newest "$SCRATCH/here/run")"
ends 66 "run/results.h5.part.* is not there" apart encode run
[ ! -e "$SCRATCH/here/run/results.h5" ] || fail "there are results"
exit 0
