#include "comm/rows.h"

#include "base/clock.h"
#include "base/size.h"

#include <mpi.h>
#include <stdlib.h>

#include "comm/world_mpi.h"

enum { TAG = 4 };

/* The first block that begins at this row or behind it. */
static size_t next_block(const struct rows *r, size_t row)
{
    return (row + r->block - 1) / r->block * r->block;
}

size_t rows_from(const struct rows *r)
{
    return size_min(next_block(r, r->first), r->end);
}

size_t rows_to(const struct rows *r)
{
    return rows_from(r) == r->end ? r->end : size_min(next_block(r, r->end), r->total);
}

size_t rows_held(const struct rows *r)
{
    return rows_to(r) - r->first;
}

/* The rows of a rank. */
struct range {
    size_t first, end;
};

static int owner_of(const struct range *all, size_t row)
{
    int rank = 0;
    while (row < all[rank].first || row >= all[rank].end) rank++;
    return rank;
}

/* Rows of this rank that another one reads: all lie in one block. */
static void receive(const struct rows *r, const struct world *w, const struct range *all,
                    MPI_Datatype type, void *row, MPI_Request *came)
{
    size_t n = rows_from(r) - r->first;
    *came = MPI_REQUEST_NULL;
    if (n)
        MPI_Irecv(row, (int)n, type, owner_of(all, r->first / r->block * r->block), TAG,
                  w->mpi->comm, came);
}

/* What of this rank's rows another one owns. */
static void send(const struct rows *r, const struct world *w, const struct range *to, int rank,
                 MPI_Datatype type, const char *row, size_t bytes)
{
    size_t first = size_max(r->end, to->first), end = size_min(rows_to(r), to->end);
    if (first < end)
        MPI_Send(row + (first - r->first) * bytes, (int)(end - first), type, rank, TAG,
                 w->mpi->comm);
}

static void hand_on(const struct rows *r, const struct world *w, const struct range *all,
                    size_t bytes, void *row)
{
    MPI_Datatype type;
    MPI_Request came;
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &type);
    MPI_Type_commit(&type);
    receive(r, w, all, type, row, &came);
    for (int q = 0; q < w->size; q++) send(r, w, &all[q], q, type, row, bytes);
    MPI_Wait(&came, MPI_STATUS_IGNORE);
    MPI_Type_free(&type);
}

enum status rows_hand_on(const struct rows *r, struct world *w, size_t bytes, void *row)
{
    const struct range mine = {r->first, r->end};
    if (r->block == 1) return ST_OK; /* on every rank */
    struct range *all = malloc((size_t)w->size * sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for ranks"));
    if (st == ST_OK) {
        world_gather_all(w, &mine, sizeof mine, all);
        double start = clock_seconds();
        hand_on(r, w, all, bytes, row);
        w->wait += clock_seconds() - start;
    }
    free(all);
    return st;
}
