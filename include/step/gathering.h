/* gathering - the one small exchange of a step, which is its shared decision: an allgather.
 *
 * Each rank tells all others the losses of each of its shards, whether what it has summed of
 * the gradient is finite, and what it wishes for; all come to the same decision.
 */
#ifndef STEP_GATHERING_H
#define STEP_GATHERING_H

#include "comm/world.h"
#include "step/losses.h"

/* What a rank wishes for; not what it does. */
struct wishes {
    int stop;       /* it was asked to stop, or its time is over */
    int checkpoint; /* it is time for one: rank 0's word counts */
};

/* What all ranks have decided. */
struct decision {
    int stop, checkpoint;
    int faults;           /* ranks whose part of the gradient is not finite */
    struct losses losses; /* over all shards, in their order */
};

/* What one rank tells. */
struct gathering_part {
    struct wishes wishes;
    int faults, unused;
    struct losses shard[];
};

struct gathering {
    size_t shards, bytes; /* bytes: of one part, with room for the most shards of a rank */
    struct gathering_part *mine; /* to be filled before an exchange */
    struct gathering_part *all;  /* [ranks] */
};

/* For `shards` shards.  Local.  Fails with ST_NOMEM. */
enum status gathering_init(struct gathering *g, const struct world *w, size_t shards) MUST_USE;
void gathering_free(struct gathering *g);

/* Exchange g->mine.  Collective, cannot fail. */
struct decision gathering_exchange(struct gathering *g, struct world *w);

#endif
