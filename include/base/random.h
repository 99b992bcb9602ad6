/* random - numbers that are a function of their name.
 *
 * A number is named by (seed, purpose, epoch, row, layer, index).  There is no generator and
 * no state: whoever asks for the same name gets the same number, on any rank, in any order.
 * Philox4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC11; normals by Box and Muller's transform.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum purpose {
    PURPOSE_INIT = 1,   /* first weights; row = number of the variable */
    PURPOSE_SHUFFLE,    /* order of a shard; row = shard */
    PURPOSE_TRAIN,      /* noise, dropout and sampling while training */
    PURPOSE_TEST,       /* the same on the test split */
    PURPOSE_MADE,       /* made data sets */
    PURPOSE_FIGURE,     /* random pairs and draws of a figure */
    PURPOSE_COMPONENTS, /* where the search for principal components starts; row = vector */
};

/* The name of a sequence; the index within it is the last part of the name. */
struct random_name {
    uint32_t seed;
    enum purpose purpose;
    uint32_t epoch, row, layer;
};

/* out[n] uniform in [0, 1): multiples of 2^-24.  Local, cannot fail, like all here. */
void random_uniform(struct random_name name, float *out, size_t n);

/* out[n] standard normal. */
void random_normal(struct random_name name, float *out, size_t n);

/* One 64-bit number: entry `index` of the sequence. */
uint64_t random_bits(struct random_name name, uint32_t index);

/* A whole number in [0, n), n >= 1; the bias is below n / 2^64. */
uint64_t random_below(struct random_name name, uint32_t index, uint64_t n);

#endif
