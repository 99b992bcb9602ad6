/* sums [--spoil] ROUNDS N...: the sum of n floats over the ranks, MPI_Allreduce's and ours.
 *
 * MPI_Allreduce adds up one array a rank.  Ours of as many shards as ranks does the
 * same work, through the memory of a node or by messages; with four shards a rank it adds up
 * three more arrays on each.  Rounds alternate between them, the arrays are just written, all
 * ranks begin together; the time of a round is the slowest rank's, until the whole sum is
 * there.  Every sum is compared, on every rank, with the sum as it is defined; --spoil changes
 * one float first, to show that this is seen. Rank 0 prints lines of method,n,median,least,most
 * (seconds).
 */
#include "base/clock.h"
#include "base/share.h"
#include "comm/allreduce.h"
#include "comm/world_mpi.h"
#include "timing.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MPI, ORDERED, MESSAGES, FOUR, METHODS };
enum { MOST_ROUNDS = 10000, RANGE = 4096 /* floats */ };

static const char *const names[METHODS] = {"allreduce", "ordered", "ordered by messages",
                                           "ordered with four a rank"};

struct bench {
    struct world w;
    MPI_Comm comm;
    size_t n, rounds;
    size_t shards[METHODS];         /* leaves of a sum */
    struct allreduce *sum[METHODS]; /* MPI's is NULL */
    float *want[METHODS];           /* [n]: the sum as it is defined */
    float *mine, *total;            /* [n]: what MPI adds up, and the sum */
    double *seconds[METHODS];       /* [rounds]: this rank's, then the slowest rank's */
    int spoil;
};

/* Whole numbers: their sum is exact in any order, so it can be told. */
static float value(size_t shard, size_t i)
{
    return (float)((i * 7 + shard * 13) % 1024);
}

/* leaf[count] becomes floats first .. first + count of that shard's array. */
static void fill(float *leaf, size_t shard, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) leaf[i] = value(shard, first + i);
}

/* want[n]: the sum over so many shards. */
static void fill_sum(float *want, size_t shards, size_t n)
{
    fill(want, 0, 0, n);
    for (size_t s = 1; s < shards; s++)
        for (size_t i = 0; i < n; i++) want[i] += value(s, i);
}

/* One sum, into b->total; what it took is written to *seconds. */
static void sum_mpi(struct bench *b, double *seconds)
{
    fill(b->mine, (size_t)b->w.rank, 0, b->n);
    world_barrier(&b->w);
    double start = clock_seconds();
    MPI_Allreduce(b->mine, b->total, (int)b->n, MPI_FLOAT, MPI_SUM, b->comm);
    *seconds = clock_seconds() - start;
}

/* Add this rank's leaves, a range at a time; the seconds without their filling. */
static double add_leaves(struct bench *b, struct allreduce *s, size_t shards)
{
    size_t rank = (size_t)b->w.rank, size = (size_t)b->w.size;
    size_t end = share_first(shards, rank + 1, size);
    double seconds = 0;
    for (size_t at = 0; at < b->n; at += RANGE) {
        size_t count = b->n - at < RANGE ? b->n - at : RANGE;
        allreduce_range(s, at, count);
        for (size_t i = share_first(shards, rank, size); i < end; i++) {
            size_t one;
            fill(allreduce_leaf(s, 1, &one), i, at, count);
            double start = clock_seconds();
            allreduce_add(s);
            seconds += clock_seconds() - start;
        }
    }
    return seconds;
}

static void sum_ordered(struct bench *b, int method, double *seconds)
{
    double adding = add_leaves(b, b->sum[method], b->shards[method]);
    world_barrier(&b->w);
    double start = clock_seconds();
    int finite = allreduce_reduce_scatter(b->sum[method]);
    world_barrier(&b->w); /* as a step's gathering */
    struct allreduce_part part = allreduce_part(b->sum[method]);
    memcpy(b->total + part.first, part.sum, part.count * sizeof *part.sum);
    struct allreduce_bits bits;
    allreduce_allgather(b->sum[method], b->total, &bits);
    *seconds = adding + clock_seconds() - start;
    if (!finite) b->total[0] = -1;
}

/* A wrong float on the last rank. */
static void spoil(struct bench *b)
{
    if (b->spoil && b->w.rank == b->w.size - 1) b->total[b->n - 1] += 1;
}

static int run_rounds(struct bench *b)
{
    int good = 1;
    for (size_t round = 0; round < b->rounds; round++)
        for (int m = 0; m < METHODS; m++) {
            double *seconds = &b->seconds[m][round];
            if (m == MPI)
                sum_mpi(b, seconds);
            else
                sum_ordered(b, m, seconds);
            spoil(b);
            good &= memcmp(b->total, b->want[m], b->n * sizeof *b->total) == 0;
        }
    return good;
}

/* The slowest rank's seconds in each round, on rank 0. */
static void take_slowest(struct bench *b, int method)
{
    const void *mine = b->w.rank == 0 ? MPI_IN_PLACE : b->seconds[method];
    MPI_Reduce(mine, b->seconds[method], (int)b->rounds, MPI_DOUBLE, MPI_MAX, 0, b->comm);
}

static void print(struct bench *b, int method)
{
    double *t = b->seconds[method];
    timing_sort(t, b->rounds);
    printf("%s,%zu,%.4g,%.4g,%.4g\n", names[method], b->n, timing_median(t, b->rounds), t[0],
           t[b->rounds - 1]);
}

/* Local. */
static enum status allocate(struct bench *b)
{
    b->mine = malloc(b->n * sizeof *b->mine);
    b->total = malloc(b->n * sizeof *b->total);
    if (!b->mine || !b->total) return FAIL(ST_NOMEM, "no memory for %zu floats", b->n);
    for (int m = 0; m < METHODS; m++) {
        b->seconds[m] = calloc(b->rounds, sizeof(double));
        b->want[m] = malloc(b->n * sizeof(float));
        if (!b->seconds[m] || !b->want[m])
            return FAIL(ST_NOMEM, "no memory for %zu rounds of %zu floats", b->rounds, b->n);
        fill_sum(b->want[m], b->shards[m], b->n);
    }
    return ST_OK;
}

/* Collective, as is destroy. */
static enum status make(struct bench *b)
{
    size_t size = (size_t)b->w.size;
    int shares = b->w.shares; /* memory, where the ranks are on one node */
    for (int m = 0; m < METHODS; m++) b->shards[m] = m == FOUR ? 4 * size : size;
    TRY(world_agree(&b->w, allocate(b)));
    for (int m = ORDERED; m < METHODS; m++) {
        b->w.shares = shares && m != MESSAGES;
        TRY(allreduce_new(&b->sum[m], &b->w, b->shards[m], b->n, RANGE));
    }
    b->w.shares = shares;
    return ST_OK;
}

static void destroy(struct bench *b)
{
    free(b->mine);
    free(b->total);
    for (int m = 0; m < METHODS; m++) {
        allreduce_free(b->sum[m]);
        free(b->seconds[m]);
        free(b->want[m]);
    }
}

/* All methods with n floats. */
static enum status measure(struct bench b)
{
    enum status st;
    TRY_DONE(make(&b));
    int good = run_rounds(&b);
    for (int m = 0; m < METHODS; m++) {
        take_slowest(&b, m);
        if (b.w.rank == 0) print(&b, m);
    }
    st = good ? ST_OK : FAIL(ST_INTERNAL, "rank %d has a wrong sum", b.w.rank);
    st = world_agree(&b.w, st);
done:
    destroy(&b);
    return st;
}

static enum status run_all(struct bench *b, int argc, char **argv)
{
    b->spoil = argc > 1 && strcmp(argv[1], "--spoil") == 0;
    argv += b->spoil, argc -= b->spoil;
    b->rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (b->rounds < 1 || b->rounds > MOST_ROUNDS)
        return FAIL(ST_USAGE, "write: bench_sums [--spoil] ROUNDS N...");
    for (int i = 2; i < argc; i++) {
        b->n = strtoul(argv[i], NULL, 10);
        if (b->n < 1 || b->n > 1 << 28) return FAIL(ST_USAGE, "%s floats?", argv[i]);
        TRY(measure(*b));
    }
    return ST_OK;
}

int main(int argc, char **argv)
{
    struct bench b = {.n = 0};
    enum status st = world_init(&b.w, &argc, &argv);
    if (st == ST_OK) b.comm = b.w.mpi->comm;
    if (st == ST_OK) st = run_all(&b, argc, argv);
    if (st != ST_OK && b.w.rank == 0) fprintf(stderr, "bench_sums: %s\n", status_message());
    world_free(&b.w);
    return (int)st;
}
