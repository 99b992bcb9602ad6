/* pack - the same numbers closer together, before products read them again and again. */
#ifndef LINALG_PACK_H
#define LINALG_PACK_H

#include <stddef.h>

/* to[places, width] = `there` channels of y[places, o]; width is a multiple of LANES, what is
 * missing to it becomes zeros. */
void pack_places(size_t places, size_t o, size_t there, const float *y, size_t width,
                 float *to);

/* to[n, width] = n columns of w, `there` rows that are w_row floats apart, transposed; what is
 * missing to width stays as it is, or becomes zeros. */
void pack_turned(size_t n, size_t there, const float *w, size_t w_row, size_t width, float *to);
void pack_transposed(size_t n, size_t there, const float *w, size_t w_row, size_t width,
                     float *to);

#endif
