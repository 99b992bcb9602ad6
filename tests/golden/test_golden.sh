#!/bin/sh
# Every job comes to the digests of tests/golden/digests: all of them on one rank; on 2, 3 and 8
# the small ones and two of jobs/, and all where GOLDEN=all says so.
. "$TESTS/common.sh"
golden=$TESTS/golden

for job in jobs/*.ini "$golden"/*.ini; do
    grep -q "^$(basename "$job" .ini) " "$golden/digests" || fail "$job is not in the list"
done

some="vanilla vae $(cd "$golden" && basename -a -s .ini ./*.ini)"
[ "${GOLDEN:-}" != all ] || some=
for n in 1 2 3 8; do
    names=$some
    [ $n != 1 ] || names=
    # shellcheck disable=SC2086 # a word a name
    "$golden/run.sh" $n $names >"$SCRATCH/$n"
    [ -s "$SCRATCH/$n" ] || fail "nothing was computed on $n ranks"
    if grep -vxFf "$golden/digests" "$SCRATCH/$n"; then
        grep '^#' "$golden/digests" | tail -n 1
        fail "$n ranks come to these digests, and not to those of tests/golden/digests"
    fi
done

# Control: another seed comes to other digests.
HOURGLASS_RUN_SEED=77 "$golden/run.sh" 1 golden-dense >"$SCRATCH/other"
grep -qxFf "$golden/digests" "$SCRATCH/other" && fail "another seed has the same digests"
exit 0
