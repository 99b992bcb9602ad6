/* ordered_sum - the sum of one array per shard along one binary tree, on every rank.
 *
 * Leaves are the shards 0 .. S-1; node (l, i) covers leaves i 2^l to (i+1) 2^l.  A sum depends
 * on the tree alone, never on who owns which leaf: float addition commutes, so the shape of
 * the tree is all that counts.  Rank r of P owns shards share_first(S, r, P) and following.
 *
 * A rank pushes its leaves in order; two siblings that meet on the stack become their parent.
 * What is left, at most 2 log2 S subtrees, is finished between ranks: each rank receives one
 * slice of everybody's subtrees, goes on with the same rule, and the slices are gathered.
 */
#ifndef COMM_ORDERED_SUM_H
#define COMM_ORDERED_SUM_H

#include "comm/world.h"

struct ordered_sum;

/* For arrays of n floats over `shards` shards.  Local.  Fails with ST_NOMEM. */
enum status ordered_sum_new(struct ordered_sum **out, const struct world *w, size_t shards,
                            size_t n) MUST_USE;
void ordered_sum_free(struct ordered_sum *s);

/* Bytes that ordered_sum_new takes. */
size_t ordered_sum_bytes(const struct world *w, size_t shards, size_t n);

/* Where the array of this rank's next shard is to be written: leaf[n]. */
float *ordered_sum_leaf(struct ordered_sum *s);

/* The leaf is full: it joins its subtree.  Local. */
void ordered_sum_add(struct ordered_sum *s);

/* The sum[n] over all shards, the same on every rank, once all own leaves are added.  Valid
 * until the next leaf; the caller may write to it.  Collective, cannot fail. */
float *ordered_sum_finish(struct ordered_sum *s, struct world *w);

#endif
