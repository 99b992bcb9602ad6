#!/bin/sh
# compare.sh NAME: a line that says of the programs of the PATH, called NAME, whether they come
# to the digests of tests/golden/digests on one rank, or for which jobs they do not.
set -eu
here=$(dirname "$0")
began=$(date +%s)
lines=$("$here/run.sh" 1) || { echo "$1: FAILED"; exit 1; }
differ=$(echo "$lines" | grep -vxFf "$here/digests" | cut -d ' ' -f 1 | paste -sd ' ')
count=$(echo "$lines" | wc -l)
echo "$1: $count jobs, $(($(date +%s) - began)) s, ${differ:+differ: }${differ:-equal}"
[ -z "$differ" ]
