#!/bin/sh
# peer.sh: PyTorch 2.6 on OpenBLAS 0.3.29, Debian 13's, beside this machine's own, by hand, as root.
# Makes that Debian in $ROOT (build-peer/root) with debootstrap, from the mirror that this machine's
# apt has, and prints the path of its Python, which bench.py finds in build*/root and elsewhere
# takes as --python.
set -eu
cd "$(dirname "$0")/../.."
root=${ROOT:-$PWD/build-peer/root}

[ "$(id -u)" = 0 ] || { echo "peer.sh: only root can make another Debian" >&2; exit 1; }
command -v debootstrap >/dev/null ||
    { echo "peer.sh: debootstrap is missing: apt-get install debootstrap" >&2; exit 1; }

# A root that was begun and not finished is made anew.
if ! [ -f "$root/complete" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 'Component: main' |
        head -n 1)
    rm -rf "$root" && mkdir -p "$root"
    debootstrap --variant=minbase trixie "$root" "$mirror" >&2
    unshare --mount sh -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        exec chroot "$1" env -i DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            apt-get install -y -qq --no-install-recommends \
            python3-torch python3-h5py python3-numpy libopenblas0-pthread' sh "$root" >&2

    # Programs, libraries and settings are that Debian's, all other files this machine's: paths on
    # a command line mean the same.  What is mounted is seen by this Python alone.
    cat >"$root/python" <<'END'
#!/bin/sh
exec unshare --mount sh -euc '
    root=$1 && shift
    mount --bind "$root/etc" /etc
    mount --bind "$root/usr" /usr
    exec /usr/bin/python3 "$@"' sh "$(dirname "$(readlink -f "$0")")" "$@"
END
    chmod +x "$root/python"
    touch "$root/complete"
fi
echo "$root/python"
