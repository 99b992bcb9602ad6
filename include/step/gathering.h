/* gathering - the one small exchange of a step, which is its shared decision.
 *
 * The losses of all shards are added along the tree, and with them, as further numbers, what
 * each rank wishes for and whether its part of the gradient is finite; all come to the same
 * decision.
 */
#ifndef STEP_GATHERING_H
#define STEP_GATHERING_H

#include "comm/shard_sum.h"
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
    int damaged;          /* ranks whose memory has changed by itself */
    struct losses losses; /* over all shards */
};

/* What a rank tells beside the losses of its shards. */
struct gathering_rank {
    struct wishes wishes;
    int faults, damaged; /* as a decision has them */
};

/* What is added. */
struct gathering_numbers {
    struct losses losses;
    double stop, checkpoint, faults, damaged; /* of a rank's first shard: the rank's */
};

struct gathering {
    struct shard_sum *sum;
    struct gathering_numbers
        *shard; /* [own]: to be filled before an exchange, which clears it */
    size_t own;
    int is_first; /* rank 0 */
};

/* For `shards` shards of which this rank owns `own`.  Collective.  Fails with ST_NOMEM on every
 * rank alike.  gathering_free is to be called after a failure as well. */
enum status gathering_init(struct gathering *g, struct world *w, size_t shards,
                           size_t own) MUST_USE;
void gathering_free(struct gathering *g); /* Collective. */

/* Exchange g->shard and what this rank tells.  Collective, cannot fail. */
struct decision gathering_exchange(struct gathering *g, const struct gathering_rank *mine);

#endif
