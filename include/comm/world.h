/* world - the ranks: who they are, on which machines, how they agree.
 *
 * The ranks of a machine are neighbours, however they were placed: world_init numbers them
 * anew, and nobody can tell, since ranks are invisible in every result.
 *
 * The only room that speaks MPI.  A rank never acts on its own failure; it acts on the worst
 * failure of all ranks (world_agree).
 */
#ifndef COMM_WORLD_H
#define COMM_WORLD_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct world {
    int rank, size;
    int nodes, node;       /* machines, and this rank's: the ranks of one are neighbours */
    const int *first;      /* [nodes + 1]: the first rank of each */
    int place, places;     /* this rank among those of its machine */
    int shares;            /* they may share memory; the caller may clear it, on every rank */
    size_t message;        /* floats that one message has at most; a test may make it small */
    double wait;           /* seconds inside collectives, this rank */
    struct world_mpi *mpi; /* comm/world_mpi.h */
};

/* Start MPI.  Collective.  Fails with ST_INTERNAL or ST_NOMEM. */
enum status world_init(struct world *w, int *argc, char ***argv) MUST_USE;
/* End MPI; of a part, give it back.  Collective. */
void world_free(struct world *w);

/* The ranks that give the same colour as a world of their own, in their order; of a rank whose
 * colour is negative, none: its size is 0.  Freed by world_free, before w is.  Collective.
 * Fails with ST_NOMEM on every rank alike. */
enum status world_part(struct world *part, struct world *w, int colour) MUST_USE;

/* From now on the ranks that give the same colour, all of one machine, are taken for a machine
 * of their own, and numbered by it: so that tests have several.  Before anything is made of w.
 * Collective.  Fails with ST_NOMEM on every rank alike. */
enum status world_split_machine(struct world *w, int colour) MUST_USE;

/* (*first)[*count + 1]: the ranks where something begins, rank 0 among them, and the number of
 * ranks.  The caller frees it.  Collective.  Fails with ST_NOMEM on every rank alike. */
enum status world_firsts(struct world *w, int begins, int **first, int *count) MUST_USE;

/* The worst status of all ranks and, on every rank, the message of the lowest rank that has
 * it.  Collective, cannot fail by itself. */
enum status world_worst(struct world *w, enum status mine) MUST_USE;

/* The same, for all: that it is never milder than `mine` stands here where a caller's compiler,
 * and who looks for faults in its code, can see it.  Collective, cannot fail by itself. */
static inline MUST_USE enum status world_agree(struct world *w, enum status mine)
{
    enum status all = world_worst(w, mine);
    return all < mine ? mine : all;
}

/* End the job at once, while others may wait in a collective.  Local. */
_Noreturn void world_abort(struct world *w, int exit_code);

/* Rank 0's n bytes to all.  Collective, cannot fail: an MPI error ends the job. */
void world_broadcast(struct world *w, void *bytes, size_t n);

/* Every rank's n bytes, in rank order: all[size * n].  Collective. */
void world_gather_all(struct world *w, const void *mine, size_t n, void *all);

/* The n bytes of the first rank of each machine: all[nodes * n] on rank 0, unused on others.
 * Collective, cannot fail. */
void world_gather_machines(struct world *w, const void *mine, size_t n, void *all);

/* Every rank's n bytes of this machine, in their order: all[places * n].  Collective, cannot
 * fail. */
void world_gather_here(struct world *w, const void *mine, size_t n, void *all);

/* The n bytes of this machine's first rank to all of it.  Collective, cannot fail. */
void world_broadcast_here(struct world *w, void *bytes, size_t n);

/* The largest of the ranks' numbers.  Collective. */
size_t world_most(struct world *w, size_t mine);

/* Whether all ranks have the same number.  Collective. */
int world_equal(struct world *w, uint64_t mine);

/* x[n] becomes its sum over the ranks, by MPI_Allreduce: in an order of that library's own, so
 * it is there to be measured.  Collective, cannot fail. */
void world_library_sum(struct world *w, float *x, size_t n);

/* Everybody is here.  Collective. */
void world_barrier(struct world *w);

/* The same, but whoever waits sleeps: cores are free for those who are not here yet, and all go
 * on a few milliseconds after the last.  Collective. */
void world_rest(struct world *w);

/* The host names, one line a host with its number of ranks; "" on ranks other than 0.
 * Collective.  The caller frees it; NULL without memory. */
char *world_hosts(struct world *w);

/* The MPI library, as "Open MPI v4.1.4".  Local. */
void world_library(char *text, size_t n);

#endif
