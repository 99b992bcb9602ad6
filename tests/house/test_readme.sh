#!/bin/sh
# The README names every setting, job and figure that there is.
set -eu
help=$(hourglass --help)
for name in $(echo "$help" | sed -n 's/^  \(run\|data\|model\|training\)\.\([a-z0-9_]*\) .*/\2/p') \
    $(cd jobs && ls ./*.ini | sed 's/.*\/\(.*\)\.ini/\1/') \
    $(hourglass-analysis figures --list | awk '{ print $1 }'); do
    grep -q "\`$name\`" README.md || { echo "README.md does not name $name"; missing=1; }
done
[ -z "${missing:-}" ]
