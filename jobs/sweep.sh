#!/bin/sh
# sweep.sh JOB [CODE SIZE...]: train a job with several code sizes (2 4 8 16 32 64), one run
# after the other, and compare them.  The job's file says `code` where the width of the code
# stands.  JOB is one of those beside this script, or a file.  Runs go to runs/sweep-JOB/code-N,
# the table and the curve beside them; begun again, it goes on from where it was.  RANKS sets the
# number of ranks, OPTIONS is handed to train:
#
#     RANKS=4 OPTIONS="--epochs 5" jobs/sweep.sh conv-denoise 2 8 32
set -eu
here=$(dirname "$0")
PATH=$PATH:$here/../build/bin:$here/../../../bin # as built, as installed
file=${1:?which job? jobs/sweep.sh conv-denoise}
[ -f "$file" ] || file=$here/$1.ini
job=$(basename "$file" .ini)
shift
[ $# -gt 0 ] || set -- 2 4 8 16 32 64
# More ranks than cores: Open MPI wants to be asked, 4 and 5.
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
out=${FOLDER:-runs/sweep-$job}

for code in "$@"; do
    # OPTIONS is several words.
    # shellcheck disable=SC2086
    "${MPIRUN:-mpirun}" -n "${RANKS:-2}" hourglass train "$file" --resume \
        --code "$code" --folder "$out/code-$code" ${OPTIONS:-}
done
for code in "$@"; do set -- "$@" "$out/code-$code" && shift; done
hourglass-analysis compare -o "$out" "$@"
