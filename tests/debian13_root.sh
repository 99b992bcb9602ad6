#!/bin/sh
# debian13_root.sh ROOT [PACKAGE...]: a Debian 13 with these packages in the folder ROOT, as root.
# Made by debootstrap from the mirror that this machine's apt has, unless it is there; one that was
# begun and not finished is made anew.  Says what it does on stderr.
set -eu
root=$1
shift
me=$(basename "$0")

[ "$(id -u)" = 0 ] || { echo "$me: only root can make another Debian" >&2; exit 1; }
command -v debootstrap >/dev/null ||
    { echo "$me: debootstrap is missing: apt-get install debootstrap" >&2; exit 1; }
[ ! -f "$root/complete" ] || exit 0

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 'Component: main' |
    head -n 1)
rm -rf "$root" && mkdir -p "$root"
debootstrap --variant=minbase trixie "$root" "$mirror" >&2
# What is mounted is seen from here alone and goes with the shell.
[ $# = 0 ] || unshare --mount sh -euc '
    root=$1 && shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" env -i DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        apt-get install -y -qq --no-install-recommends "$@"' sh "$root" "$@" >&2
touch "$root/complete"
