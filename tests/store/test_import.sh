#!/bin/sh
# hourglass import and info: files in, the same bytes and words out; nothing under a false name.
set -eu
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH/idx"
HERE=$PWD
cd "$SCRATCH"

die() {
    echo "$*"
    exit 1
}

# fails CODE WORD COMMAND...: the command ends with that code and says that word, in one line.
fails() {
    wanted=$1 word=$2
    shift 2
    code=0
    "$@" >out 2>err || code=$?
    [ "$code" = "$wanted" ] || die "$* ends with $code, not $wanted: $(cat err)"
    grep -q -- "$word" err || die "$* does not say '$word': $(cat err)"
    [ "$(grep -vc 'says more' err)" = 1 ] || die "$* says more than one thing: $(cat err)"
}

says() {
    grep -q -- "$1" out || die "not said: $1; but: $(cat out)"
}

# byte N: a byte by its number.
byte() {
    printf "\\$(printf %03o "$1")"
}

# images N OFFSET, labels N: IDX files of N images of 2 x 3 bytes.
images() {
    printf '\0\0\010\003\0\0\0'
    byte "$1"
    printf '\0\0\0\002\0\0\0\003'
    i=0
    while [ $i -lt $((6 * $1)) ]; do
        byte $((i + $2))
        i=$((i + 1))
    done
}

labels() {
    printf '\0\0\010\001\0\0\0'
    byte "$1"
    i=0
    while [ $i -lt "$1" ]; do
        byte $i
        i=$((i + 1))
    done
}

images 7 0 >idx/train-images-idx3-ubyte
labels 7 >idx/train-labels-idx1-ubyte
images 4 100 >idx/t10k-images-idx3-ubyte
labels 4 | gzip -n >idx/t10k-labels-idx1-ubyte.gz

# Made files come in under no name but their own.
hourglass import idx -o folder/made.h5
hourglass info folder/made.h5 >out
says 'made.h5: a data set, unknown'
says '/train/images .*uint8 7 x 2 x 3 x 1'
says '/test/labels .*uint8 4'
says 'scale   0.00392156863'
says "sha256  $(sha256sum <idx/train-images-idx3-ubyte | cut -c1-64)"
hourglass import idx -o mine.h5 --name mine
hourglass info mine.h5 >out
says 'a data set, mine'
fails 65 'is not MNIST' hourglass import idx -o false.h5 --name mnist
[ ! -e false.h5 ] || die "a false data set was written"

# Kaggle's folder: a folder of each name beside the file with a dot.
mkdir kaggle
for name in train-images-idx3 train-labels-idx1 t10k-images-idx3; do
    mkdir "kaggle/$name-ubyte"
    cp "idx/$name-ubyte" "kaggle/$name-ubyte/"
    cp "idx/$name-ubyte" "kaggle/${name%-*}.${name##*-}-ubyte"
done
cp idx/t10k-labels-idx1-ubyte.gz kaggle/
hourglass import kaggle -o kaggle.h5 --name mine
cmp kaggle.h5 mine.h5 || die "Kaggle's folder gives another data set"

# An existing file is safe.
fails 73 overwrite hourglass import idx -o mine.h5
cp mine.h5 before.h5
hourglass import idx -o mine.h5 --name mine --overwrite
cmp mine.h5 before.h5 || die "equal input gives other bytes"

# What is wrong is named.
fails 66 'is not a folder' hourglass import nothing -o x.h5
fails 64 '-o FILE is missing' hourglass import idx
fails 64 'not understood' hourglass import idx -o x.h5 --nmae mine
fails 64 'plane, curve and pixels' hourglass import --make cube -o x.h5
fails 64 'one folder, or --make' hourglass import -o x.h5
labels 6 >idx/train-labels-idx1-ubyte
fails 65 '7 images but 6 labels' hourglass import idx -o x.h5
labels 8 | head -c 15 >idx/train-labels-idx1-ubyte
fails 65 truncated hourglass import idx -o x.h5
rm idx/t10k-images-idx3-ubyte
labels 7 >idx/train-labels-idx1-ubyte
fails 66 't10k-images' hourglass import idx -o x.h5
[ ! -e x.h5 ] || die "a broken import left a file"

# Images with channels.
mkdir rgb
for set in train t10k; do
    { printf '\0\0\010\004\0\0\0\002\0\0\0\001\0\0\0\002\0\0\0\003'; printf abcdefghijkl; } \
        >rgb/$set-images-idx4-ubyte
    labels 2 >rgb/$set-labels-idx1-ubyte
done
hourglass import rgb -o rgb.h5
hourglass info rgb.h5 >out
says '/test/images .*uint8 2 x 1 x 2 x 3'

# Made data are a function of their seed.
for kind in plane curve; do
    hourglass import --make $kind --rows 60 --seed 5 -o a.h5 --overwrite
    hourglass import --make $kind --rows 60 --seed 5 -o b.h5 --overwrite
    cmp a.h5 b.h5 || die "$kind: the same seed gives other data"
    hourglass import --make $kind --rows 60 --seed 6 -o b.h5 --overwrite
    cmp -s a.h5 b.h5 && die "$kind: another seed gives the same data"
    hourglass info a.h5 >out
    says "a data set, made: $kind"
done
says '/train/images .*float32 60 x 1 x 1 x 5'
says '/test/images .*float32 10 x 1 x 1 x 5'

# Pixels without a meaning have the shape that is asked for, and on every machine these bytes.
fails 64 'pixels alone' hourglass import --make plane --shape 1x1x3 -o x.h5
fails 64 'HEIGHTxWIDTHxCHANNELS' hourglass import --make pixels --shape 28x28 -o x.h5
hourglass import --make pixels --shape 5x4x3 --rows 40 -o pixels.h5
hourglass info pixels.h5 >out
says '/train/images .*uint8 40 x 5 x 4 x 3'
says '--make pixels --shape 5x4x3 --rows 40 --seed 1'
says 'sha256  e82f4b6ce01004ac71c79a45c0eb68d3fd3fe6145b8ee59fc5bcc2bc5b488890'
says 'sha256  b8671294f0fd1c3057584744494da6dbd57d708f53f2528ed8a808e9cd954f73'

# --bits is one word: equal for equal arrays whatever else is said of them, another for others.
bits() {
    hourglass info --bits "$1"
}
hourglass import --make pixels --shape 5x4x3 --rows 40 --seed 2 -o other.h5
[ "$(bits mine.h5)" = "$(bits folder/made.h5)" ] || die "--bits: the name of a data set counts"
[ "$(bits pixels.h5)" != "$(bits other.h5)" ] || die "--bits: two data sets have one digest"
bits pixels.h5 | grep -qxE '[0-9a-f]{64}' || die "--bits is $(bits pixels.h5)"

# info answers for any file, and says what is wrong with a broken one.
fails 66 'is not there' hourglass info none.h5
fails 64 'which file' hourglass info
echo text >text.h5
fails 65 'is not an HDF5 file' hourglass info text.h5
mkfifo pipe.h5
fails 65 'not a regular file' hourglass info pipe.h5
head -c 3000 a.h5 >short.h5
fails 65 'truncated' hourglass info short.h5
fails 65 'is a folder' hourglass info idx

# The real thing: what data/get-mnist.sh has found, one or the other.
real=0
for folder in "${MNIST_DIR:-}" "$HERE/data/mnist" /usr/share/datasets/fashion-mnist; do
    [ -d "${folder:-none}" ] || continue
    case $folder in *fashion*) name=Fashion-MNIST ;; *) name=MNIST ;; esac
    hourglass import "$folder" -o real.h5 --overwrite
    hourglass info real.h5 >out
    says "a data set, $name\$"
    says '/train/images .*uint8 60000 x 28 x 28 x 1'
    says '/test/labels .*uint8 10000'
    real=$((real + 1))
done
if [ $real = 0 ]; then # somebody has put the data set itself here
    hourglass info "$HERE/data/mnist.h5" >out ||
        die "no real data: set MNIST_DIR, or apt-get install dataset-fashion-mnist"
    says '/train/images .*uint8 60000 x 28 x 28 x 1'
    echo "the real files are not tried: data/mnist.h5 is here without them"
fi
