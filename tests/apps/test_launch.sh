#!/bin/sh
# Ranks that do not know of each other end in one message before any folder is made; a rank that
# shares its core is warned of; no rank starts more threads than it uses.
. "$TESTS/common.sh"
LIMIT=30 && export LIMIT
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
set -- train jobs/basic.ini --file "$SCRATCH/plane.h5" --folder "$SCRATCH/run" --epochs 1 \
    --progress none --no-encode

# ---- alone -------------------------------------------------------------------------------------

alone() {
    code=0
    "$@" >"$SCRATCH/log" 2>&1 </dev/null || code=$?
    [ $code = 64 ] || { cat "$SCRATCH/log"; fail "$1: exit code $code, not 64"; }
    [ ! -e "$SCRATCH/run" ] || fail "$1: a folder is made"
}
alone env PMI_SIZE=4 PMI_RANK=0 hourglass "$@"
grep -q '^hourglass: 4 tasks were started but MPI sees one: .*an mpiexec like MPICH' "$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "not said of PMI_SIZE"; }
alone env OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0 hourglass "$@"
grep -q "^hourglass: 4 tasks .*Open MPI's mpirun" "$SCRATCH/log" || fail "not said of Open MPI"
alone env SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=3 hourglass "$@"
! grep -q '^hourglass:' "$SCRATCH/log" || fail "a rank that is not the first speaks"
alone env SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 hourglass "$@"
grep -q '^hourglass: 4 tasks .* use srun --mpi=pmix' "$SCRATCH/log" || fail "not said of srun"
# The launcher of another MPI than this program's.
for other in mpiexec.mpich mpiexec.openmpi; do
    command -v $other >/dev/null || continue
    ranks 2 hourglass "$@" --dry-run 2>"$SCRATCH/log"
    case "$(grep 'back end' "$SCRATCH/log")$other" in
    *"Open MPI"*mpich | *MPICH*openmpi) ;;
    *) continue ;;
    esac
    alone env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 $other -n 2 hourglass "$@"
    [ "$(grep -c '^hourglass: 2 tasks were started' "$SCRATCH/log")" = 1 ] ||
        { cat "$SCRATCH/log"; fail "$other: not one message"; }
done

# The controls: one task; a job of eight that starts one; mpirun inside a step of one.
SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 hourglass "$@" --dry-run 2>"$SCRATCH/log"
SLURM_NTASKS=8 SLURM_PROCID=0 hourglass "$@" --dry-run 2>"$SCRATCH/log"
SLURM_STEP_NUM_TASKS=1 ranks 2 hourglass "$@" --dry-run 2>"$SCRATCH/log"

# ---- threads -----------------------------------------------------------------------------------

# threads_of PROGRAM ARGS...: of a run under way.
threads_of() {
    "$@" 2>"$SCRATCH/log" &
    pid=$!
    sleep 1
    ls /proc/$pid/task | wc -l
    kill $pid
    wait $pid || true
    rm -rf "$SCRATCH/run"
}
ldd "$(command -v hourglass)" | grep openblas && fail "OpenBLAS is loaded by who does not want it"
count=$(threads_of hourglass "$@" --epochs 1000000)
[ "$count" -ge 2 ] || fail "$count threads: the watchdog is one"
same=$(threads_of hourglass "$@" --epochs 1000000 --backend openblas)
grep -q 'back end .*OpenBLAS' "$SCRATCH/log" || fail "no OpenBLAS where it is wanted"
[ "$count" = "$same" ] || fail "OpenBLAS has threads of its own: $same, not $count"
somebody() {
    setpriv --reuid 12345 --regid 12345 --clear-groups bash -c "$1" "$SCRATCH/plane.h5" >"$SCRATCH/log" 2>&1
}
if somebody 'hourglass info "$0"'; then # who may become somebody, whom no limit spares
    somebody 'ulimit -u 1; exec hourglass info "$0"' ||
        { cat "$SCRATCH/log"; fail "a limit of processes ends hourglass info"; }
fi

# ---- cores -------------------------------------------------------------------------------------

# Two ranks on one core, without the word that they should; and the first core of two runs.
two_on_one() {
    env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 taskset -c 0 timeout -k 5 30 \
        "${MPIRUN:-mpirun}" -n 2 "$TESTS/as_rank.sh" 0 env -u OMPI_MCA_rmaps_base_oversubscribe \
        -u PRTE_MCA_rmaps_default_mapping_policy taskset -c 0 -- hourglass "$@" --dry-run \
        2>"$SCRATCH/log" </dev/null
}
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
    OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none \
        PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe \
        PRTE_MCA_hwloc_default_binding_policy=none two_on_one "$@"
    grep -q '^hourglass: warning: 2 ranks share 1 core of host .*--map-by core' "$SCRATCH/log" ||
        { cat "$SCRATCH/log"; fail "two ranks on one core are not warned of"; }
    [ "$(grep -c warning "$SCRATCH/log")" = 1 ] || fail "not one warning"
    rm -rf "$SCRATCH/run"
    lone=$SCRATCH/lone # by another name: others may be at work here
    cp "$(command -v hourglass)" "$lone"
    taskset -c 0 "$lone" "$@" --epochs 1000000 2>/dev/null &
    pid=$!
    sleep 1
    taskset -c 0 "$lone" "$@" --dry-run 2>"$SCRATCH/log"
    taskset -c 1 "$lone" "$@" --dry-run 2>"$SCRATCH/elsewhere"
    "$lone" "$@" --dry-run 2>>"$SCRATCH/elsewhere"
    kill $pid
    wait $pid || true
    grep -q "^hourglass: warning: another hourglass, process $pid .*--bind-to none" "$SCRATCH/log" ||
        { cat "$SCRATCH/log"; fail "two runs on one core are not warned of"; }
    ! grep warning "$SCRATCH/elsewhere" || fail "runs on cores of their own are warned of"
fi
exit 0
