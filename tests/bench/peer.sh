#!/bin/sh
# peer.sh: PyTorch 2.6 on OpenBLAS 0.3.29, Debian 13's, beside this machine's own, by hand, as root.
# tests/debian13_root.sh makes that Debian in $ROOT (build-peer/root); prints the path of its
# Python, which bench.py finds in build*/root and elsewhere takes as --python.
set -eu
cd "$(dirname "$0")/../.."
root=${ROOT:-$PWD/build-peer/root}

tests/debian13_root.sh "$root" python3-torch python3-h5py python3-numpy libopenblas0-pthread

# Programs, libraries and settings are that Debian's, all other files this machine's: paths on a
# command line mean the same.  What is mounted is seen by this Python alone.
cat >"$root/python" <<'END'
#!/bin/sh
exec unshare --mount sh -euc '
    root=$1 && shift
    mount --bind "$root/etc" /etc
    mount --bind "$root/usr" /usr
    exec /usr/bin/python3 "$@"' sh "$(dirname "$(readlink -f "$0")")" "$@"
END
chmod +x "$root/python"
echo "$root/python"
