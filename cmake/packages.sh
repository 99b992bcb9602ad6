#!/bin/sh
# packages.sh [analysis|test|bench|slurm|fashion]: install what is missing of the Debian packages
# that hourglass is built with; "analysis": hourglass-analysis alone (-DHOURGLASS_MPI=OFF), without
# MPI; "test": also what only the tests use; "bench": what it is measured against; "slurm": what
# tests/slurm makes a cluster of; "fashion": Fashion-MNIST alone.  Who may not install is told what
# to ask for; elsewhere than on Debian and its kin nothing is done.
set -eu
both="gcc libc6-dev cmake ninja-build pkg-config git ca-certificates
    libopenblas-dev libcairo2-dev fonts-dejavu-core
    libinih-dev librandom123-dev libssl-dev zlib1g-dev"
build="$both curl gzip openmpi-bin libopenmpi-dev libhdf5-openmpi-dev"
case ${1:-build} in
build) packages=$build ;;
analysis) packages="$both libhdf5-dev" ;;
test) packages="$build libcmocka-dev procps iproute2 python3-numpy python3-h5py python3-matplotlib
    libhdf5-dev chromium locales python3-torch
    clang clang-tidy clang-format cppcheck shellcheck" ;;
bench) packages="$build libcmocka-dev util-linux python3-numpy python3-h5py python3-torch" ;;
slurm) packages="$build slurmctld slurmd slurm-client munge libpmix-dev iproute2 procps util-linux" ;;
fashion) packages=dataset-fashion-mnist ;;
esac

command -v dpkg-query >/dev/null || {
    echo "packages.sh: no Debian packages here; the README's \"Install\" says what must be there" >&2
    exit 0
}
missing=""
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -z "$missing" ] && exit 0

give_up() {
    echo "packages.sh: $1; ask an administrator for" >&2
    echo "    apt-get install --no-install-recommends$missing" >&2
    exit 69
}

# A password is asked for only where somebody can type it.
as_root=""
if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; } || give_up "you may not install packages"
    as_root=sudo
fi
echo "installing:$missing" >&2
$as_root apt-get update -qq >&2 || give_up "apt-get update fails"
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >&2 || give_up "apt-get install fails"
