#!/bin/bash
# train.flux - a job file under Flux:
#
#   flux batch jobs/train.flux jobs/vae.ini --epochs 80
#
# Two minutes before the limit of four hours Flux sends SIGUSR1: all ranks stop after the same step
# with a checkpoint, and end with 75; the same line, submitted again, goes on.  Open MPI 5 wants
# -o pmi=pmix (the package flux-pmix); Open MPI 4 and MPICH find Flux's own PMI.
#flux: --job-name=hourglass
#flux: -n 8
#flux: -t 4h
#flux: --signal=USR1@2m
#flux: --output=hourglass-{{id}}.out
export OMP_NUM_THREADS=1
trap 'flux job killall -f -s USR1' USR1
flux run -n 8 ${HOURGLASS:-build/bin/hourglass} train \
    "${1:?which job? flux batch jobs/train.flux jobs/vae.ini}" --resume "${@:2}" &
ranks=$!
wait $ranks
code=$?
while kill -0 $ranks 2>/dev/null; do
    wait $ranks # the signal has ended the first wait, not the ranks
    code=$?
done
exit $code
