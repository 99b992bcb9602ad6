/* between - the end of an ordered sum: everybody's subtrees become one, on every rank.
 *
 * Each rank sums one slice of the array over the subtrees of all ranks, in the order of their
 * leaves; small arrays are summed whole by everybody.
 */
#ifndef COMM_BETWEEN_H
#define COMM_BETWEEN_H

#include "comm/world.h"
#include "tree.h"

struct between;

/* For arrays of n floats over `shards` shards, on two ranks or more.  mine[k] becomes where
 * this rank keeps its subtree k of tree_plan, [n] floats, zero; they belong to *out.
 * Collective.  Fails with ST_NOMEM on every rank alike. */
enum status between_new(struct between **out, struct world *w, size_t shards, size_t n,
                        float *mine[TREE_DEPTH]) MUST_USE;
void between_free(struct between *b); /* Collective. */
size_t between_bytes(const struct world *w, size_t shards, size_t n);

/* Floats from .. n of this rank's subtrees are final: slices that lie there may leave for
 * their ranks while the others are still computed.  `from` only falls until between_slices.
 * Local. */
void between_ready(struct between *b, size_t from);

/* The two steps of ordered_sum.h; the subtrees are lost.  Collective. */
int between_slices(struct between *b, struct world *w);
const float *between_finish(struct between *b, struct world *w);

#endif
