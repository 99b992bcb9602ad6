#!/bin/sh
# No function of libm decides a bit of a training but those that IEEE 754 defines exactly: the
# objects of the rooms that compute name no other one.
. "$TESTS/common.sh"

build=${SCRATCH%/scratch/*}
rooms="base linalg net optim"
[ -f "$build/libstep.a" ] && rooms="$rooms step"
exact="sqrt fma floor ceil ldexp fabs fmin fmax copysign rint trunc"

mkdir -p "$SCRATCH"
libm=$(ldd "$build/bin/hourglass-analysis" | sed -n 's/.*libm\.so[^ ]* => \([^ ]*\).*/\1/p')
[ -f "$libm" ] || { echo "skipped: libm is no library of its own here"; exit 77; }
for name in $exact; do
    echo "$name"
    echo "${name}f"
done | sort >"$SCRATCH/exact"
nm -D --defined-only "$libm" | sed 's/.* //; s/@.*//' | sort -u | comm -23 - "$SCRATCH/exact" \
    >"$SCRATCH/inexact"
grep -qx expf "$SCRATCH/inexact" || fail "libm has no expf: $libm"

# names_of OBJECT: inexact functions that it wants, those of libmvec too.
names_of() {
    nm -u "$1" | sed -n 's/^ *U //p' | sort -u >"$SCRATCH/wanted"
    comm -12 "$SCRATCH/wanted" "$SCRATCH/inexact"
    grep '^_ZGV' "$SCRATCH/wanted" || :
}

for room in $rooms; do
    [ "$(nm -u "$build/lib$room.a" | grep -c ' U ')" -gt 5 ] || fail "$room wants nothing"
    found=$(names_of "$build/lib$room.a")
    [ -z "$found" ] || fail "$room takes from libm: $found"
done

# Control: one that calls pow is seen.
printf 'double pow(double, double);\ndouble f(double x)\n{\n    return pow(x, x);\n}\n' >"$SCRATCH/bad.c"
"${CC:-cc}" -c "$SCRATCH/bad.c" -o "$SCRATCH/bad.o" || fail "the control does not compile"
[ "$(names_of "$SCRATCH/bad.o")" = pow ] || fail "not seen: pow"
exit 0
