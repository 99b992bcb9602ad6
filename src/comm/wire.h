/* wire - floats of several arrays as one message. */
#ifndef COMM_WIRE_H
#define COMM_WIRE_H

#include <mpi.h>

#include "comm/tree.h"
#include "comm/world.h"

struct wire {
    float *base;
    MPI_Datatype type; /* MPI_DATATYPE_NULL: nothing to send */
};

/* array[count]: `floats` of each, from its sum on; in blocks of at most w->message floats,
 * since MPI counts in int.  Borrowed.  Local.  Returns 0 without memory. */
int wire_init(struct wire *x, const struct world *w, const struct tree_node *array, int count,
              size_t floats);
void wire_free(struct wire *x); /* Local. */

/* Begin to send or to receive; *request is MPI_REQUEST_NULL where there is nothing.  Local,
 * cannot fail. */
void wire_send(const struct wire *x, const struct world *w, int rank, int tag,
               MPI_Request *request);
void wire_receive(const struct wire *x, const struct world *w, int rank, int tag,
                  MPI_Request *request);

#endif
