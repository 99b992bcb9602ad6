/* microbatch - the rows of one shard on their way forward and back.
 *
 * Most models run shard after shard through the memory of one microbatch. Where layers look at
 * the whole batch (batch norm), all own shards are at work together: they run up to such a
 * layer, their sums are added over all shards of all ranks, and they go on.
 */
#ifndef TRAIN_MICROBATCH_H
#define TRAIN_MICROBATCH_H

#include "train/trainer.h"

struct microbatch {
    struct pass *pass;
    float *x;         /* [max_rows, input] */
    struct context c; /* c.rows may be 0 */
    float *dw;        /* [model->size]: the gradient */
    float *own_dw;    /* the memory of dw where shards work together; otherwise NULL */
};

/* Make t->at_work and t->numbers.  Local.  Fails with ST_NOMEM. */
enum status microbatch_new_all(struct trainer *t, size_t max_rows) MUST_USE;
void microbatch_free_all(struct trainer *t);
size_t microbatch_bytes(const struct trainer *t, size_t max_rows);

/* Take the rows into x and set the context.  Local. */
void microbatch_begin(struct trainer *t, struct microbatch *b, const struct dataset *d,
                      const uint32_t *row, size_t rows, enum purpose purpose);

/* Own shards first .. first + group of a step: forward, losses into s[group], backward; the
 * gradients into the ordered sum.  Collective where the model has batch layers. */
void microbatch_run(struct trainer *t, size_t first, size_t before, size_t after,
                    struct sums *s);

/* Forward in evaluation, losses added to s.  Local. */
void microbatch_evaluate(struct trainer *t, struct microbatch *b, struct sums *s);

/* What batch layers remember of the step's batch, into the parameters.  Collective. */
void microbatch_update(struct trainer *t);

#endif
