#!/bin/sh
# A tarball inside another's repository, in a folder with blanks, builds offline without git's
# help; what is installed trains and draws elsewhere, and holds no path of the build; a build in
# another folder has the same bytes.
. "$TESTS/common.sh"
unset CMAKE_C_COMPILER_LAUNCHER # ccache would bring the first build's bytes
unset HOURGLASS
here=$PWD
scratch=$(cd "$SCRATCH" && pwd)

# offline COMMAND...: with no network but itself (Open MPI's compiler wants that), if it may be.
offline() {
    unshare -n sh -c 'ip link set lo up' 2>/dev/null || { "$@"; return; }
    unshare -n sh -c 'ip link set lo up && exec "$@"' - "$@"
}

git_as_somebody() {
    git -c user.name=somebody -c user.email=somebody@example.org -c init.defaultBranch=main "$@"
}

# repository FOLDER: what lies there as its first commit.
repository() {
    git_as_somebody -C "$1" init -q && git_as_somebody -C "$1" add -A &&
        git_as_somebody -C "$1" commit -q -m first
}

# ---- the tarball ------------------------------------------------------------------------------
mkdir "$scratch/source"
tar -c .gitattributes CMakeLists.txt CMakePresets.json LICENSE README.md cmake src include \
    analysis jobs data/get-mnist.sh data/README.md | tar -x -C "$scratch/source"
repository "$scratch/source"
commit=$(git -C "$scratch/source" rev-parse HEAD | cut -c1-12)
mkdir -p "$scratch/some body" && echo theirs >"$scratch/some body/file"
repository "$scratch/some body"
one="$scratch/some body/hour glass" two="$scratch/b/c/d"
mkdir -p "$one" "$two"
git -C "$scratch/source" archive HEAD | tee "$scratch/hourglass.tar" | tar -x -C "$one"
tar -x -C "$two" -f "$scratch/hourglass.tar"

# A library of its own place, as modules have them: inih, if it is one file of Debian's.
mkdir "$scratch/module"
cp "$(pkg-config --variable=libdir inih)"/libinih.so* "$scratch/module"
cat >"$scratch/module/inih.pc" <<END_OF_PC
Name: inih
Description: inih
Version: 1
Libs: -L$scratch/module -linih
Cflags: $(pkg-config --cflags inih)
END_OF_PC
export PKG_CONFIG_PATH="$scratch/module"

# built SOURCE BUILD: there, with nothing but a prefix.
built() {
    offline cmake -G Ninja -S "$1" -B "$2" -DCMAKE_INSTALL_PREFIX="$scratch/nowhere" \
        >"$scratch/log" 2>&1 && offline cmake --build "$2" >>"$scratch/log" 2>&1 ||
        { tail -n 30 "$scratch/log"; fail "the build in $2"; }
    ! grep -q 'warning:' "$scratch/log" || { grep 'warning:' "$scratch/log"; fail "a warning"; }
}
built "$one" "$one/build"
built "$two" "$scratch/out of tree"
! grep -q -e -Werror "$one/build/build.ninja" || fail "a user's warnings are errors"
for program in hourglass hourglass-analysis; do
    cmp "$one/build/bin/$program" "$scratch/out of tree/bin/$program" || fail "$program differs"
done

# ---- installed --------------------------------------------------------------------------------
DESTDIR="$scratch/dest" cmake --install "$one/build" >"$scratch/log"
[ ! -e "$scratch/nowhere" ] || fail "DESTDIR is not respected"
cmake --install "$one/build" --prefix "$scratch/a prefix" >"$scratch/log"
prefix="$scratch/a prefix"
diff -r "$prefix" "$scratch/dest$scratch/nowhere" || fail "DESTDIR and the prefix differ"
rm -rf "$one" "$two" "$scratch/out of tree" "$scratch/source" # nothing looks there

list() {
    (cd "$prefix" && find . -type f | sort)
}
list >"$scratch/before"
for file in bin/hourglass bin/hourglass-analysis share/doc/hourglass/LICENSE \
    share/doc/hourglass/README.md share/hourglass/data/get-mnist.sh share/hourglass/jobs/sweep.sh \
    share/hourglass/jobs/train.sbatch; do
    grep -qx "./$file" "$scratch/before" || fail "$file is not installed"
done
(cd jobs && ls -- *.ini) >"$scratch/jobs"
(cd "$prefix/share/hourglass/jobs" && ls -- *.ini) | cmp - "$scratch/jobs" || fail "other jobs"
for program in hourglass hourglass-analysis; do
    strings -a "$prefix/bin/$program" >"$scratch/strings"
    ! grep -F -e "hour glass" -e "$scratch/b/c" -e "out of tree" -e "$here/" "$scratch/strings" |
        grep -v -F "$scratch/module" || fail "$program knows where it was built"
    ldd "$prefix/bin/$program" | grep -F -q "$scratch/module/libinih" ||
        fail "$program does not find its library"
done
[ "$("$prefix/bin/hourglass" --version | sed 's/.*(\(.*\))/\1/')" = "$commit" ] ||
    fail "$("$prefix/bin/hourglass" --version) is not of the commit $commit"

# ---- at work elsewhere --------------------------------------------------------------------------
mkdir -p "$scratch/else where/data" "$scratch/else where/runs" && cd "$scratch/else where"
PATH=$prefix/bin:$(echo "$PATH" | cut -d: -f2-)
jobs="$prefix/share/hourglass/jobs"
hourglass import --make plane -o data/plane.h5 >"$scratch/log" 2>&1
train 2 "$jobs/basic.ini" runs/basic --epochs 2
hourglass-analysis figures runs/basic >"$scratch/log"
[ -s runs/basic/figures/loss-curves.png ] || fail "no figure"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
sed 's/dense 2/dense code/; s/^input.*/&\ncode = 2/' "$jobs/basic.ini" >mine.ini
OPTIONS="--epochs 1 --progress none" "$jobs/sweep.sh" mine.ini 1 2 >"$scratch/log" 2>&1 </dev/null ||
    { cat "$scratch/log"; fail "the sweep"; }
[ -s runs/sweep-mine/comparison.csv ] || fail "no comparison"
code=0
OFFLINE=1 MNIST_DIR='' FASHION_DIR=none "$prefix/share/hourglass/data/get-mnist.sh" >"$scratch/log" 2>&1 ||
    code=$?
[ $code = 66 ] || { cat "$scratch/log"; fail "get-mnist.sh: exit code $code"; }
list | cmp - "$scratch/before" || fail "something was written where it is installed"
exit 0
