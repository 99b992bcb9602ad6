#!/bin/sh
# first.sh: from a bare Debian 12 to figures.  Installs what is missing, builds, gets the data,
# trains two models on two ranks, and draws their figures.  Run again, it goes on from where it
# was.  EPOCHS sets the number of epochs.
set -eu
cd "$(dirname "$0")/.."
cmake/packages.sh
cmake --preset release -DHOURGLASS_TESTS=OFF >/dev/null
cmake --build --preset release
DATA=$(data/get-mnist.sh)

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
for job in denoise-deep vae-20; do
    mpirun -n 2 --oversubscribe build/bin/hourglass train "jobs/$job.ini" --resume \
        --file "$DATA" --epochs "${EPOCHS:-15}"
    build/bin/hourglass-analysis figures "runs/$job"
done
echo "the figures are in runs/denoise-deep/figures and runs/vae-20/figures"
