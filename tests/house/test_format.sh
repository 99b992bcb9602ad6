#!/bin/sh
# The layout of every C file is clang-format's.
. "$TESTS/house/tool.sh"
tool clang-format 14
find include src analysis tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + ||
    fail "clang-format -i changes the files above"

# Control: a line laid out otherwise is seen.
cp .clang-format "$SCRATCH/"
(cat src/base/clock.c && echo 'int  x;') >"$SCRATCH/clock.c"
clang-format --dry-run -Werror "$SCRATCH/clock.c" 2>/dev/null && fail "not seen: int  x;"
exit 0
