#!/bin/sh
# On a CPU that lacks what the program was built for, every command ends in these words, not in
# an illegal instruction.
. "$TESTS/common.sh"
for command in "train jobs/basic.ini" "encode runs/none" check "info $DATA" "import --make plane -o $SCRATCH/x.h5"; do
    ends 70 "an old CPU" apps_old_cpu $command
done
[ ! -e "$SCRATCH/x.h5" ] || fail "a file was written"
code=0
analysis_old_cpu figures runs/none 2>"$SCRATCH/log" || code=$?
[ $code = 70 ] && [ "$(cat "$SCRATCH/log")" = "hourglass-analysis: an old CPU" ] ||
    fail "the analysis: exit code $code, $(cat "$SCRATCH/log")"
exit 0
