/* results_array - the arrays of a results file: one table with the name, shape and meaning of
 * each, for whoever writes, reads or draws them.
 *
 * Row i of every array is row i of the split.  Dimensions are labelled: sample, code, height,
 * width, channel.  All functions are Local and cannot fail.
 */
#ifndef STORE_RESULTS_ARRAY_H
#define STORE_RESULTS_ARRAY_H

#include "net/shape.h"
#include "store/arrays.h"

/* All are float32; /labels, which is not, stands beside them. */
enum results_array {
    RESULTS_CODES,           /* [N, code]: the mean where variational */
    RESULTS_LOG_VARIANCE,    /* [N, code]: variational only */
    RESULTS_INPUTS,          /* [N, H, W, C]: denoising only, the corrupted samples */
    RESULTS_DENOISED,        /* [N, H, W, C]: what the model makes of RESULTS_INPUTS, where
                                RESULTS_RECONSTRUCTIONS are of the clean samples */
    RESULTS_RECONSTRUCTIONS, /* [N, H, W, C] */
    RESULTS_RESIDUALS,       /* [N, H, W, C]: true - reconstruction, signed */
    RESULTS_ARRAYS
};

/* The name in the file: "codes", "codes_log_variance", ... */
const char *results_array_name(enum results_array a);

/* What the array of that name ("codes", "labels") holds, in words; NULL where a results file
 * has none of the name. */
const char *results_array_help(const char *name);

/* Numbers in a row: code, or H*W*C. */
size_t results_array_width(enum results_array a, size_t code, struct shape image);

/* Name, type, dimensions and labels of an array of `total` rows, without data. */
struct array results_array_layout(enum results_array a, size_t total, size_t code,
                                  struct shape image);

/* The same of /labels, uint8 [total]. */
struct array results_array_labels(size_t total);

#endif
