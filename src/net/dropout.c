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
    l->kept = shape_size(l->in);
    TRY(layer_word_number(words[1], "the rate", &l->rate));
    if (l->rate >= 1) return FAIL(ST_SETTING, "the rate is %s but must be below 1", words[1]);
    return ST_OK;
}

static int acts(const struct layer *l, const struct batch *b)
{
    return b->corrupt || l->always;
}

/* Kept: factor[rows, in], what each input is multiplied by. */
static void forward(const struct layer *l, const struct layer_call *c)
{
    const struct batch *b = c->batch;
    size_t width = shape_size(l->in);
    float rate = (float)l->rate, kept = 1.0f / (1.0f - rate);
    if (!acts(l, b)) {
        memcpy(c->y, c->x, b->rows * width * sizeof *c->y);
        return;
    }
    for (size_t i = 0; i < b->rows; i++) {
        float *factor = c->kept + i * width;
        random_uniform(
            (struct random_name){b->seed, b->purpose, b->epoch, b->row[i], (uint32_t)l->index},
            factor, width);
        for (size_t j = 0; j < width; j++) factor[j] = factor[j] < rate ? 0.0f : kept;
        for (size_t j = 0; j < width; j++)
            c->y[i * width + j] = c->x[i * width + j] * factor[j];
    }
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    size_t n = c->batch->rows * shape_size(l->in);
    int dropped = acts(l, c->batch);
    (void)dw;
    if (!c->dx) return;
    for (size_t i = 0; i < n; i++) c->dx[i] = dropped ? c->dy[i] * c->kept[i] : c->dy[i];
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
