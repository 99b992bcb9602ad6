/* activations - the memory of one batch: what each layer makes of it, forward and back.
 *
 * One block, cut when it is made, so that a sweep never allocates.  All functions are Local.
 */
#ifndef NET_ACTIVATIONS_H
#define NET_ACTIVATIONS_H

#include "net/model.h"

/* y[l] is the output of layer l, dy[l] its gradient; where the layer is a view, both are those
 * of the layer before it, and as wide as that; where its kind works in place, dy is.  Owns the
 * block. */
struct activations {
    size_t max_rows;
    float *memory;
    float *x;     /* [max_rows, input]: for samples that have no other place */
    float **y;    /* [layers] of [max_rows, out] */
    float **dy;   /* [layers] of [max_rows, out]; NULL unless made with gradients,
                     but for the last one, which the losses write */
    float **kept; /* [layers] of [max_rows, layer.kept] */
};

/* Make room for max_rows rows; with_gradients = 0 leaves out dy but for
 * the last layer.  Fails with ST_NOMEM. */
enum status activations_new(struct activations **out, const struct model *m, size_t max_rows,
                            int with_gradients) MUST_USE;
void activations_free(struct activations *a);

/* Bytes of that block. */
size_t activations_bytes(const struct model *m, size_t max_rows, int with_gradients);

#endif
