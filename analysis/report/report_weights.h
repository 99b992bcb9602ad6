/* report_weights - quantisation of the decoder's parameters for the page.
 *
 * Variable after variable, little endian.  In FLOAT32 all numbers are as they are; in FLOAT16
 * the matrices and kernels are rounded to IEEE binary16; in INT8 each row of them is a float32
 * scale s and integers q, for w = s q.  Vectors (biases, batch norm) are float32 always.  All
 * functions are Local.
 */
#ifndef ANALYSIS_REPORT_REPORT_WEIGHTS_H
#define ANALYSIS_REPORT_REPORT_WEIGHTS_H

#include "analysis/input/run.h"

enum report_weights_format {
    REPORT_WEIGHTS_FLOAT32,
    REPORT_WEIGHTS_FLOAT16,
    REPORT_WEIGHTS_INT8,
    REPORT_WEIGHTS_NONE /* no format is small enough */
};

struct report_weights {
    enum report_weights_format format;
    unsigned char *bytes; /* [size] */
    size_t size;
    double error; /* the largest difference of a pixel that rounding makes, over test codes */
};

/* "float32", "float16", "int8", "none".  Cannot fail. */
const char *report_weights_name(enum report_weights_format f);

/* Numbers in a row that shares a scale: the last dimension, or as many of the last ones as it
 * takes to make 32.  Cannot fail. */
size_t report_weights_row(const struct variable *v);

/* Bytes that the decoder's variables take.  Cannot fail. */
size_t report_weights_bytes(const struct model *m, enum report_weights_format f);

/* Pack the decoder's variables in the finest format that takes at most `most` bytes.  The
 * caller frees w->bytes, after a failure as well.  Fails with ST_NOMEM, or ST_DATA where a
 * weight or the image of a code is not finite. */
enum status report_weights_pack(struct report_weights *w, const struct run *r,
                                size_t most) MUST_USE;

#endif
