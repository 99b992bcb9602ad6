#!/bin/sh
# A machine of other byte order is refused when hourglass is built, not in its files.
. "$TESTS/common.sh"

# compiles OPTIONS...: the file that knows of the machine, as for such a one.
compiles() {
    "${CC:-cc}" -std=c17 -Iinclude -fsyntax-only "$@" src/base/cpu.c >"$SCRATCH/log" 2>&1
}

compiles || { cat "$SCRATCH/log"; fail "it does not compile for this machine"; }
compiles -U__BYTE_ORDER__ -D__BYTE_ORDER__=__ORDER_BIG_ENDIAN__ && fail "it compiles for another"
grep -q "little-endian machines" "$SCRATCH/log" || { cat "$SCRATCH/log"; fail "other words"; }
exit 0
