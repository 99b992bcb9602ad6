#!/bin/sh
# cmake/packages.sh tells a user who may not install what to ask for, and waits for nobody.
. "$TESTS/common.sh"
mkdir "$SCRATCH/bin"

# stub NAME LINE...: a program that stands before the real one.
stub() {
    name=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"$SCRATCH/bin/$name"
    chmod +x "$SCRATCH/bin/$name"
}
stub id 'echo 1000'
stub dpkg-query 'for package in "$@"; do :; done' \
    'case $package in libinih-dev | zlib1g-dev) echo not-installed ;; *) echo installed ;; esac'
stub sudo '[ "$1" = -n ] && exit 1' 'sleep 60'
stub apt-get "touch '$SCRATCH/called'" 'exit 100'

# gives_up: within five seconds, with the two packages and no other.
gives_up() {
    code=0
    PATH=$SCRATCH/bin:$PATH timeout 5 cmake/packages.sh >"$SCRATCH/out" 2>&1 </dev/null || code=$?
    cat "$SCRATCH/out"
    [ $code = 69 ] || fail "exit code $code, not 69"
    grep -qx '    apt-get install --no-install-recommends libinih-dev zlib1g-dev' "$SCRATCH/out" ||
        fail "not the list of what is missing"
}

gives_up
[ ! -e "$SCRATCH/called" ] || fail "apt-get was called"
stub id 'echo 0' # root, whose apt-get reaches nothing
gives_up
[ -e "$SCRATCH/called" ] || fail "apt-get was not called"
stub dpkg-query 'echo installed'
PATH=$SCRATCH/bin:$PATH cmake/packages.sh || fail "nothing is missing and it fails"
exit 0
