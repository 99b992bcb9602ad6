#include "window.h"

#include "linalg/convolve.h"
#include "linalg/convolve_bias.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SIDE = 256, MAX_VALUES = 1 << 30 };

enum status window_sizes(const char *word, const char *what, int n, size_t *sizes)
{
    char copy[64], *rest = copy;
    snprintf(copy, sizeof copy, "%s", word);
    for (int i = 0; i < n; i++) {
        char *part = strsep(&rest, "x");
        if (!part || (i == n - 1 && rest))
            return FAIL(ST_SETTING, "%s is '%s' but must be %d numbers, as %s", what, word, n,
                        n == 2 ? "3x3" : "7x7x8");
        TRY(layer_word_count(part, what, &sizes[i]));
    }
    return ST_OK;
}

static enum status check_side(size_t side, const char *what)
{
    if (side > MAX_SIDE)
        return FAIL(ST_SETTING, "%s is %zu but can be %d at most", what, side, MAX_SIDE);
    return ST_OK;
}

/* One word after the size; *used becomes 2 where the next word belongs to it. */
static enum status parse_word(struct window *w, struct layer *l, const char *word,
                              const char *next, int kernel, int *used)
{
    int same = strcmp(word, "same") == 0;
    *used = 1;
    if (same || strcmp(word, "valid") == 0) {
        w->same = same;
        return ST_OK;
    }
    if (kernel && next && strcmp(word, "stride") == 0) {
        *used = 2;
        TRY(layer_word_count(next, "the stride", &w->stride));
        return check_side(w->stride, "the stride");
    }
    l->activation = kernel ? activation_find(word) : ACTIVATION_COUNT;
    if (l->activation == ACTIVATION_COUNT)
        return FAIL(ST_SETTING, "the word '%s' has no meaning here; write: %s", word,
                    l->kind->help);
    return ST_OK;
}

enum status window_parse(struct window *w, struct layer *l, int first, int count,
                         char *const words[], int kernel)
{
    *w = (struct window){.stride = 0};
    if (count <= first) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(window_sizes(words[first], "the window", 2, w->size));
    for (int i = 0; i < 2; i++) TRY(check_side(w->size[i], "a side of the window"));
    for (int used, i = first + 1; i < count; i += used)
        TRY(parse_word(w, l, words[i], i + 1 < count ? words[i + 1] : NULL, kernel, &used));
    return ST_OK;
}

enum status window_place(const struct window *w, struct layer *l, size_t sh, size_t sw)
{
    struct axis (*place)(size_t, size_t, size_t) = w->same ? patches_same : patches_valid;
    l->patches.y = place(l->in.h, w->size[0], sh);
    l->patches.x = place(l->in.w, w->size[1], sw);
    l->patches.c = l->in.c;
    if (patches_places(&l->patches) == 0)
        return FAIL(ST_SHAPE,
                    "a window of %zux%zu wants an image of at least that size but gets "
                    "%zux%zu; a smaller window or `same` would do",
                    w->size[0], w->size[1], l->in.h, l->in.w);
    return ST_OK;
}

enum status window_add_kernel(struct layer *l, size_t o)
{
    const struct patches *p = &l->patches;
    size_t k = p->y.window * p->x.window;
    double weights = (double)k * (double)p->c * (double)o;
    if (weights > MAX_VALUES)
        return FAIL(ST_SHAPE, "its kernel has %.0f values; it can have 2^30 at most", weights);
    l->workspace = convolve_workspace(p, o);
    if (l->workspace > MAX_VALUES)
        return FAIL(ST_SHAPE,
                    "a sample and its kernel want room for %zu values; they can have "
                    "2^30 at most",
                    l->workspace);
    layer_add_kernel(l, p->y.window, p->x.window, p->c, o, k * p->c, k * o);
    layer_add_bias(l, l->out.c);
    return ST_OK;
}

float window_lowest(const struct layer *l)
{
    return l->activation == ACTIVATION_RELU ? 0.0f : -INFINITY;
}

void window_activate(const struct layer *l, const struct layer_call *c)
{
    if (l->activation != ACTIVATION_RELU)
        activation_forward(l->activation, c->y, NULL, c->batch->rows, shape_size(l->out));
}

void window_begin_backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    size_t out = shape_size(l->out), places = l->out.h * l->out.w;
    if (!c->more) layer_zero_gradients(l, dw);
    for (size_t i = 0; i < c->batch->rows; i++) {
        activation_backward(l->slope, c->dy + i * out, c->y + i * out, out);
        convolve_bias(places, l->out.c, c->dy + i * out, layer_gradient(l, dw, 1));
    }
}
