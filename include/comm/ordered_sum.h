/* ordered_sum - the sum of one array per shard along one binary tree, on every rank.
 *
 * Leaves are the shards 0 .. S-1; node (l, i) covers leaves i 2^l to (i+1) 2^l.  A sum depends
 * on the tree alone, never on who owns which leaf: float addition commutes, so the shape of
 * the tree is all that counts.  Rank r of P owns shards share_first(S, r, P) and following.
 *
 * A rank adds its leaves in order; two siblings that meet become their parent.  It does so a
 * range of the array at a time, so that all leaves of a range meet while they are in cache.
 * What is left, at most 2 log2 S subtrees, is finished between ranks: each rank goes on with
 * the same rule over one slice of everybody's subtrees.  Ranks of one node read them in shared
 * memory; otherwise slices are sent and the sums gathered, and small arrays are gathered whole,
 * in one message a rank.  Where ranges come from the array's end back, layer by layer, as in
 * backward, a slice is sent as soon as its ranges are complete.
 */
#ifndef COMM_ORDERED_SUM_H
#define COMM_ORDERED_SUM_H

#include "comm/world.h"

struct ordered_sum;

/* For arrays of n floats over `shards` shards, in ranges of at most `most` floats.  Collective.
 * Fails with ST_NOMEM on every rank alike. */
enum status ordered_sum_new(struct ordered_sum **out, struct world *w, size_t shards, size_t n,
                            size_t most) MUST_USE;
/* Collective. */
void ordered_sum_free(struct ordered_sum *s);

/* Bytes that ordered_sum_new takes on this rank. */
size_t ordered_sum_bytes(const struct world *w, size_t shards, size_t n, size_t most);

/* The leaves that follow, one for each own shard in order, are floats first .. first + count
 * of the arrays; `first` is a multiple of 16, as where a variable begins.  What no range covers
 * is zero in the sum.  Local. */
void ordered_sum_range(struct ordered_sum *s, size_t first, size_t count);

/* Where this range of the next own shard's array is to be written: leaf[count]. */
float *ordered_sum_leaf(struct ordered_sum *s);

/* The leaf is full: it joins its subtree.  Local. */
void ordered_sum_add(struct ordered_sum *s);

/* Once all ranges have all own leaves: sum this rank's slice of the array over all shards.
 * Returns whether what it has summed is finite.  Collective, cannot fail. */
int ordered_sum_slices(struct ordered_sum *s, struct world *w);

/* The sum[n] over all shards, the same on every rank.  After ordered_sum_slices every rank
 * must first have heard from every other one (world_gather_all, world_barrier), as a step has
 * to before it uses the sum: in shared memory no other word is exchanged.  Valid until the
 * next ordered_sum_slices.  Collective, cannot fail. */
const float *ordered_sum_finish(struct ordered_sum *s, struct world *w);

#endif
