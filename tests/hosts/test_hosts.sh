#!/bin/sh
# hosts.sh makes what it says: hosts with names, places, memory and links of their own, which end
# with it, and a word where they cannot be made.
. "$TESTS/common.sh"
hosts=$TESTS/hosts/hosts.sh
bin=$(dirname "$(command -v hourglass)")
"$hosts" 1x1 -- true || exit $?

# stands SHAPE PLACE HOST...: ranks 0, 1 ... are on these hosts, whose /dev/shm has four pages.
stands() {
    shape=$1 place=$2
    shift 2
    "$hosts" "$shape" --place "$place" --shm 16k -- sh -c \
        'echo "$OMPI_COMM_WORLD_RANK $(hostname) $(stat -f -c %b /dev/shm)"' | sort -n >"$SCRATCH/is"
    for host; do echo "$host 4"; done | awk '{ print NR - 1, $0 }' | cmp - "$SCRATCH/is" ||
        { cat "$SCRATCH/is"; fail "$shape, $place: not there or no memory of its own"; }
}
stands 3x2 block n1 n1 n2 n2 n3 n3
stands 1,3 cyclic n1 n2 n2 n2
"$hosts" 2,3 --place random:1 -- hostname | sort | uniq -c | tr -s ' \n' ' ' >"$SCRATCH/is"
[ "$(cat "$SCRATCH/is")" = " 2 n1 3 n2 " ] || fail "random places are others: $(cat "$SCRATCH/is")"

code=0
"$hosts" 2x1 -- sh -c 'exit 3' >"$SCRATCH/log" 2>&1 || code=$?
[ $code = 3 ] || fail "exit code $code, not 3"

# Ranks of two hosts meet over the bridge, at no more than the stated rate.
began=$(date +%s%N)
"$hosts" 2x2 --rate 40mbit --wire "$SCRATCH/wire" -- "$bin/bench_sums" 2 250000 >"$SCRATCH/log"
milliseconds=$((($(date +%s%N) - began) / 1000000))
for host in n1 n2; do
    bytes=$(sed -n "s/^$host //p" "$SCRATCH/wire")
    [ "$bytes" -gt 2000000 ] || fail "$host sends $bytes bytes for sums of a million and more"
    [ $((bytes / 5000)) -le $milliseconds ] || fail "$host: $bytes bytes in $milliseconds ms"
done
# A message passes two links; ranks that begin one after the other wait for two.
"$hosts" 2x1 --delay 15 -- "$bin/bench_sums" 3 10 >"$SCRATCH/log"
awk -F , '/^allreduce/ { exit !($3 > 0.030 && $3 < 0.075) }' "$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "a message is not delayed by 30 ms"; }

# Whoever ends hosts.sh ends all of it.
mark="sleep 3$$" # which nobody else does

# comes_to NUMBER: so many sleep, in a while.
comes_to() {
    waited=0
    while [ "$(pgrep -c -x -f "$mark")" != "$1" ]; do
        waited=$((waited + 1))
        [ $waited -lt 100 ] || fail "not $1 sleep: $(pgrep -x -a -f "$mark")"
        sleep 0.1
    done
}
for signal in KILL TERM; do
    # shellcheck disable=SC2086 # a program and its argument
    "$hosts" 2x1 -- $mark >"$SCRATCH/log" 2>&1 &
    pid=$!
    comes_to 2
    kill -$signal $pid
    wait $pid || :
    comes_to 0
done

# Where there are no namespaces.
mkdir "$SCRATCH/bin"
printf '#!/bin/sh\necho "unshare: not permitted" >&2\nexit 1\n' >"$SCRATCH/bin/unshare"
chmod +x "$SCRATCH/bin/unshare"
code=0
PATH=$SCRATCH/bin:$PATH "$hosts" 2x1 -- true >"$SCRATCH/log" 2>&1 || code=$?
[ $code = 77 ] && [ "$(wc -l <"$SCRATCH/log")" = 1 ] && grep -q "^skipped: .*not permitted" "$SCRATCH/log" ||
    { cat "$SCRATCH/log"; fail "exit code $code without namespaces"; }
exit 0
