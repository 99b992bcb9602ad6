#!/bin/sh
# arm64.sh: the tree for aarch64, under qemu, by hand.  Unpacks what it is built with into
# $ROOT/root (build-arm64), as the arm64 of this machine's Debian has it and from its mirror:
# nothing is installed, and root is not needed.  Builds everything there by the cross compiler,
# runs the unit tests of the rooms without ranks and compares the jobs of tests/golden/digests.
# Wants gcc-aarch64-linux-gnu and qemu-user-static.  The last line is the result.
set -eu
cd "$(dirname "$0")/.."
top=${ROOT:-$PWD/build-arm64}
export SYSROOT=$top/root

for program in aarch64-linux-gnu-gcc qemu-aarch64-static; do
    command -v $program >/dev/null && continue
    echo "arm64.sh: $program is missing: apt-get install gcc-aarch64-linux-gnu qemu-user-static" >&2
    exit 1
done

# arm64_apt WORDS...: an apt that knows arm64 alone and believes that nothing is installed.
arm64_apt() {
    apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$top/apt" \
        -o Dir::State::status="$top/apt/status" -o Dir::Cache="$top/apt" \
        -o APT::Install-Recommends=0 -o APT::Sandbox::User="$(id -un)" "$@"
}

# Links that lead to the machine's own root would miss this one.
turn_links() {
    find "$SYSROOT" -type l -lname '/*' | while read -r link; do
        to=$SYSROOT$(readlink "$link")
        ln -sfn "$(realpath -sm --relative-to="$(dirname "$link")" "$to")" "$link"
    done
}

make_root() {
    rm -rf "$top/root" "$top/apt"
    mkdir -p "$top/root" "$top/apt/lists/partial" "$top/apt/archives/partial"
    : >"$top/apt/status"
    arm64_apt update
    arm64_apt install -y --download-only libc6-dev libinih-dev libssl-dev zlib1g-dev \
        libopenblas-dev libcairo2-dev librandom123-dev libcmocka-dev libopenmpi-dev \
        libhdf5-openmpi-dev
    for package in "$top"/apt/archives/*.deb; do dpkg-deb -x "$package" "$SYSROOT"; done
    turn_links
    touch "$top/complete"
}

[ -f "$top/complete" ] || make_root
cmake -S . -B "$top/build" -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/arm64.cmake \
    -DCMAKE_CROSSCOMPILING_EMULATOR="qemu-aarch64-static;-L;$SYSROOT" \
    -DHOURGLASS_TESTS=ON -DHOURGLASS_WERROR=ON
cmake --build "$top/build"
code=0 units=pass
ctest --test-dir "$top/build" --no-tests=error --output-on-failure -L unit \
    -R '^(base|linalg|net|optim|store)/' -E krylov || code=1 units=FAIL # that one: too long

mkdir -p "$top/bin"
cat >"$top/bin/hourglass" <<END
#!/bin/sh
exec qemu-aarch64-static -L "$SYSROOT" "$top/build/bin/hourglass" "\$@"
END
chmod +x "$top/bin/hourglass"
line=$(PATH=$top/bin:$PATH tests/golden/compare.sh arm64) || code=1
echo "$line; unit tests $units"
exit $code
