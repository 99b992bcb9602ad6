#!/bin/sh
# Every job trains on 1, 2, 3 and 8 ranks to the same checkpoint.
. "$TESTS/common.sh"

for job in jobs/*.ini; do
    name=$(basename "$job" .ini) data=$(data_of "$job")
    for n in 1 2 3 8; do
        train "$n" "$job" "$SCRATCH/$name-$n" --file "$data" --limit 2000 --epochs 1 --no-encode
        same "$name, $n ranks" "$(newest "$SCRATCH/$name-1")" "$(newest "$SCRATCH/$name-$n")"
    done
    echo "$name: the same on 1, 2, 3, 8 ranks"
done
exit 0
