/* window - what conv, conv_transpose and maxpool share: the words of their window. */
#ifndef NET_WINDOW_H
#define NET_WINDOW_H

#include "net/layer.h"

struct window {
    size_t size[2]; /* kh, kw */
    size_t stride;  /* 0 where no word says it */
    int same;       /* else valid */
};

/* Read words[first..count]: KHxKW, then same, valid and, for kinds with a kernel, stride N and
 * an activation (into l) in any order.  Fails with ST_SETTING. */
enum status window_parse(struct window *w, struct layer *l, int first, int count,
                         char *const words[], int kernel) MUST_USE;

/* l->patches from l->in and strides of sh, sw.  Fails with ST_SHAPE where the window is larger
 * than the image. */
enum status window_place(const struct window *w, struct layer *l, size_t sh,
                         size_t sw) MUST_USE;

/* Give l its kernel [kh, kw, c of the patches, o], its bias and the workspace of a convolution.
 * Fails with ST_SHAPE where one of them has over 2^30 values. */
enum status window_add_kernel(struct layer *l, size_t o) MUST_USE;

/* A word of n sizes, as 3x3 or 28x28x1.  Fails with ST_SETTING. */
enum status window_sizes(const char *word, const char *what, int n, size_t *sizes) MUST_USE;

/* Of kinds with a kernel: the activation where it is a lower bound of the values, which the
 * products take with them, else -infinity; and where it is not, y[rows, out] = f(y). */
float window_lowest(const struct layer *l);
void window_activate(const struct layer *l, const struct layer_call *c);

/* How their backward begins: dy[rows, out] *= f', dw of the bias from it, and zero for the
 * kernel. */
void window_begin_backward(const struct layer *l, const struct layer_call *c, float *dw);

#endif
