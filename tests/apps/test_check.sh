#!/bin/sh
# hourglass check certifies this machine on any number of ranks and leaves nothing behind; a disk
# that loses bytes makes it fail, and ranks that run another program are refused.
. "$TESTS/common.sh"
LIMIT=90 && export LIMIT
place=$SCRATCH/place
mkdir "$place"

# certified N CHECKS [JOB]: N ranks get a certificate of so many checks.
certified() {
    n=$1 checks=$2 paper=$SCRATCH/paper
    shift 2
    ranks "$n" hourglass check "$@" --folder "$place" >"$paper" 2>"$SCRATCH/log" ||
        { cat "$paper" "$SCRATCH/log"; fail "no certificate on $n ranks"; }
    [ "$(tail -n 1 "$paper")" = "certificate: all $checks checks passed" ] &&
        [ "$(grep -c '^  [^ ].* ok  ' "$paper")" = "$checks" ] ||
        { cat "$paper"; fail "$n ranks: not $checks checks"; }
    if grep '^hourglass' "$SCRATCH/log"; then # MPI may have something to say
        fail "$n ranks: more than a certificate"
    fi
    [ -z "$(ls -A "$place")" ] || fail "$n ranks: something is left"
    [ "$(sed -n 's/^  host .*: \([0-9]*\) rank.*/\1/p' "$paper")" = "$n" ] || fail "not $n ranks"
}
certified 2 15
grep -q '^  resume  *ok  .* SIGKILL' "$paper" || { cat "$paper"; fail "no run was killed"; }
sha=$(sha256sum "$(command -v hourglass)" | cut -d ' ' -f 1)
grep -q "^  its SHA-256  *$sha" "$paper" || fail "the program's SHA-256 is not $sha"
for name in $(sed -n 's/^  \([a-z-]*\)  *ok  .* = golden$/\1/p' "$paper"); do
    line=$(grep "^$name " "$TESTS/golden/digests") || fail "$name has no golden digests"
    # shellcheck disable=SC2086 # a word a column
    set -- $line
    grep -q "^  $name  *ok  $5 $6 " "$paper" || fail "$name has other golden digests"
done

# ---- what makes it fail ------------------------------------------------------------------------

disk=$(dirname "$(command -v hourglass)")/apps_lying_disk.so
ends 70 "1 of 15 checks failed: storage" ranks 2 env LD_PRELOAD="$disk" hourglass check \
    --folder "$place"
grep -q '^  storage  *FAILED  .*does not hold what was written' "$SCRATCH/log" &&
    grep -qx 'FAILED: 1 of 15 checks: storage' "$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "a lying disk"; }
[ -z "$(ls -A "$place")" ] || fail "a lying disk: something is left"

mkdir "$SCRATCH/other"
cp "$(command -v hourglass)" "$SCRATCH/other/" && echo >>"$SCRATCH/other/hourglass"
for command in check "train jobs/vanilla.ini --folder $place/run" "encode $place"; do
    ends 70 "rank 1 on .* runs another program, .*/other/hourglass .* rank 0 on .*/bin/hourglass " \
        ranks 3 "$TESTS/as_rank.sh" 1 env PATH="$SCRATCH/other:$PATH" -- hourglass $command
done
[ ! -e "$place/run" ] || fail "other programs have begun to train"

ends 64 "'--isa' is not understood" ranks 2 hourglass check --isa avx2
ends 64 "jobs/vanilla.ini' is not understood" ranks 2 hourglass check jobs/vae.ini jobs/vanilla.ini
ends 66 "none.ini is not there" ranks 2 hourglass check none.ini
ends 73 "/proc/hourglass" ranks 2 hourglass check --folder /proc

# ---- any number of ranks, and a job of the user's ----------------------------------------------

certified 1 15
certified 3 16 jobs/conv-vae.ini
grep -q '^  conv-vae.ini  *ok  .* 3 ranks = 1 ' "$paper" || { cat "$paper"; fail "conv-vae"; }
LIMIT=280 # the minute and a half is for two ranks: nine on two cores may spin
certified 9 16 # more ranks than the golden jobs have shards
grep -q '^  all ranks  *ok  .* 9 ranks = 1 ' "$paper" || { cat "$paper"; fail "all ranks"; }
exit 0
