#!/bin/bash
# pipeline.sh JOB DATA [settings]: from data to figures as four jobs of Slurm's, each of which waits
# for the one before it: import, train, encode (the training split, too), figures and report.
#
#   SBATCH="-n 16 -p long" jobs/pipeline.sh vae data/idx --epochs 80
#
# JOB is one of those beside this script, or a file.  DATA is a folder of IDX files, imported to
# data/NAME.h5, or a data set.  SBATCH is handed to sbatch for the jobs of several ranks;
# HOURGLASS_LAUNCH says how ranks are started, as for train.sbatch.
set -eu
file=${1:?which job? jobs/pipeline.sh vae data/idx}
data=${2:?which data? jobs/pipeline.sh vae data/idx}
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$file" ] || file=$here/$file.ini
name=$(basename "$file" .ini)
run=${FOLDER:-runs/$name}
PATH=$PATH:$here/../build/bin:$here/../../../bin # as built, as installed
hourglass=${HOURGLASS:-hourglass}
read -ra sbatch <<<"${SBATCH:-}"
read -ra launch <<<"${HOURGLASS_LAUNCH:-srun --mpi=pmix --kill-on-bad-exit=1}"

# submit NAME OPTIONS...: $job waits for the one before.
job=''
submit() {
    local what=$1
    shift
    job=$(sbatch --parsable ${job:+--dependency=afterok:"$job"} --kill-on-invalid-dep=yes \
        --job-name="hourglass-$what" --output="hourglass-$what-%j.out" "$@")
    job=${job%;*}
    echo "$job: $what"
}
words() {
    printf '%q ' "$@"
}

dataset=$data
if [ -d "$data" ]; then
    dataset=data/$(basename "$data").h5
    submit import -n 1 --wrap "$(words "$hourglass" import "$data" -o "$dataset")"
fi
submit train "${sbatch[@]}" "$here/train.sbatch" "$file" --file "$dataset" --folder "$run" "$@"
submit encode "${sbatch[@]}" --wrap "$(words "${launch[@]}" "$hourglass" encode "$run" \
    --split train -o "$run/train.h5")"
submit figures -n 1 --wrap "$(words hourglass-analysis figures "$run") &&
    $(words hourglass-analysis report "$run")"
