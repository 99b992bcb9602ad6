/* layer - one layer is a fact: its kind, its shapes, where its variables lie.
 *
 * A layer owns no memory.  Its variables are pieces of the model's flat array, its scratch is
 * a piece of a pass, so forward and backward can neither allocate nor fail.  A new kind of
 * layer is one new file with one struct layer_kind, named in the table of layer.c.
 */
#ifndef NET_LAYER_H
#define NET_LAYER_H

#include "base/random.h"
#include "base/status.h"
#include "linalg/patches.h"
#include "net/activation.h"
#include "net/shape.h"

#include <stdint.h>

enum { LAYER_VARIABLES = 4, LAYER_WORDS = 8, LAYER_NAME = 32 };

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
    enum activation slope;  /* with a window: the f' of its backward.  That of a convolution
                               before maxpool is the pooling's, which has fewer values */
    struct patches patches; /* where the window of conv, conv_transpose, maxpool stands */
    struct patches folded;  /* conv: its image was upsampled just before and is read as it was;
                               the transposed convolution that both are.  Else no window */
    int view;      /* no output of its own: the next layer reads its input (flatten, reshape; an
                      upsampling that the next convolution does) */
    double rate;   /* noise: standard deviation; dropout: share of inputs dropped */
    int says_code; /* the word `code` stands in its line */
    int always;    /* noise, dropout: act in evaluation as well as in training */
    int variables;
    struct variable variable[LAYER_VARIABLES];
    size_t scratch; /* floats a row, kept from forward to backward */
    size_t room;    /* floats for its own use within one call, whatever the rows */
    size_t sums;    /* numbers that describe a batch; 0 for most kinds */
    int alone;      /* they are those of the microbatch, not of the whole batch */
};

/* A piece of a layer's gradients: floats first .. first + count from its first variable on. */
struct part {
    size_t first, count;
};

/* What a forward and backward over one microbatch is told beside the layer itself. */
struct context {
    size_t rows;          /* rows of this microbatch */
    const uint32_t *row;  /* [rows]: row of each in the data set; names random numbers */
    uint32_t seed, epoch; /* likewise */
    enum purpose purpose; /* PURPOSE_TRAIN or PURPOSE_TEST */
    int training;         /* batch norm takes the batch's own statistics */
    int corrupt;          /* noise and dropout act (those marked `always` act anyway) */
    int sample;           /* sampling layers draw; otherwise their code is the mean */
    float beta;           /* weight of the KL term in the gradient */
    float *room;          /* [the largest layer.room], in use by one layer at a time */
    int again;            /* the layer's last call was this one for other rows: what it made of
                             the parameters is still in `room` */
    int shared;           /* the sums of the layer at the border are the whole batch's */
    double *sums, *dsums; /* [layer.sums] each: of the layer at work, forward and backward */
    double kl;            /* out: sum of the KL divergence over the rows, nats */
};

struct layer_kind {
    const char *word;   /* in the job file */
    const char *prefix; /* of the layer's name */
    const char *help;   /* "dense UNITS [ACTIVATION]" */
    int corrupts;       /* makes its input worse on purpose: noise, dropout */

    /* Fill l->out, variables and scratch from l->in and the words of the line (words[0] is
     * the kind).  Fails with ST_SETTING or ST_SHAPE; the message needs no place. */
    enum status (*parse)(struct layer *l, int count, char *const words[]);

    /* x[rows, in] -> y[rows, out].  w is the model's flat array of parameters.  A view has
     * neither this nor backward. */
    void (*forward)(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch);

    /* dy[rows, out] -> dx[rows, in], and dw (this layer's gradients, see layer_gradient):
     * written, not added to.  dy may be changed.  dx is NULL where nobody needs it; dw is NULL
     * for kinds with `gradient` or `gradient_sums`. */
    void (*backward)(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch);

    /* For kinds whose gradients can be had a part at a time, while what they are added to is
     * in cache (NULL for the others).  part: number i of them; its count is 0 where there are
     * no more.  gradient: after backward of the same rows, which has left dy and scratch as it
     * wants them, writes dw[part.count]. */
    struct part (*part)(const struct layer *l, int i);
    void (*gradient)(const struct layer *l, const struct context *c, const float *x,
                     const float *dy, const float *scratch, struct part p, float *dw);

    /* For kinds whose output depends on the whole batch (NULL for the others): the numbers
     * that describe this microbatch, in double; those of all shards are added in shard order
     * before forward (backward) uses them as c->sums (c->dsums).
     *
     * sums: of x[rows, in].  gradient_sums: of dy[rows, out], which it may change; it also
     * writes the gradients of this layer's variables.  update: what is remembered of the
     * batch, into the parameters. */
    void (*sums)(const struct layer *l, const struct context *c, const float *x, double *sums);
    void (*gradient_sums)(const struct layer *l, const struct context *c, const float *w,
                          const float *x, const float *y, float *dy, float *dw, double *dsums);
    void (*update)(const struct layer *l, float *w, const double *sums);
};

/* Make one layer from a line of a job file; the word `code` in it stands for the number `code`.
 * Fails with ST_SETTING or ST_SHAPE. */
enum status layer_parse(struct layer *l, const char *line, struct shape in, long code) MUST_USE;

/* The kinds of layer there are: index 0, 1, ... until NULL. */
const struct layer_kind *layer_kind_at(int index);

/* For parse functions: a whole number of at least 1; a number; words that are left over. */
enum status layer_word_count(const char *word, const char *what, size_t *value) MUST_USE;
enum status layer_word_number(const char *word, const char *what, double *value) MUST_USE;

/* For parse functions: add a variable, a kernel as [kh, kw, a, b]; fan_in = fan_out = 0 starts
 * it at zero. */
void layer_add_matrix(struct layer *l, size_t in, size_t out);
void layer_add_bias(struct layer *l, size_t out);
void layer_add_kernel(struct layer *l, size_t kh, size_t kw, size_t a, size_t b, size_t fan_in,
                      size_t fan_out);

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
