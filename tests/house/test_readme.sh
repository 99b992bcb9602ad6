#!/bin/sh
# The README names every setting, job, figure, command, layer and exit code that there is, and
# none that is not; its options, paths and tests exist.
. "$TESTS/common.sh"
hourglass --help >"$SCRATCH/help"
hourglass-analysis figures --list >"$SCRATCH/figures"
for command in "" figures compare report; do
    hourglass-analysis $command --help
done >"$SCRATCH/analysis-help"

# Options of the other programs in the README: cmake, mpirun, tests/bench/run.sh.
foreign="preset build install oversubscribe repeat short"

# Its sections by title, and what is code in a text: in backticks or indented.
section() {
    awk -v title="## $2" '/^## / { inside = $0 == title; next } inside' "$1"
}
code() {
    sed '/^```/,/^```/d' "$1" >"$SCRATCH/text"
    sed -n 's/^    //p' "$SCRATCH/text"
    sed '/^    /d' "$SCRATCH/text" | tr '\n' ' ' | awk 'BEGIN { RS = "`" } NR % 2 == 0'
}

# The words in backticks in a column of a section's tables.
column() {
    section "$1" "$2" | grep '^|' | cut -d'|' -f"$3" | grep -o '`[^`]*`' | tr -d '`'
}

# settings README: a line `run.seed` for each in the table; what stands in brackets explains.
settings() {
    section "$1" Settings | sed -n 's/^| `\[\([a-z]*\)\]` | \(.*\) |$/\1|\2/p' |
        while IFS='|' read -r group row; do
            echo "$row" | sed 's/([^)]*)//g' | grep -o '`[^`]*`' | tr -d '`' | sed "s/^/$group./"
        done
}

# choices_in_readme README, choices_in_help: `loss bce bce-sum`, where a bracket lists words.
choices_in_readme() {
    section "$1" Settings | grep '^| `\[' |
        grep -o '`[a-z_]*` ([a-z-]*\(, [a-z-]*\)\{1,\})' | tr -d '`(),'
}
choices_in_help() {
    sed -n 's/^  [a-z]*\.\([a-z_]*\) .*: \([^:]*\) (default [^()]*)$/\1 \2/p' "$SCRATCH/help"
}

# A fault, in words.
wrong() {
    echo "README.md: $*"
    faults=1
}

# same_list WHAT: the sorted lines of there and here are the same.
same_list() {
    sort -u "$SCRATCH/there" >"$SCRATCH/a"
    sort -u "$SCRATCH/here" >"$SCRATCH/b"
    [ -s "$SCRATCH/b" ] || wrong "no $1 are found in the program"
    for name in $(comm -13 "$SCRATCH/a" "$SCRATCH/b" | tr ' ' '~'); do
        wrong "names no $1 '$name'"
    done
    for name in $(comm -23 "$SCRATCH/a" "$SCRATCH/b" | tr ' ' '~'); do
        wrong "there is no $1 '$name'"
    done
}

check_tables() {
    column "$1" "The jobs" 2 >"$SCRATCH/there"
    (cd jobs && ls -- *.ini) | sed 's/\.ini$//' >"$SCRATCH/here"
    same_list job
    column "$1" "The figures" 2 >"$SCRATCH/there"
    awk '{ print $1 }' "$SCRATCH/figures" >"$SCRATCH/here"
    same_list figure
    settings "$1" >"$SCRATCH/there"
    sed -n 's/^  \([a-z]*\.[a-z0-9_]*\) .*/\1/p' "$SCRATCH/help" >"$SCRATCH/here"
    same_list setting
    section "$1" "Exit codes" | tr '\n' ' ' | sed 's/([^)]*)//g; s/·/\n/g' |
        sed -n 's/^ *\([0-9][0-9]*\) .*/\1/p' >"$SCRATCH/there"
    house_exit_codes >"$SCRATCH/here"
    same_list "exit code"
}

check_lists() {
    choices_in_help >"$SCRATCH/choices"
    choices_in_readme "$1" | while read -r name words; do
        grep -q "^$name " "$SCRATCH/choices" && echo "$name $words"
    done >"$SCRATCH/there"
    cut -d' ' -f1 "$SCRATCH/there" | while read -r name; do
        grep "^$name " "$SCRATCH/choices"
    done >"$SCRATCH/here"
    same_list choice
    section "$1" Settings | tr '\n' ' ' | sed 's/.*Activations: \([^.]*\)\..*/\1/; s/, /\n/g' \
        >"$SCRATCH/there"
    sed -n 's/^activations: //p' "$SCRATCH/help" | sed 's/, /\n/g' >"$SCRATCH/here"
    same_list activation
    section "$1" Settings >"$SCRATCH/section"
    code "$SCRATCH/section" | cut -d' ' -f1 >"$SCRATCH/words"
    for layer in $(sed -n '/^layers/,/^activations/s/^  \([a-z_]*\).*/\1/p' "$SCRATCH/help"); do
        grep -qx "$layer" "$SCRATCH/words" || wrong "names no layer '$layer'"
    done
}

check_commands() {
    code "$1" | grep -o 'hourglass\(-analysis\)\{0,1\} [a-z][a-z]*' >"$SCRATCH/there"
    grep -o '^  .*hourglass [a-z]*' "$SCRATCH/help" | sed 's/.*hourglass/hourglass/' >"$SCRATCH/here"
    sed -n 's/^  \([a-z][a-z]*\)  .*/hourglass-analysis \1/p' "$SCRATCH/analysis-help" |
        grep -v -e ' tableau' -e ' tol' -e ' petroff' >>"$SCRATCH/here"
    same_list command
}

# An option is in a help text, or a setting's.
check_options() {
    for option in $(grep -o -e '--[a-z][a-z0-9_-]*' "$1" | sort -u); do
        name=${option#--}
        case " $foreign " in *" $name "*) continue ;; esac
        grep -q -e "$option\([^a-z0-9_-]\|\$\)" "$SCRATCH/help" "$SCRATCH/analysis-help" ||
            grep -q "^  [a-z]*\.$name " "$SCRATCH/help" || wrong "there is no option $option"
    done
    for name in $(grep -o -e '-DHOURGLASS_[A-Z_]*' "$1" | sed 's/-D//' | sort -u); do
        grep -q "$name" CMakeLists.txt || wrong "cmake has no $name"
    done
    for name in $(grep -o '[^D]HOURGLASS_[A-Z0-9_]*' "$1" | cut -c2- | sort -u); do
        sed -n 's/^  \([a-z]*\)\.\([a-z0-9_]*\) .*/HOURGLASS_\1_\2/p' "$SCRATCH/help" |
            tr 'a-z' 'A-Z' | grep -qx "$name" || wrong "no setting is read from $name"
    done
}

check_paths() {
    code "$1" | tr -s ' ' '\n' >"$SCRATCH/words"
    for path in $(grep -x '\(tests\|jobs\|cmake\|data\|analysis\)/.*\.\(sh\|c\|py\|ini\|sbatch\)' "$SCRATCH/words") \
        $(sed -n 's/.*](\([^)]*\)).*/\1/p' "$1"); do
        [ -e "$path" ] || wrong "there is no $path"
    done
    for name in $(grep -x 'test_[a-z_]*\.\(sh\|c\|py\)' "$SCRATCH/words"); do
        [ "$(find tests -name "$name")" ] || wrong "there is no test $name"
    done
}

# check README: print all that is wrong with it; fail where there is something.
check() {
    faults=0
    check_tables "$1"
    check_lists "$1"
    check_commands "$1"
    check_options "$1"
    check_paths "$1"
    [ $faults = 0 ]
}

# What --help says of the exit codes is true as well.
house_exit_codes | sort -nu >"$SCRATCH/here"
sed -n '/^exit codes:/,$p' "$SCRATCH/help" | tr -s ',:\n' '\n' | sed -n 's/^ *\([0-9][0-9]*\) .*/\1/p' |
    cmp - "$SCRATCH/here" || fail "--help names other exit codes"

check README.md || exit 1

# Negative controls: each of these is seen, in these words.
seen() {
    sed "$2" README.md >"$SCRATCH/spoilt.md"
    cmp -s README.md "$SCRATCH/spoilt.md" && fail "this changes nothing: $2"
    check "$SCRATCH/spoilt.md" >"$SCRATCH/faults" && fail "not seen: $2"
    grep -qF "$1" "$SCRATCH/faults" || { cat "$SCRATCH/faults"; fail "not said: $1"; }
}
seen "names no job 'vae-20'" '/^| `vae-20`/d'
seen "there is no job 'vanila'" 's/^| `vanilla` |/| `vanila` |/'
seen "names no figure 'generated'" '/^| `generated`/d'
seen "there is no figure 'residuals'" 's/^| `generated`/| `residuals`/'
seen "names no setting 'run.seed'" 's/`seed`, //'
seen "there is no setting 'run.sead'" 's/`seed`, /`sead`, /'
seen "there is no setting 'data.batch'" 's/`limit` (use/`batch` (use/'
seen "names no exit code '86'" 's/^86 stalled.*//'
seen "there is no exit code '74'" 's/^73 cannot/74 cannot/'
seen "there is no choice 'optimizer~sgd~adam'" 's/(sgd, rmsprop, adam)/(sgd, adam)/'
seen "there is no activation 'elu'" 's/selu, tanh/elu, tanh/'
seen "names no layer 'upsample'" 's/`upsample FHxFW`/upsampling/'
seen "there is no command 'hourglass~decode'" 's/hourglass encode runs/hourglass decode runs/'
seen "names no command 'hourglass-analysis~report'" 's/hourglass-analysis report/hourglass report/'
seen "there is no option --continue" 's/`--resume`/`--continue`/'
seen "cmake has no HOURGLASS_MARCH" 's/-DHOURGLASS_ARCH=/-DHOURGLASS_MARCH=/'
seen "from HOURGLASS_RUN_EPOCHS" 's/HOURGLASS_TRAINING_EPOCHS/HOURGLASS_RUN_EPOCHS/'
seen "there is no tests/apps/test_rank.sh" 's/test_ranks\.sh/test_rank.sh/'
seen "there is no test test_resumed.sh" 's/test_resume\.sh/test_resumed.sh/'
exit 0
