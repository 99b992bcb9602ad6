#!/bin/sh
# The report in a headless browser: no complaint, no request, the page's decoder agrees with the
# program's, the explorer answers, and without scripts all else is there.
. "$TESTS/common.sh"
python_with numpy h5py
if ! command -v chromium >/dev/null; then
    echo "skipped: there is no chromium here"
    exit 77
fi
[ -f "$DATA" ] || { echo "skipped: no data set here (data/get-mnist.sh)"; exit 77; }

# report FOLDER: both must be there, the program must say so.
report() {
    hourglass-analysis report "$1" | grep -q "report.html" || fail "no report of $1"
}

# A decoder of every kind of layer and activation.
cat >"$SCRATCH/kinds.ini" <<'END'
[run]
name = kinds
[model]
input = 28x28x1
encoder =
    noise 0.1
    flatten
    dense 6 tanh
decoder =
    dense 90 selu
    batchnorm leaky-relu
    noise 0.2
    reshape 3x3x10
    conv_transpose 6 3x2 valid stride 2 relu
    batchnorm
    upsample 2x3
    conv 5 3x3 same stride 2 leaky-relu
    dropout 0.1
    conv_transpose 4 3x3 same stride 3 tanh
    maxpool 2x2 same
    conv 3 2x2 valid sigmoid
    flatten
    dense 784 sigmoid
[training]
loss = mse
learning_rate = 0.01
END
cat >"$SCRATCH/dense.ini" <<'END'
[model]
input = 28x28x1
encoder =
    dense 100 relu
    sampling 2
decoder =
    dense 100 relu
    dense 784 sigmoid
[training]
loss = bce-sum
END
name='<script>alert(1)</script>&"'"'"'<img src=x onerror=alert(2)>'
train 1 "$SCRATCH/dense.ini" "$SCRATCH/dense" --limit 2000 --epochs 1 --set "run.name=$name" ||
    fail "train dense"
train 1 jobs/conv-vae.ini "$SCRATCH/conv" --limit 2000 --epochs 1 || fail "train conv"
train 1 "$SCRATCH/kinds.ini" "$SCRATCH/kinds" --limit 1000 --epochs 1 || fail "train kinds"
train 1 jobs/vae.ini "$SCRATCH/float16" --limit 500 --epochs 1 || fail "train float16"
train 1 jobs/deep.ini "$SCRATCH/int8" --limit 500 --epochs 1 || fail "train int8"
for run in dense conv kinds float16 int8; do report "$SCRATCH/$run"; done

# The same bytes again.
cp "$SCRATCH/dense/report.html" "$SCRATCH/first.html"
report "$SCRATCH/dense"
cmp "$SCRATCH/first.html" "$SCRATCH/dense/report.html" || fail "two reports of one run differ"

exec timeout -k 5 200 "$python" "$TESTS/analysis/test_report_page.py" "$SCRATCH"
