#!/bin/bash
# toolchains.sh [NAME]...: the trainer by every toolchain that is here comes to the digests of
# tests/golden/digests, on one rank.  By hand; builds lie in build-toolchains/.
#
#   gcc              as users build it
#   gcc-O0           without optimisation
#   plain            for any x86-64, without AVX2
#   gcc-N, clang-N   other compilers
#   mpich            another MPI
#   arm64            another CPU, under qemu: tests/arm64.sh
#
# A line each says which jobs differ; the last is `N toolchains, M failed`.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
top=$PWD/build-toolchains
mkdir -p "$top"

has() {
    command -v "$1" >/dev/null
}

# names: what is installed.
names() {
    local program
    echo gcc gcc-O0
    [ "$(uname -m)" != x86_64 ] || echo plain
    for program in gcc-1{1..9} clang-1{4..9} clang-2{0..9}; do
        ! has "$program" || echo "$program"
    done
    ! has clang || compgen -c | grep -qx 'clang-[0-9]*' || echo clang
    ! has mpicc.mpich || ! has h5pcc.mpich || echo mpich
    ! has aarch64-linux-gnu-gcc || ! has qemu-aarch64-static || echo arm64
}

# configure NAME
configure() {
    local choice=()
    case $1 in
    gcc-O0) choice=(-DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug) ;;
    plain) choice=(-DCMAKE_C_COMPILER=gcc -DHOURGLASS_ARCH=) ;;
    mpich) choice=(-DMPI_C_COMPILER=mpicc.mpich -DHDF5_C_COMPILER_EXECUTABLE="$(command -v h5pcc.mpich)") ;;
    *) choice=(-DCMAKE_C_COMPILER="$1") ;;
    esac
    cmake -S . -B "$top/$1" -G Ninja "${choice[@]}" && cmake --build "$top/$1" --target hourglass
}

# try NAME: its line.
try() {
    if [ "$1" = arm64 ]; then
        tests/arm64.sh 2>&1 | tee "$top/arm64.log" | tail -n 1
    elif configure "$1" >"$top/$1.log" 2>&1; then
        PATH=$top/$1/bin:$PATH tests/golden/compare.sh "$1"
    else
        grep -m 1 -i error "$top/$1.log" >&2
        echo "$1: FAILED to build, see $top/$1.log" && return 1
    fi
}

# shellcheck disable=SC2046 # a word a name
[ $# -gt 0 ] || set -- $(names)
failed=0
for name; do try "$name" || failed=$((failed + 1)); done
echo "$# toolchains, $failed failed"
[ $failed = 0 ]
