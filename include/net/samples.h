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

/* x[n, H*W*C] = the rows row[n], counted over the whole split, scaled. */
void samples_gather(const struct samples *s, const uint32_t *row, size_t n, float *x);

#endif
