#!/bin/sh
# x.h is the face of x.c: a header declares only functions that the file of its name in its room
# defines (or inline ones); a file's functions all stand in its header and begin with its name.
# main.c has no header, nor has a file that exports a row of a table and no function.
set -u

# faults ROOT: a line for each broken rule below ROOT, the file's name first.
faults() {
    (
        cd "$1" || exit 1
        find src include analysis -name '*.[ch]' | sort |
            xargs awk -f "$TESTS/house/functions.awk"
    ) | awk '
        # include/net/x.h, src/net/x.h and src/net/x.c -> net/x
        function unit(file) {
            sub(/^(src|include)\//, "", file)
            sub(/\.[ch]$/, "", file)
            return file
        }
        {
            if ($1 == "declares" && $2 ~ /\.h$/) {
                face[unit($2), $3] = 1
                headers[++h] = $2 " " $3
            }
            if ($1 == "defines" && $2 ~ /\.h$/) print $2 ": defines " $3 ", which is not inline"
            if ($1 == "defines" && $2 ~ /\.c$/) {
                home[$3] = home[$3] " " $2
                defined[unit($2), $3] = 1
                if ($2 !~ /\/main\.c$/) sources[++s] = $2 " " $3
            }
        }
        END {
            for (i = 1; i <= h; i++) {
                split(headers[i], at, " ")
                where = home[at[2]] ? home[at[2]] : " no file"
                if (!((unit(at[1]), at[2]) in defined))
                    print at[1] ": declares " at[2] " of" where
            }
            for (i = 1; i <= s; i++) {
                split(sources[i], at, " ")
                name = unit(at[1])
                sub(/.*\//, "", name)
                if (!((unit(at[1]), at[2]) in face))
                    print at[1] ": defines " at[2] ", which is not in its header"
                if (at[2] != name && index(at[2], name "_") != 1)
                    print at[1] ": defines " at[2] ", which does not begin with its name"
            }
        }'
}

# check ROOT: print what is wrong; fail where anything is.
check() {
    faults "$1" >"$SCRATCH/faults"
    cat "$SCRATCH/faults"
    [ ! -s "$SCRATCH/faults" ]
}

rm -rf "$SCRATCH" && mkdir -p "$SCRATCH"
check . || exit 1

# ---- controls: a made-up tree passes, and with one wrong function more it does not ---------
tree=$SCRATCH/tree missed=0
make_tree() {
    rm -rf "$tree" && mkdir -p "$tree/src/net" "$tree/include/net" "$tree/analysis/draw"
    cat >"$tree/include/net/model.h" <<'END'
/* int lost(void); */
#define MANY(x) \
    int many(x);
extern int model_count;
extern int (*model_hook)(int);
int model_new(int (*done)(int), ...) __attribute__((format(printf, 1, 2)));
END
    cat >"$tree/src/net/model.c" <<'END'
static int one(void)
{
    return '{';
}
int model_new(int (*done)(int), ...)
{
    return one();
}
END
    cat >"$tree/src/net/dense.c" <<'END'
const struct kind dense_kind = {
    .help = "int dense(void)",
};
END
    cat >"$tree/analysis/draw/tile.h" <<'END'
static inline int tile_twice(int x)
{
    return 2 * x;
}
int tile(int x);
END
    echo 'int tile(int x) { return x; }' >"$tree/analysis/draw/tile.c"
    echo 'int main(void) { return 0; }' >"$tree/analysis/main.c"
}

# refuses WHAT FILE LINE [FILE LINE]: WHAT, which these lines at the ends of files are, is seen.
refuses() {
    what=$1
    shift
    make_tree
    while [ $# -gt 0 ]; do
        echo "$2" >>"$tree/$1"
        shift 2
    done
    check "$tree" >/dev/null && { echo "not seen: $what"; missed=1; }
}

make_tree
check "$tree" || { echo "a good tree is refused"; missed=1; }
refuses "a function of no file" include/net/model.h 'int model_lost(void);'
refuses "a function of another file" include/net/model.h 'int tile(int x);'
refuses "a file without header" src/net/dense.c 'int dense_count(void) { return 1; }'
refuses "a function that its header lacks" src/net/model.c 'int model_old(void) { return 1; }'
refuses "a body in a header" analysis/draw/tile.h 'int tile_two(void) { return 2; }'
refuses "a name that is not its file's" analysis/draw/tile.h 'int larger(int x);' \
    analysis/draw/tile.c 'int larger(int x) { return x; }'
exit $missed
