/* call - one layer by itself, without a model: its forward and backward on arrays of a test. */
#ifndef TESTS_NET_CALL_H
#define TESTS_NET_CALL_H

#include "net/layer.h"

/* c has what is the same for all calls: batch, workspace, statistics. */
static inline void call_forward(const struct layer *l, struct layer_call c, const float *w,
                                const float *x, float *y, float *kept)
{
    c.w = w, c.x = x, c.y = y, c.kept = kept;
    if (l->kind->forward_all)
        l->kind->forward_all(l, &c, 1);
    else
        l->kind->forward(l, &c);
}

static inline void call_backward(const struct layer *l, struct layer_call c, const float *w,
                                 const float *x, float *y, float *dy, float *dx, float *dw,
                                 float *kept)
{
    c.w = w, c.x = x, c.y = y, c.dy = dy, c.dx = dx, c.kept = kept;
    if (l->kind->backward_all)
        l->kind->backward_all(l, &c, 1);
    else
        l->kind->backward(l, &c, dw);
}

#endif
