/* sweep - the walk over the layers, forward and back: the only one there is.
 *
 * A sweep takes a group of batches through a range of layers, layer by layer: a layer's
 * parameters are read once for all batches, and their gradients meet in cache, in a sink.
 * Training, evaluation, encoding, gradient checks and the figures' decoder all go through here.
 *
 * Batch norm describes a batch by statistics: numbers a batch.  In training those of all
 * batches of a layer, of this rank's and of the others', are added by a hook; without one each
 * batch keeps its own.
 *
 * All functions are Local and cannot fail, unless they say more; with a hook they are as
 * Collective as it is.
 */
#ifndef NET_SWEEP_H
#define NET_SWEEP_H

#include "net/activations.h"
#include "net/sink.h"

/* Adds the statistics numbers[batches, n] of one layer over all batches of all ranks, and gives
 * every batch the total.  add may be NULL. */
struct statistics_hook {
    void *user;
    void (*add)(void *user, size_t n, double *numbers);
};

/* Owns its arrays; the caller fills the batches before it goes forward. */
struct sweep {
    struct model *m; /* whose workspace the layers use: one sweep of a model runs at a time */
    size_t count;
    struct batch *batch;    /* [count] */
    struct activations **a; /* [count] */
    struct statistics_hook hook;
    double *numbers;              /* owns the statistics */
    double **statistics;          /* [layers] of [count, layer.statistics]: forward */
    double **gradient_statistics; /* [layers] of [count, layer.statistics]: and backward */
};

/* Make one for `count` batches of at most max_rows rows; with_gradients = 0 leaves out what
 * backward needs.  Fails with ST_NOMEM. */
enum status sweep_new(struct sweep **out, struct model *m, size_t count, size_t max_rows,
                      int with_gradients) MUST_USE;
void sweep_free(struct sweep *s);

/* Bytes that sweep_new takes. */
size_t sweep_bytes(const struct model *m, size_t count, size_t max_rows, int with_gradients);

/* Take all batches through layers from .. to.  The result is s->a[k]->y[to - 1]; KL divergence
 * is added to batch.kl. */
void sweep_forward(struct sweep *s, int from, int to);

/* Take the gradients s->a[k]->dy[to - 1], which the caller has filled, back through layers
 * to .. from; the gradients of their parameters go into the sink, last layer first.  Wants the
 * sweep as sweep_forward left it. */
void sweep_backward(struct sweep *s, int from, int to, const struct sink *sink);

/* What batch norm remembers of the batch that has gone forward, into the model's parameters. */
void sweep_update(struct sweep *s);

/* The most floats that one range of sweep_backward has. */
size_t sweep_range(const struct model *m);

#endif
