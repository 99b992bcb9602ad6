#!/bin/sh
# The last line of .ci/run counts every test, check and mutant, and a step that crashes or says
# nothing as one that failed.
. "$TESTS/common.sh"
tree=$SCRATCH/tree
mkdir -p "$tree/.ci" "$tree/tests/mutants"
cp .ci/run "$tree/.ci/"

# says SCRIPT CODE TEXT: that script prints the text and ends with the code.
says() {
    printf '#!/bin/sh\nprintf "%%s\\n" "%s"\nexit %d\n' "$3" "$2" >"$tree/tests/$1"
    chmod +x "$tree/tests/$1"
}

# ends_with CODE LINE: .ci/run does.
ends_with() {
    code=0
    "$tree/.ci/run" >"$SCRATCH/log" 2>&1 || code=$?
    [ "$code $(tail -n 1 "$SCRATCH/log")" = "$1 $2" ] ||
        fail "wanted $1 $2, not $code $(tail -n 1 "$SCRATCH/log")"
}

all_is_well() {
    says run.sh 0 "100% tests passed, 0 tests failed out of 20"
    says checks.sh 0 "100% tests passed, 0 tests failed out of 7
3 checks, 0 failed"
    says mutants/run.sh 0 "10 mutants, 0 survived"
}
all_is_well && ends_with 0 "40 passed, 0 failed"
all_is_well && says run.sh 8 "95% tests passed, 1 tests failed out of 20"
ends_with 1 "39 passed, 1 failed"
all_is_well && says run.sh 1 "ninja: build stopped" && ends_with 1 "20 passed, 1 failed"
all_is_well && says run.sh 0 "" && ends_with 1 "20 passed, 1 failed"
all_is_well && says run.sh 8 "100% tests passed, 0 tests failed out of 20"
ends_with 1 "40 passed, 1 failed"
all_is_well && says checks.sh 1 "100% tests passed, 0 tests failed out of 7
3 checks, 1 failed"
ends_with 1 "39 passed, 1 failed"
all_is_well && says mutants/run.sh 1 "10 mutants, 2 survived" && ends_with 1 "38 passed, 2 failed"
all_is_well && rm "$tree/tests/mutants/run.sh" && ends_with 1 "30 passed, 1 failed"
exit 0
