#!/bin/sh
# make.sh: write the digests of tests/golden/digests anew, by the programs in $BIN (build/bin) on
# one rank.  A change that moves them must say why; git diff says which have moved.
set -eu
cd "$(dirname "$0")/../.."
list=tests/golden/digests
PATH=${BIN:-$PWD/build/bin}:$PATH
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{ grep '^#' $list && tests/golden/run.sh 1; } >"$new"
cat "$new" >$list
