/* layer - a function with weights, as a fact: its kind, its shapes, where its variables lie.
 *
 * A layer owns no memory.  Its variables are pieces of the model's flat array, what it keeps
 * from forward to backward is a piece of the activations, so forward and backward can neither
 * allocate nor fail.  A new kind of layer is one new file with one struct layer_kind, named in
 * src/net/kinds.h and in the table of layer.c.  Only net/sweep calls forward and backward.  All
 * functions are Local.
 */
#ifndef NET_LAYER_H
#define NET_LAYER_H

#include "base/status.h"
#include "linalg/patches.h"
#include "net/activation.h"
#include "net/batch.h"
#include "net/shape.h"

enum {
    LAYER_VARIABLES = 4,
    LAYER_WORDS = 8,
    LAYER_NAME = 32,
    LAYER_OWN = 2,
    LAYER_TOGETHER = 64, /* batches whose gradients one call adds up, at most */
};

/* One array of weights.  dims are the file's: dense [in, out], conv [kh, kw, in, out], bias
 * [out]. */
struct variable {
    int rank;
    size_t dims[4];
    size_t count;           /* product of dims */
    size_t at;              /* offset into the model's flat arrays, in floats */
    size_t fan_in, fan_out; /* for the initialisers; both 0: starts at `start` */
    float start;
    int fixed; /* not trained: its gradient is zero */
};

struct layer {
    const struct layer_kind *kind;
    char name[LAYER_NAME]; /* Keras 3's: dense, dense_1, sampling, ... */
    int index;             /* place in the model; part of the name of random numbers */
    struct shape in, out;
    enum activation activation;
    enum activation
        slope; /* of conv, conv_transpose, maxpool: the f' of backward (net/fuse.h) */
    struct patches patches; /* of the same: where the window stands */
    double rate;            /* noise: standard deviation; dropout: share of inputs dropped */
    size_t own[LAYER_OWN];  /* numbers that its kind alone knows */
    int view;      /* no output of its own: the next layer reads its input (flatten, reshape; an
                      upsampling that the next convolution does) */
    int says_code; /* the word `code` stands in its line */
    int always;    /* noise, dropout: act in evaluation as well as in training */
    int variables;
    struct variable variable[LAYER_VARIABLES];
    size_t kept;       /* floats a row, kept from forward to backward */
    size_t workspace;  /* floats for its own use within one call, whatever the rows */
    size_t statistics; /* numbers that describe a batch; 0 for most kinds */
    int alone;         /* they are those of one shard's batch, not of all shards together */
};

/* A piece of a layer's gradients: floats first .. first + count from its first variable on,
 * which one call computes and adds up for `batches` neighbours at most. */
struct part {
    size_t first, count, batches;
};

/* What one call of a layer works on.  Made by net/sweep. */
struct layer_call {
    const struct batch *batch;
    const float *w;   /* the model's flat array of parameters */
    const float *x;   /* [rows, in] */
    float *y;         /* [rows, out]: written by forward, read by backward */
    float *dy;        /* [rows, out]: backward may change it */
    float *dx;        /* [rows, in]; NULL where nobody needs it */
    float *kept;      /* [rows, layer.kept] */
    float *workspace; /* [layer.workspace], in use by one call at a time */
    int prepared;     /* the last call was this one for other rows: what it made of the
                         parameters is still in `workspace` */
    int more;         /* dw holds the gradient of the rows before these, which is added to */
    double *statistics, *gradient_statistics; /* [layer.statistics] each */
    size_t done, there; /* rows that they describe, and rows that are there; 0, 0: all are */
    double *kl;         /* the KL divergence is added here, in nats */
};

struct layer_kind {
    const char *word;   /* in the job file */
    const char *prefix; /* of the layer's name */
    const char *help;   /* "dense UNITS [ACTIVATION]" */
    int corrupts;       /* makes its input worse on purpose: noise, dropout */
    int by_rows;  /* forward and backward take a few rows after the others as all at once */
    int in_place; /* its dx may lie where its dy does, and does in a model */

    /* The last layer of a variational encoder alone (NULL for the others): where in what it has
     * kept of a batch the log-variance[n] of its n code values lies. */
    const float *(*log_variance)(const float *kept, size_t n);

    /* Fill l->out, variables, kept and workspace from l->in and the words of the line (words[0]
     * is the kind).  Fails with ST_SETTING or ST_SHAPE; the message needs no place. */
    enum status (*parse)(struct layer *l, int count, char *const words[]);

    /* x -> y.  A view has neither this nor backward. */
    void (*forward)(const struct layer *l, const struct layer_call *c);

    /* Instead of forward, and of backward without dw, for kinds that do better with all batches
     * at once (NULL for the others): c[count], LAYER_TOGETHER at most, each with rows. */
    void (*forward_all)(const struct layer *l, const struct layer_call *c, size_t count);
    void (*backward_all)(const struct layer *l, const struct layer_call *c, size_t count);

    /* dy -> dx, and dw (this layer's gradients, see layer_gradient): written, not added to.  dw
     * is NULL for kinds with `gradient` or `gradient_statistics`. */
    void (*backward)(const struct layer *l, const struct layer_call *c, float *dw);

    /* For kinds whose gradients can be had a part at a time, while what they are added to is
     * in cache (NULL for the others).  part: number i of them; its count is 0 where there are
     * no more.  gradient: after backward of the same rows, which has left dy and kept as it
     * wants them, writes dw[part.count], the sum along the binary tree over `count` batches, 1,
     * 2, 4 ...; some of them may have no rows. */
    struct part (*part)(const struct layer *l, int i);
    void (*gradient)(const struct layer *l, const struct layer_call *c, size_t count,
                     struct part p, float *dw);

    /* For kinds whose output depends on the whole batch (NULL for the others): the numbers
     * that describe it, in double.  Those of all shards are added, unless the layer is alone,
     * before forward (backward) uses them as c->statistics (c->gradient_statistics).
     *
     * statistics: of x.  gradient_statistics: of dy, which it may change; it also writes the
     * gradients of this layer's variables, unless dw is NULL.  Both may be called as rows come;
     * they go on from what they have left.  update: what is remembered of the batch, into the
     * parameters w. */
    void (*statistics)(const struct layer *l, const struct layer_call *c);
    void (*gradient_statistics)(const struct layer *l, const struct layer_call *c, float *dw);
    void (*update)(const struct layer *l, float *w, const double *statistics);
};

/* Make one layer from a line of a job file; the word `code` in it stands for the number `code`.
 * Fails with ST_SETTING or ST_SHAPE. */
enum status layer_parse(struct layer *l, const char *line, struct shape in, long code) MUST_USE;

/* The kinds of layer there are: index 0, 1, ... until NULL. */
const struct layer_kind *layer_kind_at(int index);

/* For parse functions: a whole number of at least 1; a number of at least 0.  Fail with
 * ST_SETTING. */
enum status layer_word_count(const char *word, const char *what, size_t *value) MUST_USE;
enum status layer_word_number(const char *word, const char *what, double *value) MUST_USE;

/* For parse functions: add a variable, a kernel as [kh, kw, a, b]; fan_in = fan_out = 0 starts
 * it at zero. */
void layer_add_matrix(struct layer *l, size_t in, size_t out);
void layer_add_bias(struct layer *l, size_t out);
void layer_add_kernel(struct layer *l, size_t kh, size_t kw, size_t a, size_t b, size_t fan_in,
                      size_t fan_out);

/* Where the parameters of variable k begin. */
static inline const float *layer_weights(const struct layer *l, const struct layer_call *c,
                                         int k)
{
    return c->w + l->variable[k].at;
}

/* The gradient of variable k, where dw is that of the layer's first variable. */
static inline float *layer_gradient(const struct layer *l, float *dw, int k)
{
    return dw + (l->variable[k].at - l->variable[0].at);
}

/* All of a layer's gradients: floats from its first variable to the end of its last. */
static inline size_t layer_span(const struct layer *l)
{
    if (l->variables == 0) return 0;
    const struct variable *last = &l->variable[l->variables - 1];
    return last->at + last->count - l->variable[0].at;
}

/* This layer's gradients in dw, zero; or only what lies between them. */
void layer_zero_gradients(const struct layer *l, float *dw);
void layer_zero_gaps(const struct layer *l, float *dw);

/* db[width] = the sum over the rows of dy[rows, width], row by row. */
void layer_bias_gradient(const float *dy, size_t rows, size_t width, float *db);

#endif
