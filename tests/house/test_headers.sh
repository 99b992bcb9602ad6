#!/bin/sh
# Every public function says Local or Collective where ranks exist, and how it fails.
. "$TESTS/common.sh"
python_with re
"$python" "$TESTS/house/headers.py" include/*/*.h || fail "public headers say too little"

# Controls: what is not said is seen.
mkdir -p "$SCRATCH/include/step"
says_too_little() {
    printf '/* x - a thing. */\n\n%s\nenum status x_do(int *a, int b) MUST_USE;\n' "$1" \
        >"$SCRATCH/include/step/x.h"
    ! "$python" "$TESTS/house/headers.py" "$SCRATCH/include/step/x.h" >/dev/null
}
says_too_little "/* Do it.  Local.  Fails with ST_DATA. */" && fail "a good header is refused"
says_too_little "/* Do it.  Fails with ST_DATA. */" || fail "not seen: neither Local nor Collective"
says_too_little "/* Do it.  Local. */" || fail "not seen: no word on failure"
exit 0
