/* sums FLOATS SHARDS SECONDS: the sum, the telling and the gather of a step in SimGrid's SMPI,
 * one rank a host, by comm itself; rank 0 prints the simulated seconds.  Before the sum each
 * rank computes for so many seconds.  The sum is looked at.
 */
#include "base/share.h"
#include "comm/allreduce.h"
#include "comm/shard_sum.h"
#include "comm/world_mpi.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void smpi_execute(double seconds); /* SimGrid's */

enum { TOLD = 12 /* doubles of a shard: step/gathering.h */ };

struct sums {
    struct world w;
    size_t n, shards, first, own;
    struct allreduce *gradient;
    struct shard_sum *decision;
    float *x;        /* [n] */
    double *numbers; /* [own, TOLD] */
};

/* Whole numbers, so their sum is exact in any order. */
static float value(size_t shard, size_t i)
{
    return (float)((i * 7 + shard * 13) % 64);
}

static enum status make(struct sums *s)
{
    s->first = share_first(s->shards, (size_t)s->w.rank, (size_t)s->w.size);
    s->own = share_count(s->shards, (size_t)s->w.rank, (size_t)s->w.size);
    s->x = calloc(s->n, sizeof *s->x);
    s->numbers = calloc(s->own * TOLD, sizeof *s->numbers);
    TRY(world_agree(&s->w, s->x && s->numbers ? ST_OK : FAIL(ST_NOMEM, "no memory")));
    TRY(allreduce_new(&s->gradient, &s->w, s->shards, s->n, s->n));
    return shard_sum_new(&s->decision, &s->w, s->shards, TOLD);
}

static void add_leaves(struct sums *s)
{
    allreduce_range(s->gradient, 0, s->n);
    for (size_t i = s->first; i < s->first + s->own; i++) {
        size_t one;
        float *leaf = allreduce_leaf(s->gradient, 1, &one);
        for (size_t k = 0; k < s->n; k++) leaf[k] = value(i, k);
        if (i + 1 < s->first + s->own) allreduce_add(s->gradient);
    }
}

/* Simulated time is one for all: from when the last rank begins to when the last one ends. */
static double step(struct sums *s, double compute)
{
    double told[TOLD];
    struct allreduce_bits bits;
    add_leaves(s);
    world_barrier(&s->w);
    double mine[2] = {MPI_Wtime()}, last[2];
    smpi_execute(compute);
    allreduce_add(s->gradient);
    (void)allreduce_reduce_scatter(s->gradient);
    shard_sum_run(s->decision, TOLD, s->numbers, told);
    struct allreduce_part part = allreduce_part(s->gradient);
    if (part.count) memcpy(s->x + part.first, part.sum, part.count * sizeof *s->x);
    allreduce_allgather(s->gradient, s->x, &bits);
    mine[1] = MPI_Wtime();
    MPI_Allreduce(mine, last, 2, MPI_DOUBLE, MPI_MAX, s->w.mpi->comm);
    return last[1] - last[0];
}

static int is_right(const struct sums *s)
{
    for (size_t k = 0; k < s->n; k += s->n / 16 + 1) {
        float want = 0;
        for (size_t i = 0; i < s->shards; i++) want += value(i, k);
        if (s->x[k] != want) return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct sums s = {.n = 0};
    if (argc != 4 || world_init(&s.w, &argc, &argv) != ST_OK) return 1;
    s.n = strtoul(argv[1], NULL, 10), s.shards = strtoul(argv[2], NULL, 10);
    if (make(&s) != ST_OK) return 1;
    double seconds = step(&s, strtod(argv[3], NULL));
    if (!is_right(&s)) return fprintf(stderr, "rank %d has a wrong sum\n", s.w.rank), 1;
    if (s.w.rank == 0) printf("seconds %.9g\n", seconds);
    shard_sum_free(s.decision);
    allreduce_free(s.gradient);
    free(s.x);
    free(s.numbers);
    world_free(&s.w);
    return 0;
}
