#!/bin/sh
# The memory that a run says it takes at most, phase by phase, is what the kernel has counted at its
# end, within a twentieth.
. "$TESTS/common.sh"
[ -f "$DATA" ] || { echo "skipped: no data set here (data/get-mnist.sh)"; exit 77; }

# peak FILE RANKS COMMAND...: FILE.RANK gets the most bytes that this rank had.
peak() {
    file=$1 ranks=$2
    shift 2
    ranks "$ranks" python3 -c 'import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:], close_fds=False) # MPICH talks to mpirun through one
status, used = os.wait4(child.pid, 0)[1:]
rank = next(os.environ[n] for n in ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK") if n in os.environ)
print(used.ru_maxrss * 1024, file=open(sys.argv[1] + "." + rank, "w"))
sys.exit(os.waitstatus_to_exitcode(status))' "$file" "$@" 2>"$file.log" || { cat "$file.log"; exit 1; }
}

# near WHAT FILE PATTERN: the largest of the ranks' peaks, and the megabytes that the log's line of
# memory says.
near() {
    said=$(sed -n "s/^  memory .*[ :]\([0-9][0-9]*\) MB$3.*/\1/p" "$2.log" | head -n 1)
    most=$(cat "$2".[0-9]* | sort -n | tail -n 1)
    echo "$1: $((most / 1000000)) MB, said $said MB"
    [ "$most" -gt $((said * 950000)) ] && [ "$most" -lt $((said * 1050000)) ] || { echo "FAILED: $1"; bad=1; }
}

wide="--file $DATA --progress none --limit 4000 --shards 2"
deep="dense 4000 relu, dense 20"
for n in 1 2; do
    run=$SCRATCH/run-$n
    peak "$run-train" $n hourglass train jobs/vanilla.ini $wide --folder "$run" --no-encode --epochs 1 \
        --encoder "$deep" --decoder "dense 4000 relu, dense 784 sigmoid"
    near "a checkpoint, $n ranks" "$run-train" " with a checkpoint"
    peak "$run-resume" $n hourglass train "$run" --resume --no-encode --epochs 2 --progress none
    near "a resume, $n ranks" "$run-resume" " with a checkpoint"
    peak "$run-encode" $n hourglass encode "$run"
    near "encode, $n ranks" "$run-encode" ""
    peak "$run-rows" $n hourglass train jobs/vanilla.ini --file "$DATA" --progress none --shards 2 \
        --folder "$run-rows" --epochs 1 --encoder "dense 20 relu" --decoder "dense 784 sigmoid"
    near "encoding, $n ranks" "$run-rows" " encoding"
done
exit ${bad:-0}
