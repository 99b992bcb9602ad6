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
    analysis jobs data/get-mnist.sh data/README.md tests/golden | tar -x -C "$scratch/source"
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

# built SOURCE BUILD [OPTION]: there, with nothing but a prefix.
built() {
    offline cmake -G Ninja -S "$1" -B "$2" -DCMAKE_INSTALL_PREFIX="$scratch/nowhere" ${3:+"$3"} \
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
built "$one" "$scratch/of one" -DHOURGLASS_MPI=OFF
cmake --install "$scratch/of one" --prefix "$scratch/alone" >"$scratch/log"
rm -rf "$one" "$two" "$scratch/out of tree" "$scratch/of one" "$scratch/source" # nothing looks there

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

[ ! -e "$scratch/alone/bin/hourglass" ] && ! ldd "$scratch/alone/bin/hourglass-analysis" |
    grep -q libmpi || fail "MPI is there where it was not wanted"

# ---- at work elsewhere --------------------------------------------------------------------------
mkdir -p "$scratch/else where/data" "$scratch/else where/runs" && cd "$scratch/else where"
analysis_make_run runs/made
PATH=$prefix/bin:$(echo "$PATH" | cut -d: -f2-)
jobs="$prefix/share/hourglass/jobs"
hourglass import --make plane -o data/plane.h5 >"$scratch/log" 2>&1
train 2 "$jobs/basic.ini" runs/basic --epochs 2
hourglass-analysis figures runs/basic >"$scratch/log"
[ -s runs/basic/figures/loss-curves.png ] || fail "no figure"
"$scratch/alone/bin/hourglass-analysis" figures runs/made >"$scratch/log"
[ -s runs/made/figures/residual-pca-own.png ] || fail "no figure of the analysis alone"
"$scratch/alone/bin/hourglass-analysis" report runs/made >"$scratch/log"
[ -s runs/made/report.html ] || fail "no report of the analysis alone"
# MPI's HDF5 and the plain one, MPI's program and the plain one: the same numbers.
hourglass-analysis figures runs/made -o runs/other >"$scratch/log"
numbers() {
    hourglass info --digests "$1" | sed "s:$1::; /provenance/d"
}
numbers runs/other/figures.h5 >"$scratch/numbers"
[ -s "$scratch/numbers" ] && numbers runs/made/figures/figures.h5 | cmp - "$scratch/numbers" ||
    fail "the analysis alone finds other numbers"
if (python_with h5py numpy matplotlib) >"$scratch/log"; then
    python_with h5py numpy matplotlib
    MPLCONFIGDIR=$scratch PATH=$(dirname "$(command -v "$python")"):$PATH \
        "$scratch/alone/share/hourglass/examples/redraw.py" runs/made/figures/figures.h5 redrawn.png
    [ -s redrawn.png ] || fail "nothing is redrawn"
fi

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
sed 's/dense 2/dense code/; s/^input.*/&\ncode = 2/' "$jobs/basic.ini" >mine.ini
OPTIONS="--epochs 1 --progress none" "$jobs/sweep.sh" mine.ini 1 2 >"$scratch/log" 2>&1 </dev/null ||
    { cat "$scratch/log"; fail "the sweep"; }
[ -s runs/sweep-mine/comparison.csv ] || fail "no comparison"

# A job of Slurm's: sbatch copies the script, srun and scontrol are made up.
mkdir "$scratch/spool" "$scratch/slurm"
cp "$jobs/train.sbatch" "$scratch/spool/slurm_script"
cat >"$scratch/slurm/srun" <<'END_OF_SRUN'
#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
[ "$1" = true ] || exec "$TESTS/mpirun.sh" "$SLURM_NTASKS" "$@"
END_OF_SRUN
chmod +x "$scratch/slurm/srun"
# slurm RESTARTS EPOCHS: the job, started anew so many times.
slurm() {
    SLURM_JOB_ID=7 SLURM_NTASKS=2 SLURM_RESTART_COUNT=$1 PATH=$scratch/slurm:$PATH \
        bash "$scratch/spool/slurm_script" "$jobs/basic.ini" --folder runs/slurm --epochs "$2" \
        --schedule constant --progress none >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "the job of Slurm's"; }
}
slurm 0 1
slurm 1 2
[ -s runs/slurm/checkpoint-0002-000000.h5 ] || fail "the job of Slurm's does not go on"
code=0
OFFLINE=1 MNIST_DIR='' FASHION_DIR=none "$prefix/share/hourglass/data/get-mnist.sh" >"$scratch/log" 2>&1 ||
    code=$?
[ $code = 66 ] || { cat "$scratch/log"; fail "get-mnist.sh: exit code $code"; }
list | cmp - "$scratch/before" || fail "something was written where it is installed"
exit 0
