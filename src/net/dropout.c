/* dropout - y = x / (1 - rate) with probability 1 - rate, else 0, while training.
 *
 * Srivastava et al., "Dropout", 2014, in the inverted form: nothing changes in evaluation.
 */
#include "kinds.h"

#include <string.h>

static enum status parse(struct layer *l, int count, char *const words[])
{
    if (count < 2 || count > 3 || (count == 3 && strcmp(words[2], "always") != 0))
        return FAIL(ST_SETTING, "write: %s", l->kind->help);
    l->always = count == 3;
    l->scratch = shape_size(l->in);
    TRY(layer_word_number(words[1], "the rate", &l->rate));
    if (l->rate >= 1) return FAIL(ST_SETTING, "the rate is %s but must be below 1", words[1]);
    return ST_OK;
}

static int acts(const struct layer *l, const struct context *c)
{
    return c->corrupt || l->always;
}

/* factor[rows, in]: what each input is multiplied by, kept for backward. */
static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *factor)
{
    size_t width = shape_size(l->in);
    float rate = (float)l->rate, kept = 1.0f / (1.0f - rate);
    (void)w;
    if (!acts(l, c)) {
        memcpy(y, x, c->rows * width * sizeof *y);
        return;
    }
    for (size_t i = 0; i < c->rows; i++) {
        float *f = factor + i * width;
        random_uniform(
            (struct random_name){c->seed, c->purpose, c->epoch, c->row[i], (uint32_t)l->index},
            f, width);
        for (size_t j = 0; j < width; j++) f[j] = f[j] < rate ? 0.0f : kept;
        for (size_t j = 0; j < width; j++) y[i * width + j] = x[i * width + j] * f[j];
    }
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *factor)
{
    size_t n = c->rows * shape_size(l->in);
    (void)w, (void)x, (void)y, (void)dw;
    if (!dx) return;
    for (size_t i = 0; i < n; i++) dx[i] = acts(l, c) ? dy[i] * factor[i] : dy[i];
}

const struct layer_kind dropout_kind = {
    .word = "dropout",
    .prefix = "dropout",
    .help = "dropout RATE [always]",
    .corrupts = 1,
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
