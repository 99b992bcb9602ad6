/* decoder - the second half of a trained autoencoder: images from latent codes.
 *
 * The one place of the analysis that runs a network.  All functions are Local.
 */
#ifndef ANALYSIS_INPUT_DECODER_H
#define ANALYSIS_INPUT_DECODER_H

#include "analysis/input/run.h"

/* images[rows, H*W*C] = decoder of codes[rows, code], with the parameters w[model->size], or
 * the model's own where w is NULL.  Needs a run with a model.  Fails with ST_NOMEM, or ST_DATA
 * where an image is not finite. */
enum status decoder_run(const struct run *r, const float *w, const float *codes, size_t rows,
                        float *images) MUST_USE;

#endif
