/* shard_sum - a few doubles of each shard, added along the tree of the allreduce.
 *
 * For what all ranks must know at once: losses and wishes of a step, statistics of a batch.
 * Each rank joins its shards' numbers, the first rank of a machine its ranks' forests, and
 * these double theirs with those of other machines: log2(machines) short messages.
 */
#ifndef COMM_SHARD_SUM_H
#define COMM_SHARD_SUM_H

#include "comm/world.h"

struct shard_sum;

/* For at most `most` numbers of each of `shards` shards.  Collective.  Fails with ST_NOMEM on
 * every rank alike. */
enum status shard_sum_new(struct shard_sum **out, struct world *w, size_t shards,
                          size_t most) MUST_USE;
/* Collective. */
void shard_sum_free(struct shard_sum *s);

/* numbers[own, n] of this rank's shards are lost; sum[n] becomes the sum over all shards, the
 * same on every rank, which has then heard from all others.  Collective, cannot fail. */
void shard_sum_run(struct shard_sum *s, size_t n, double *numbers, double *sum);

#endif
