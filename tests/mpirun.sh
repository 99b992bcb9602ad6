#!/bin/sh
# mpirun.sh RANKS PROGRAM ARGS...: mpirun as tests need it, anywhere and any MPI's: as root, more
# ranks than cores, no standard input, an end after $LIMIT seconds.  MPIRUN is the build's own.
ranks=$1
shift
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none        # Open MPI 4
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe PRTE_MCA_hwloc_default_binding_policy=none # 5
# Open MPI and its libraries leak by design; leaks of ours show in the tests without it.
# A library that stands before MPI stands before the sanitizer too.
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0
exec timeout -k 5 "${LIMIT:-100}" "${MPIRUN:-mpirun}" -n "$ranks" "$@" </dev/null
