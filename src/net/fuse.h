/* fuse - pairs of neighbouring layers that are computed as one: a table of rows in fuse.c.
 *
 *   upsample, conv       the convolution reads the small image (fused_upsample.c)
 *   conv, maxpool        the pooling's backward multiplies by the f' of the convolution: the
 *                        gradient of what it has not chosen is zero with and without
 */
#ifndef NET_FUSE_H
#define NET_FUSE_H

#include "net/layer.h"

/* Fuse what can be in layers[count], one half of a model.  Values stay what they are; sums may
 * be taken in another order.  Local, cannot fail. */
void fuse_layers(struct layer *layers, int count);

#endif
