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

/* Bytes that it takes beside the images, and that the model's workspace takes from then on, of
 * a run with a model.  Cannot fail. */
size_t decoder_bytes(const struct run *r, size_t rows);
size_t decoder_kept_bytes(const struct run *r);

#endif
