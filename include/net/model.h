/* model - an autoencoder: encoder and decoder as one list of layers.
 *
 * The model owns the flat array of parameters; variables are pieces of it, each starting on a
 * 64-byte boundary (the gaps stay zero).  It owns the workspace of the layers too, so one sweep
 * of a model runs at a time.  Encoder and decoder are ranges of layers: 0..split and
 * split..count.  All functions are Local.
 */
#ifndef NET_MODEL_H
#define NET_MODEL_H

#include "base/job.h"
#include "net/layer.h"

struct model {
    int count;         /* layers */
    int split;         /* layers of the encoder; the decoder begins here */
    int first_trained; /* no layer before this one has variables, so no gradient goes there */
    struct layer *layers; /* [count] */
    struct shape input, code;
    size_t parameters; /* numbers in the variables, as Keras counts them */
    size_t size;       /* floats of a flat array: parameters and gaps */
    float *w;          /* [size] */
    float *workspace;  /* [the largest layer.workspace] */
    int logits;        /* the last layer leaves logits, its sigmoid belongs to the loss */
    int variational;   /* the encoder ends in a sampling layer */
    int denoising;     /* the encoder begins with noise or dropout */
    int batch_layers;  /* layers that look at a whole batch: batch norm */
};

/* Build the model that a job describes, with parameters at zero.  The caller frees *out with
 * model_free.  Fails with ST_SETTING or ST_SHAPE (naming the layer, what it gets, what it
 * wants) or ST_NOMEM. */
enum status model_new(struct model **out, const struct job *job) MUST_USE;
void model_free(struct model *m);

/* Bytes of parameters and workspace.  Cannot fail. */
size_t model_bytes(const struct model *m);

/* Print the layer table: name, output shape, parameters; encoder, decoder and whole.  Cannot
 * fail. */
void model_print(const struct model *m, void (*line)(const char *format, ...));

#endif
