/* batch - samples that go through the layers together: the rows that one shard gives to a step,
 * or a piece of them.
 *
 * It is what a layer may know of its samples beside their values.  Random numbers are named by
 * (seed, purpose, epoch, row), so they do not depend on which batch a row is in.
 */
#ifndef NET_BATCH_H
#define NET_BATCH_H

#include "base/random.h"

#include <stddef.h>
#include <stdint.h>

struct batch {
    size_t rows;          /* may be 0 */
    const uint32_t *row;  /* [rows]: row of each in the data set; names random numbers */
    uint32_t seed, epoch; /* likewise */
    enum purpose purpose; /* PURPOSE_TRAIN or PURPOSE_TEST */
    int training;         /* batch norm takes the batch's own statistics */
    int corrupt;          /* noise and dropout act (those marked `always` act anyway) */
    int sample;           /* sampling layers draw; otherwise their code is the mean */
    float beta;           /* weight of the KL term in the gradient */
    const float *x;       /* [rows, in of layer `first`]: the input */
    int first;            /* the layer that x is for: 0, or the decoder's first */
    double kl;            /* out: the KL divergence over the rows is added here, in nats */
};

#endif
