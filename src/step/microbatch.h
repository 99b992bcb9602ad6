/* microbatch - the rows of one shard on their way forward and back.
 *
 * Own shards run together, layer by layer, where their activations fit into the cache or where
 * layers look at the whole batch (batch norm): a layer's parameters are read once for all of
 * them, and their gradients meet in cache.  Models with large activations run shard after
 * shard, and where these are cut into strips, strip after strip: see train/strips.h.
 */
#ifndef STEP_MICROBATCH_H
#define STEP_MICROBATCH_H

#include "step/trainer.h"

struct microbatch {
    struct pass *pass;
    float *x;         /* [max_rows, input] */
    struct context c; /* c.rows may be 0 */
};

/* Set t->group, make t->at_work, t->numbers and t->strip.  Local.  Fails with ST_NOMEM. */
enum status microbatch_new_all(struct trainer *t) MUST_USE;
void microbatch_free_all(struct trainer *t);

/* Bytes of all that, and the most floats of a range of the gradient.  Local. */
size_t microbatch_bytes(const struct trainer *t);
size_t microbatch_range(const struct trainer *t);

/* Take the rows into x and set the context.  Local. */
void microbatch_begin(struct trainer *t, struct microbatch *b, const struct dataset *d,
                      const uint32_t *row, size_t rows, enum purpose purpose);

/* All own shards of a step: forward, losses into s[own], backward; the gradients into the
 * ordered sum.  Collective where the model has batch layers. */
void microbatch_run(struct trainer *t, size_t before, size_t after, struct sums *s);

/* Forward in evaluation, losses added to s; in t->at_work[0].  Local. */
void microbatch_evaluate(struct trainer *t, struct microbatch *b, struct sums *s);

/* What batch layers remember of the step's batch, into the parameters.  Collective. */
void microbatch_update(struct trainer *t);

#endif
