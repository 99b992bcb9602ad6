#!/bin/sh
# links.sh [RATE [SHAPE...]]: how the job `vae` trains over links of that rate (200mbit; four hosts with
# 1, 2, 4, 8 ranks), and its sum beside MPI_Allreduce's of as many floats over the same links.
# The programs of the PATH, or those of build/.
set -eu
cd "$(dirname "$0")/../.."
PATH=$PATH:$PWD/build/bin
rate=${1:-200mbit}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 4x1 4x2 4x4 4x8
floats=807700 rows=2560
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
LIMIT=300 && export LIMIT
hourglass import --make pixels --shape 28x28x1 --rows $rows -o "$folder/pixels.h5" 2>"$folder/log"

printf '%6s %10s %9s %9s %12s %9s %6s\n' hosts samples/s "s/step" "s/sum" "allreduce, s" "ours, s" ratio
for shape; do
    tests/hosts/hosts.sh "$shape" --rate "$rate" -- hourglass train jobs/vae.ini --file "$folder/pixels.h5" \
        --folder "$folder/run" --overwrite --limit $rows --epochs 1 --shards 32 --no-encode \
        --progress none 2>"$folder/log" || { cat "$folder/log"; exit 1; }
    speed=$(awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "samples_per_second") at = i }
        END { print $at }' "$folder/run/metrics.csv")
    sum=$(sed -n 's/.*"allreduce": \([0-9.]*\), "waiting": \([0-9.]*\).*/\1 \2/p' \
        "$folder/run/summary.json" | awk '{ print $1 + $2 }')
    tests/hosts/hosts.sh "$shape" --rate "$rate" -- bench_sums 5 $floats >"$folder/sums"
    awk -F , -v shape="$shape" -v speed="$speed" -v sum="$sum" -v steps=$((rows / 256)) '
        { median[$1] = $3 }
        END {
            mpi = median["allreduce"]; ours = median["ordered"]
            printf "%6s %10.0f %9.3f %9.3f %12.3f %9.3f %6.2f\n", shape, speed, 256 / speed,
                sum / steps, mpi, ours, ours / mpi
        }' "$folder/sums"
done
