/* plan - how a rank goes through its shards in a step: together, one by one, or in pieces.
 *
 * Together, all own shards go through the layers in one sweep: a layer's parameters are read
 * once for all, and their gradients meet in cache.  That wants all their activations in cache;
 * layers that look at the whole batch (batch norm) want it in any case.
 *
 * One by one, each shard is a sweep of its own.
 *
 * In pieces, a shard goes some rows at a time, and its gradient is accumulated: where the
 * activations of a shard are far larger than a core's own caches, each layer would write them
 * out to the cache that all cores share, and the next would fetch them.  A piece is as many
 * rows as stay near.  It costs a gradient of its own, so only models with few parameters are
 * cut.  Rows cut otherwise have other bits, so pieces depend on the model and the shard's rows
 * alone, never on ranks or memory.  Together or one by one is a matter of speed: the bits are
 * the same.
 *
 * All functions are Local and cannot fail.
 */
#ifndef STEP_PLAN_H
#define STEP_PLAN_H

#include "net/model.h"
#include "step/shards.h"

enum plan_kind { PLAN_TOGETHER, PLAN_ONE_BY_ONE, PLAN_IN_PIECES };

struct plan {
    enum plan_kind kind;
    size_t group;      /* batches of one sweep: all own shards, or one */
    size_t rows;       /* rows of a batch at most */
    size_t evaluation; /* rows at a time of an evaluation */
};

/* The plan of a rank that owns those shards, for steps of `batch` rows over all ranks. */
struct plan plan_make(const struct model *m, const struct shards *train,
                      const struct shards *test, size_t batch);

/* Into how many batches the `rows` rows that a shard gives to a step are cut, one at least:
 * batch i begins at row share_first(rows, i, plan_pieces(p, rows)). */
size_t plan_pieces(const struct plan *p, size_t rows);

/* Rows of a shard at a time where nothing is trained: the same on any number of ranks. */
size_t plan_evaluation_rows(const struct model *m, const struct shards *s);

/* In words, as "8 shards together". */
void plan_describe(const struct plan *p, const struct shards *s, char *text, size_t n);

#endif
