#!/bin/sh
# run.sh RANKS [NAME...]: the lines of tests/golden/digests, or those of these names, as the
# programs of the PATH compute them on that many ranks.
set -eu
cd "$(dirname "$0")/../.."
ranks=$1
shift
# A single process is no child of mpirun's: it may be one that mpirun cannot start.
export OMPI_MCA_ess_singleton_isolated=1
export LIMIT="${LIMIT:-300}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# start COMMAND...: on all ranks.
start() {
    if [ "$ranks" = 1 ]; then timeout "$LIMIT" "$@"; else tests/mpirun.sh "$ranks" "$@"; fi
}

# data_for SHAPE: made pixels, at hand or made here.
data_for() {
    [ -f "$folder/$1.h5" ] ||
        hourglass import --make pixels --shape "$1" --rows 600 -o "$folder/$1.h5" 2>"$folder/log"
    echo "$folder/$1.h5"
}

# bits FILE: its digest, short.
bits() {
    hourglass info --bits "$1" | cut -c 1-16
}

# come_to NAME ROWS BATCH EPOCHS: the job's line.
come_to() {
    job=jobs/$1.ini run=$folder/run
    [ -f "$job" ] || job=tests/golden/$1.ini
    data=$(data_for "$(sed -n 's/^input = //p' "$job")")
    rm -rf "$run"
    start hourglass train "$job" --file "$data" --folder "$run" --limit "$2" --batch "$3" \
        --epochs "$4" --progress none 2>"$folder/log" </dev/null ||
        { tail -n 5 "$folder/log" >&2; echo "run.sh: $1 fails" >&2; return 1; }
    checkpoint=$(ls "$run"/checkpoint-*.h5 | tail -n 1)
    printf '%-18s %5d %5d %6d  %s  %s\n' "$@" "$(bits "$checkpoint")" "$(bits "$run/results.h5")"
}

while read -r name rows batch epochs _; do
    case " $* " in "  " | *" $name "*) come_to "$name" "$rows" "$batch" "$epochs" ;; esac
done <<END
$(grep -v '^#' tests/golden/digests)
END
