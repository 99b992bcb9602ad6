#!/bin/sh
# debian13.sh [ctest options]: the tests in a Debian 13 (gcc 14, Open MPI 5, HDF5 1.14, cairo 1.18)
# of their own, by hand, as root.  debian13_root.sh makes it in $ROOT (build-debian13/root); there
# tests/run.sh runs on what is committed, with MNIST_DIR and data/mnist.h5.  The last line says
# whether all passed.
set -eu
cd "$(dirname "$0")/.."
root=${ROOT:-$PWD/build-debian13/root}

tests/debian13_root.sh "$root"

rm -rf "$root/hourglass" "$root/mnist"
git clone -q . "$root/hourglass"
[ ! -d "${MNIST_DIR:-}" ] || cp -r "$MNIST_DIR" "$root/mnist"
[ ! -f data/mnist.h5 ] || cp -L data/mnist.h5 "$root/hourglass/data"

# What is mounted is seen from here alone and goes with the shell.
code=0
unshare --mount sh -euc '
    root=$1 && shift
    mount -t proc proc "$root/proc"
    mount -t sysfs sysfs "$root/sys" # hwloc complains on stderr without it
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
        MNIST_DIR=/mnist /hourglass/tests/run.sh "$@"' sh "$root" "$@" || code=$?

versions=$(chroot "$root" dpkg-query -W -f '${Package} ${Version}, ' gcc openmpi-bin \
    libhdf5-openmpi-dev libcairo2)
[ $code = 0 ] && result="all tests passed" || result="FAILED"
echo "Debian $(cat "$root/etc/debian_version"), $versions$(git rev-parse --short HEAD): $result"
exit $code
