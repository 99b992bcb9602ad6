#!/bin/sh
# packages.sh [test]: install what is missing of the Debian packages that hourglass is built
# with; with "test" also what only its tests use.
set -eu
packages="gcc libc6-dev cmake ninja-build pkg-config git ca-certificates curl
    openmpi-bin libopenmpi-dev libhdf5-openmpi-dev libopenblas-dev
    libcairo2-dev fonts-dejavu-core libinih-dev librandom123-dev libssl-dev zlib1g-dev"
[ "${1:-}" = test ] && packages="$packages libcmocka-dev python3-numpy python3-h5py"

missing=""
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing:$missing" >&2
$as_root apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2
