#!/bin/sh
# What all ranks need is read by one of them: job file, checkpoint, the program itself.  Of the data
# set each byte is read once over all ranks, whatever its layout.
. "$TESTS/common.sh"
reads=$(dirname "$(command -v hourglass)")/apps_reads.so
log=$SCRATCH.reads # not itself below the folder that is watched

# reading OF N ARGS...: $log has what the ranks open and read of files whose path holds OF.
reading() {
    of=$1 n=$2
    shift 2
    rm -f "$log"
    ranks "$n" env LD_PRELOAD="$reads" READS_OF="$of" READS_LOG="$log" hourglass "$@" \
        2>"$SCRATCH/log" >&2 || { cat "$SCRATCH/log"; fail "$*"; }
}

# readers FILE: how many ranks have opened it.
readers() {
    grep " opens .*$1\$" "$log" | cut -d ' ' -f 1 | sort -u | wc -l
}

# bytes FILE: that all ranks have read of it.
bytes() {
    awk -v of="$1" '$2 == "reads" && index($4, of) { n += $3 } END { print n + 0 }' "$log"
}

# one WHAT FILE
one() {
    [ "$(readers "$2")" = 1 ] || { cat "$log"; fail "$1, $n ranks: $(readers "$2") read $2"; }
}

# once WHAT DATA MORE: its bytes are read once, but for so many that say where the others are.
once() {
    size=$(wc -c <"$2") read=$(bytes "$2")
    [ "$read" -ge $((size * 9 / 10)) ] || fail "$1: only $read bytes of $size are seen"
    [ "$read" -le $((size + $3)) ] || { cat "$log"; fail "$1: $read bytes of $size are read"; }
}

hourglass import --make pixels --rows 1000 -o "$SCRATCH/data.h5" 2>"$SCRATCH/log"
cp jobs/vanilla.ini "$SCRATCH/some.ini"
options="--shards 8 --batch 200 --epochs 1 --progress none"
for n in 1 2 8; do
    run=$SCRATCH/run-$n
    reading "$SCRATCH/" $n train "$SCRATCH/some.ini" --file "$SCRATCH/data.h5" --folder "$run" $options
    one train some.ini
    once "train, $n ranks" "$SCRATCH/data.h5" 30000
    [ "$(readers 'results.h5.part.*')" = $n ] || fail "not all ranks are seen"
    reading "$SCRATCH/" $n train "$run" --resume --epochs 2 --progress none
    one resume "job.ini"
    one resume "checkpoint-0001-000000.h5"
    reading "$SCRATCH/" $n encode "$run"
    one encode "job.ini"
    one encode "checkpoint-0002-000000.h5"
done
reading /proc/self/exe 8 train "$SCRATCH/some.ini" --file "$SCRATCH/data.h5" --dry-run $options
one program /proc/self/exe

# ---- chunks ----------------------------------------------------------------------------------

python_with h5py
train 1 "$SCRATCH/some.ini" "$SCRATCH/whole" --file "$SCRATCH/data.h5" $options --no-encode
bits() {
    hourglass info --bits "$(newest "$1")"
}
# A chunk that several ranks have rows of; one for all; small ones that do not begin where ranks do.
for chunk in 300,28,28,1 1000,14,28,1 7,28,28,1; do
    "$python" - "$SCRATCH/data.h5" "$SCRATCH/chunks.h5" $chunk <<'END'
import sys, h5py
chunk = tuple(int(n) for n in sys.argv[3].split(","))
with h5py.File(sys.argv[1]) as old, h5py.File(sys.argv[2], "w") as new:
    for key in old.attrs: new.attrs[key] = old.attrs[key]
    for split in "train", "test":
        for name, array in old[split].items():
            rows = (min(chunk[0], len(array)),) + chunk[1:array.ndim]
            copy = new.create_dataset(f"{split}/{name}", data=array[()], chunks=rows,
                                      compression=1, shuffle=True, fletcher32=True)
            for key in array.attrs: copy.attrs[key] = array.attrs[key]
END
    for n in 2 8; do
        run=$SCRATCH/chunks-$n
        reading "$SCRATCH/" $n train "$SCRATCH/some.ini" --file "$SCRATCH/chunks.h5" --folder "$run" \
            $options --no-encode --overwrite
        once "chunks of $chunk, $n ranks" "$SCRATCH/chunks.h5" $((50000 * n)) # and the index of the chunks, by each
        [ "$(bits "$run")" = "$(bits "$SCRATCH/whole")" ] || fail "chunks of $chunk, $n ranks: other bits"
    done
done
exit 0
