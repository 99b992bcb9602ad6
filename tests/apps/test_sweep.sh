#!/bin/sh
# A sweep over code sizes, and runs set side by side.
. "$TESTS/common.sh"
export FOLDER="$SCRATCH/sweep" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export ASAN_OPTIONS=detect_leaks=0 # as tests/mpirun.sh has it
export OPTIONS="--file $DATA --limit 1000 --epochs 2 --progress none"

jobs/sweep.sh conv-denoise 2 8 >"$SCRATCH/first" 2>"$SCRATCH/log" </dev/null ||
    { tail -n 20 "$SCRATCH/log" >&2; fail "the sweep"; }
for file in comparison.csv comparison.h5 comparison-losses.png code-size.png code-size.svg \
    code-size.pdf code-2/results.h5 code-8/results.h5; do
    [ -s "$FOLDER/$file" ] || fail "$file is missing"
done

# The table holds what the runs hold.
for code in 2 8; do
    loss=$(tail -n 1 "$FOLDER/code-$code/metrics.csv" | cut -d, -f4)
    grep -q "^\"code-$code\",.*,mse,2,$code,[0-9]*,[0-9.]*,$loss," "$FOLDER/comparison.csv" ||
        { cat "$FOLDER/comparison.csv" >&2; fail "the row of code $code, loss $loss"; }
done

# The best is the one with the least loss.
best=$(awk -F, 'NR > 1 && (NR == 2 || $8 < least) { least = $8; name = $1 }
                END { gsub("\"", "", name); print name }' "$FOLDER/comparison.csv")
grep -q "^best by test loss (mse): $best, " "$SCRATCH/first" || fail "the best is $best"

# The numbers of the curve are those of the table.
python=$(for p in python3 /usr/bin/python3; do $p -c "import h5py" 2>/dev/null && echo $p && break; done)
"$python" - "$FOLDER" <<'END' || fail "comparison.h5 and comparison.csv differ"
import csv, sys, h5py
rows = list(csv.DictReader(open(sys.argv[1] + "/comparison.csv")))
group = h5py.File(sys.argv[1] + "/comparison.h5")["figures/code_size"]
assert group.attrs["signal"] == "error" and list(group.attrs["axes"]) == ["code"]
assert list(group["code"][:]) == [float(r["code"]) for r in rows]
assert all(abs(a - float(r["validation_loss"])) < 1e-8 for a, r in zip(group["error"][:], rows))
assert all(0.1 < float(r["knn_accuracy"]) < 1 for r in rows)
END

# Begun again, nothing is trained twice and the files are the same.
cp "$FOLDER/comparison.csv" "$FOLDER/code-size.png" "$SCRATCH"
jobs/sweep.sh conv-denoise 2 8 >"$SCRATCH/second" 2>"$SCRATCH/log" </dev/null
cmp "$FOLDER/comparison.csv" "$SCRATCH/comparison.csv" || fail "another table the second time"
cmp "$FOLDER/code-size.png" "$SCRATCH/code-size.png" || fail "another figure the second time"

# Runs with other losses are compared by their squared error; equal names by folder.
train 1 jobs/vanilla.ini "$SCRATCH/code-2" --file "$DATA" --limit 1000 --epochs 1
hourglass-analysis compare "$FOLDER/code-2" "$SCRATCH/code-2" -o "$SCRATCH/mixed" >"$SCRATCH/log"
grep -q "^best by test squared error per image" "$SCRATCH/log" || fail "losses of two kinds"
grep -q "^$SCRATCH/code-2 " "$SCRATCH/log" || fail "two runs have one name"

# What is no run ends in one message, and nothing is written.
code=0
hourglass-analysis compare "$FOLDER/code-2" "$SCRATCH/sweep" -o "$SCRATCH/none" \
    >"$SCRATCH/log" 2>&1 || code=$?
[ "$code" = 66 ] && [ ! -e "$SCRATCH/none" ] || { cat "$SCRATCH/log"; fail "exit code $code"; }
[ "$(grep -c hourglass-analysis: "$SCRATCH/log")" = 1 ] || fail "not one message"
exit 0
