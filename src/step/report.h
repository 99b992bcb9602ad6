/* report - what a rank tells all others in a step: one block of bytes, one collective.
 *
 * The sums of each own shard, so that everybody adds all shards in their order; and the rank's
 * own wishes.
 */
#ifndef STEP_REPORT_H
#define STEP_REPORT_H

#include "step/trainer.h"

struct report {
    int stop;       /* this rank was asked to stop */
    int checkpoint; /* it is time for a checkpoint: rank 0's word counts */
    int faults;     /* what this rank has summed of the gradient is not finite */
    int unused;
    struct sums shard[];
};

/* Bytes of a report: with room for the most shards that a rank owns. */
size_t report_bytes(size_t shards, int ranks);

/* Exchange t->mine; add up all shards in their order.  Collective. */
struct sums report_exchange(struct trainer *t);

/* Rank r's report of the last exchange. */
const struct report *report_of(const struct trainer *t, int r);

#endif
