/* world_mpi - the MPI communicator behind struct world.
 *
 * For comm itself and for pario, which hands it to parallel HDF5; nobody else may include it
 * (tests/house/test_arrows.sh).
 */
#ifndef COMM_WORLD_MPI_H
#define COMM_WORLD_MPI_H

#include <mpi.h>

struct world_mpi {
    MPI_Comm comm; /* our own copy: no other library's message can be taken for ours */
    MPI_Comm node; /* the ranks of this machine, in their order */
    int *first;    /* world's */
    int is_part;   /* of another world, which ends MPI */
};

#endif
