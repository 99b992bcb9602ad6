#!/bin/sh
# Every #include points down the staircase, and each outside library is named in its room only.
set -u

# What a room may include, beside itself.
allowed() {
    case $1 in
    base) echo "" ;;
    linalg | optim | comm) echo "base" ;;
    net) echo "base linalg" ;;
    store) echo "base net optim" ;;
    pario) echo "base comm net store" ;;
    step) echo "base linalg net optim comm store pario" ;;
    run) echo "base linalg net optim comm store pario step" ;;
    apps) echo "base linalg net optim comm store pario step run" ;;
    analysis) echo "base linalg net store" ;;
    esac
}

# The rooms that alone may include a header of an outside library, or one of ours that brings such
# a library along.
owners() {
    case $1 in
    mpi.h) echo comm ;;
    comm/world_mpi.h) echo comm pario ;;
    zlib.h) echo store ;;
    hdf5.h | H5*.h | store/h5.h | store/h5_write.h | store/dataset_layout.h) echo store pario ;;
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
        for header in $(sed -n 's/^#include [<"]\(.*\)[>"].*/\1/p' "$1/$file"); do
            case " $(owners "$header") " in
            *" any "* | *" $room "*) ;;
            *) echo "$file: only $(owners "$header") may include $header" && wrong=1 ;;
            esac
        done
    done
    return $wrong
}

check . || exit 1

# Negative controls: wrong arrows are seen.
for line in '#include "run/run.h"' '#include <mpi.h>' '#include <hdf5.h>'; do
    rm -rf "$SCRATCH" && mkdir -p "$SCRATCH/src/net" "$SCRATCH/include" "$SCRATCH/analysis"
    echo "$line" >"$SCRATCH/src/net/wrong.c"
    check "$SCRATCH" >/dev/null && { echo "not seen: $line"; exit 1; }
done

# MPI is behind one header of comm, and HDF5 behind some of store's: pario alone may include them.
for line in '#include "comm/world_mpi.h"' '#include "store/h5.h"'; do
    rm -rf "$SCRATCH"
    mkdir -p "$SCRATCH/src/run" "$SCRATCH/src/pario" "$SCRATCH/include" "$SCRATCH/analysis"
    echo "$line" >"$SCRATCH/src/pario/right.c"
    check "$SCRATCH" || { echo "refused: $line"; exit 1; }
    echo "$line" >"$SCRATCH/src/run/wrong.c"
    check "$SCRATCH" >/dev/null && { echo "not seen: $line"; exit 1; }
done
exit 0
