#include "made.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

enum { LATENT = 2, MOST = 5 };

/* One kind: latent numbers and noise to features. */
struct kind {
    const char *name;
    size_t width;
    double noise; /* standard deviation */
    void (*map)(const float *z, double *x);
};

/* x = A z with z ~ N(0, diag(1, 1/2)) */
static void plane(const float *z, double *x)
{
    static const double a[3][LATENT] = {{1.0, 0.2}, {0.4, -0.9}, {-0.6, 0.7}};
    double second = sqrt(0.5) * (double)z[1];
    for (int i = 0; i < 3; i++) x[i] = a[i][0] * (double)z[0] + a[i][1] * second;
}

/* A smooth surface over (u, v): products and sines of the two. */
static void curve(const float *z, double *x)
{
    double u = (double)z[0], v = (double)z[1];
    x[0] = u;
    x[1] = v;
    x[2] = 0.5 * u * v;
    x[3] = sin(1.5 * u);
    x[4] = sin(u + v);
}

static const struct kind kinds[] = {
    {"plane", 3, 0.05, plane},
    {"curve", 5, 0.02, curve},
};

static const struct kind *find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
    return NULL;
}

size_t made_width(const char *kind)
{
    const struct kind *k = find(kind);
    return k ? k->width : 0;
}

void made_fill(const char *kind, uint32_t seed, uint32_t split, size_t rows, float *x)
{
    const struct kind *k = find(kind);
    for (size_t i = 0; i < rows; i++) {
        struct random_name name = {seed, PURPOSE_MADE, split, (uint32_t)i, 0};
        float z[LATENT + MOST];
        double mapped[MOST];
        random_normal(name, z, LATENT + MOST);
        k->map(z, mapped);
        for (size_t c = 0; c < k->width; c++)
            x[i * k->width + c] = (float)(mapped[c] + k->noise * (double)z[LATENT + c]);
    }
}

static void subtract(float *x, size_t rows, size_t width, const double *mean)
{
    for (size_t i = 0; i < rows * width; i++) x[i] = (float)((double)x[i] - mean[i % width]);
}

void made_centre(float *train, size_t train_rows, float *test, size_t test_rows, size_t width)
{
    double mean[MOST] = {0};
    for (size_t i = 0; i < train_rows * width; i++)
        mean[i % width] += (double)train[i] / (double)train_rows;
    subtract(train, train_rows, width, mean);
    subtract(test, test_rows, width, mean);
}

void made_pixels(uint32_t seed, uint32_t split, size_t rows, size_t width, uint8_t *x)
{
    for (size_t i = 0; i < rows; i++) {
        struct random_name name = {seed, PURPOSE_MADE, split, (uint32_t)i, 0};
        for (size_t j = 0; j < width; j++) {
            uint64_t bits = random_bits(name, (uint32_t)j);
            x[i * width + j] = bits & 1 ? (uint8_t)(bits >> 8) : 0;
        }
    }
}
