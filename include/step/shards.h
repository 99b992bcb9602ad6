/* shards - which rows of a split a rank works on, in which order.
 *
 * A split of N rows is cut into S shards whatever the number of ranks; shard s is rows
 * share_first(N, s, S) and following, and rank r of P owns shards share_first(S, r, P) and
 * following.  Each epoch gives a shard an order that is a function of (seed, epoch, shard).
 * When g rows of the N have been asked for, a shard of n rows has given floor(g n / N).  All
 * functions are Local; but for shards_init they cannot fail.
 */
#ifndef STEP_SHARDS_H
#define STEP_SHARDS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct shards {
    size_t total, count;    /* N, S */
    size_t first, own;      /* this rank's shards: first .. first + own */
    size_t first_row, rows; /* and their rows */
    uint32_t *order;        /* [rows]: rows of the split, shard after shard */
};

/* Cut a split of `total` rows; the order is the data set's.  Fails with ST_SETTING
 * where a shard or a rank would stay empty, or ST_NOMEM. */
enum status shards_init(struct shards *s, size_t total, size_t count, int rank, int size,
                        const char *split) MUST_USE;
void shards_free(struct shards *s);

/* Give own shards their order of an epoch (counted from 0). */
void shards_shuffle(struct shards *s, uint32_t seed, uint32_t epoch);

/* The rows that own shard i (0 .. own) gives while the rows given by all go from `before` to
 * `after`: the return value points to *n of them. */
const uint32_t *shards_take(const struct shards *s, size_t i, size_t before, size_t after,
                            size_t *n);

/* Most rows that a shard gives in one step of `batch` rows. */
size_t shards_most(const struct shards *s, size_t batch);

#endif
