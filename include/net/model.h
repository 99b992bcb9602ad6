/* model - an autoencoder: encoder and decoder as one list of layers.
 *
 * The model owns the flat array of parameters; variables are pieces of it, each starting on a
 * 64-byte boundary (the gaps stay zero).  A pass owns what one microbatch needs on its way
 * forward and back; the room in which layers work is the model's, so one pass runs at a time.
 * Encoder and decoder are ranges of layers: 0..split and split..count.  All functions are
 * Local.
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
    size_t parameters; /* trainable numbers, as Keras counts them */
    size_t size;       /* floats of a flat array: parameters and gaps */
    float *w;          /* [size] */
    float *room;       /* [the largest layer.room]: see struct context */
    int logits;        /* the last layer leaves logits, its sigmoid belongs to the loss */
    int variational;   /* the encoder ends in a sampling layer */
    int denoising;     /* the encoder begins with noise or dropout */
    int batch_layers;  /* layers that look at a whole batch: batch norm */
};

/* Build the model that a job describes, with parameters at zero.  Fails with ST_SETTING or
 * ST_SHAPE (naming the layer, what it gets, what it wants) or ST_NOMEM. */
enum status model_new(struct model **out, const struct job *job) MUST_USE;
void model_free(struct model *m);

/* Bytes of parameters and room. */
size_t model_bytes(const struct model *m);

/* Give the parameters their first values, a function of (seed, variable) alone. */
void model_initialise(struct model *m, const struct job *job);

/* Room for one microbatch.  y[l] is the output of layer l, dy[l] its gradient; where the layer
 * is a view, both are those of the layer before it, and as wide as that. */
struct pass {
    const struct model *m;
    size_t max_rows;
    float *memory;   /* owns the floats below */
    double *numbers; /* owns the sums */
    float **y;       /* [count] of [max_rows, out] */
    float **dy;      /* [count] of [max_rows, out]; NULL unless made for training */
    float **scratch; /* [count] of [max_rows, layer.scratch] */
    double **sums;   /* [count] of [layer.sums]: what describes the batch, forward */
    double **dsums;  /* [count] of [layer.sums]: and backward */
    float *dcode;    /* where the decoder's gradient meets the encoder: dy[split - 1] */
};

/* Make a pass; with_gradients = 0 leaves out dy.  Fails with ST_NOMEM. */
enum status pass_new(struct pass **out, const struct model *m, size_t max_rows,
                     int with_gradients) MUST_USE;
void pass_free(struct pass *p);

/* Bytes that pass_new takes. */
size_t pass_bytes(const struct model *m, size_t max_rows, int with_gradients);

/* Run layers from..to over x[c->rows, in of layer `from`].  The result is p->y[to - 1], a view
 * into the pass.  Adds to c->kl.  In training a layer with sums takes those of this microbatch,
 * or, where c->shared is set and it is layer `from`, what the caller has put into p->sums. */
const float *model_forward(const struct model *m, struct pass *p, struct context *c, int from,
                           int to, const float *x);

/* Run layers to..from backward from p->dy[to - 1], which the caller has filled.  Writes the
 * gradients of those layers into dw[m->size].  Needs the pass as model_forward left it. */
void model_backward(const struct model *m, struct pass *p, const struct context *c, int from,
                    int to, const float *x, float *dw);

/* The same in steps, for one layer i with input x[c->rows, in].  dw holds the layer's own
 * gradients alone.
 *
 * model_layer_backward: the gradient of its input into p->dy[i - 1] where anything before it is
 * trained, and dw (NULL for kinds with `gradient` or `sums`).  model_layer_gradient: after it,
 * a part of dw, for kinds with `gradient`. */
void model_layer_backward(const struct model *m, struct pass *p, struct context *c, int i,
                          const float *x, float *dw);
void model_layer_gradient(const struct model *m, struct pass *p, const struct context *c, int i,
                          const float *x, struct part part, float *dw);

/* For layers with sums: those of this microbatch at layer i, from x[c->rows, in] (its input)
 * into p->sums[i]; and those of the gradient p->dy[i] into p->dsums[i], with the gradients of
 * the layer's variables into dw. */
void model_sums(const struct model *m, struct pass *p, struct context *c, int i,
                const float *x);
void model_gradient_sums(const struct model *m, struct pass *p, struct context *c, int i,
                         const float *x, float *dw);

/* The reconstruction of what the last layer left: y itself, or its sigmoid where that is the
 * loss's part.  image[rows, input]. */
void model_image(const struct model *m, const float *y, float *image, size_t rows);

/* x[rows, input] -> codes[rows, code] (the mean where variational), log_variance[rows, code]
 * or NULL; without noise unless a layer says `always` (then c names the draws).  rows at most
 * p->max_rows. */
void model_encode(const struct model *m, struct pass *p, struct context *c, const float *x,
                  float *codes, float *log_variance);

/* codes[rows, code] -> image[rows, input]. */
void model_decode(const struct model *m, struct pass *p, const float *codes, float *image,
                  size_t rows);

/* Print the layer table: name, output shape, parameters; encoder, decoder and whole. */
void model_print(const struct model *m, void (*line)(const char *format, ...));

#endif
