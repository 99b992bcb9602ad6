/* kinds - the table of layer kinds; each is defined in the file of its name.
 *
 * What a file of a kind exports beside its kind is declared here too.
 */
#ifndef NET_KINDS_H
#define NET_KINDS_H

#include "net/layer.h"

extern const struct layer_kind dense_kind;
extern const struct layer_kind noise_kind;
extern const struct layer_kind dropout_kind;
extern const struct layer_kind sampling_kind;
extern const struct layer_kind batchnorm_kind;
extern const struct layer_kind conv_kind;
extern const struct layer_kind conv_transpose_kind;
extern const struct layer_kind maxpool_kind;
extern const struct layer_kind upsample_kind;
extern const struct layer_kind flatten_kind;
extern const struct layer_kind reshape_kind;

/* No line of a job file makes it: a conv behind an upsample becomes one (fuse.h). */
extern const struct layer_kind fused_upsample_kind;

/* Let conv read the image as it was before `up`, which becomes a view; both stay as they are
 * where that is no gain. */
void fused_upsample_begin(struct layer *up, struct layer *conv);

/* The log-variance[n] in what a sampling layer has kept of a batch with n code values. */
const float *sampling_log_variance(const float *kept, size_t n);

#endif
