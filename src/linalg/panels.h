/* panels - a matrix b[k, n] the way a product's tiles read it (tiles.h). */
#ifndef LINALG_PANELS_H
#define LINALG_PANELS_H

#include <stddef.h>

/* Floats of the panels of b[k, n]. */
size_t panels_floats(size_t n, size_t k);

/* Panels of b[k, n], rows b_row floats apart. */
void panels_pack(size_t n, size_t k, const float *b, size_t b_row, float *panels);

/* Panels of b from its transpose bt[n, k], rows bt_row floats apart. */
void panels_pack_turned(size_t n, size_t k, const float *bt, size_t bt_row, float *panels);

#endif
