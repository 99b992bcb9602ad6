/* allreduce - the sum of one array per shard along one binary tree, on every rank: the same
 * bits on any number of ranks.
 *
 * Leaves are the shards 0 .. S-1; node (l, i) covers leaves i 2^l to (i+1) 2^l.  A sum depends
 * on the tree alone, never on who owns which leaf: float addition commutes, so the shape of
 * the tree is all that counts.  Rank r of P owns shards share_first(S, r, P) and following.
 *
 * What neighbouring shards have come to is a forest, the subtrees that are whole, at most
 * 2 log2 S; two forests of neighbours join into that of their union by the same rule, in any
 * order of joins.  A rank adds its leaves a range of the array at a time, so that all leaves of
 * a range meet while they are in cache.  Then the ranks of a machine join their forests in
 * shared memory, each over a slice, and machines halve theirs with their neighbours
 * (src/comm/rounds.h).  Where ranges come from the array's end back, layer by layer, as in
 * backward, a slice goes its way as soon as its ranges are complete.
 *
 * In the end each rank has a part of the sum.  What it makes of it, new parameters, is
 * gathered.
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

/* Bytes that allreduce_new takes on this rank, and those of its neighbours' that it reads,
 * which the kernel counts on each.  Local. */
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

/* Once all ranges have all own leaves: this rank gets its part of the sum over all shards.
 * Returns whether that is finite.  Collective, cannot fail. */
int allreduce_reduce_scatter(struct allreduce *s);

/* Floats first .. first + count of the array, maybe none, always the same ones. */
struct allreduce_part {
    size_t first, count;
    const float *sum; /* [count] */
};

/* This rank's part of the sum.  No rank may begin the next sum before all are through with this
 * one, as in a step they are when all know of its losses.  Local, cannot fail. */
struct allreduce_part allreduce_part(const struct allreduce *s);

/* Sums (fm_sum_bits) over the floats of other ranks' parts, before and after they are gathered.
 */
struct allreduce_bits {
    uint32_t before, now;
};

/* x[n], of which each rank has brought its part, is whole on every rank; *bits tells whether
 * what the last gather wrote was still there.  Collective, cannot fail. */
void allreduce_allgather(struct allreduce *s, float *x, struct allreduce_bits *bits);

/* Every rank's part[its count] of an array into rank 0's whole[n], or out of it; `whole` may be
 * NULL on the others.  Collective, cannot fail. */
void allreduce_collect(struct allreduce *s, const float *part, float *whole);
void allreduce_spread(struct allreduce *s, const float *whole, float *part);

/* Floats of this rank's part before there is an allreduce.  Local, cannot fail. */
size_t allreduce_part_count(const struct world *w, size_t shards, size_t n);

#endif
