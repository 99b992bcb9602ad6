#!/bin/sh
# No script gets a warning of shellcheck.
. "$TESTS/house/tool.sh"
tool shellcheck 0.9
scripts=$(find cmake data jobs tests .ci -name '*.sh' -o -name '*.sbatch' -o -name '*.pbs' -o -name '*.lsf' -o -name '*.flux' -o -path .ci/run)
shellcheck --severity=warning $scripts || fail "shellcheck has something to say"

# Control: a variable that nobody sets is seen.
printf '#!/bin/sh\nrm -r "$nobody"/*\n' >"$SCRATCH/bad.sh"
shellcheck --severity=warning "$SCRATCH/bad.sh" >/dev/null && fail "not seen: \$nobody"
exit 0
