#!/bin/sh
# The model of `hourglass scale` beside a simulated cluster: SimGrid's SMPI runs comm itself, one
# step's sum with computing before it, on 64 and 256 hosts of a fat tree.  The model must be
# within 5 %.  Not in the default build: cmake -DHOURGLASS_SMPI=ON (Debian: libsimgrid-dev).
. "$TESTS/common.sh"
if ! command -v smpicc >/dev/null; then
    echo "skipped: no smpicc (Debian: libsimgrid-dev)"
    exit 77
fi
bandwidth=12.5 latency=1000 # GB/s and ns of a link
factors=""
for setting in network/crosstraffic:no network/weight-S:0 network/TCP-gamma:0 \
    network/latency-factor:1 network/bandwidth-factor:1 smpi/bw-factor:0:1 smpi/lat-factor:0:1 \
    smpi/test:0 smpi/iprobe:0 smpi/wtime:0 smpi/simulate-computation:no smpi/host-speed:1Gf \
    surf/precision:1e-11; do
    factors="$factors --cfg=$setting"
done

# build: sums.c with all of comm but the watchdog, whose thread SMPI would not know.
build() {
    sources=$(find src/comm -name '*.c' ! -name 'watchdog*')
    for name in clock log memory pulse status text; do
        sources="$sources src/base/$name.c"
    done
    # shellcheck disable=SC2086 # words
    smpicc -DSMPI_NO_OVERRIDE_MALLOC -include time.h -std=gnu17 -O2 -ffp-contract=off -mfma \
        -Iinclude -Isrc/comm tests/smpi/sums.c $sources -o "$SCRATCH/sums" -lm
}

# platform NODES A_SWITCH ABOVE: a tree of switches with so many nodes, each with ABOVE links to
# those above.
platform() {
    cat >"$SCRATCH/platform.xml" <<END
<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="all" routing="Full">
    <cluster id="c" prefix="n" suffix="" radical="0-$(($1 - 1))" speed="1Gf" bw="${bandwidth}GBps"
      lat="${latency}ns" topology="FAT_TREE" topo_parameters="2;$2,$(($1 / $2));1,$3;1,1"
      sharing_policy="SPLITDUPLEX"/>
  </zone>
</platform>
END
    seq 0 $(($1 - 1)) | sed 's/^/n/' >"$SCRATCH/hosts"
}

# seconds COMMAND...: what it says.
seconds() {
    "$@" 2>"$SCRATCH/log" | sed -n 's/^seconds //p' | grep . ||
        { cat "$SCRATCH/log"; fail "$*"; }
}

# compare NODES FLOATS SHARDS COMPUTE A_SWITCH ABOVE: the model is within 5 %.
compare() {
    nodes=$1 floats=$2 shards=$3 compute=$4 a_switch=$5 above=$6
    platform "$nodes" "$a_switch" "$above"
    # shellcheck disable=SC2086 # words
    simulated=$(seconds smpirun -np "$nodes" -platform "$SCRATCH/platform.xml" \
        -hostfile "$SCRATCH/hosts" $factors "$SCRATCH/sums" "$floats" "$shards" "$compute")
    model=$(seconds smpi_model "$nodes" "$floats" "$shards" "$compute" \
        --latency $((2 * latency))ns --latency-above $((2 * latency))ns \
        --bandwidth ${bandwidth}GB/s --nodes-per-switch "$a_switch" \
        --oversubscription $((a_switch / above)))
    echo "$nodes nodes, $floats floats, $shards shards, $compute s, 1/$((a_switch / above)) above:" \
        "$simulated simulated, $model predicted" \
        "$(awk "BEGIN { printf \"%+.1f %%\", 100 * ($model / $simulated - 1) }")"
    awk "BEGIN { off = $model / $simulated; exit !(off < 0.95 || off > 1.05) }" && missed=1
    return 0
}

missed=0
build || fail "sums.c"
for nodes in 64 256; do
    compare "$nodes" 222384 "$nodes" 0 16 16
    compare "$nodes" 222384 "$nodes" 0.001 16 16
done
compare 64 5000000 64 0 16 16
compare 64 222384 64 0 16 4
compare 8 222384 8 0 8 8         # all under one switch
compare 48 222384 256 0 16 16 # forests travel, and nodes fold
[ $missed = 0 ] || fail "the model is off"
exit 0
