#!/bin/sh
# hourglass-analysis builds and works without MPI, on the serial HDF5, and draws the same bytes.
. "$TESTS/common.sh"
pkg-config --exists hdf5-serial || { echo "skipped: no serial HDF5 (libhdf5-dev)"; exit 77; }
here=$(dirname "$(command -v hourglass-analysis)")/..
this_build() {
    sed -n "s/^$1:[A-Z]*=//p" "$here/CMakeCache.txt"
}
cmake -G Ninja -S . -B "$SCRATCH/build" -DHOURGLASS_MPI=OFF -DHOURGLASS_TESTS=OFF \
    -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON -DCMAKE_BUILD_TYPE="$(this_build CMAKE_BUILD_TYPE)" \
    -DHOURGLASS_ARCH="$(this_build HOURGLASS_ARCH)" \
    -DHOURGLASS_SANITIZE="$(this_build HOURGLASS_SANITIZE)" >"$SCRATCH/log" 2>&1 &&
    cmake --build "$SCRATCH/build" -j 2 >>"$SCRATCH/log" 2>&1 || { tail "$SCRATCH/log"; exit 1; }
other=$SCRATCH/build/bin/hourglass-analysis

uses_mpi() {
    ldd "$1" | grep -qE 'lib(open)?mpi|libhdf5_openmpi'
}
uses_mpi "$other" && fail "the build without MPI links MPI"
uses_mpi "$(command -v hourglass-analysis)" || fail "MPI is not seen where it is" # the control

analysis_make_run "$SCRATCH/run"
hourglass-analysis figures "$SCRATCH/run" -o "$SCRATCH/with" >/dev/null
PATH=/usr/bin:/bin "$other" figures "$SCRATCH/run" -o "$SCRATCH/without" >/dev/null
count=0
for png in "$SCRATCH"/with/*.png; do
    cmp "$png" "$SCRATCH/without/$(basename "$png")" && count=$((count + 1))
done
[ "$count" = "$(ls "$SCRATCH"/without/*.png | wc -l)" ] && [ "$count" -ge 8 ] || fail "$count equal"
