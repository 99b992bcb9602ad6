#!/bin/sh
# Every job comes to the digests of tests/golden/digests: all of them on one rank; on 2, 3 and 8,
# and with every set of vector instructions that this CPU has, the small ones and two of jobs/, and
# all where GOLDEN=all says so.
. "$TESTS/common.sh"
golden=$TESTS/golden

for job in jobs/*.ini "$golden"/*.ini; do
    grep -q "^$(basename "$job" .ini) " "$golden/digests" || fail "$job is not in the list"
done

some="vanilla vae $(cd "$golden" && basename -a -s .ini ./*.ini)"
[ "${GOLDEN:-}" != all ] || some=
# equal WHAT FILE: the lines that were computed are those of the list.
equal() {
    [ -s "$2" ] || fail "nothing was computed $1"
    if grep -vxFf "$golden/digests" "$2"; then
        grep '^#' "$golden/digests" | tail -n 1
        fail "these digests, and not those of tests/golden/digests, are come to $1"
    fi
}
# shellcheck disable=SC2086 # a word a name
for n in 1 2 3 8; do
    names=$some
    [ $n != 1 ] || names=
    "$golden/run.sh" $n $names >"$SCRATCH/$n"
    equal "on $n ranks" "$SCRATCH/$n"
done
sets=0
# shellcheck disable=SC2086
for set in portable neon avx2 avx512; do
    HOURGLASS_RUN_ISA=$set "$golden/run.sh" 1 $some >"$SCRATCH/$set" 2>"$SCRATCH/log" || {
        grep -q "run.isa = $set" "$SCRATCH/log" && continue
        cat "$SCRATCH/log"
        fail "no run with $set"
    }
    equal "with $set" "$SCRATCH/$set"
    sets=$((sets + 1))
done
[ $sets -gt 0 ] || fail "no set of instructions was tried"

# Control: another seed comes to other digests.
HOURGLASS_RUN_SEED=77 "$golden/run.sh" 1 golden-dense >"$SCRATCH/other"
grep -qxFf "$golden/digests" "$SCRATCH/other" && fail "another seed has the same digests"
exit 0
