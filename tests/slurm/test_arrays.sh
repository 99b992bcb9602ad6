#!/bin/bash
# Arrays, chains, resubmissions and pipelines of Slurm's: each run ends as one that was trained by
# hand, and no job goes on with another's.
. "$TESTS/slurm/inside.sh"
whole whole 6

# A task a value, a folder each, and the job that compares them.
sweep() {
    local seed
    HOURGLASS='' OPTIONS="$RUN --epochs 2" SBATCH="-n 1 -w n1" FOLDER=sweep \
        "$JOBS/sweep.sbatch" basic seed 1 2 3 >sweep.ids
    job=$(sed 's/.*; \([0-9]*\): .*/\1/' sweep.ids)
    comes_to "$job" COMPLETED
    [ "$(grep -c . sweep/comparison.csv)" = 4 ] || fail "no table of three"
    for seed in 1 2 3; do
        "$BIN/hourglass" train "$JOBS/basic.ini" --folder "by-hand-$seed" $RUN --epochs 2 \
            --seed $seed 2>>log
        same "seed $seed" "$(newest by-hand-$seed)" "$(newest sweep/seed-$seed)"
    done
    differ "seeds" "$(newest sweep/seed-1)" "$(newest sweep/seed-2)"
}

# Three jobs one after the other, two of which are asked to stop.
chain() {
    local first task
    submit chain 6 --array=1-3%1 -w n2 -o chain-%a.out
    first=$job
    for task in 1 2; do
        until [ "$(about "${first}_$task" JobState)" = RUNNING ]; do sleep 0.1; done
        has_trained chain $((task * 6))
        signal "${first}_$task"
        until [ "$(about "${first}_$task" Restarts)" = 1 ]; do sleep 0.1; done
    done
    for task in 1 2 3; do comes_to "${first}_$task" COMPLETED; done
    same "after a chain" "$(newest whole)" "$(newest chain)"
}

# Where a job may not be requeued it says so, and the same line goes on; once more, it is done.
resubmission() {
    local before
    submit resubmission 6 --no-requeue -w n3
    has_trained resubmission 4
    signal "$job"
    comes_to "$job" FAILED
    [ "$(about "$job" ExitCode)" = 75:0 ] || fail "exit code $(about "$job" ExitCode), not 75"
    says resubmission.out "may not go back into the queue (--no-requeue)"
    grep -q "back into the queue$" resubmission.out && fail "it says that it is requeued"
    submit resubmission 6 --no-requeue -w n3
    comes_to "$job" COMPLETED
    says resubmission.out "are done"
    same "after a resubmission" "$(newest whole)" "$(newest resubmission)"
    before=$(content resubmission)
    submit resubmission 6 -w n3
    comes_to "$job" COMPLETED
    [ "$(content resubmission)" = "$before" ] || fail "a run that is over has changed"
}

# A job finds the folder in use, and is requeued when it no longer is: that is not its run.
owner() {
    local first before
    submit owner 6 -w n4
    first=$job
    has_trained owner 2
    submit owner 6 -w n4 -o owner-second.out
    comes_to "$job" FAILED
    says owner-second.out "in use by another hourglass"
    has_trained owner 4
    scancel "$first"
    comes_to "$first" CANCELLED
    until [ ! "$(squeue -h -j "$first" -t COMPLETING)" ]; do sleep 0.1; done
    before=$(content owner)
    scontrol requeue "$job"
    comes_to "$job" FAILED 1
    says owner-second.out "the run in owner is not job $job's but job $first's"
    [ "$(content owner)" = "$before" ] || fail "it has gone on with another's run"
    scontrol requeue "$first" # the control: its own job may
    comes_to "$first" COMPLETED 1
    same "after its own job" "$(newest whole)" "$(newest owner)"
}

# Import, training, encoding and figures, each a job.
pipeline() {
    HOURGLASS='' SBATCH="-n 2 -w n1" FOLDER=pipeline "$JOBS/pipeline.sh" basic /mnt/work/plane.h5 \
        $RUN --epochs 6 >pipeline.ids
    comes_to "$(sed -n 's/: figures//p' pipeline.ids)" COMPLETED
    same "trained on the way" "$(newest whole)" "$(newest pipeline)"
    [ -s pipeline/train.h5 ] && [ -s pipeline/report.html ] && [ -s pipeline/figures/loss-curves.png ] ||
        fail "something is missing: $(ls pipeline)"
}

for name in chain resubmission owner sweep pipeline; do scenario $name; done
scenarios_end
