#include "optim/optimizer.h"

#include "base/dmath.h"
#include "base/fmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Keras 3's defaults. */
static const float adam_beta1 = 0.9f, adam_beta2 = 0.999f, adam_epsilon = 1e-7f;
static const float rmsprop_rho = 0.9f, rmsprop_epsilon = 1e-7f;

static const struct {
    const char *name;
    int slots;
    const char *slot_name[OPTIMIZER_SLOTS];
} kinds[] = {
    [OPTIMIZER_SGD] = {"sgd", 1, {"momentum", NULL}},
    [OPTIMIZER_RMSPROP] = {"rmsprop", 2, {"velocity", "momentum"}},
    [OPTIMIZER_ADAM] = {"adam", 2, {"momentum", "velocity"}},
};

enum status optimizer_init(struct optimizer *o, const char *kind, double momentum)
{
    size_t k = 0, count = sizeof kinds / sizeof kinds[0];
    while (k < count && strcmp(kinds[k].name, kind) != 0) k++;
    if (k == count) return FAIL(ST_SETTING, "no optimiser is called '%s'", kind);
    if (k == OPTIMIZER_ADAM && momentum != 0)
        return FAIL(ST_SETTING,
                    "training.momentum = %g is for sgd and rmsprop: adam has its own",
                    momentum);
    *o = (struct optimizer){.kind = (enum optimizer_kind)k, .momentum = (float)momentum};
    o->slots = kinds[k].slots;
    memcpy(o->slot_name, kinds[k].slot_name, sizeof o->slot_name);
    return ST_OK;
}

enum status optimizer_allocate(struct optimizer *o, size_t size)
{
    o->size = size;
    for (int i = 0; i < o->slots; i++) {
        size_t bytes = (size * sizeof(float) + 64) / 64 * 64;
        o->slot[i] = aligned_alloc(64, bytes);
        if (!o->slot[i])
            return FAIL(ST_NOMEM, "no memory for the optimiser's %s", o->slot_name[i]);
        memset(o->slot[i], 0, bytes);
    }
    return ST_OK;
}

void optimizer_free(struct optimizer *o)
{
    for (int i = 0; i < o->slots; i++) free(o->slot[i]);
    *o = (struct optimizer){0};
}

/* Sums of the bits (fm_sum_bits) before and after a step: what is read and written anyway. */
struct bits {
    uint32_t before, after;
};

/* m = momentum m - rate g;  w += m */
static struct bits sgd(size_t n, float *restrict w, const float *restrict g, float *restrict m,
                       float momentum, float scale, float rate)
{
    uint32_t before = 0, after = 0;
    for (size_t i = 0; i < n; i++) {
        before += fm_to_bits(w[i]) + fm_to_bits(m[i]);
        m[i] = fm_normal(fm_fma(momentum, m[i], -rate * (scale * g[i])));
        w[i] += m[i];
        after += fm_to_bits(w[i]) + fm_to_bits(m[i]);
    }
    return (struct bits){before, after};
}

/* v = rho v + (1 - rho) g^2;  m = momentum m + rate g / sqrt(v + epsilon);  w -= m */
static struct bits rmsprop(size_t n, float *restrict w, const float *restrict g,
                           float *restrict v, float *restrict m, float momentum, float scale,
                           float rate)
{
    uint32_t before = 0, after = 0;
    for (size_t i = 0; i < n; i++) {
        float d = scale * g[i];
        before += fm_to_bits(w[i]) + fm_to_bits(m[i]) + fm_to_bits(v[i]);
        v[i] = fm_normal(fm_fma((1.0f - rmsprop_rho) * d, d, rmsprop_rho * v[i]));
        m[i] = fm_normal(fm_fma(momentum, m[i], rate * d / fm_sqrt(v[i] + rmsprop_epsilon)));
        w[i] -= m[i];
        after += fm_to_bits(w[i]) + fm_to_bits(m[i]) + fm_to_bits(v[i]);
    }
    return (struct bits){before, after};
}

/* m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);  w -= alpha m / (sqrt(v) + epsilon)
 * with alpha = rate sqrt(1 - beta2^t) / (1 - beta1^t).  Kingma and Ba, "Adam", 2015. */
static struct bits adam(size_t n, float *restrict w, const float *restrict g, float *restrict m,
                        float *restrict v, float scale, float alpha)
{
    uint32_t before = 0, after = 0;
    for (size_t i = 0; i < n; i++) {
        float d = scale * g[i];
        before += fm_to_bits(w[i]) + fm_to_bits(m[i]) + fm_to_bits(v[i]);
        m[i] = fm_normal(fm_fma(d - m[i], 1.0f - adam_beta1, m[i]));
        v[i] = fm_normal(fm_fma(fm_fma(d, d, -v[i]), 1.0f - adam_beta2, v[i]));
        w[i] -= alpha * m[i] / (fm_sqrt(v[i]) + adam_epsilon);
        after += fm_to_bits(w[i]) + fm_to_bits(m[i]) + fm_to_bits(v[i]);
    }
    return (struct bits){before, after};
}

static float adam_alpha(float rate, uint64_t step)
{
    return (float)((double)rate * sqrt(1.0 - dm_power((double)adam_beta2, step)) /
                   (1.0 - dm_power((double)adam_beta1, step)));
}

static struct bits run(struct optimizer *o, float *w, const float *g, float scale, float rate,
                       uint64_t step)
{
    switch (o->kind) {
    case OPTIMIZER_SGD:
        return sgd(o->size, w, g, o->slot[0], o->momentum, scale, rate);
    case OPTIMIZER_RMSPROP:
        return rmsprop(o->size, w, g, o->slot[0], o->slot[1], o->momentum, scale, rate);
    case OPTIMIZER_ADAM:
    default:
        return adam(o->size, w, g, o->slot[0], o->slot[1], scale, adam_alpha(rate, step));
    }
}

int optimizer_step(struct optimizer *o, float *w, const float *g, float scale, float rate,
                   uint64_t step)
{
    struct bits bits = run(o, w, g, scale, rate, step);
    int intact = !o->guarded || bits.before == o->bits;
    o->guarded = 1, o->bits = bits.after;
    return intact;
}

void optimizer_changed(struct optimizer *o)
{
    o->guarded = 0;
}
