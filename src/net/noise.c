/* noise - y = x + sd * N(0, 1), while training; with `always` in evaluation too.
 *
 * Not clipped.  The draw of a row is named by (seed, purpose, epoch, row, layer).
 */
#include "base/fmath.h"
#include "kinds.h"

#include <string.h>

static enum status parse(struct layer *l, int count, char *const words[])
{
    if (count < 2 || count > 3 || (count == 3 && strcmp(words[2], "always") != 0))
        return FAIL(ST_SETTING, "write: %s", l->kind->help);
    l->always = count == 3;
    return layer_word_number(words[1], "the standard deviation", &l->rate);
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    const struct batch *b = c->batch;
    size_t width = shape_size(l->in);
    float sd = (float)l->rate;
    if (!b->corrupt && !l->always) {
        memcpy(c->y, c->x, b->rows * width * sizeof *c->y);
        return;
    }
    for (size_t i = 0; i < b->rows; i++) {
        float *to = c->y + i * width;
        const float *from = c->x + i * width;
        random_normal(
            (struct random_name){b->seed, b->purpose, b->epoch, b->row[i], (uint32_t)l->index},
            to, width);
        for (size_t j = 0; j < width; j++) to[j] = fm_fma(sd, to[j], from[j]);
    }
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    (void)dw;
    if (c->dx) memcpy(c->dx, c->dy, c->batch->rows * shape_size(l->in) * sizeof *c->dx);
}

const struct layer_kind noise_kind = {
    .word = "noise",
    .prefix = "gaussian_noise",
    .help = "noise STANDARD_DEVIATION [always]",
    .corrupts = 1,
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
