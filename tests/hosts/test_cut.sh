#!/bin/sh
# A host that is cut off or stands still ends the job in seconds, in a message; the run goes on from
# its checkpoint.
. "$TESTS/common.sh"
hosts=$TESTS/hosts/hosts.sh
"$hosts" 1x1 -- true || exit $?
hourglass import --make plane --rows 600 -o "$SCRATCH/plane.h5" 2>"$SCRATCH/log"
run=$SCRATCH/run
LIMIT=25 && export LIMIT
# Open MPI's daemons ask after each other, as README says, here sooner.
export OMPI_MCA_oob_tcp_keepalive_time=3 OMPI_MCA_oob_tcp_keepalive_intvl=1
export OMPI_MCA_oob_tcp_keepalive_probes=2

# while_training COMMAND OPTIONS...: a run without end on three hosts, which meets with this; then
# its exit code and the seconds that passed since are in code and seconds.
while_training() {
    command=$1 code=0
    shift
    "$hosts" 3x2 --meanwhile "sleep 2; date +%s >$SCRATCH/then; $command" -- hourglass train \
        jobs/basic.ini --file "$SCRATCH/plane.h5" --folder "$run" --overwrite --epochs 1000000 \
        --schedule constant --no-encode --progress none "$@" >"$SCRATCH/log" 2>&1 || code=$?
    seconds=$(($(date +%s) - $(cat "$SCRATCH/then")))
    echo "$command $*: exit code $code after $seconds s"
}

# ended WITHIN TEXT: not by hand, and so it says.
ended() {
    [ $code != 0 ] && [ $code != 124 ] && [ $seconds -le "$1" ] && grep -q "$2" "$SCRATCH/log" ||
        { cat "$SCRATCH/log"; fail "exit code $code after $seconds s, of at most $1, or not '$2'"; }
}

while_training 'ip link set n2 down'
ended 15 'lost communication with a remote daemon'
grep -q 'Remote daemon: .* on node n2' "$SCRATCH/log" || fail "it does not say which host"
at=$(newest "$run" | sed 's/.*checkpoint-0*\([0-9]*\)-.*/\1/')
train 1 "$run" "$run" --resume --epochs $((at + 1)) --no-encode

while_training 'on n2 "pkill -STOP --ns \$\$ --nslist uts -f ^hourglass.train"' --stall_seconds 2
ended 15 '^hourglass: .* no progress for 2 s'
[ $code = 86 ] || fail "exit code $code, not 86"
[ -z "${HOSTS_GOALS:-}" ] || grep -q '^hourglass: .*n2' "$SCRATCH/log" || fail "which host is not said"

# With a limit below the keep-alive's, mpirun waits for a daemon that it has told to end and that
# does not hear it, for as long as the link is down: the limit of run.stall_seconds is not for links.
unset OMPI_MCA_oob_tcp_keepalive_time OMPI_MCA_oob_tcp_keepalive_intvl OMPI_MCA_oob_tcp_keepalive_probes
while_training 'ip link set n2 down; sleep 5; ip link set n2 up' --stall_seconds 2
ended 20 '^hourglass: .* no progress for 2 s'
[ -z "${HOSTS_GOALS:-}" ] || grep -q '^hourglass: .*n2' "$SCRATCH/log" || fail "which host is not said"
exit 0
