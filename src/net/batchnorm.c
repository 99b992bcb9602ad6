/* batchnorm - each channel of a batch to mean 0 and variance 1, then scaled and shifted.
 *
 *   m = mean of x, v = mean of (x - m)^2          over rows and positions of the whole batch
 *   n = (x - m) / sqrt(v + eps)
 *   y = f(gamma n + beta)
 *
 *   dgamma = sum of dy n, dbeta = sum of dy       with dy *= f' first
 *   dx = gamma / sqrt(v + eps) (dy - mean of dy - n mean of (dy n))
 *
 * Ioffe and Szegedy, "Batch normalization", 2015.  In evaluation m and v are the running
 * averages of training (decay 0.99, biased variance: Keras 3's), which are parameters that no
 * gradient moves.  With `scope=shard` the batch is the microbatch of one shard.
 */
#include "kinds.h"
#include "linalg/lanes.h"

#include <math.h>
#include <string.h>

enum { GAMMA, BETA, MOVING_MEAN, MOVING_VARIANCE };

static const double epsilon = 1e-3, decay = 0.99;

/* Statistics: [0] the number of values a channel, then the sum of x, then that of x^2, a
 * channel each.  Of the gradient: the same places hold the number, the sum of dy, and that of
 * dy n. */
static size_t channels(const struct layer *l)
{
    return l->in.c;
}

static void add_channel_variable(struct layer *l, float start, int fixed)
{
    layer_add_bias(l, channels(l));
    l->variable[l->variables - 1].start = start;
    l->variable[l->variables - 1].fixed = fixed;
}

static enum status parse(struct layer *l, int count, char *const words[])
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "scope=shard") == 0)
            l->alone = 1;
        else
            l->activation = activation_find(words[i]);
        if (l->activation == ACTIVATION_COUNT)
            return FAIL(ST_SETTING, "'%s' is no activation; write: %s", words[i],
                        l->kind->help);
    }
    l->statistics = 1 + 2 * channels(l);
    add_channel_variable(l, 1, 0);
    add_channel_variable(l, 0, 0);
    add_channel_variable(l, 0, 1);
    add_channel_variable(l, 1, 1);
    return ST_OK;
}

/* Rows times positions: how many values of each channel there are. */
static size_t values(const struct layer *l, const struct layer_call *c)
{
    return c->batch->rows * l->in.h * l->in.w;
}

/* Values first .. first + count: as many as stay in cache, 128 kB, from eight channels to the
 * next eight. */
struct block {
    size_t first, count;
};

static struct block block_at(const struct layer *l, size_t first, size_t n)
{
    enum { CACHED = 1 << 15, LEAST = 64 };
    size_t count = CACHED / channels(l) > LEAST ? CACHED / channels(l) : LEAST;
    return (struct block){first, n - first < count ? n - first : count};
}

/* Sums of eight channels in double: two vectors, since the compiler keeps one of 64 bytes in
 * memory where the machine has none. */
typedef double quad __attribute__((vector_size(LANES / 2 * sizeof(double))));
typedef quad quad_memory __attribute__((aligned(sizeof(double)), may_alias));

struct doubles {
    quad low, high;
};

LANES_INLINE struct doubles in_double(lanes v)
{
    return (struct doubles){__builtin_convertvector(LANES_HALF(v, 0, 1, 2, 3), quad),
                            __builtin_convertvector(LANES_HALF(v, 4, 5, 6, 7), quad)};
}

/* sum += a b */
LANES_INLINE void add_product(struct doubles *sum, struct doubles a, struct doubles b)
{
    sum->low += a.low * b.low, sum->high += a.high * b.high;
}

LANES_INLINE void add(struct doubles *sum, struct doubles a)
{
    sum->low += a.low, sum->high += a.high;
}

/* to[n] += sum */
LANES_INLINE void keep(double *to, struct doubles sum, size_t n)
{
    double all[LANES];
    *(quad_memory *)all = sum.low, *(quad_memory *)(all + LANES / 2) = sum.high;
    for (size_t k = 0; k < n; k++) to[k] += all[k];
}

/* sum[n], square[n] += those of n channels of x[count, width] */
static inline void add_sums(const float *x, size_t count, size_t width, size_t n, double *sum,
                            double *square)
{
    struct doubles plain = {0}, squared = {0};
    for (size_t i = 0; i < count; i++) {
        struct doubles v = in_double(lanes_load(x + i * width, n));
        add(&plain, v);
        add_product(&squared, v, v);
    }
    keep(sum, plain, n);
    keep(square, squared, n);
}

static void statistics(const struct layer *l, const struct layer_call *c)
{
    size_t n = values(l, c), width = channels(l);
    double *s = c->statistics, *sum = s + 1, *square = sum + width;
    memset(s, 0, l->statistics * sizeof *s);
    s[0] = (double)n;
    for (struct block b = block_at(l, 0, n); b.count; b = block_at(l, b.first + b.count, n)) {
        const float *from = c->x + b.first * width;
        size_t k = 0;
        for (; k + LANES <= width; k += LANES)
            add_sums(from + k, b.count, width, LANES, sum + k, square + k);
        if (k < width) add_sums(from + k, b.count, width, width - k, sum + k, square + k);
    }
}

/* Of up to eight channels: mean and 1 / sqrt(variance + eps), the batch's or what training
 * remembers; gamma and beta; the means of dy and of dy n over the batch, in backward. */
struct channels {
    lanes mean, factor, gamma, beta;
    lanes dy, dyn;
};

static void scale_of(const struct layer *l, const struct layer_call *c, size_t k,
                     float *mean_out, float *factor)
{
    double mean = (double)layer_weights(l, c, MOVING_MEAN)[k];
    double variance = (double)layer_weights(l, c, MOVING_VARIANCE)[k];
    if (c->batch->training) {
        double n = c->statistics[0];
        mean = c->statistics[1 + k] / n;
        variance = c->statistics[1 + channels(l) + k] / n - mean * mean;
        if (variance < 0) variance = 0; /* rounding */
    }
    *mean_out = (float)mean, *factor = (float)(1.0 / sqrt(variance + epsilon));
}

/* Channels k to k + n. */
static struct channels channels_at(const struct layer *l, const struct layer_call *c, size_t k,
                                   size_t n)
{
    struct channels s = {.gamma = lanes_load(layer_weights(l, c, GAMMA) + k, n),
                         .beta = lanes_load(layer_weights(l, c, BETA) + k, n)};
    float mean[LANES] = {0}, factor[LANES] = {0};
    for (size_t i = 0; i < n; i++) scale_of(l, c, k + i, mean + i, factor + i);
    s.mean = lanes_load(mean, LANES), s.factor = lanes_load(factor, LANES);
    return s;
}

static inline lanes normal_of(const struct channels *s, const float *x, size_t n)
{
    return (lanes_load(x, n) - s->mean) * s->factor;
}

/* y = gamma n + beta for n channels of x[count, width] */
static inline void normalise(struct channels s, const float *x, size_t count, size_t width,
                             size_t n, float *y)
{
    for (size_t i = 0; i < count * width; i += width)
        lanes_store(y + i, lanes_fma(s.gamma, normal_of(&s, x + i, n), s.beta), n);
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    size_t n = values(l, c), width = channels(l);
    for (struct block b = block_at(l, 0, n); b.count; b = block_at(l, b.first + b.count, n)) {
        const float *from = c->x + b.first * width;
        float *to = c->y + b.first * width;
        size_t k = 0;
        for (; k + LANES <= width; k += LANES)
            normalise(channels_at(l, c, k, LANES), from + k, b.count, width, LANES, to + k);
        if (k < width)
            normalise(channels_at(l, c, k, width - k), from + k, b.count, width, width - k,
                      to + k);
        activation_forward(l->activation, to, NULL, b.count, width);
    }
}

/* plain[n], weighted[n] += the sums of dy and of dy n for n channels of dy[count, width] */
static inline void add_gradient_sums(struct channels s, const float *x, const float *dy,
                                     size_t count, size_t width, size_t n, double *plain,
                                     double *weighted)
{
    struct doubles sum = {0}, product = {0};
    for (size_t i = 0; i < count * width; i += width) {
        struct doubles d = in_double(lanes_load(dy + i, n));
        add(&sum, d);
        add_product(&product, d, in_double(normal_of(&s, x + i, n)));
    }
    keep(plain, sum, n);
    keep(weighted, product, n);
}

static void write_gradients(const struct layer *l, const double *ds, float *dw)
{
    size_t width = channels(l);
    for (size_t k = 0; k < width; k++) {
        layer_gradient(l, dw, BETA)[k] = (float)ds[1 + k];
        layer_gradient(l, dw, GAMMA)[k] = (float)ds[1 + width + k];
        layer_gradient(l, dw, MOVING_MEAN)[k] = layer_gradient(l, dw, MOVING_VARIANCE)[k] = 0;
    }
}

static void gradient_statistics(const struct layer *l, const struct layer_call *c, float *dw)
{
    size_t n = values(l, c), width = channels(l);
    double *ds = c->gradient_statistics, *plain = ds + 1, *weighted = plain + width;
    memset(ds, 0, l->statistics * sizeof *ds);
    ds[0] = (double)n;
    for (struct block b = block_at(l, 0, n); b.count; b = block_at(l, b.first + b.count, n)) {
        size_t at = b.first * width;
        const float *x = c->x + at;
        float *dy = c->dy + at;
        activation_backward(l->activation, dy, c->y + at, b.count * width);
        size_t k = 0;
        for (; k + LANES <= width; k += LANES)
            add_gradient_sums(channels_at(l, c, k, LANES), x + k, dy + k, b.count, width, LANES,
                              plain + k, weighted + k);
        if (k < width)
            add_gradient_sums(channels_at(l, c, k, width - k), x + k, dy + k, b.count, width,
                              width - k, plain + k, weighted + k);
    }
    write_gradients(l, ds, dw);
}

/* dx for n channels of dy[count, width] */
static inline void differentiate(struct channels s, const float *x, const float *dy,
                                 size_t count, size_t width, size_t n, float *dx)
{
    lanes factor = s.gamma * s.factor;
    for (size_t i = 0; i < count * width; i += width) {
        lanes d = lanes_load(dy + i, n) - s.dy;
        d = lanes_fma(-normal_of(&s, x + i, n), s.dyn, d);
        lanes_store(dx + i, factor * d, n);
    }
}

/* Channels k to k + n with the means of the gradient. */
static struct channels gradients_at(const struct layer *l, const struct layer_call *c, size_t k,
                                    size_t n)
{
    struct channels s = channels_at(l, c, k, n);
    const double *plain = c->gradient_statistics + 1 + k, *weighted = plain + channels(l);
    for (size_t i = 0; i < n; i++) {
        s.dy[i] = (float)(plain[i] / c->gradient_statistics[0]);
        s.dyn[i] = (float)(weighted[i] / c->gradient_statistics[0]);
    }
    return s;
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    size_t n = values(l, c), width = channels(l);
    (void)dw;
    if (!c->dx) return;
    for (struct block b = block_at(l, 0, n); b.count; b = block_at(l, b.first + b.count, n)) {
        size_t at = b.first * width;
        size_t k = 0;
        for (; k + LANES <= width; k += LANES)
            differentiate(gradients_at(l, c, k, LANES), c->x + at + k, c->dy + at + k, b.count,
                          width, LANES, c->dx + at + k);
        if (k < width)
            differentiate(gradients_at(l, c, k, width - k), c->x + at + k, c->dy + at + k,
                          b.count, width, width - k, c->dx + at + k);
    }
}

static void update(const struct layer *l, float *w, const double *s)
{
    float *mean = w + l->variable[MOVING_MEAN].at;
    float *variance = w + l->variable[MOVING_VARIANCE].at;
    for (size_t k = 0; k < channels(l); k++) {
        double m = s[1 + k] / s[0], v = s[1 + channels(l) + k] / s[0] - m * m;
        mean[k] = (float)(decay * (double)mean[k] + (1 - decay) * m);
        variance[k] = (float)(decay * (double)variance[k] + (1 - decay) * (v < 0 ? 0 : v));
    }
}

const struct layer_kind batchnorm_kind = {
    .word = "batchnorm",
    .prefix = "batch_normalization",
    .help = "batchnorm [ACTIVATION] [scope=shard]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
    .statistics = statistics,
    .gradient_statistics = gradient_statistics,
    .update = update,
};
