#!/bin/sh
# as_rank.sh FIRST PREFIX... -- PROGRAM ARGS...: started by mpirun, ranks FIRST and higher run
# PREFIX... PROGRAM ARGS..., the others PROGRAM ARGS... alone.  (mpirun's own way to start unlike
# ranks, A : B, crashes Open MPI 5.0.7's.)
first=$1 found=''
shift
if [ "${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:?}}}" -lt "$first" ]; then
    while [ "$1" != -- ]; do shift; done
    shift
else
    for word; do
        shift
        if [ "$word" = -- ] && [ -z "$found" ]; then found=1; else set -- "$@" "$word"; fi
    done
fi
exec "$@"
