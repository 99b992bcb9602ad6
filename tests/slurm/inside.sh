# shellcheck shell=bash
# inside.sh - what the tests with a Slurm share; they begin with `. "$TESTS/slurm/inside.sh"`.
#
# A test finds itself in a cluster of seven nodes (cluster.sh), in the folder /mnt/work, with a
# small data set and job. `scenario NAME` runs a function of that name beside the others;
# `scenarios_end` waits for all, and shows the jobs' output where one has failed.
if [ "${CLUSTER:-}" != inside ]; then
    rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" || exit 1
    CLUSTER=inside exec timeout -k 5 "${LIMIT:-110}" "$TESTS/slurm/cluster.sh" "$SCRATCH" 7 "$0"
fi
SCRATCH=/mnt/work
. "$TESTS/common.sh"
JOBS=$PWD/jobs
BIN=$(dirname "$(command -v hourglass)")
cd /mnt/work || exit 1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1

# A program that takes a fifth of a second for each step, of which an epoch has five.
cat >slow-hourglass <<END
#!/bin/sh
SLOW_CHECKPOINT=\${PACE:-200} LD_PRELOAD=$BIN/apps_slow_disk.so exec $BIN/hourglass "\$@"
END
chmod +x slow-hourglass
export HOURGLASS=/mnt/work/slow-hourglass
hourglass import --make plane --rows 600 -o plane.h5 2>log
RUN="--file /mnt/work/plane.h5 --schedule constant --checkpoint_minutes 1e-9 --progress none"

# whole RUN EPOCHS: the same job, undisturbed.
whole() {
    "$BIN/hourglass" train "$JOBS/basic.ini" --folder "$1" $RUN --epochs "$2" 2>"$1.log" ||
        { cat "$1.log"; fail "the undisturbed run"; }
}

# submit RUN EPOCHS OPTIONS OF SBATCH... [-- SETTINGS...]: $job is the number.
submit() {
    local run=$1 epochs=$2 options=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
    [ $# = 0 ] || shift
    job=$(sbatch --parsable -n 1 -o "$run.out" "${options[@]}" "$JOBS/train.sbatch" \
        "$JOBS/basic.ini" --folder "$run" $RUN --epochs "$epochs" "$@") || fail "sbatch: $run"
}

# about JOB FIELD: of scontrol's.
about() {
    scontrol show job "$1" | sed -n "s/.*\<$2=\([^ ]*\).*/\1/p" | head -n 1
}

# comes_to JOB STATE [RESTARTS]: it does so within a minute, after so many restarts at least.
comes_to() {
    local i
    for ((i = 0; i < 300; i++)); do
        [ "$(about "$1" JobState)" = "$2" ] && [ "$(about "$1" Restarts)" -ge "${3:-0}" ] && return
        sleep 0.2
    done
    fail "job $1 is $(about "$1" JobState) after $(about "$1" Restarts) restarts, not $2 after ${3:-0}"
}

# has_trained RUN N: it has a checkpoint of N steps or more; an epoch has five.
has_trained() {
    local i at
    for ((i = 0; i < 300; i++)); do
        at=$(newest "$1" 2>/dev/null | sed 's/.*-0*\([0-9]*\)-0*\([0-9]*\)\.h5/5 * (\1 + 0) + \2 + 0/')
        [ "$((${at:-0}))" -ge "$2" ] && return
        sleep 0.05
    done
    fail "$1 does not train"
}

# signal JOB: as Slurm's --signal=B:USR1.  A task of an array gets it, too, but scancel is told to
# try again, and would say it again five seconds later.
signal() {
    timeout 2 scancel -b -s USR1 "$1" || [ $? = 124 ]
}

# content RUN: what is in its files, and since when.
content() {
    (cd "$1" && stat -c '%n %Y %Z' * && sha256sum *)
}

# says FILE WORDS: a line of it has them.
says() {
    grep -q -e "$2" "$1" || fail "$1 does not say '$2'"
}

names=() processes=()
scenario() {
    (
        SCRATCH=/mnt/work/of-$1 # `same` writes there
        mkdir "$SCRATCH"
        "$1"
    ) >"$1.test" 2>&1 &
    names+=("$1") processes+=($!)
}
scenarios_end() {
    local i failed=0
    for i in "${!names[@]}"; do
        wait "${processes[i]}" && echo "${names[i]}: passed" && continue
        failed=1
        echo "${names[i]}: FAILED"
        tail -n 20 "${names[i]}.test" "${names[i]}"*.out
    done
    exit $failed
}
