#!/bin/bash
# A run cannot be lost: SIGKILL of all ranks, 20 times at random while checkpoints are written
# all the time, every second time once a file is seen half written; each time it goes on from a
# committed checkpoint, and the end is bit for bit that of the undisturbed run.
. "$TESTS/common.sh"
options="--file $DATA --limit 5984 --epochs 60 --no-encode"
often="--checkpoint_minutes 0.00001 --keep 2"
RANDOM=${SEED:-1}

train 1 jobs/vanilla.ini "$SCRATCH/whole" $options
run=$SCRATCH/killed

killed=0
for attempt in $(seq 40); do
    [ $killed -ge 20 ] && break
    rm -f "$run"/*.h5.part* # of an earlier kill
    ranks 2 hourglass train jobs/vanilla.ini --folder "$run" $options $often --resume \
        --progress none 2>>"$SCRATCH/kills.log" &
    pid=$!
    # Once it has begun to write; the program itself, not the mpirun and timeout in whose
    # arguments it is named too.
    before=$(newest "$run" 2>/dev/null || true)
    until [ "$(newest "$run" 2>/dev/null || true)" != "$before" ] || ! kill -0 $pid 2>/dev/null; do
        sleep 0.02
    done
    sleep "$(awk "BEGIN { print $RANDOM / 32768 * 0.6 }")"
    found=$(pgrep -f "^hourglass train .*$run ") || true
    if [ $((attempt % 2)) = 0 ]; then
        until compgen -G "$run/*.h5.part*" >/dev/null || ! kill -0 $pid 2>/dev/null; do :; done
    fi
    if [ -n "$found" ] && kill -0 $pid 2>/dev/null && kill -KILL $found 2>/dev/null; then
        killed=$((killed + 1))
        [ $((attempt % 2)) = 0 ] && compgen -G "$run/*.h5.part*" >/dev/null &&
            torn=$((${torn:-0} + 1))
    fi
    wait $pid || true
done
[ $killed -ge 20 ] || fail "only $killed kills"
echo "$killed kills, ${torn:-0} of them while a file was being written"
[ "${torn:-0}" -ge 1 ] || fail "no kill came while a file was being written"
train 2 jobs/vanilla.ini "$run" $options --resume
same "after 20 kills" "$(newest "$SCRATCH/whole")" "$(newest "$run")"
[ "$(grep -c "are done" "$SCRATCH/kills.log")" -gt 5 ] || fail "no kill came after a checkpoint"
exit 0
