# shellcheck shell=sh
# tool.sh - a tool of the house's checks, in the version that decides: Debian 12's.
. "$TESTS/common.sh"

# tool NAME VERSION: skip the test where there is another one or none.
tool() {
    "$1" --version 2>/dev/null | grep -q "[Vv]ersion:\{0,1\} $2\.\|^Cppcheck $2" && return
    echo "skipped: $1 $2 decides, and it is not here"
    exit 77
}
