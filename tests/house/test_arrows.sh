#!/bin/sh
# Every #include points down the staircase, and each outside library is named in its room only.
set -u

# What a room may include, beside itself.
allowed() {
    case $1 in
    base) echo "" ;;
    linalg | optim | comm) echo "base" ;;
    net) echo "base linalg" ;;
    store) echo "base comm net optim" ;;
    train) echo "base linalg net optim comm store" ;;
    apps) echo "base linalg net optim comm store train" ;;
    analysis) echo "base linalg net store" ;;
    esac
}

# The room that alone may include a header of an outside library.
owner() {
    case $1 in
    mpi.h) echo comm ;;
    hdf5.h | H5*.h | zlib.h) echo store ;;
    cairo*.h) echo analysis ;;
    cblas.h | lapack*.h | libxsmm*.h) echo linalg ;;
    ini.h | Random123/* | openssl/*) echo base ;;
    *) echo any ;;
    esac
}

# check ROOT: print every wrong arrow below ROOT; fail where there is one.
check() {
    wrong=0
    for file in $(cd "$1" && find src include analysis -name '*.[ch]'); do
        case $file in
        analysis/*) room=analysis ;;
        *) room=$(echo "$file" | cut -d/ -f2) ;;
        esac
        for header in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$1/$file" | sort -u); do
            case " $room $(allowed "$room") " in
            *" $header "*) ;;
            *) echo "$file: $room may not include $header" && wrong=1 ;;
            esac
        done
        for header in $(sed -n 's/^#include <\(.*\)>.*/\1/p' "$1/$file"); do
            case $(owner "$header") in
            any | "$room") ;;
            *) echo "$file: only $(owner "$header") may include <$header>" && wrong=1 ;;
            esac
        done
    done
    grep -n 'store/dataset.h' "$1"/analysis/*.[ch] 2>/dev/null && wrong=1 # it brings comm along
    return $wrong
}

check . || exit 1

# Negative controls: wrong arrows are seen.
for line in '#include "train/run.h"' '#include <mpi.h>'; do
    rm -rf "$SCRATCH" && mkdir -p "$SCRATCH/src/net" "$SCRATCH/include" "$SCRATCH/analysis"
    echo "$line" >"$SCRATCH/src/net/wrong.c"
    check "$SCRATCH" >/dev/null && { echo "not seen: $line"; exit 1; }
done
exit 0
