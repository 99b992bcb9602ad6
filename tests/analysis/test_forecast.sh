#!/bin/sh
# `figures --dry-run` writes nothing, says of each figure what comes of it, and how much memory a run
# of `figures` is then seen to take at most, within a twentieth.
. "$TESTS/common.sh"
[ -f "$DATA" ] || { echo "skipped: no data set here (data/get-mnist.sh)"; exit 77; }

# peak COMMAND...: the most bytes that it had.
peak() {
    python3 -c 'import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=open(os.environ["SCRATCH"] + "/drawn", "w"))
status, used = os.wait4(child.pid, 0)[1:]
print(used.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status))' "$@"
}

# fates FILE: what comes of each figure.
fates() {
    sed -n 's/^to draw /drawn /; s/^\(drawn\|skipped\) *\(.*\)/\1 \2/p' "$1"
}

# near RUN: said and measured.
near() {
    hourglass-analysis figures "$1" --dry-run >"$SCRATCH/said" || fail "$1 cannot be foretold"
    [ ! -e "$1/figures" ] || fail "--dry-run leaves a folder"
    most=$(peak hourglass-analysis figures "$1") || fail "$1 cannot be drawn"
    fates "$SCRATCH/said" >"$SCRATCH/a" && fates "$SCRATCH/drawn" >"$SCRATCH/b"
    [ -s "$SCRATCH/a" ] || fail "$1: no figure is said"
    cmp "$SCRATCH/a" "$SCRATCH/b" || fail "$1: other figures than it says"
    said=$(sed -n 's/^memory at most: \([0-9]*\) MB$/\1/p' "$SCRATCH/said")
    echo "$1: $((most / 1000000)) MB, said $said MB"
    [ "$most" -gt $((said * 950000)) ] && [ "$most" -lt $((said * 1050000)) ] || bad=1
}

# wide DIR ROWS SIDE: IDX files of as many images of SIDE x SIDE in each split, discs of two sizes.
wide() {
    mkdir "$1" && python3 -c 'import struct, sys
folder, rows, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def disc(i):
    radius, x, y = side // (3 + i % 2), side // 2 + i % 7, side // 2 - i % 5
    return bytes(200 + i % 50 if (r - y) ** 2 + (c - x) ** 2 < radius ** 2 else 40
                 for r in range(side) for c in range(side))
few = [disc(i) for i in range(70)]
for split in "train", "t10k":
    with open("%s/%s-images-idx3-ubyte" % (folder, split), "wb") as f:
        f.write(struct.pack(">4I", 0x803, rows, side, side))
        f.writelines(few[i % 70] for i in range(rows))
    with open("%s/%s-labels-idx1-ubyte" % (folder, split), "wb") as f:
        f.write(struct.pack(">2I", 0x801, rows) + bytes(i % 2 for i in range(rows)))' "$@"
}

for job in vanilla vae; do
    train 2 jobs/$job.ini "$SCRATCH/$job" --file "$DATA" --epochs 1
    near "$SCRATCH/$job"
done

wide "$SCRATCH/discs" 400 96
hourglass import "$SCRATCH/discs" -o "$SCRATCH/discs.h5" >/dev/null 2>&1
cat >"$SCRATCH/wide.ini" <<EOF
[data]
file = $SCRATCH/discs.h5
[model]
input = 96x96x1
encoder = noise 0.1, dense 32 relu, sampling 2
decoder = dense 32 relu, dense 9216 sigmoid
[training]
loss = bce-sum
batch = 50
epochs = 1
EOF
train 2 "$SCRATCH/wide.ini" "$SCRATCH/wide"
near "$SCRATCH/wide"
grep -q "^skipped" "$SCRATCH/said" && fail "a figure is skipped"
rm -r "$SCRATCH/vanilla" "$SCRATCH/vae" "$SCRATCH/wide"
exit ${bad:-0}
