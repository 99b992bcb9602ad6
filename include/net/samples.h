/* samples - rows of images in memory, as they are stored: bytes or floats.
 *
 * They stay as the file has them, a byte a pixel where it has bytes, and become floats a batch
 * at a time.  All functions are Local and cannot fail.
 */
#ifndef NET_SAMPLES_H
#define NET_SAMPLES_H

#include "net/shape.h"

#include <stdint.h>

/* Rows first .. first + rows of a split.  Owns its arrays. */
struct samples {
    struct shape shape; /* of one sample */
    float scale;        /* a value is scale times what is stored */
    size_t first, rows;
    uint8_t *bytes;  /* [rows, H, W, C], NULL where floats are stored */
    float *values;   /* [rows, H, W, C], NULL where bytes are stored */
    uint8_t *labels; /* [rows], NULL where the split has none */
};
void samples_free(struct samples *s);

/* The first value of the rows, in the order of the file, that is not within low .. high, as NaN
 * never is: *value is scaled, *at counts values from this rank's first row on.  1 where there
 * is one, 0 where all are within.  With -FLT_MAX .. FLT_MAX it looks for what is not finite. */
int samples_outside(const struct samples *s, float low, float high, size_t *at, float *value);

/* x[n, H*W*C] = the rows row[n], counted over the whole split, scaled. */
void samples_gather(const struct samples *s, const uint32_t *row, size_t n, float *x);

#endif
