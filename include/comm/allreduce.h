/* allreduce - the sum of one array per shard along one binary tree, on every rank: the same
 * bits on any number of ranks.
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
#ifndef COMM_ALLREDUCE_H
#define COMM_ALLREDUCE_H

#include "comm/world.h"

struct allreduce;

/* For arrays of n floats over `shards` shards, in ranges of at most `most` floats.  Collective.
 * Fails with ST_NOMEM on every rank alike. */
enum status allreduce_new(struct allreduce **out, struct world *w, size_t shards, size_t n,
                          size_t most) MUST_USE;
/* Collective. */
void allreduce_free(struct allreduce *s);

/* Bytes that allreduce_new takes on this rank.  Local. */
size_t allreduce_bytes(const struct world *w, size_t shards, size_t n, size_t most);

/* The leaves that follow, one for each own shard in order, are floats first .. first + count
 * of the arrays; `first` is a multiple of 16, as where a variable begins.  What no range covers
 * is zero in the sum.  Local. */
void allreduce_range(struct allreduce *s, size_t first, size_t count);

/* Where this range of the next own shard's array is to be written, leaf[count], or of the next
 * *leaves shards, 1, 2, 4 ... and `most` at most, the sum along the tree: these are all of a
 * subtree.  Local. */
float *allreduce_leaf(struct allreduce *s, size_t most, size_t *leaves);

/* What allreduce_leaf has named last is full: it joins its subtree.  Local. */
void allreduce_add(struct allreduce *s);

/* Once all ranges have all own leaves: sum this rank's slice of the array over all shards.
 * Returns whether what it has summed is finite.  Collective, cannot fail. */
int allreduce_reduce_scatter(struct allreduce *s, struct world *w);

/* The sum[n] over all shards, the same on every rank.  After allreduce_reduce_scatter every
 * rank must first have heard from every other one (world_gather_all, world_barrier), as a step
 * has to before it uses the sum: in shared memory no other word is exchanged.  Valid until the
 * next allreduce_reduce_scatter.  Collective, cannot fail. */
const float *allreduce_allgather(struct allreduce *s, struct world *w);

#endif
