#!/bin/bash
# How ranks are started: by mpirun in place of srun, from another folder; and what is said where
# they cannot be, before any folder is made.
. "$TESTS/slurm/inside.sh"
whole whole 6

# mpirun inside the job, on two nodes; a signal reaches the ranks of both.
by_mpirun() {
    HOURGLASS_LAUNCH=mpirun submit by_mpirun 6 -N 2 -n 2 -w n1,n2
    has_trained by_mpirun 4
    signal "$job"
    comes_to "$job" COMPLETED 1
    says by_mpirun.out "ranks on hosts: n1: 1"
    same "by mpirun" "$(newest whole)" "$(newest by_mpirun)"
}

# srun without PMIx: each rank is alone.
alone() {
    local way
    for way in none pmi2; do
        HOURGLASS_LAUNCH="srun --mpi=$way" submit alone-$way 6 -n 4 -w n3
        comes_to "$job" FAILED
        [ "$(about "$job" ExitCode)" = 64:0 ] || fail "exit code $(about "$job" ExitCode), not 64"
        says alone-$way.out "^hourglass: 4 tasks were started but MPI sees one: use srun --mpi=pmix"
        [ "$(grep -c '^hourglass: ' alone-$way.out)" = 1 ] || fail "it is said more than once"
        [ ! -e alone-$way ] || fail "a folder is made"
    done
}

# From a folder that has neither program nor jobs; a program that is not there.
elsewhere() {
    mkdir -p tree/jobs tree/build elsewhere
    ln -sf "$BIN" tree/build/bin
    cp "$JOBS/train.sbatch" "$JOBS/basic.ini" tree/jobs
    cd elsewhere || exit 1
    export HOURGLASS=''
    PATH=/usr/bin:/bin:/usr/sbin JOBS=/mnt/work/tree/jobs submit /mnt/work/elsewhere.run 6 -w n4
    comes_to "$job" COMPLETED
    same "from elsewhere" "$(newest ../whole)" "$(newest ../elsewhere.run)"
    HOURGLASS=build/bin/hourglass submit nowhere 6 -w n4
    comes_to "$job" FAILED
    says nowhere.out "no program build/bin/hourglass, seen from /mnt/work/elsewhere: let HOURGLASS"
}

for name in by_mpirun alone elsewhere; do scenario $name; done
scenarios_end
