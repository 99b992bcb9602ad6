#include "analysis/numbers/knn.h"

#include "linalg/matmul.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum status no_memory(size_t rows)
{
    return FAIL(ST_NOMEM, "no memory to look for neighbours among %zu rows", rows);
}

/* mean[width] of the rows */
static enum status mean_of(const struct knn *k, double *mean)
{
    for (size_t i = 0; i < k->rows * k->width; i++) {
        if (!isfinite(k->x[i]))
            return FAIL(ST_DATA,
                        "row %zu holds a number that is not finite: it has no "
                        "neighbours",
                        i / k->width);
        mean[i % k->width] += (double)k->x[i] / (double)k->rows;
    }
    return ST_OK;
}

/* The largest |x - mean|. */
static double longest_of(const struct knn *k, const double *mean)
{
    double longest = 0;
    for (size_t i = 0; i < k->rows; i++) {
        double sum = 0;
        for (size_t j = 0; j < k->width; j++) {
            double d = (double)k->x[i * k->width + j] - mean[j];
            sum += d * d;
        }
        longest = fmax(longest, sqrt(sum));
    }
    return longest;
}

/* Scaled rows have length 1 at most, so that neither their squares nor their rounding grow. */
static enum status scale(struct knn *k)
{
    double *mean = calloc(k->width, sizeof *mean);
    if (!mean) return no_memory(k->rows);
    enum status st = mean_of(k, mean);
    double longest = st == ST_OK ? longest_of(k, mean) : 0;
    for (size_t i = 0; longest > 0 && i < k->rows * k->width; i++)
        k->scaled[i] = (float)(((double)k->x[i] - mean[i % k->width]) / longest);
    for (size_t i = 0; i < k->rows * k->width; i++)
        k->length[i / k->width] += k->scaled[i] * k->scaled[i];
    free(mean);
    return st;
}

enum status knn_new(struct knn *k, const float *x, size_t rows, size_t width)
{
    *k = (struct knn){.rows = rows, .width = width, .x = x};
    k->scaled = calloc(rows * width + 1, sizeof *k->scaled);
    k->length = calloc(rows + 1, sizeof *k->length);
    k->products = calloc(KNN_SLAB * rows + 1, sizeof *k->products);
    if (!k->scaled || !k->length || !k->products) return no_memory(rows);
    return scale(k);
}

size_t knn_bytes(size_t rows, size_t width)
{
    return (width + 1 + KNN_SLAB) * rows * sizeof(float);
}

void knn_free(struct knn *k)
{
    free(k->scaled);
    free(k->length);
    free(k->products);
    *k = (struct knn){0};
}

/* The most that rounding can add to or take from |b|^2 - 2 a.b, where |a|, |b| <= 1: width + 4
 * roundings of the rows, of products and of sums, in each of three terms. */
static float rounding(size_t width)
{
    return 3 * ((float)width + 4) * FLT_EPSILON;
}

/* The `most`-th smallest of near[rows], that of row `self` left out. */
static float kth_of(const float *near, size_t rows, size_t self, size_t most)
{
    float best[KNN_MOST];
    for (size_t i = 0; i < most; i++) best[i] = INFINITY;
    for (size_t j = 0; j < rows; j++) {
        if (!(near[j] < best[most - 1]) || j == self) continue;
        size_t at = most - 1;
        for (; at > 0 && best[at - 1] > near[j]; at--) best[at] = best[at - 1];
        best[at] = near[j];
    }
    return best[most - 1];
}

static double distance(const struct knn *k, size_t a, size_t b)
{
    double sum = 0;
    for (size_t j = 0; j < k->width; j++) {
        double d = (double)k->x[a * k->width + j] - (double)k->x[b * k->width + j];
        sum += d * d;
    }
    return sum;
}

/* Rows come in order, so that of equal distances the first stays in front. */
static void insert(struct knn_neighbour *out, size_t most, struct knn_neighbour one)
{
    size_t at = most - 1;
    if (!(one.distance < out[at].distance)) return;
    for (; at > 0 && out[at - 1].distance > one.distance; at--) out[at] = out[at - 1];
    out[at] = one;
}

/* A row among the nearest is within twice the rounding of the last of those that seem so. */
static void find_one(const struct knn *k, size_t self, float *near, size_t most,
                     struct knn_neighbour *out)
{
    for (size_t j = 0; j < k->rows; j++) near[j] = k->length[j] - 2 * near[j];
    float limit = kth_of(near, k->rows, self, most) + 2 * rounding(k->width);
    for (size_t i = 0; i < most; i++) out[i] = (struct knn_neighbour){0, INFINITY};
    for (size_t j = 0; j < k->rows; j++)
        if (near[j] <= limit && j != self)
            insert(out, most, (struct knn_neighbour){j, distance(k, self, j)});
}

void knn_find(struct knn *k, size_t first, size_t count, size_t most, struct knn_neighbour *out)
{
    matmul_nt(count, k->rows, k->width, k->scaled + first * k->width, k->scaled, k->products,
              0);
    for (size_t i = 0; i < count; i++)
        find_one(k, first + i, k->products + i * k->rows, most, out + i * most);
}

/* The label with the most votes; near[most] begins with the nearest. */
static uint8_t winner(const struct knn_neighbour *near, size_t most, const uint8_t *labels)
{
    size_t votes[256] = {0};
    uint8_t best = labels[near[0].row];
    for (size_t i = 0; i < most; i++) votes[labels[near[i].row]]++;
    for (size_t i = 0; i < most; i++)
        if (votes[labels[near[i].row]] > votes[best]) best = labels[near[i].row];
    return best;
}

size_t knn_correct(struct knn *k, const uint8_t *labels, size_t most)
{
    struct knn_neighbour near[KNN_SLAB * KNN_MOST];
    size_t correct = 0;
    for (size_t at = 0; at < k->rows; at += KNN_SLAB) {
        size_t count = k->rows - at < KNN_SLAB ? k->rows - at : KNN_SLAB;
        knn_find(k, at, count, most, near);
        for (size_t i = 0; i < count; i++)
            correct += winner(near + i * most, most, labels) == labels[at + i];
    }
    return correct;
}
