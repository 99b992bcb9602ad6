/* statistics - batch norm's numbers added over the batches of all ranks: synchronised batch
 * norm.
 *
 * They are added along the tree of the shards, so they are equal on any number of ranks.
 */
#ifndef STEP_STATISTICS_H
#define STEP_STATISTICS_H

#include "comm/shard_sum.h"
#include "net/sweep.h"

struct statistics {
    struct shard_sum *sum; /* NULL where no layer wants numbers */
    size_t own;
    double *total; /* [most]: of all shards */
};

/* For `shards` shards of which this rank owns `own`.  Collective.  Fails with ST_NOMEM on every
 * rank alike.  statistics_free is to be called after a failure as well. */
enum status statistics_init(struct statistics *s, struct world *w, const struct model *m,
                            size_t shards, size_t own) MUST_USE;
void statistics_free(struct statistics *s); /* Collective. */

/* The hook for a sweep of all own shards together.  Its call is Collective, cannot fail. */
struct statistics_hook statistics_hook(struct statistics *s);

#endif
