/* timing - the median of a few times, and their spread. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stddef.h>
#include <stdlib.h>

static inline int timing_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sort seconds[n], n > 0: the first is the least, the last the most. */
static inline void timing_sort(double *seconds, size_t n)
{
    qsort(seconds, n, sizeof *seconds, timing_order);
}

/* Of sorted seconds[n], the upper one where n is even. */
static inline double timing_median(const double *seconds, size_t n)
{
    return seconds[n / 2];
}

#endif
