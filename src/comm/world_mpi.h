/* world_mpi - what the files of this room share behind struct world. */
#ifndef COMM_WORLD_MPI_H
#define COMM_WORLD_MPI_H

#include <mpi.h>

struct world_mpi {
    MPI_Comm comm; /* our own copy: no other library's message can be taken for ours */
};

#endif
