/* sink - where the gradients of a sweep go, a range of parameters at a time.
 *
 * For each range the sweep asks for leaves in the order of its batches, writes the gradient of
 * one batch into each, or of several neighbours the sum, and says that it is full.  The sink
 * adds them up: in a flat array (sink_flat), or over all ranks (step/gradient.h).  All
 * functions are Local and cannot fail.
 */
#ifndef NET_SINK_H
#define NET_SINK_H

#include <stddef.h>

/* An array to[count] for the gradient of `batches` batches, 1, 2, 4 ...: the sum along the
 * binary tree over them. */
struct sink_leaf {
    float *to;
    size_t batches;
};

struct sink {
    void *user;
    /* The leaves that follow are floats first .. first + count of a flat array. */
    void (*range)(void *user, size_t first, size_t count);
    /* Where the gradient of that range is to be written, of the next few batches, `most` at
     * most. */
    struct sink_leaf (*leaf)(void *user, size_t most);
    /* That leaf is full. */
    void (*add)(void *user);
};

/* Flat arrays, [model.size] each.  Borrowed. */
struct sink_flat {
    float *sum;   /* the first batch is written here, others are added */
    float *spare; /* where the others are written; NULL where there is one batch alone */
    int more;     /* add the first batch too: the sum goes on */
    size_t at, count, leaves;
};

/* A sink that adds up in f->sum, which keeps what no range covers. */
struct sink sink_flat(struct sink_flat *f);

#endif
