/* reduce_scatter - the second half of the allreduce: the forests of all ranks become one sum.
 *
 * The ranks of a node have their forests in its window.  The array is cut into as many slices
 * as the smallest node has ranks; the rank in place i of a node joins its node's forests over
 * slice i, then goes through the rounds (rounds.h) with the ranks in place i of the other
 * nodes.  What it has in the end is its part of the sum.
 *
 * A slice begins as soon as all ranks of the node have written it, while they compute the rest.
 */
#ifndef COMM_REDUCE_SCATTER_H
#define COMM_REDUCE_SCATTER_H

#include "comm/allreduce.h"
#include "comm/rounds.h"
#include "comm/tree.h"

struct reduce_scatter;

/* For arrays of n floats over `shards` shards, on two ranks or more.  mine[k] becomes where
 * this rank keeps its subtree k of tree_range, [n] floats, zero; they belong to *out.
 * Collective.  Fails with ST_NOMEM on every rank alike. */
enum status reduce_scatter_new(struct reduce_scatter **out, struct world *w, size_t shards,
                               size_t n, float *mine[TREE_DEPTH]) MUST_USE;
void reduce_scatter_free(struct reduce_scatter *b); /* Collective. */

/* Bytes of reduce_scatter_new on this rank where machines have windows.  Local. */
size_t reduce_scatter_bytes(const struct world *w, size_t shards, size_t n);

/* Floats from .. n of this rank's forest are final: what is ready may begin.  `from` only
 * falls until reduce_scatter_run.  Local, does not wait. */
void reduce_scatter_ready(struct reduce_scatter *b, size_t from);

/* The rest of the sum; the forests are lost.  Returns whether this rank's part of it is finite.
 * Collective. */
int reduce_scatter_run(struct reduce_scatter *b);

/* This rank's part of the sum, which may be empty, and where it is, valid until the next
 * reduce_scatter_ready.  Local. */
struct part reduce_scatter_part(const struct reduce_scatter *b, const float **sum);

/* x[n], of which each rank has its part, becomes whole; bits: as allreduce_allgather's.
 * Collective. */
void reduce_scatter_gather(struct reduce_scatter *b, float *x, struct allreduce_bits *bits);

/* Every rank's part[its count] into rank 0's whole[n], or out of it.  Collective. */
void reduce_scatter_collect(struct reduce_scatter *b, const float *part, float *whole);
void reduce_scatter_spread(struct reduce_scatter *b, const float *whole, float *part);

/* Floats of this rank's part, without making it, where machines have windows.  Local. */
size_t reduce_scatter_count(const struct world *w, size_t shards, size_t n);

#endif
