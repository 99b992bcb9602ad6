#!/bin/sh
# Every #include points down the staircase and is written in the one form of its place, each
# outside library is named in its room only, and no files call each other in a circle: x.c includes
# y.h where it calls y.c.
#
# A room is a folder of src/ with its faces in include/, or one of analysis/; `analysis` alone
# is what lies on its first level: main and the command line.  Forms: "ROOM/x.h" for a face,
# "x.h" for a header of the own folder of src/, <x.h> for what is no part of the house.
set -u

rooms="base linalg net optim comm store pario step run apps"
parts="analysis/input analysis/numbers analysis/draw analysis/figures analysis/compare
analysis/report"

# may_include ROOM: $may = what it may include, beside itself.
may_include() {
    case $1 in
    base) may="" ;;
    linalg | optim | comm) may="base" ;;
    net) may="base linalg" ;;
    store) may="base net optim" ;;
    pario) may="base net comm store" ;;
    step) may="base linalg net optim comm" ;;
    run) may="base linalg net optim comm store pario step" ;;
    apps) may="base linalg net optim comm store pario step run" ;;
    analysis/input) may="base net store" ;;
    analysis/numbers) may="base linalg net store analysis/input" ;;
    analysis/draw) may="base net store" ;;
    analysis/figures) may="base net store analysis/input analysis/numbers analysis/draw" ;;
    analysis/compare | analysis/report)
        may="base net store analysis/input analysis/numbers analysis/draw analysis/figures" ;;
    analysis) may="base linalg $parts" ;;
    *) may="" ;;
    esac
}

# owner_of HEADER: $owner = the rooms that alone may include a header of an outside library, or
# one of ours that brings such a library along.
owner_of() {
    case $1 in
    mpi.h) owner="comm" ;;
    comm/world_mpi.h) owner="comm pario" ;;
    hdf5.h | H5*.h | store/h5.h | store/h5_write.h | store/dataset_layout.h) owner="store pario" ;;
    zlib.h) owner=store ;;
    cairo*.h) owner=analysis/draw ;;
    cblas.h | lapack*.h) owner=linalg ;;
    ini.h | Random123/* | openssl/*) owner=base ;;
    *) owner=any ;;
    esac
}

# is_one_of WORD WORDS...: whether it is among them.
is_one_of() {
    word=$1
    shift
    for one in "$@"; do
        [ "$one" = "$word" ] && return 0
    done
    return 1
}

# what_not ROOM: $never = what no file of that room may name, as an extended regular expression.
what_not() {
    memory='open_memstream' # base/text.h looks whether memory was enough
    case $1 in
    step) never="$memory|signal|stderr|stdout|printf\\(|fopen|base/log\\.h" ;; # no file, terminal or signal
    base) never= ;;
    *) never=$memory ;;
    esac
}

complain() {
    echo "$file: $*"
    wrong=1
}

# A header of the house, as the face of ROOM.
check_room() {
    may_include "$room"
    owner_of "$header"
    is_one_of any $owner || is_one_of "$room" $owner || complain "only $owner may include $header"
    if ! is_one_of "$1" $rooms $parts analysis; then
        complain "$header is in no room; rooms are written \"ROOM/x.h\""
    elif ! is_one_of "$1" "$room" $may; then
        complain "$room may not include $1 ($header)"
    fi
}

# One line: file, and what stands behind #include.
check_line() {
    case $file in
    src/* | include/*) room=${file#*/} room=${room%%/*} ;;
    *) room=${file%/*} ;;
    esac
    header=${text#[\"<]} header=${header%%[\">]*}
    case $text in
    *..* | \"./* | \"/* | \</*) complain "$header leads out of its folder by a path" ;;
    \"*/*) check_room "${header%/*}" ;;
    \"*) [ -f "$1/${file%/*}/$header" ] && [ "${file%%/*}" = src ] ||
        complain "$header has no room; \"x.h\" is of the own folder, and that in src/" ;;
    \<*)
        owner_of "$header"
        is_one_of any $owner || is_one_of "$room" $owner || complain "only $owner may include <$header>"
        is_one_of "${header%/*}" $rooms $parts analysis &&
            complain "$header is of the house; rooms are written \"ROOM/x.h\"" ;;
    *) complain "$text is no header's name" ;;
    esac
}

# What $room may never name, comments aside; snprintf is no file.
check_names() {
    for file in $(cd "$1" && ls "src/$room"/*.[ch] "include/$room"/*.h 2>/dev/null); do
        sed 's/snprintf//g; s:/\*.*\*/::; /^ *\/\*/,/\*\//d' "$1/$file" | grep -qE "$never" &&
            complain "$room may not name $never"
    done
}

# The lines as pairs for tsort: what calls, what is called.
pairs() {
    sed -n 's/\.c "\(.*\)\.h"$/ \1/p' "$SCRATCH/lines" | while read -r from to; do
        case $to in */*) ;; *) to=${from%/*}/$to ;; esac
        [ "${from#src/}" = "${to#src/}" ] || echo "${from#src/} ${to#src/}"
    done
}

check_circles() {
    file=$(pairs | tsort 2>&1 >/dev/null | sed 's/tsort: //' | tr '\n' ' ')
    [ ! "$file" ] || complain "these call each other"
}

# check ROOT: print every wrong arrow below ROOT; fail where there is one.
check() {
    wrong=0
    (cd "$1" && grep -rE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include' \
        src include analysis) | sed 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/ /' \
        >"$SCRATCH/lines"
    while read -r file text; do
        check_line "$1"
    done <"$SCRATCH/lines"
    check_circles
    for room in $rooms; do
        what_not "$room"
        [ "$never" ] && check_names "$1"
    done
    return $wrong
}

rm -rf "$SCRATCH" && mkdir -p "$SCRATCH"
check . || exit 1

# ---- controls: a made-up tree with right arrows passes, with one wrong arrow it does not ---
tree=$SCRATCH/tree missed=0
make_tree() {
    rm -rf "$tree" && mkdir -p "$tree/include/net" "$tree/src/net" "$tree/src/store" "$tree/src/pario" \
        "$tree/src/step" "$tree/src/run"
    for part in $parts; do mkdir -p "$tree/$part"; done
    touch "$tree/src/store/h5.h" "$tree/src/net/dense.h"
    echo '#include "linalg/matmul.h"' >"$tree/include/net/layer.h"
    printf '#include "net/layer.h"\n\n#include "kinds.h"\n\n#  include <math.h>\n' \
        >"$tree/src/net/dense.c"
    echo '#include "base/status.h"' >"$tree/src/net/kinds.h"
    echo '#include "analysis/draw/canvas.h"' >"$tree/analysis/figures/figure.h"
    echo '#include "store/h5.h"' >"$tree/src/pario/dataset.c"
    echo '#include <cairo.h>' >"$tree/analysis/draw/canvas.c"
    echo '#include "analysis/report/report.h"' >"$tree/analysis/main.c"
}

# refuses FILE LINE: that line, added to that file, is seen.
refuses() {
    make_tree
    echo "$2" >>"$tree/$1"
    check "$tree" >/dev/null && { echo "not seen in $1: $2"; missed=1; }
}

make_tree
check "$tree" || { echo "a good tree is refused"; missed=1; }
refuses src/net/dense.c '#include "step/step.h"'
refuses src/net/dense.c '  #  include "step/step.h"'
refuses src/net/dense.c '#include"step/step.h"'
refuses include/net/layer.h '#include "store/results.h"'
refuses src/net/kinds.h '#include "optim/optimizer.h"'
refuses src/net/dense.c '#include "../store/h5.h"'
refuses src/net/dense.c '#include "./kinds.h"'
refuses src/net/dense.c '#include "h5.h"'
refuses src/net/dense.c '#include "src/store/h5.h"'
refuses src/net/dense.c '#include <store/results.h>'
refuses src/net/dense.c '#include <../store/h5.h>'
refuses src/net/dense.c '#include HEADER'
refuses include/net/layer.h '#include "kinds.h"'
refuses src/net/dense.c '#include <mpi.h>'
refuses src/net/dense.c '#include "mpi.h"'
refuses analysis/figures/figure.h '#include <cairo.h>'
refuses analysis/figures/figure.h '#include "record.h"'
refuses analysis/figures/figure.h '#include "../draw/canvas.h"'
refuses analysis/figures/figure.h '#include "analysis/report/report.h"'
refuses analysis/figures/figure.h '#include "analysis/command.h"'
refuses analysis/draw/canvas.c '#include "analysis/numbers/pca.h"'
refuses analysis/draw/canvas.c '#include "analysis/input/run.h"'
refuses analysis/numbers/pca.c '#include "analysis/draw/canvas.h"'
refuses analysis/numbers/pca.c '#include "analysis/figures/figure.h"'
refuses analysis/input/run.h '#include "analysis/numbers/residuals.h"'
refuses src/run/run.c '#include "comm/world_mpi.h"'
refuses src/run/run.c '#include "store/h5.h"'
refuses src/step/step.c '#include "store/progress.h"'
refuses src/step/step.c '#include "base/log.h"'
refuses src/step/step.c '#include <signal.h>'
refuses src/step/step.c '    fprintf(stderr, "here");'
refuses src/run/run.c '    FILE *out = open_memstream(&text, &n);'
refuses src/net/kinds.c '#include "dense.h"'
refuses analysis/main.c '#include "step/step.h"'
refuses analysis/input/run.h '#include "pario/dataset.h"'
refuses analysis/input/run.h '#include <hdf5.h>'
exit $missed
