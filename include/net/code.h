/* code - from samples to their codes, and from codes to images: the two halves of a sweep.
 *
 * All functions work on batch 0 of a sweep, are Local and cannot fail.
 */
#ifndef NET_CODE_H
#define NET_CODE_H

#include "net/sweep.h"

/* The reconstruction of what the last layer left: y itself, or its sigmoid where that is the
 * loss's part.  image[rows, input]. */
void code_image(const struct model *m, const float *y, float *image, size_t rows);

/* The batch's x[rows, input] -> codes[rows, code] (the mean where variational),
 * log_variance[rows, code] or NULL.  Without noise unless the batch or a layer's `always` asks
 * for it. */
void code_encode(struct sweep *s, float *codes, float *log_variance);

/* codes[rows, code] -> image[rows, input]; the batch is lost. */
void code_decode(struct sweep *s, const float *codes, float *image, size_t rows);

#endif
