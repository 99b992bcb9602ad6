#!/bin/bash
# cluster.sh FOLDER NODES COMMAND...: run a command in a Slurm of its own, which is gone with it.
#
# The cluster is a tree of namespaces: processes, mounts, network and name of its own for the
# head, and again for each node, joined by a bridge.  So nodes have names and addresses, can
# crash, and nothing of it can be reached from outside; the end of the head's first process, by
# whatever, ends everything.  All files are below FOLDER, which is /mnt in there.  The command
# finds `node N` and `crash N`, which start and kill a node (bash functions).
#
# Where Slurm or the rights are missing, it ends with 77 and says what is missing in one line.
set -u
skip() {
    echo "skipped: $1"
    exit 77
}
export PATH=$PATH:/usr/sbin:/sbin
for tool in slurmctld slurmd sbatch munged ip unshare setpriv pgrep; do
    command -v $tool >/dev/null || skip "$tool is missing (cmake/packages.sh slurm)"
done

if [ "${1:-}" != --inside ]; then
    [ "$(id -u)" = 0 ] || skip "a cluster in namespaces is for root"
    unshare --pid --mount --net --uts --fork true 2>/dev/null || skip "namespaces are not allowed"
    folder=$(realpath "$1") nodes=$2
    shift 2
    # unshare heeds no other signal than KILL, which ends the tree; it gets it whatever ends us.
    setpriv --pdeathsig KILL unshare --pid --mount --net --uts --fork --kill-child=KILL \
        "$0" --inside "$folder" "$nodes" "$@" &
    trap 'kill -KILL $!' TERM INT HUP
    wait $!
    exit
fi
folder=$2 NODES=$3
shift 3

# ---- the head ------------------------------------------------------------------------------------

mount -t proc proc /proc && mount -t tmpfs none /dev/shm && mount --bind "$folder" /mnt &&
    hostname head || skip "mounts are not allowed" # /mnt: sockets want short names
ip link add bridge type bridge && ip link add probe type veth peer name eborp ||
    skip "this kernel has no bridge or no veth"
ip link delete probe
ip link set lo up
ip address add 10.77.0.254/24 dev bridge
ip link set bridge up
mkdir -p /mnt/munge /mnt/state /mnt/log
chmod 755 /mnt /mnt/munge
{
    echo "127.0.0.1 localhost"
    echo "10.77.0.254 head"
    for ((i = 1; i <= NODES; i++)); do echo "10.77.0.$i n$i"; done
} >/mnt/hosts
mount --bind /mnt/hosts /etc/hosts
(umask 077 && head -c 128 /dev/urandom >/mnt/munge/key)
munged --key-file=/mnt/munge/key --socket=/mnt/munge/s --pid-file=/mnt/munge/pid \
    --log-file=/mnt/munge/log --seed-file=/mnt/munge/seed --num-threads=10 ||
    { cat /mnt/munge/log; exit 1; }
cat >/mnt/slurm.conf <<END
ClusterName=hourglass
SlurmctldHost=head
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
# A requeued job waits for cred_expire + 1 seconds; 5 is the least.
AuthInfo=socket=/mnt/munge/s,cred_expire=5
StateSaveLocation=/mnt/state
SlurmdSpoolDir=/mnt/%n
TmpFS=/mnt/tmp.%n
SlurmctldPidFile=/mnt/log/slurmctld.pid
SlurmdPidFile=/mnt/log/slurmd.%n.pid
SlurmctldLogFile=/mnt/log/slurmctld
SlurmdLogFile=/mnt/log/slurmd.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
SlurmdTimeout=4
KillWait=5
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=n[1-$NODES] CPUs=16 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
# A node's first process, which waits for its network card.
cat >/mnt/node.sh <<'END'
mount -t proc proc /proc
mount -t tmpfs none /dev/shm
hostname "n$1"
ip link set lo up
until ip link set eth0 up 2>/dev/null; do sleep 0.02; done
ip address add "10.77.0.$1/24" dev eth0
slurmd -N "n$1"
exec sleep infinity
END

# node N: start it.
node() {
    mkdir -p "/mnt/n$1" "/mnt/tmp.n$1"
    unshare --pid --mount --net --uts --fork --kill-child=KILL sh /mnt/node.sh "$1" \
        >>"/mnt/log/node.n$1" 2>&1 &
    until first=$(pgrep -P $!); do sleep 0.02; done
    echo "$first" >"/mnt/log/first.n$1"
    ip link add "n$1" type veth peer name eth0 netns "$first"
    ip link set "n$1" master bridge up
}

# crash N: all of it dies at once, and its network card with it.
crash() {
    kill -KILL "$(cat "/mnt/log/first.n$1")"
}
export -f node crash

export SLURM_CONF=/mnt/slurm.conf
slurmctld
for ((i = 1; i <= NODES; i++)); do node $i; done
for ((i = 0; i < 100; i++)); do
    [ "$(sinfo -h -t idle -o %D)" = "$NODES" ] && exec "$@" # in place of the first process
    sleep 0.1
done
sinfo
cat /mnt/log/slurmctld /mnt/log/slurmd.*
exit 1
