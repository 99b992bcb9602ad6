#!/bin/sh
# What a build is for does not depend on the machine that builds; presets take warnings for errors.
. "$TESTS/common.sh"

cat >"$SCRATCH/arch.cmake" <<'END_OF_CMAKE'
include(cmake/arch.cmake)
set(CMAKE_SYSTEM_PROCESSOR ${PROCESSOR})
hourglass_arch(arch)
message("arch '${arch}'")
warn_old_cpu("${arch}" ${CPUINFO})
END_OF_CMAKE
printf 'model name : old\nflags\t\t: fpu sse4_2 avx fma\n' >"$SCRATCH/old"
printf 'model name : new\nflags\t\t: fpu fma avx2\n' >"$SCRATCH/new"

# chooses PROCESSOR CPUINFO ARCH LINES: that -march, in so many lines.
chooses() {
    cmake -DPROCESSOR="$1" -DCPUINFO="$SCRATCH/$2" -P "$SCRATCH/arch.cmake" >"$SCRATCH/log" 2>&1
    grep -qx "arch '$3'" "$SCRATCH/log" && [ "$(wc -l <"$SCRATCH/log")" = "$4" ] ||
        { cat "$SCRATCH/log"; fail "$1 on $2"; }
}
chooses x86_64 new x86-64-v3 1
chooses x86_64 old x86-64-v3 2
chooses x86_64 none x86-64-v3 1
chooses aarch64 old "" 1

for preset in release debug asan; do
    cmake --preset "$preset" -N | grep -q 'HOURGLASS_WERROR="ON"' || fail "the preset $preset"
done
exit 0
