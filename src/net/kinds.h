/* kinds - the table of layer kinds; each is defined in the file of its name.
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

#endif
