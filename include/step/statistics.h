/* statistics - batch norm's numbers added over the batches of all ranks: synchronised batch
 * norm.
 *
 * They are added in the order of the shards, so they are equal on any number of ranks.
 */
#ifndef STEP_STATISTICS_H
#define STEP_STATISTICS_H

#include "comm/world.h"
#include "net/sweep.h"

struct statistics {
    struct world *w;
    size_t shards, own;
    double *numbers; /* what is exchanged: this rank's, then those of all ranks */
};

/* For `shards` shards of which this rank owns `own`.  Local.  Fails with ST_NOMEM. */
enum status statistics_init(struct statistics *s, struct world *w, const struct model *m,
                            size_t shards, size_t own) MUST_USE;
void statistics_free(struct statistics *s);

/* The hook for a sweep of all own shards together.  Its call is Collective, cannot fail. */
struct statistics_hook statistics_hook(struct statistics *s);

#endif
