/* results - what a trained model makes of a split: codes, reconstructions, residuals.
 *
 *   /codes [N, code]                  float32; the mean where variational
 *   /codes_log_variance [N, code]     float32; variational only
 *   /inputs [N, H, W, C]              float32; denoising only: the corrupted samples
 *   /denoised [N, H, W, C]            float32; what the model makes of /inputs, where
 *                                     /reconstructions are of the clean samples
 *   /reconstructions [N, H, W, C]     float32
 *   /residuals [N, H, W, C]           float32; true - reconstruction, signed
 *   /labels [N]                       uint8; where the split has them
 *   /provenance                       facts
 *
 * Row i is row i of the split.  Dimensions are labelled: sample, code, height, width, channel.
 */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "base/status.h"
#include "net/shape.h"
#include "store/provenance.h"

#include <stddef.h>
#include <stdint.h>

enum results_array {
    RESULTS_CODES,
    RESULTS_LOG_VARIANCE,
    RESULTS_INPUTS,
    RESULTS_DENOISED,
    RESULTS_RECONSTRUCTIONS,
    RESULTS_RESIDUALS,
    RESULTS_ARRAYS
};

/* The name in the file: "codes", "codes_log_variance", ... */
const char *results_array_name(enum results_array a);

struct results {
    char path[1024];
    long long file;  /* HDF5's handle */
    long long bytes; /* in the file */
    size_t total, code;
    struct shape image;
    int has[RESULTS_ARRAYS];
    int has_labels;
};

/* Open a results file and check names, types and shapes of all that is in it.  Local.  Fails
 * with ST_NOINPUT or ST_DATA.  The caller closes it with results_close. */
enum status results_open(struct results *r, const char *path) MUST_USE;
void results_close(struct results *r);

/* out[rows, width] = rows first .. first + rows of an array.  Local.  Fails with ST_DATA. */
enum status results_read(const struct results *r, enum results_array a, size_t first,
                         size_t rows, float *out) MUST_USE;
enum status results_read_labels(const struct results *r, size_t first, size_t rows,
                                uint8_t *out) MUST_USE;

/* A fact of /provenance, "" where it is not there.  text has n bytes. */
void results_fact(const struct results *r, const char *name, char *text, size_t n);

#endif
