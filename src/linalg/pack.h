/* pack - the same numbers closer together, before tiles read them again and again.
 *
 * width is a multiple of LANES; what is missing to it becomes zeros.
 */
#ifndef LINALG_PACK_H
#define LINALG_PACK_H

#include <stddef.h>

/* to[places, width] = `there` channels of y[places, o] */
void pack_places(size_t places, size_t o, size_t there, const float *y, size_t width,
                 float *to);

/* to[n, width] = `there` rows of w[there, n] transposed */
void pack_transposed(size_t n, size_t there, const float *w, size_t width, float *to);

#endif
