#!/bin/sh
# on.sh HOST COMMAND...: as ssh would, on a host that hosts.sh has made; Open MPI starts its daemons by it.
host=$1
shift
exec nsenter --target "$(cat "/run/pid.$host")" --net --uts --mount env -C "$PWD" sh -c "$*"
