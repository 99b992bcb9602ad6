#!/bin/sh
# Every entry of tests/mutants/list fits the tree: its old text stands in its file once.
set -eu
cd "$TESTS/.."
tests/mutants/run.sh --fit

# The control: in a tree without its files none does.
mkdir -p "$SCRATCH/tests"
cp -r tests/mutants "$SCRATCH/tests/"
code=0
"$SCRATCH/tests/mutants/run.sh" --fit >"$SCRATCH/log" 2>&1 || code=$?
[ $code = 2 ] && grep -q "mend tests/mutants/list" "$SCRATCH/log" || {
    echo "exit code $code without any file"
    exit 1
}
