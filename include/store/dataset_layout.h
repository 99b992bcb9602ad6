/* dataset_layout - how a data set lies in an HDF5 file, and the one check of it.
 *
 *   /                  attribute name: "MNIST", "Fashion-MNIST", "made: plane", "unknown"
 *   /<split>/images    [N, H, W, C], uint8 or float32.  Attributes: scale, the value of one
 *                      stored unit (a pixel is scale * stored); source; sha256, of the unpacked
 *                      IDX file or of the made array
 *   /<split>/labels    [N], uint8; not every split has them
 *
 * Names HDF5: for store and pario alone.
 */
#ifndef STORE_DATASET_LAYOUT_H
#define STORE_DATASET_LAYOUT_H

#include "base/digest.h"
#include "net/shape.h"
#include "store/h5.h"

/* One split of an open file. */
struct dataset_layout {
    struct h5_array images, labels; /* open; labels.id < 0: there are none */
    char name[64];                  /* of the data set, "unknown" without one */
    char sha256[DIGEST_HEX];        /* of the images, as the file states it; "": it does not */
    size_t total;                   /* N */
    struct shape shape;             /* H, W, C */
    float scale;                    /* finite, not 0 */
};

/* "/train/images": where an array of a split lies.  Local, cannot fail. */
void dataset_layout_path(const char *split, const char *array, char path[64]);

/* Open the arrays of a split and check all that can be checked without reading them.  The
 * caller closes *l, after a failure as well and before the file.  Local.  Fails with
 * ST_DATA. */
enum status dataset_layout_open(struct dataset_layout *l, const struct h5_file *f,
                                const char *split) MUST_USE;
void dataset_layout_close(struct dataset_layout *l);

#endif
