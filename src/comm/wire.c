#include "wire.h"

#include <stdlib.h>

#include "comm/world_mpi.h"

/* The blocks of all arrays, relative to the first one. */
static void list_blocks(const struct world *w, const struct tree_node *array, int count,
                        size_t floats, int *length, MPI_Aint *at)
{
    size_t n = 0;
    for (int k = 0; k < count; k++)
        for (size_t done = 0; done < floats; done += w->message, n++) {
            size_t left = floats - done;
            length[n] = (int)(left < w->message ? left : w->message);
            const float *from = (const float *)array[k].sum + done;
            at[n] = (MPI_Aint)((const char *)from - (const char *)array[0].sum);
        }
}

int wire_init(struct wire *x, const struct world *w, const struct tree_node *array, int count,
              size_t floats)
{
    size_t blocks = (size_t)count * ((floats + w->message - 1) / w->message);
    *x = (struct wire){NULL, MPI_DATATYPE_NULL};
    if (blocks == 0) return 1;
    int *length = malloc(blocks * sizeof *length);
    MPI_Aint *at = malloc(blocks * sizeof *at);
    int ok = length && at;
    if (ok) {
        list_blocks(w, array, count, floats, length, at);
        x->base = array[0].sum;
        MPI_Type_create_hindexed((int)blocks, length, at, MPI_FLOAT, &x->type);
        MPI_Type_commit(&x->type);
    }
    free(length);
    free(at);
    return ok;
}

void wire_free(struct wire *x)
{
    if (x->type != MPI_DATATYPE_NULL) MPI_Type_free(&x->type);
}

void wire_send(const struct wire *x, const struct world *w, int rank, int tag,
               MPI_Request *request)
{
    *request = MPI_REQUEST_NULL;
    if (x->type != MPI_DATATYPE_NULL)
        MPI_Isend(x->base, 1, x->type, rank, tag, w->mpi->comm, request);
}

void wire_receive(const struct wire *x, const struct world *w, int rank, int tag,
                  MPI_Request *request)
{
    *request = MPI_REQUEST_NULL;
    if (x->type != MPI_DATATYPE_NULL)
        MPI_Irecv(x->base, 1, x->type, rank, tag, w->mpi->comm, request);
}
