#!/bin/sh
# hosts.sh SHAPE [OPTIONS] -- PROGRAM ARGS...: mpirun over several hosts, which are namespaces of
# this machine.
#
#   hosts.sh 4x2 -- hourglass train jobs/vae.ini       four hosts, two ranks on each
#   hosts.sh 1,3,2,2 --rate 200mbit --shm 64m -- ...   so many ranks on each
#
#   --rate RATE           of every host's link, each way, in tc's words: 200mbit
#   --delay MILLISECONDS  of every host's link, each way: 0.5
#   --shm SIZE            of every host's /dev/shm: 64m
#   --place WORD          block: n1's ranks come first; cyclic: one a host in turn; random:SEED
#   --meanwhile COMMAND   for the shell, beside the program, on the bridge: n2's link is called
#                         n2 there (sleep 5; ip link set n2 down); on n2 COMMAND runs on that host
#   --wire FILE           gets the bytes that went out of each host, a line a host
#
# Hosts are called n1, n2 ...; each has its name, its address and its link to one bridge, its
# /dev/shm and its TMPDIR; files are common to all.  mpirun runs on n1.  The hosts live in one
# PID namespace and end with this process, however that ends.  Users who may make namespaces
# need not be root.  Exit codes: mpirun's; 77 and one line where hosts cannot be made; after
# LIMIT seconds (100) 124.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin:$here/../../build/bin

skip() {
    echo "skipped: $*"
    exit 77
}

wrong() {
    echo "hosts.sh: $*; write: hosts.sh SHAPE [OPTIONS] -- PROGRAM ARGS..." >&2
    exit 64
}

# ---- what is asked for --------------------------------------------------------------------------

# ranks_of SHAPE: of each host, a word a host.
ranks_of() {
    case $1 in
    [1-9]*x[1-9]*) yes "${1#*x}" | head -n "${1%x*}" | tr '\n' ' ' ;;
    *) echo "$1" | tr , ' ' ;;
    esac
}

read_options() {
    counts=$(ranks_of "${1:-}")
    case $counts in '' | *[!0-9\ ]*) wrong "'${1:-}' is no shape: 4x2, or 1,3,2,2" ;; esac
    rate='' delay='' shm='' place=block meanwhile='' wire='' taken=1
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        value=${2:?$1 wants a value}
        case $1 in
        --rate) rate=$value ;;
        --delay) delay=$value ;;
        --shm) shm=$value ;;
        --place) place=$value ;;
        --meanwhile) meanwhile=$value ;;
        --wire) wire=$value ;;
        *) wrong "$1 is no option" ;;
        esac
        shift 2
        taken=$((taken + 2))
    done
    [ $# -gt 1 ] || wrong "no program is named"
    taken=$((taken + 1))
}

# ---- a host -------------------------------------------------------------------------------------

# begin_host NAME: its namespaces, held by a process that sleeps.
begin_host() {
    unshare --net --uts --mount sh -ec '
        hostname "$1"
        mount -t tmpfs ${2:+-o "size=$2"} tmpfs /dev/shm
        mount -t tmpfs tmpfs /run/tmp
        echo $$ >"/run/pid.$1.new" && mv "/run/pid.$1.new" "/run/pid.$1"
        exec sleep infinity' sh "$1" "$shm" &
}

# cable NAME: from the host's eth0 to the bridge, in one piece, or in two with a delay between them.
cable() {
    pid=$(cat "/run/pid.$1")
    if [ -z "$delay" ]; then
        ip link add "$1" type veth peer name eth0 netns "$pid"
    else
        ip link add "$1" type veth peer name "$1.a"
        ip link add "$1.b" type veth peer name eth0 netns "$pid"
        ip link set "$1.a" up
        ip link set "$1.b" up
        hosts_delay "$1.a" "$1.b" "$delay" &
    fi
    ip link set "$1" master bridge up
}

# How a device is told to send at the stated rate and to drop nothing.
tbf() {
    echo "tc qdisc add dev $1 root tbf rate $rate burst 32kb limit 64mb"
}

# link_host NAME NUMBER: once it is there.
link_host() {
    until [ -e "/run/pid.$1" ] || [ "$(wc -c </run/why)" != 0 ]; do sleep 0.01; done
    cable "$1"
    on "$1" "ip link set lo up && ip address add 10.77.0.$2/24 dev eth0 && ip link set eth0 up"
    [ -n "$rate" ] || return 0
    eval "$(tbf "$1")"
    on "$1" "$(tbf eth0)"
}

# ---- all of them --------------------------------------------------------------------------------

make_hosts() {
    mkdir /run/tmp
    ln -s "$here/on.sh" /run/on
    PATH=/run:$PATH
    ip link set lo up
    ip link add bridge type bridge
    ip link set bridge up
    cp /etc/hosts /run/hosts
    hosts=0
    for count in $counts; do
        hosts=$((hosts + 1))
        echo "10.77.0.$hosts n$hosts" >>/run/hosts
        yes "n$hosts" | head -n "$count" >>/run/slots
    done
    mount --bind /run/hosts /etc/hosts
    for i in $(seq $hosts); do begin_host "n$i"; done
    for i in $(seq $hosts); do link_host "n$i" "$i"; done
}

# The host of each rank, a line a rank.
places() {
    case $place in
    block) cat /run/slots ;;
    cyclic) awk '{ print seen[$1]++, $1 }' /run/slots | sort -s -n | cut -d ' ' -f 2 ;;
    random:*) awk -v seed="${place#*:}" 'BEGIN { srand(seed) } { print rand(), $1 }' /run/slots |
        sort -n | cut -d ' ' -f 2 ;;
    *) wrong "'$place' is no place" ;;
    esac
}

# On n1, where TMPDIR is its own.  More ranks than cores must not spin.
start() {
    export TMPDIR=/run/tmp OMPI_MCA_mpi_yield_when_idle=1
    export OMPI_MCA_plm=rsh OMPI_MCA_plm_rsh_agent=/run/on
    export OMPI_MCA_rmaps=seq OMPI_MCA_orte_default_hostfile=/run/places
    export OMPI_MCA_btl=self,vader,tcp OMPI_MCA_btl_tcp_if_include=eth0
    export OMPI_MCA_oob_tcp_if_include=eth0
    nsenter --target "$(cat /run/pid.n1)" --net --uts --mount env -C "$PWD" \
        "$here/../mpirun.sh" "$(wc -l </run/places)" "$@"
}

# The bridge receives what a host sends.
write_wire() {
    for i in $(seq $hosts); do
        echo "n$i $(ip -s link show "n$i" | awk '/RX:/ { getline; print $1 }')"
    done >"$wire"
}

inside() {
    read_options "$@"
    shift $taken
    mount -t tmpfs tmpfs /run
    trap 'skip "no hosts can be made here: $(tail -n 1 /run/why)"' EXIT
    make_hosts 2>/run/why
    trap - EXIT
    places >/run/places
    [ -z "$meanwhile" ] || sh -c "$meanwhile" &
    code=0
    start "$@" || code=$?
    [ -z "$wire" ] || write_wire
    exit $code
}

outside() {
    read_options "$@"
    for tool in ip tc hostname nsenter setpriv timeout; do
        command -v $tool >/dev/null || skip "there is no $tool here (Debian: iproute2, util-linux)"
    done
    ${MPIRUN:-mpirun} --version 2>/dev/null | grep -q "Open\(RTE\| MPI\)) 4\." ||
        skip "hosts.sh speaks to the mpirun of Open MPI 4 alone"
    [ -z "$delay" ] || command -v hosts_delay >/dev/null || skip "hosts_delay is not built"
    user=''
    [ "$(id -u)" = 0 ] || user=--map-root-user
    namespaces="unshare $user --net --uts --mount --pid --fork --kill-child --mount-proc"
    why=$($namespaces true 2>&1) || skip "no namespaces can be made here: $why"
    exec timeout -k 1 $((${LIMIT:-100} + 5)) setpriv --pdeathsig KILL \
        $namespaces "$0" --inside "$@"
}

if [ "${1:-}" = --inside ]; then
    shift
    inside "$@"
else
    outside "$@"
fi
