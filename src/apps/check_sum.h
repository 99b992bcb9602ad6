/* check_sum - how fast gradients are summed over the ranks, ours and MPI's. */
#ifndef APPS_CHECK_SUM_H
#define APPS_CHECK_SUM_H

#include "comm/world.h"

/* Seconds of a sum, the median of a few; of the slowest rank. */
struct check_sum {
    double ours, library;
};

/* Sum n floats, one array a rank, along the tree and by MPI_Allreduce.  Collective.  Fails on
 * every rank alike with ST_NOMEM, and with ST_INTERNAL where our sum is wrong. */
enum status check_sum_measure(struct world *w, size_t n, struct check_sum *s) MUST_USE;

#endif
