#!/bin/sh
# first.sh: from a bare Debian 12 to figures.  Installs what is missing, builds, gets the data,
# trains two models on two ranks, draws their figures and writes their reports.  Run again, it
# goes on from where it was.  EPOCHS sets the number of epochs.
set -eu
cd "$(dirname "$0")/.."
cmake/packages.sh
cmake -G Ninja -B build -DHOURGLASS_TESTS=OFF -DHOURGLASS_WERROR=OFF >/dev/null
cmake --build build
DATA=$(data/get-mnist.sh)

# More ranks than cores: Open MPI wants to be asked, 4 and 5.
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
for job in denoise-deep vae-20; do
    "${MPIRUN:-mpirun}" -n 2 build/bin/hourglass train "jobs/$job.ini" --resume \
        --file "$DATA" --epochs "${EPOCHS:-15}"
    build/bin/hourglass-analysis figures "runs/$job"
    build/bin/hourglass-analysis report "runs/$job"
done
echo "look at runs/vae-20/report.html; the figures are in runs/*/figures"
