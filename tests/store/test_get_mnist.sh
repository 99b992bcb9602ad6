#!/bin/sh
# data/get-mnist.sh prints the path of a data set and nothing else, and calls nothing MNIST that
# is not.
set -eu
here=$PWD
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH/data" "$SCRATCH/other"
cp data/get-mnist.sh "$SCRATCH/data/"
cd "$SCRATCH"
HOURGLASS=$(command -v hourglass)
OFFLINE=1
mnist=${MNIST_DIR:-}
[ "$mnist" ] || [ ! -d "$here/data/mnist" ] || mnist=$here/data/mnist
export HOURGLASS OFFLINE
unset MNIST_DIR

die() {
    echo "$*"
    exit 1
}

# Where there is nothing, it says how to go on and prints nothing.
code=0
FASHION_DIR=none data/get-mnist.sh >out 2>err || code=$?
[ $code = 66 ] || die "exit code $code, not 66"
[ ! -s out ] || die "a path was printed: $(cat out)"
grep -q 'apt-get install dataset-fashion-mnist' err || die "no way out: $(cat err)"

# Other data are taken neither for MNIST nor for Fashion-MNIST.
for set in train t10k; do
    { printf '\0\0\010\003\0\0\0\001\0\0\0\001\0\0\0\002'; printf ab; } >other/$set-images-idx3-ubyte
    { printf '\0\0\010\001\0\0\0\001'; printf a; } >other/$set-labels-idx1-ubyte
done
hourglass import other -o data/mnist.h5
code=0
MNIST_DIR=other FASHION_DIR=other data/get-mnist.sh >out 2>err || code=$?
[ $code = 65 ] || die "exit code $code, not 65: $(cat err)"
[ ! -s out ] || die "a path was printed: $(cat out)"
[ ! -e data/fashion-mnist.h5 ] || die "a false data set was written"

if [ -d /usr/share/datasets/fashion-mnist ]; then
    [ "$(data/get-mnist.sh 2>err)" = data/fashion-mnist.h5 ] || die "no Fashion-MNIST: $(cat err)"
    hourglass info data/fashion-mnist.h5 | grep -q 'a data set, Fashion-MNIST'
    [ "$(data/get-mnist.sh 2>err)" = data/fashion-mnist.h5 ] || die "not again: $(cat err)"
fi
if [ -n "$mnist" ]; then
    [ "$(MNIST_DIR=$mnist data/get-mnist.sh 2>err)" = data/mnist.h5 ] || die "no MNIST: $(cat err)"
    [ "$(data/get-mnist.sh 2>err)" = data/mnist.h5 ] || die "not again: $(cat err)"
    [ ! -s err ] || die "something was done again: $(cat err)"
    hourglass info data/mnist.h5 | grep -q 'a data set, MNIST'
fi
[ -n "$mnist" ] || [ -e data/fashion-mnist.h5 ] || [ -e "$here/data/mnist.h5" ] ||
    die "no real data: set MNIST_DIR, or apt-get install dataset-fashion-mnist"
