#!/bin/bash
# A job that Slurm stops, kills, suspends or starts again ends COMPLETED, with the bytes of the run
# that nobody disturbed.
. "$TESTS/slurm/inside.sh"
whole whole 6
whole long 14

# The real thing: a minute's limit, of which 120 seconds are left whenever Slurm looks.
time_limit() {
    PACE=600 submit time_limit 14 --time=1 -w n4
    comes_to "$job" COMPLETED 1
    says time_limit.out "stopped on request: back into the queue"
    same "after the time limit" "$(newest long)" "$(newest time_limit)"
}

# A signal at any moment from the first on.
early() {
    local delay at=0 jobs=()
    for delay in 0 0.05 0.1 0.2 0.3 0.4 0.5 0.7; do
        at=$((at + 1))
        submit early-$at 6 -w n4
        jobs+=("$job")
        comes_to "$job" RUNNING
        sleep $delay
        signal "$job"
    done
    for at in 1 2 3 4 5 6 7 8; do
        comes_to "${jobs[at - 1]}" COMPLETED 1
        same "after signal $at" "$(newest whole)" "$(newest early-$at)"
    done
}

# A node of two dies, and comes back with what the dead left there.
node_killed() {
    submit node_killed 6 -N 2 -n 2 -w n1,n2
    has_trained node_killed 4
    crash 2
    comes_to "$job" PENDING 1
    node 2
    comes_to "$job" COMPLETED 1
    says node_killed.out "are done" # it went on
    same "after a node's death" "$(newest whole)" "$(newest node_killed)"
}

# The link of a node is cut: who is left says which, and the job goes on with another.
link_cut() {
    submit link_cut 6 -N 2 -n 2 -w n5 -x n1,n2,n3,n4 -- --stall_seconds 2
    has_trained link_cut 4
    [ "$(about "$job" NodeList)" = "n[5-6]" ] || fail "it is on $(about "$job" NodeList)"
    ip link set n6 down
    comes_to "$job" COMPLETED 1
    says link_cut.out "rank 0 has made no progress for 2 s .* on host n5"
    says link_cut.out "this host is heard no more: n6"
    same "after a cut link" "$(newest whole)" "$(newest link_cut)"
}

# Suspended for longer than it may stall.
suspended() {
    submit suspended 6 -N 2 -n 2 -w n3,n4 -- --stall_seconds 1
    has_trained suspended 4
    scontrol suspend "$job"
    sleep 4
    [ "$(about "$job" JobState)" = SUSPENDED ] || fail "it is not suspended"
    scontrol resume "$job"
    comes_to "$job" COMPLETED
    [ "$(about "$job" Restarts)" = 0 ] || fail "it was started again"
    same "after a suspension" "$(newest whole)" "$(newest suspended)"
}

# Asked to start anew, and requeued: not anew again.
overwriting() {
    whole overwriting 1
    submit overwriting 6 -w n3 -- --overwrite
    has_trained overwriting 4
    signal "$job"
    comes_to "$job" COMPLETED 1
    says overwriting.out "are done"
    same "after --overwrite" "$(newest whole)" "$(newest overwriting)"
}

# Requeued when all is done: nothing is done again, nothing is written.
over() {
    local before
    PACE=1 submit over 6 -w n3
    comes_to "$job" COMPLETED
    before=$(content over)
    scontrol requeue "$job"
    comes_to "$job" COMPLETED 1
    [ "$(content over)" = "$before" ] || fail "a run that is over has changed"
    says over.out "over is done: 6 of 6 epochs"
    same "after its end" "$(newest whole)" "$(newest over)"
}

for name in time_limit node_killed link_cut suspended overwriting over early; do scenario $name; done
scenarios_end
