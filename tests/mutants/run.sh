#!/bin/bash
# run.sh [--list] [--fit] [--today N] [NAME...]: plant one fault of the list after the other into a copy
# of this tree, build, and run the tests that should see it.
#
# NAME may be a pattern ('net/*'); --list only names them; --fit only looks whether they fit;
# --today N takes N, others every day.
# The last line is `N mutants, M survived`.  Exit code 1 where one survives, 2 where a mutant
# does not fit the tree any more (its old text is not there once, or it does not build) or the
# tests fail without one.
set -eu
cd "$(dirname "$0")/../.."

LIMIT=${LIMIT:-10} # seconds of one mpirun: a rank that waits for ever is seen too
LONGEST=120        # seconds of all tests of a mutant
export LIMIT
export OMPI_MCA_odls_base_sigkill_timeout=0 # where a rank has failed, mpirun ends at once

# ---- the list ---------------------------------------------------------------------------------

names=() words=() files=() olds=() news=() tests=() # of each mutant

# with TEXT LINE: the text with one line more; the first is taken without its indentation.
with() {
    [ -n "$1" ] && printf '%s\n%s' "$1" "$2" || printf '%s' "$2"
}

read_list() {
    local line i=-1
    while IFS= read -r line; do
        case $line in
        '#'* | '') ;;
        [a-z]*': '*)
            i=$((i + 1))
            names[i]=${line%%: *} words[i]=${line#*: } files[i]='' olds[i]='' news[i]='' tests[i]=''
            ;;
        '    - '*) olds[i]=$(with "${olds[i]}" "${line#    - }") ;;
        '    + '*) news[i]=$(with "${news[i]}" "${line#    + }") ;;
        '    ? '*) tests[i]=${line#    ? } ;;
        '    '*) files[i]=${line#    } ;;
        *) stop "tests/mutants/list: '$line' has no meaning" ;;
        esac
    done <tests/mutants/list
}

stop() {
    echo "run.sh: $*" >&2
    exit 2
}

# chosen PATTERN: the indices of the mutants that are called so.
chosen() {
    local i
    for i in "${!names[@]}"; do
        # shellcheck disable=SC2254 # it is a pattern
        case ${names[i]} in $1) echo "$i" ;; esac
    done
}

# todays N: N indices over the whole list; in total / N days each has had its turn.
todays() {
    local total=${#names[@]} day=$(($(date +%s) / 86400)) k
    for ((k = 0; k < $1 && k < total; k++)); do
        echo $(((k * (total / $1) + day) % total))
    done
}

# ---- the copy ---------------------------------------------------------------------------------

# All files that are or could be committed, and the data; a build that is quick to make.
make_copy() {
    copy=$(mktemp -d "${TMPDIR:-/tmp}/hourglass-mutants-XXXXXX")
    chmod 755 "$copy" # some tests look as somebody else
    trap 'sweep_up; rm -rf "$copy"' EXIT
    trap 'exit 2' INT TERM
    export TMPDIR=$copy/tmp
    git ls-files -z --cached --others --exclude-standard |
        tar -c --null --ignore-failed-read -T - | tar -x -C "$copy"
    mkdir -p "$TMPDIR" "$copy/data"
    for set in data/*.h5; do [ -e "$set" ] && ln -s "$PWD/$set" "$copy/data/"; done
    cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Mutants -DCMAKE_C_FLAGS=-O1 \
        -DHOURGLASS_TESTS=ON >/dev/null
    build
    all_tests=$(ctest --test-dir "$copy/build" -N | sed -n 's/^ *Test *#[0-9]*: //p')
}

# build [TARGET...]
build() {
    cmake --build "$copy/build" ${1:+--target "$@"} >"$copy/log" 2>&1
}

# End what a failed test has left behind: programs of the copy's build, mounts in it.
sweep_up() {
    local program place
    for program in /proc/[0-9]*/exe; do
        case $(readlink "$program") in
        "$copy"/build/bin/*) kill -9 "$(basename "$(dirname "$program")")" 2>/dev/null || : ;;
        esac
    done
    while read -r _ place _; do
        case $place in "$copy"/*) umount "$place" || : ;; esac
    done </proc/mounts
}

# matching REGEX: the tests that it names.
matching() {
    grep -xE "$1" <<<"$all_tests" || :
}

# targets_of REGEX: what its tests run.
targets_of() {
    local test
    for test in $(matching "$1"); do
        if [ -f "tests/$test.sh" ]; then
            echo all
        else
            test=${test%/[0-9]*} && echo "${test//\//_}"
        fi
    done | sort -u
}

# run_tests SECONDS REGEX: whether they pass within that time; 0: all the time they want.
run_tests() {
    local code=0
    timeout -k 5 "$1" ctest --test-dir "$copy/build" --no-tests=error --stop-on-failure \
        -R "^($2)\$" >"$copy/log" 2>&1 </dev/null || code=$?
    [ $code = 0 ] || sweep_up
    return $code
}

# ---- one mutant -------------------------------------------------------------------------------

# split I: `before` and `after` of its old text, where that stands in the file once.
split() {
    local text
    text=$(cat "${files[$1]}" && echo .) && text=${text%.}
    before=${text%%"${olds[$1]}"*} after=${text#*"${olds[$1]}"}
    [ -n "${olds[$1]}" ] && [ "$before" != "$text" ] && [[ $after != *"${olds[$1]}"* ]]
}

# plant I: the fault stands in the copy.
plant() {
    local before after
    split "$1" && printf '%s' "$before${news[$1]}$after" >"$copy/${files[$1]}"
}

# The first test that failed, as ctest says it; where all together took too long, none.
witness() {
    sed -n 's/^.*Test *#[0-9]*: \([^ ]*\) .*\*\*\*\([A-Za-z]*\).*$/\1 (\2)/p' "$copy/log" | head -n 1
}

# result I: `seen by TEST`, SURVIVED or what is wrong with the mutant.
result() {
    local seen
    plant "$1" || { echo "DOES NOT FIT: its old text must stand in ${files[$1]} once" && return; }
    # shellcheck disable=SC2046 # a word a target
    if ! build $(targets_of "${tests[$1]}"); then
        echo "DOES NOT BUILD: $(grep -m 1 'error:' "$copy/log")"
    elif run_tests "$LONGEST" "${tests[$1]}"; then
        echo "SURVIVED ${tests[$1]}"
    else
        seen=$(witness)
        echo "seen by ${seen:-hanging}"
    fi
}

# fit: name those that do not.
fit() {
    local i before after unfit=0
    for i in "${mutants[@]}"; do
        split "$i" 2>/dev/null && continue
        echo "${names[i]}: its old text must stand in ${files[i]} once"
        unfit=$((unfit + 1))
    done
    [ $unfit = 0 ] || stop "$unfit do not fit the tree any more: mend tests/mutants/list"
}

# Milliseconds.
now() {
    date +%s%3N
}

# try I: its line; the copy is whole again afterwards.
try() {
    local began line
    began=$(now)
    line=$(result "$1")
    [ -f "${files[$1]}" ] && cat "${files[$1]}" >"$copy/${files[$1]}"
    case $line in
    SURVIVED*) survived=$((survived + 1)) ;;
    DOES*) unfit=$((unfit + 1)) ;;
    esac
    printf '%-44s %5.1f s  %s\n' "${names[$1]}" "$((($(now) - began) / 100))e-1" "$line"
}

# ---- all --------------------------------------------------------------------------------------

# The same tests without a fault.
check_without() {
    local i
    for i in "${mutants[@]}"; do
        [ -n "$(matching "${tests[i]}")" ] || stop "${names[i]}: no test is called ${tests[i]}"
    done
    run_tests 0 "$(for i in "${mutants[@]}"; do echo "${tests[i]}"; done | sort -u | paste -sd '|')" &&
        return
    tail -n 20 "$copy/log" >&2
    stop "the tests fail without a mutant"
}

read_list
mutants=() list='' fit='' today=''
while [ $# -gt 0 ]; do
    case $1 in
    --list) list=1 ;;
    --fit) fit=1 ;;
    --today) today=${2:?} && shift ;;
    -*) stop "$1 is no option; write: run.sh [--list] [--fit] [--today N] [NAME...]" ;;
    *)
        more=$(chosen "$1")
        [ "$more" ] || stop "no mutant is called '$1'; --list names them"
        mapfile -t -O ${#mutants[@]} mutants <<<"$more"
        ;;
    esac
    shift
done
[ -z "$today" ] || mapfile -t mutants < <(todays "$today")
[ ${#mutants[@]} -gt 0 ] || mutants=("${!names[@]}")
if [ "$list" ]; then
    for i in "${mutants[@]}"; do printf '%-44s %s\n' "${names[i]}" "${words[i]}"; done
    exit
fi

[ -z "$fit" ] || { fit && exit; }

survived=0 unfit=0
make_copy
check_without
for i in "${mutants[@]}"; do try "$i"; done
[ $unfit = 0 ] || echo "$unfit do not fit the tree any more: mend tests/mutants/list" >&2
echo "${#mutants[@]} mutants, $survived survived"
[ $unfit = 0 ] || exit 2
[ $survived = 0 ]
