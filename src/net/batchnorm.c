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
#include "base/size.h"
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

/* ---- channels, a few hundred at a time --------------------------------------------------- */

/* Channels first to first + count: mean and 1 / sqrt(variance + eps), the batch's or what
 * training remembers; gamma and beta; the means of dy and of dy n over the batch, in backward.
 * Zeros behind the last. */
enum { GROUP = 256 };

struct group {
    size_t first, count;
    float mean[GROUP], factor[GROUP], gamma[GROUP], beta[GROUP];
    float dy[GROUP], dyn[GROUP];
};

/* The one that begins with channel k, without its numbers. */
static struct group *begin(const struct layer *l, size_t k, struct group *g)
{
    *g = (struct group){.first = k, .count = size_min(GROUP, channels(l) - k)};
    return g;
}

static void scale(const struct layer *l, const struct layer_call *c, struct group *g)
{
    const float *moving_mean = layer_weights(l, c, MOVING_MEAN) + g->first;
    const float *moving_variance = layer_weights(l, c, MOVING_VARIANCE) + g->first;
    const double *s = c->statistics, *sum = s + 1 + g->first, *square = sum + channels(l);
    for (size_t k = 0; k < g->count; k++) {
        double mean = (double)moving_mean[k], variance = (double)moving_variance[k];
        if (c->batch->training) {
            mean = sum[k] / s[0];
            variance = square[k] / s[0] - mean * mean;
            variance = variance < 0 ? 0 : variance; /* rounding */
        }
        g->mean[k] = (float)mean, g->factor[k] = (float)(1.0 / sqrt(variance + epsilon));
    }
}

static void fill(const struct layer *l, const struct layer_call *c, struct group *g)
{
    memcpy(g->gamma, layer_weights(l, c, GAMMA) + g->first, g->count * sizeof *g->gamma);
    memcpy(g->beta, layer_weights(l, c, BETA) + g->first, g->count * sizeof *g->beta);
    scale(l, c, g);
}

static void fill_gradients(const struct layer *l, const struct layer_call *c, struct group *g)
{
    const double *s = c->gradient_statistics, *plain = s + 1 + g->first;
    const double *product = plain + channels(l);
    for (size_t k = 0; k < g->count; k++) {
        g->dy[k] = (float)(plain[k] / s[0]);
        g->dyn[k] = (float)(product[k] / s[0]);
    }
}

/* Of `left` places as many as go through several loops one behind the other, while they are in
 * the nearest cache; one where a group is a part of the channels, so that its values lie
 * together. */
static size_t strip_of(const struct layer *l, const struct group *g, size_t left)
{
    enum { CACHED = 1 << 10 };
    size_t most = g->count < channels(l) ? 1 : CACHED / size_max(g->count, 1);
    return size_min(left, size_max(most, 1));
}

LANES_INLINE lanes at(const float *numbers, size_t k)
{
    return lanes_load(numbers + k, LANES);
}

/* Channels k to k + n of a place x. */
LANES_INLINE lanes normal_of(const struct group *g, size_t k, const float *x, size_t n)
{
    return (lanes_load(x + k, n) - at(g->mean, k)) * at(g->factor, k);
}

/* ---- sums in double ---------------------------------------------------------------------- */

/* Eight channels: two vectors, since the compiler keeps one of 64 bytes in memory where the
 * machine has none. */
typedef double quad __attribute__((vector_size(LANES / 2 * sizeof(double))));
typedef quad quad_memory __attribute__((aligned(sizeof(double)), may_alias));

struct doubles {
    quad low, high;
};

/* gcc 12 makes four conversions of __builtin_convertvector. */
LANES_INLINE quad quad_of(lanes_half v)
{
#ifdef __FMA__
    return _mm256_cvtps_pd(v);
#else
    return __builtin_convertvector(v, quad);
#endif
}

LANES_INLINE struct doubles in_double(lanes v)
{
    return (struct doubles){quad_of(LANES_HALF(v, 0, 1, 2, 3)),
                            quad_of(LANES_HALF(v, 4, 5, 6, 7))};
}

/* a b + c of numbers that were floats: a b is exact, so whether it is fused makes no bits. */
LANES_INLINE quad quad_fma(quad a, quad b, quad c)
{
#ifdef __FMA__
    return _mm256_fmadd_pd(a, b, c);
#else
    return a * b + c;
#endif
}

/* plain += a, product += a b */
LANES_INLINE void add(struct doubles *plain, struct doubles *product, struct doubles a,
                      struct doubles b)
{
    plain->low += a.low, plain->high += a.high;
    product->low = quad_fma(a.low, b.low, product->low);
    product->high = quad_fma(a.high, b.high, product->high);
}

LANES_INLINE struct doubles load(const double *from)
{
    return (struct doubles){*(const quad_memory *)from,
                            *(const quad_memory *)(from + LANES / 2)};
}

LANES_INLINE void store(double *to, struct doubles v)
{
    *(quad_memory *)to = v.low, *(quad_memory *)(to + LANES / 2) = v.high;
}

/* Sums over the places of a block, a channel each: of x and of x^2, or of dy and of dy n. */
struct sums {
    double plain[GROUP], product[GROUP];
};

/* They go on over count places of a[.., width], which is x or dy; `vectors` vectors of n
 * channels from k on: two are a line of the cache, and chains enough. */
LANES_INLINE void add_vectors(struct sums *s, const struct group *g, size_t k, const float *a,
                              const float *x, size_t count, size_t width, const int vectors,
                              size_t n, const int backward)
{
    enum { MOST = 2 };
    struct doubles plain[MOST], product[MOST];
    for (int v = 0; v < vectors; v++)
        plain[v] = load(s->plain + k + v * LANES),
        product[v] = load(s->product + k + v * LANES);
    for (size_t i = 0; i < count * width; i += width)
        for (int v = 0; v < vectors; v++) {
            size_t from = k + (size_t)v * LANES;
            struct doubles first = in_double(lanes_load(a + i + from, n)), second = first;
            if (backward) second = in_double(normal_of(g, from, x + i, n));
            add(&plain[v], &product[v], first, second);
        }
    for (int v = 0; v < vectors; v++)
        store(s->plain + k + v * LANES, plain[v]),
            store(s->product + k + v * LANES, product[v]);
}

LANES_INLINE void add_places(struct sums *s, const struct group *g, const float *a,
                             const float *x, size_t count, size_t width, const int backward)
{
    size_t k = 0;
    for (; k + 2 * LANES <= g->count; k += 2 * LANES)
        add_vectors(s, g, k, a, x, count, width, 2, LANES, backward);
    for (; k + LANES <= g->count; k += LANES)
        add_vectors(s, g, k, a, x, count, width, 1, LANES, backward);
    if (k < g->count) add_vectors(s, g, k, a, x, count, width, 1, g->count - k, backward);
}

/* Places first to end of a block; dy *= f' first. */
static void add_block(const struct layer *l, const struct layer_call *c, const struct group *g,
                      int backward, size_t first, size_t end, struct sums *s)
{
    size_t width = channels(l);
    for (size_t strip, i = first; i < end; i += strip) {
        size_t from = i * width + g->first;
        const float *x = c->x + from;
        strip = strip_of(l, g, end - i);
        if (!backward) {
            add_places(s, g, x, x, strip, width, 0);
            continue;
        }
        activation_backward(l->activation, c->dy + from, c->y + from, strip * g->count);
        add_places(s, g, c->dy + from, x, strip, width, 1);
    }
}

/* Where the last block ends that is whole, or is the last one, once `rows` rows are there. */
static size_t end_of_blocks(const struct layer *l, const struct layer_call *c, size_t rows,
                            size_t block)
{
    size_t n = rows * l->in.h * l->in.w;
    return rows == c->batch->rows ? n : n / block * block;
}

/* to[] = the number of values, and the sums of a group's channels, as far as they are there:
 * each block by itself. */
static void sum_up(const struct layer *l, const struct layer_call *c, const struct group *g,
                   int backward, double *to)
{
    enum { CACHED = 1 << 15, LEAST = 64 };
    size_t block = size_max(CACHED / channels(l), LEAST);
    size_t first = end_of_blocks(l, c, c->done, block);
    size_t n = end_of_blocks(l, c, c->there ? c->there : c->batch->rows, block);
    double *plain = to + 1 + g->first, *product = plain + channels(l);
    to[0] = (double)values(l, c);
    for (size_t k = 0; k < g->count && !c->done; k++) plain[k] = product[k] = 0;
    for (size_t i = first; i < n; i += block) {
        struct sums s = {{0}, {0}};
        add_block(l, c, g, backward, i, size_min(i + block, n), &s);
        for (size_t k = 0; k < g->count; k++)
            plain[k] += s.plain[k], product[k] += s.product[k];
    }
}

/* ---- forward and back -------------------------------------------------------------------- */

static void statistics(const struct layer *l, const struct layer_call *c)
{
    struct group g;
    for (size_t k = 0; k < channels(l); k += g.count)
        sum_up(l, c, begin(l, k, &g), 0, c->statistics);
}

/* y = gamma n + beta for channels k to k + n of a place */
LANES_INLINE void normalise(const struct group *g, size_t k, const float *x, size_t n, float *y)
{
    lanes_store(y + k, lanes_fma(at(g->gamma, k), normal_of(g, k, x, n), at(g->beta, k)), n);
}

static void normalise_places(const struct group *g, const float *x, size_t count, size_t width,
                             float *y)
{
    size_t channels = g->count;
    for (size_t i = 0; i < count; i++, x += width, y += width) {
        size_t k = 0;
        for (; k + LANES <= channels; k += LANES) normalise(g, k, x, LANES, y);
        if (k < channels) normalise(g, k, x, channels - k, y);
    }
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    size_t n = values(l, c), width = channels(l);
    struct group g;
    for (size_t k = 0; k < width; k += g.count) {
        fill(l, c, begin(l, k, &g));
        for (size_t strip, i = 0; i < n; i += strip) {
            float *y = c->y + i * width + k;
            strip = strip_of(l, &g, n - i);
            normalise_places(&g, c->x + i * width + k, strip, width, y);
            activation_forward(l->activation, y, NULL, strip, g.count);
        }
    }
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
    struct group g;
    for (size_t k = 0; k < channels(l); k += g.count) {
        fill(l, c, begin(l, k, &g));
        sum_up(l, c, &g, 1, c->gradient_statistics);
    }
    if (dw) write_gradients(l, c->gradient_statistics, dw);
}

/* dx of channels k to k + n of a place dy */
LANES_INLINE void differentiate(const struct group *g, size_t k, const float *x,
                                const float *dy, size_t n, float *dx)
{
    lanes d = lanes_load(dy + k, n) - at(g->dy, k);
    d = lanes_fma(-normal_of(g, k, x, n), at(g->dyn, k), d);
    lanes_store(dx + k, at(g->gamma, k) * at(g->factor, k) * d, n);
}

static void differentiate_places(const struct group *g, const float *x, const float *dy,
                                 size_t count, size_t width, float *dx)
{
    size_t channels = g->count;
    for (size_t i = 0; i < count; i++, x += width, dy += width, dx += width) {
        size_t k = 0;
        for (; k + LANES <= channels; k += LANES) differentiate(g, k, x, dy, LANES, dx);
        if (k < channels) differentiate(g, k, x, dy, channels - k, dx);
    }
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    struct group g;
    (void)dw;
    if (!c->dx) return;
    for (size_t k = 0; k < channels(l); k += g.count) {
        fill(l, c, begin(l, k, &g));
        fill_gradients(l, c, &g);
        differentiate_places(&g, c->x + k, c->dy + k, values(l, c), channels(l), c->dx + k);
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
    .by_rows = 1,
    .in_place = 1,
    .parse = parse,
    .forward = forward,
    .backward = backward,
    .statistics = statistics,
    .gradient_statistics = gradient_statistics,
    .update = update,
};
