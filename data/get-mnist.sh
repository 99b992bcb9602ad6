#!/bin/sh
# get-mnist.sh: leave a data set in this folder and print its path, the only line on stdout.
# Installed, it leaves it in data/ of the current folder, where the jobs look for it.
#
#   DATA=$(data/get-mnist.sh)
#
# MNIST is taken from the folder $MNIST_DIR, from data/mnist/, or from a public mirror; every
# file is compared with its SHA-256.  Where none of them has it, Debian's Fashion-MNIST is
# imported, under its own name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$here/../build/bin
case $here in
*/share/hourglass/data)
    bin=$here/../../../bin
    mkdir -p data && here=$(cd data && pwd) || exit 73
    ;;
esac
work=
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mirrors="https://storage.googleapis.com/cvdf-datasets/mnist
https://ossci-datasets.s3.amazonaws.com/mnist"
fashion=${FASHION_DIR:-/usr/share/datasets/fashion-mnist}

# SHA-256 of the unpacked files.
sums="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte"
names=$(echo "$sums" | cut -c67-)

say() {
    echo "get-mnist: $*" >&2
}

# The path as a user in the current folder writes it.
finish() {
    case $1 in
    "$(pwd)"/*) echo "${1#"$(pwd)"/}" ;;
    *) echo "$1" ;;
    esac
    exit 0
}

find_hourglass() {
    for program in "${HOURGLASS:-}" "$bin/hourglass" "$(command -v hourglass)"; do
        [ -n "$program" ] && [ -x "$program" ] && return 0
    done
    say "no program hourglass: build it first (cmake --preset release), or set HOURGLASS"
    exit 69
}

# holds FILE NAME: whether the data set of that name is there.
holds() {
    [ -f "$1" ] && "$program" info "$1" 2>/dev/null | head -n 1 | grep -q ": a data set, $2\$"
}

# unpacked NAME FOLDER: the bytes of a file, plain or packed, under any usual spelling.
unpacked() {
    for file in "$2/$1" "$2/$(echo "$1" | sed 's/-idx/.idx/')"; do
        if [ -f "$file" ]; then
            cat "$file"
            return
        elif [ -f "$file.gz" ]; then
            gzip -dc "$file.gz"
            return
        fi
    done
    return 1
}

# Whether a folder holds the four files, to the bit.
verified() {
    [ -d "$1" ] || return 1
    for name in $names; do
        found=$(unpacked "$name" "$1" 2>/dev/null | sha256sum | cut -c1-64)
        echo "$sums" | grep -q "^$found  $name\$" && continue
        say "$1 has no $name with the SHA-256 of MNIST"
        return 1
    done
}

fetch() {
    if command -v curl >/dev/null; then
        curl -fsSL --connect-timeout 3 --max-time 60 -o "$2" "$1" 2>/dev/null
    elif command -v wget >/dev/null; then
        timeout 60 wget -q --connect-timeout=3 --dns-timeout=3 --tries=1 -O "$2" "$1"
    else
        say "neither curl nor wget is here"
        return 1
    fi
}

# Fetch the four files from a mirror; the first failure ends it.
fetch_all() {
    for name in $names; do
        fetch "$1/$name.gz" "$work/$name.gz" && continue
        say "$1 does not answer"
        return 1
    done
    verified "$work"
}

# import FOLDER FILE NAME: hourglass refuses a name that the sums deny.
import() {
    "$program" import "$1" -o "$2" --name "$3" --overwrite >&2 || exit $?
}

import_mnist() {
    say "MNIST from $1"
    import "$1" "$here/mnist.h5" MNIST
    finish "$here/mnist.h5"
}

find_hourglass
holds "$here/mnist.h5" MNIST && finish "$here/mnist.h5"
[ -n "${MNIST_DIR:-}" ] && verified "$MNIST_DIR" && import_mnist "$MNIST_DIR"
verified "$here/mnist" && import_mnist "$here/mnist"

work=$(mktemp -d) || exit 73
for mirror in $mirrors; do
    [ -n "${OFFLINE:-}" ] && break
    if fetch_all "$mirror"; then
        mkdir -p "$here/mnist" && cp "$work"/*.gz "$here/mnist/"
        import_mnist "$here/mnist"
    fi
done

say "MNIST is not to be had here: set MNIST_DIR to a folder with its four files"
[ -d "$fashion" ] || [ ! -x "$here/../cmake/packages.sh" ] || "$here/../cmake/packages.sh" fashion
if [ ! -d "$fashion" ]; then
    say "nor is Fashion-MNIST: apt-get install dataset-fashion-mnist"
    exit 66
fi
say "taking Fashion-MNIST from $fashion instead: same shapes, other pictures"
holds "$here/fashion-mnist.h5" Fashion-MNIST ||
    import "$fashion" "$here/fashion-mnist.h5" Fashion-MNIST
finish "$here/fashion-mnist.h5"
