#!/bin/bash
# checks.sh [clang|tidy|asan]...: what takes minutes and needs no other machine; all without a
# name.  clang: clang builds everything without a warning, and the unit tests pass; tidy:
# clang-tidy's checks of .clang-tidy; asan: the unit tests under address and undefined behaviour
# sanitizers.  The last line is `N checks, M failed`.
set -u
cd "$(dirname "$0")/.." || exit 1

configure_clang() {
    cmake -S . -B build-clang -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang \
        -DHOURGLASS_TESTS=ON -DHOURGLASS_WERROR=ON >/dev/null
}

# unit BUILD: its unit tests.
unit() {
    ctest --test-dir "$1" --no-tests=error --output-on-failure --parallel 2 -L unit
}

clang() {
    configure_clang && cmake --build build-clang && unit build-clang
}

# Its checks differ from version to version, and so does what they find.
tidy() {
    clang-tidy --version | grep -q 'LLVM version 14\.' ||
        { echo "tidy: not checked, only by clang-tidy 14"; return 0; }
    # What is built is read: headers that the build writes must be there.
    configure_clang && git ls-files -z 'src/*.c' 'analysis/*.c' |
        xargs -0 -P "$(nproc)" -n 1 clang-tidy -p build-clang --quiet
}

asan() {
    cmake --preset asan -DHOURGLASS_TESTS=ON -DHOURGLASS_WERROR=ON >/dev/null &&
        cmake --build --preset asan && unit build-asan
}

[ $# -gt 0 ] || set -- clang tidy asan
failed=0
for check; do
    case $check in
    clang | tidy | asan) ;;
    *) echo "checks.sh: there is no check '$check'" >&2 && exit 2 ;;
    esac
    "$check" || { echo "FAILED: $check" && failed=$((failed + 1)); }
done
echo "$# checks, $failed failed"
[ $failed = 0 ]
