#include "check_sum.h"

#include "base/clock.h"
#include "comm/allreduce.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 5, RANGE = 4096 /* floats */ };

/* Whole numbers: their sum is exact in any order. */
static float value(int rank, size_t i)
{
    return (float)((i * 7 + (size_t)rank * 13) % 64);
}

static void fill(float *x, int rank, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) x[i] = value(rank, first + i);
}

static double slowest(struct world *w, double seconds)
{
    return (double)world_most(w, (size_t)(1e9 * seconds)) / 1e9;
}

/* This rank's array. */
static void add_array(struct allreduce *s, const struct world *w, size_t n)
{
    for (size_t at = 0; at < n; at += RANGE) {
        size_t one, count = n - at < RANGE ? n - at : RANGE;
        allreduce_range(s, at, count);
        fill(allreduce_leaf(s, 1, &one), w->rank, at, count);
        allreduce_add(s);
    }
}

/* The whole sum, in x[n]. */
static void sum(struct allreduce *s, struct world *w, size_t n, float *x, double *seconds)
{
    struct allreduce_bits bits;
    add_array(s, w, n);
    world_barrier(w);
    double start = clock_seconds();
    (void)allreduce_reduce_scatter(s);
    world_barrier(w); /* as a step's gathering */
    struct allreduce_part part = allreduce_part(s);
    memcpy(x + part.first, part.sum, part.count * sizeof *x);
    allreduce_allgather(s, x, &bits);
    *seconds = slowest(w, clock_seconds() - start);
}

/* The sum as MPI's, which has another order, has it too. */
static enum status compare(const float *ours, const float *library, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ours[i] != library[i])
            return FAIL(ST_INTERNAL, "of %zu floats, number %zu sums up to %g, not to %g", n, i,
                        (double)ours[i], (double)library[i]);
    return ST_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double t[ROUNDS])
{
    qsort(t, ROUNDS, sizeof *t, ascending);
    return t[ROUNDS / 2];
}

static enum status measure(struct world *w, struct allreduce *a, float *x, float *all, size_t n,
                           struct check_sum *s)
{
    double ours[ROUNDS], library[ROUNDS];
    enum status mine = ST_OK;
    for (int i = 0; i < ROUNDS; i++) {
        fill(x, w->rank, 0, n);
        world_barrier(w);
        double start = clock_seconds();
        world_library_sum(w, x, n);
        library[i] = slowest(w, clock_seconds() - start);
        sum(a, w, n, all, &ours[i]);
        if (mine == ST_OK) mine = compare(all, x, n);
    }
    *s = (struct check_sum){median(ours), median(library)};
    return world_agree(w, mine);
}

enum status check_sum_measure(struct world *w, size_t n, struct check_sum *s)
{
    struct allreduce *a = NULL;
    float *x = malloc(2 * n * sizeof *x);
    enum status st = world_agree(w, x ? ST_OK : FAIL(ST_NOMEM, "no memory for %zu floats", n));
    if (st == ST_OK) st = allreduce_new(&a, w, (size_t)w->size, n, RANGE);
    if (st == ST_OK) st = measure(w, a, x, x + n, n, s);
    allreduce_free(a);
    free(x);
    return st;
}
