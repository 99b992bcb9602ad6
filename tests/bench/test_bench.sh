#!/bin/sh
# The benchmark measures what it says, on a setting of a few seconds; no time is judged.
. "$TESTS/common.sh"
export ASAN_OPTIONS=detect_leaks=0 # Open MPI's, as in mpirun.sh
here=$TESTS/bench programs=$(dirname "$(command -v bench_sums)") out=$SCRATCH/out

python3 "$here/test_work.py" jobs || fail "test_work.py"

# The shapes that the work is counted from are hourglass's own.
for job in vanilla vae conv conv-deep conv-tanh conv-vae; do
    hourglass train jobs/$job.ini --file "$DATA" --dry-run 2>&1 |
        awk '/^    [a-z0-9_]+ +[0-9x]+ / && $1 != "encoder" { print $2 }' >"$SCRATCH/ours"
    PYTHONPATH=$here python3 -c "
import work
for layer in work.Job('jobs/$job.ini').layers:
    print('x'.join(map(str, layer.made)) if layer.made[:2] != (1, 1) else layer.made[2])
" >"$SCRATCH/theirs"
    [ -s "$SCRATCH/ours" ] || fail "no layers of $job"
    cmp "$SCRATCH/ours" "$SCRATCH/theirs" || fail "$job has other shapes in work.py"
done

# Sums are right on every rank, and a wrong one on one rank is seen.
ranks 2 bench_sums 5 1 1000 >"$SCRATCH/sums" || fail "bench_sums"
[ "$(awk -F, '$3 > 0 && $4 <= $3 && $3 <= $5' "$SCRATCH/sums" | wc -l)" = 8 ] ||
    fail "bench_sums prints: $(cat "$SCRATCH/sums")"
ranks 3 bench_sums 1 100 >/dev/null || fail "bench_sums on three ranks"
ranks 2 bench_sums --spoil 2 1000 >/dev/null 2>&1 && fail "a spoiled sum is not seen"

# The whole driver, with PyTorch where it is installed.
for python in python3 /usr/bin/python3 ""; do
    [ -n "$python" ] && "$python" -c 'import torch, h5py' 2>/dev/null && break
done
torch=${python:+--torch}

# A second PyTorch, whose products are wrong where nobody has set its kernels: others are taken.
# What the caller has set is not.
export OPENBLAS_CORETYPE=Nehalem
spoiled="" has_avx2=$(grep -c -m 1 -w avx2 /proc/cpuinfo || true)
if [ "$torch" ] && [ "$has_avx2" = 1 ] && "$python" -m venv --without-pip --system-site-packages \
    "$SCRATCH/spoiled"; then
    spoiled=$SCRATCH/spoiled/bin/python3
    place=$(echo "$SCRATCH"/spoiled/lib/python3*/site-packages)
    echo "import spoil" >"$place/spoil.pth"
    cat >"$place/spoil.py" <<END
import os, sys
kernels = os.environ.get("OPENBLAS_CORETYPE", "its own pick")
if kernels == "its own pick":
    sys.path.append("$("$python" -c 'import os, torch
print(os.path.dirname(os.path.dirname(torch.__file__)))')")
    import torch
    torch.Tensor.__matmul__ = lambda a, b: torch.matmul(a, b) * (
        1.001 if a.dtype == torch.float32 else 1)
print(kernels, file=open("$SCRATCH/kernels", "a"))
END
fi
[ "$(nproc)" -ge 2 ] || { echo "skipped: one core"; exit 77; }
"${python:-python3}" "$here/bench.py" "$out" --programs "$programs" --data "$DATA" \
    --only vanilla-32 --only sums --repeat 1 --seconds 0.02 ${torch:---no-torch} \
    ${spoiled:+--python "$spoiled"} >"$SCRATCH/report" 2>"$SCRATCH/log" ||
    fail "bench.py: $(cat "$SCRATCH/log")"
if [ "$spoiled" ]; then
    [ "$(grep -c '| vanilla-32 | .* / PyTorch .*, which is wrong)' "$SCRATCH/report")" = 2 ] ||
        fail "wrong products are not seen, alone and by DDP: $(cat "$SCRATCH/report")"
    grep -q Nehalem "$SCRATCH/kernels" && fail "the caller's kernels reach PyTorch"
    [ "$(tail -n 1 "$SCRATCH/kernels")" != "its own pick" ] || fail "trained on wrong kernels"
fi

# rows CONTENDER QUANTITY: how many of them are there with a positive value.
rows() {
    python3 -c "
import csv, sys
print(sum(row['contender'].startswith('$1') and row['quantity'].startswith('$2')
          and float(row['value']) > 0 for row in csv.DictReader(open('$out/bench.csv'))))"
}
for who in "1 rank" "2 ranks" "1 rank, 8 shards" "1 rank, OpenBLAS" ${torch:+"PyTorch [0-9.]*" \
    "PyTorch [0-9.]* DDP of 2"}; do
    grep -q "| $who " "$SCRATCH/report" || fail "the report does not name $who"
done
[ "$(rows '2 ranks' rate)" = 1 ] || fail "rates of two ranks"
[ "$(rows '1 rank, OpenBLAS' rate)" = 1 ] || fail "rates of OpenBLAS"
[ -z "$torch" ] || [ "$(rows PyTorch rate)" -ge $((${spoiled:+2} + 2)) ] || fail "rates of PyTorch"
grep -q "| vanilla-32 | 1 rank, OpenBLAS / 1 rank " "$SCRATCH/report" || fail "no cost of the bits"
[ "$(rows limits copy)" -ge 1 ] || fail "copies"
[ "$(rows limits product)" -gt 30 ] || fail "products"
[ "$(rows sums allreduce)" = 3 ] && [ "$(rows sums ordered)" = 9 ] || fail "sums"
grep -q 'ordered of 4385 floats / allreduce of 4385 floats' "$SCRATCH/report" || fail "no goal"

# Cost as work grows, and of files.
if [ "$torch" ]; then # h5py makes the rows
    small=$SCRATCH/small.h5
    PYTHONPATH=$here "$python" -c "import growth; growth.make('$small', 2000)"
    "$python" "$here/growth.py" "$out" --programs "$programs" --data "$small" --rows 600 6000 \
        --repeat 1 --seconds 0.02 >"$SCRATCH/growth" 2>"$SCRATCH/log" ||
        fail "growth.py: $(cat "$SCRATCH/log")"
    [ "$(grep -c '^| [12] *| 6' "$SCRATCH/growth")" = 4 ] || fail "$(cat "$SCRATCH/growth")"
    [ "$(grep -c '^| [12] rank' "$SCRATCH/growth")" = 2 ] || fail "$(cat "$SCRATCH/growth")"
fi

# What cannot run is an error, not a hole in the table.
"${python:-python3}" "$here/bench.py" "$out" --programs "$programs" --data "$SCRATCH/none.h5" \
    --only vanilla-32 --repeat 1 --seconds 0.02 --no-torch >/dev/null 2>&1 &&
    fail "a run that fails is not told"
exit 0
