/* reduce_scatter - the second half of the allreduce: the subtrees of all ranks become one sum.
 *
 * Each rank sums one slice of the array over the subtrees of all ranks, in the order of their
 * leaves; small arrays are summed whole by everybody.
 */
#ifndef COMM_REDUCE_SCATTER_H
#define COMM_REDUCE_SCATTER_H

#include "comm/world.h"
#include "tree.h"

struct reduce_scatter;

/* For arrays of n floats over `shards` shards, on two ranks or more.  mine[k] becomes where
 * this rank keeps its subtree k of tree_plan, [n] floats, zero; they belong to *out.
 * Collective.  Fails with ST_NOMEM on every rank alike. */
enum status reduce_scatter_new(struct reduce_scatter **out, struct world *w, size_t shards,
                               size_t n, float *mine[TREE_DEPTH]) MUST_USE;
void reduce_scatter_free(struct reduce_scatter *b); /* Collective. */
size_t reduce_scatter_bytes(const struct world *w, size_t shards, size_t n);

/* Floats from .. n of this rank's subtrees are final: slices that lie there may leave for
 * their ranks while the others are still computed.  `from` only falls until reduce_scatter_run.
 * Local. */
void reduce_scatter_ready(struct reduce_scatter *b, size_t from);

/* The two steps of allreduce.h; the subtrees are lost.  Collective. */
int reduce_scatter_run(struct reduce_scatter *b, struct world *w);
const float *reduce_scatter_allgather(struct reduce_scatter *b, struct world *w);

#endif
