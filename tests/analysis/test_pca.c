#include "check.h"

#include "analysis/numbers/pca.h"
#include "analysis/numbers/pca_gram.h"
#include "analysis/numbers/pca_krylov.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows in memory. */
struct rows {
    const float *x; /* [.., n] */
    size_t n, calls;
};

static enum status read_rows(void *user, size_t first, size_t rows, float *out)
{
    struct rows *r = user;
    memcpy(out, r->x + first * r->n, rows * r->n * sizeof *out);
    r->calls++;
    return ST_OK;
}

typedef enum status pca_way(struct pca *p, const struct pca_source *s, size_t wanted);

static enum status fit_by(pca_way *way, const float *x, size_t rows, size_t n, size_t wanted,
                          struct pca *p)
{
    struct rows r = {x, n, 0};
    const struct pca_source s = {rows, n, read_rows, &r};
    *p = (struct pca){0};
    return way(p, &s, wanted);
}

static enum status fit(const float *x, size_t rows, size_t n, struct pca *p)
{
    return fit_by(pca_fit, x, rows, n, n, p);
}

static double error_of(const struct pca *p, const float *x, size_t rows, size_t k)
{
    struct rows r = {x, p->n, 0};
    const struct pca_source s = {rows, p->n, read_rows, &r};
    double error = -1;
    assert_ok(pca_error(p, &s, k, &error));
    return error;
}

static int near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

/* Four points about (1, 2): +-2 sqrt 2 along (1, 1), +- sqrt 2 along (1, -1). */
static void a_tiny_matrix_has_its_known_components(void **state)
{
    (void)state;
    const float x[8] = {3, 4, -1, 0, 2, 1, 0, 3};
    struct pca p;
    assert_ok(fit(x, 4, 2, &p));
    assert_true(near(p.mean[0], 1) && near(p.mean[1], 2));
    assert_true(near(p.variance[0], 4) && near(p.variance[1], 1) && near(p.total, 5));
    const double h = sqrt(0.5);
    assert_true(near(p.components[0], h) && near(p.components[1], h));
    assert_true(near(fabs(p.components[2]), h) && near(p.components[2], -p.components[3]));
    pca_free(&p);
}

static void what_k_components_leave_is_the_sum_of_the_other_variances(void **state)
{
    (void)state;
    const float x[8] = {3, 4, -1, 0, 2, 1, 0, 3};
    struct pca p;
    assert_ok(fit(x, 4, 2, &p));
    assert_true(near(error_of(&p, x, 4, 0), 5));
    assert_true(near(error_of(&p, x, 4, 1), 1));
    assert_true(near(error_of(&p, x, 4, 2), 0) && near(error_of(&p, x, 4, 9), 0));
    pca_free(&p);
}

/* Fitted on points along the x axis about 0; (0, 3) is 3 away from every such point, and
 * (5, 4) is 4 away: mean squared error (9 + 16) / 2. */
static void other_data_are_measured_against_the_fitted_components(void **state)
{
    (void)state;
    const float x[4] = {1, 0, -1, 0}, other[4] = {0, 3, 5, 4};
    struct pca p;
    assert_ok(fit(x, 2, 2, &p));
    assert_true(near(error_of(&p, other, 2, 1), 12.5));
    pca_free(&p);
}

/* A large mean must not eat the digits of a small variance. */
static void a_large_offset_does_not_cancel(void **state)
{
    (void)state;
    float *x = calloc(5000, sizeof *x);
    double sum = 0, square = 0;
    for (size_t i = 0; i < 5000; i++) {
        x[i] = 1000.0f + (float)(i * 37 % 101) / 64.0f; /* exact in float */
        sum += (double)x[i] - 1000;
        square += ((double)x[i] - 1000) * ((double)x[i] - 1000);
    }
    struct pca p;
    assert_ok(fit(x, 5000, 1, &p));
    double want = square / 5000 - sum / 5000 * sum / 5000;
    assert_true(fabs(p.variance[0] - want) < 1e-10 * want);
    free(x);
    pca_free(&p);
}

static void equal_rows_have_no_variance(void **state)
{
    (void)state;
    const float x[6] = {0.1f, 0.7f, 0.1f, 0.7f, 0.1f, 0.7f};
    struct pca p;
    assert_ok(fit(x, 3, 2, &p));
    assert_true(p.total == 0 && p.variance[0] == 0 && near(p.mean[1], (double)0.7f));
    pca_free(&p);
}

static void one_row_is_its_own_mean(void **state)
{
    (void)state;
    const float x[2] = {3, 4};
    struct pca p;
    assert_ok(fit(x, 1, 2, &p));
    assert_true(p.mean[0] == 3 && p.mean[1] == 4 && p.total == 0 && p.about_zero == 25);
    pca_free(&p);
}

static void no_rows_and_nan_are_refused(void **state)
{
    (void)state;
    const float x[2] = {1, NAN};
    struct pca p;
    assert_fails(fit(x, 0, 2, &p), ST_DATA, "no rows");
    pca_free(&p);
    assert_fails(fit(x, 1, 2, &p), ST_DATA, "finite");
    pca_free(&p);
}

static void a_projection_is_the_coordinates_along_the_components(void **state)
{
    (void)state;
    const float x[8] = {3, 4, -1, 0, 2, 1, 0, 3}, row[2] = {3, 4};
    struct pca p;
    double out[2];
    assert_ok(fit(x, 4, 2, &p));
    pca_project(&p, row, 2, out);
    assert_true(near(out[0], 2 * sqrt(2)) && near(out[1], 0));
    pca_free(&p);
}

/* ---- the three ways ------------------------------------------------------------------- */

/* Rows with a mean and as many directions as `spread` tells, which spread[k] apart. */
static float *made_rows(size_t rows, size_t n, size_t count, const double *spread)
{
    float *x = calloc(rows * n, sizeof *x), *v = calloc(count * n, sizeof *v);
    float *c = calloc(rows * count, sizeof *c);
    assert_true(x && v && c);
    for (size_t k = 0; k < count; k++)
        random_normal((struct random_name){.purpose = PURPOSE_MADE, .row = (uint32_t)k},
                      v + k * n, n);
    random_normal((struct random_name){.purpose = PURPOSE_MADE, .epoch = 1}, c, rows * count);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0.3 + 0.1 * cos((double)j);
            for (size_t k = 0; k < count; k++)
                sum += spread[k] * (double)c[i * count + k] * (double)v[k * n + j];
            x[i * n + j] = (float)sum;
        }
    free(v);
    free(c);
    return x;
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += x[j] * y[j];
    return sum;
}

/* The first `count` components of p span the same space as those of the whole solution. */
static void check_space(const struct pca *p, const struct pca *whole, size_t count, double most)
{
    for (size_t i = 0; i < count; i++) {
        const double *v = p->components + i * p->n;
        double inside = 0;
        assert_true(fabs(dot(v, v, p->n) - 1) < 1e-10);
        for (size_t k = 0; k < count; k++)
            inside += pow(dot(v, whole->components + k * p->n, p->n), 2);
        double outside = sqrt(fmax(0, 1 - inside));
        if (!(outside < most)) fail_msg("component %zu leans out by %g", i, outside);
    }
}

static void check_same(const struct pca *p, const struct pca *whole)
{
    assert_true(fabs(p->total - whole->total) <= 1e-10 * whole->total);
    assert_true(fabs(p->about_zero - whole->about_zero) <= 1e-12 * whole->about_zero);
    for (size_t j = 0; j < p->n; j++) assert_true(near(p->mean[j], whole->mean[j]));
    for (size_t k = 0; k < p->count; k++)
        if (!(fabs(p->variance[k] - whole->variance[k]) <= 1e-10 * whole->variance[k]))
            fail_msg("variance %zu is %.15g, not %.15g", k, p->variance[k], whole->variance[k]);
    for (size_t k = p->known; k-- > p->count;)
        assert_true(fabs(p->variance[k] - whole->variance[k]) <= 1e-10 * whole->variance[0]);
}

/* Signs are those of the whole solution. */
static void check_components(const struct pca *p, const struct pca *whole, size_t count)
{
    for (size_t i = 0; i < count * p->n; i++)
        assert_true(fabs(p->components[i] - whole->components[i]) < 1e-7);
}

static void all_ways_agree(void **state)
{
    (void)state;
    enum { ROWS = 60, N = 300, COUNT = 30, WANTED = 8 };
    double spread[COUNT];
    struct pca whole, gram, krylov;
    for (int k = 0; k < COUNT; k++) spread[k] = pow(0.8, k);
    float *x = made_rows(ROWS, N, COUNT, spread);
    assert_ok(fit(x, ROWS, N, &whole));
    assert_ok(fit_by(pca_gram_fit, x, ROWS, N, WANTED, &gram));
    assert_ok(fit_by(pca_krylov_fit, x, ROWS, N, WANTED, &krylov));
    assert_true(whole.count == N && gram.count == WANTED && krylov.count == WANTED);
    assert_true(whole.known == N && gram.known == N && krylov.known == WANTED);
    assert_true(whole.residual == 0 && gram.residual == 0 && krylov.residual <= 1e-10);
    check_same(&gram, &whole);
    check_same(&krylov, &whole);
    for (size_t k = 1; k <= WANTED; k++)
        check_space(&gram, &whole, k, 1e-7), check_space(&krylov, &whole, k, 1e-7);
    check_components(&gram, &whole, WANTED);
    check_components(&krylov, &whole, WANTED);
    pca_free(&whole);
    pca_free(&gram);
    pca_free(&krylov);
    free(x);
}

/* Eight rows: +-a e_i, whose variances a^2 / 4 are equal but for the last. */
static void clusters_have_the_space_of_the_whole_solution(void **state)
{
    (void)state;
    enum { ROWS = 8, N = 40 };
    float x[ROWS * N] = {0};
    struct pca whole, gram, krylov;
    for (size_t i = 0; i < ROWS; i++)
        x[i * N + 7 * (i / 2) + 3] = (i % 2 ? -1.0f : 1.0f) * (i / 2 == 3 ? 0.5f : 1.0f);
    assert_ok(fit(x, ROWS, N, &whole));
    assert_ok(fit_by(pca_gram_fit, x, ROWS, N, 4, &gram));
    assert_ok(fit_by(pca_krylov_fit, x, ROWS, N, 4, &krylov));
    assert_true(near(whole.variance[0], 0.25) && near(whole.variance[2], 0.25));
    check_same(&gram, &whole);
    check_same(&krylov, &whole);
    check_space(&gram, &whole, 3, 1e-7);
    check_space(&krylov, &whole, 3, 1e-7);
    check_space(&gram, &whole, 4, 1e-7);
    check_space(&krylov, &whole, 4, 1e-7);
    pca_free(&whole);
    pca_free(&gram);
    pca_free(&krylov);
}

/* Three rows have two directions: the others have no variance and are 0, so that they explain
 * nothing of other rows. */
static void fewer_rows_than_components_leave_zeros(void **state)
{
    (void)state;
    const float x[18] = {3, 4, 1, 0, 9, 1, -1, 0, 2, 5, 1, 1, 2, 1, -3, 1, 0, 7};
    static pca_way *const ways[] = {pca_gram_fit, pca_krylov_fit};
    struct pca whole, p;
    assert_ok(fit(x, 3, 6, &whole));
    for (int w = 0; w < 2; w++) {
        assert_ok(fit_by(ways[w], x, 3, 6, 5, &p));
        check_same(&p, &whole);
        check_space(&p, &whole, 2, 1e-7);
        assert_true(p.count == 5 && p.known == 6 && p.variance[1] > 1);
        for (size_t k = 2; k < 6; k++) assert_true(p.variance[k] == 0);
        for (size_t j = 12; j < 30; j++) assert_true(p.components[j] == 0);
        pca_free(&p);
    }
    pca_free(&whole);
}

static void constant_data_have_no_components_in_any_way(void **state)
{
    (void)state;
    float x[5 * 50];
    static pca_way *const ways[] = {pca_fit, pca_gram_fit, pca_krylov_fit};
    struct pca p;
    for (int zero = 0; zero < 2; zero++)
        for (int w = 0; w < 3; w++) {
            for (int i = 0; i < 250; i++) x[i] = zero ? 0 : 0.1f + 0.01f * (float)(i % 50);
            assert_ok(fit_by(ways[w], x, 5, 50, 4, &p));
            assert_true(p.total == 0 && p.known == 50 && near(p.mean[0], (double)x[0]));
            for (int k = 0; k < 50; k++) assert_true(p.variance[k] == 0);
            pca_free(&p);
        }
}

static void one_row_no_rows_and_nan_are_alike_in_every_way(void **state)
{
    (void)state;
    const float x[3] = {3, 4, 1}, bad[3] = {1, NAN, 2};
    static pca_way *const ways[] = {pca_fit, pca_gram_fit, pca_krylov_fit};
    struct pca p;
    for (int w = 0; w < 3; w++) {
        assert_ok(fit_by(ways[w], x, 1, 3, 2, &p));
        assert_true(p.total == 0 && near(p.mean[1], 4) && near(p.about_zero, 26));
        pca_free(&p);
        if (w > 0) assert_fails(fit_by(ways[w], bad, 1, 3, 2, &p), ST_DATA, "finite");
        if (w > 0) pca_free(&p);
        assert_fails(fit_by(ways[w], x, 0, 3, 2, &p), ST_DATA, "no rows");
        pca_free(&p);
    }
}

/* ---- long rows ------------------------------------------------------------------------ */

/* Row i of `user` numbers a row, made when it is read: 40 waves of falling height, and noise.
 */
static enum status read_waves(void *user, size_t first, size_t rows, float *out)
{
    size_t n = *(size_t *)user;
    float height[40];
    for (size_t i = 0; i < rows; i++) {
        struct random_name name = {.purpose = PURPOSE_MADE, .row = (uint32_t)(first + i)};
        random_normal(name, out + i * n, n);
        name.layer = 1;
        random_normal(name, height, 40);
        for (size_t j = 0; j < n; j++) out[i * n + j] *= 0.01f;
        for (size_t k = 0; k < 40; k++)
            for (size_t j = 0; j < n; j++)
                out[i * n + j] += height[k] * powf(0.9f, (float)k) *
                                  ((j * (k + 3)) % n < n / 2 ? 1.0f : -1.0f);
    }
    return ST_OK;
}

/* |C v - variance v| of the k-th component, of all rows by definition */
static double defect(const struct pca *p, const struct pca_source *s, size_t k)
{
    const double *v = p->components + k * p->n;
    float *x = calloc(p->n, sizeof *x);
    double *out = calloc(p->n, sizeof *out), square = 0;
    for (size_t i = 0; i < s->rows; i++) {
        double along = 0;
        assert_ok(s->read(s->user, i, 1, x));
        for (size_t j = 0; j < p->n; j++) along += v[j] * ((double)x[j] - p->mean[j]);
        for (size_t j = 0; j < p->n; j++)
            out[j] += along * ((double)x[j] - p->mean[j]) / (double)s->rows;
    }
    for (size_t j = 0; j < p->n; j++) square += pow(out[j] - p->variance[k] * v[j], 2);
    free(x);
    free(out);
    return sqrt(square);
}

/* Of 16 rows of 160 x 160 and 3,100 of 3,100 numbers: the first by the Gram matrix, the second
 * by products. */
static void long_rows_have_components_in_seconds(void **state)
{
    (void)state;
    static const size_t shapes[2][2] = {{16, 25600}, {3100, 3100}};
    for (int i = 0; i < 2; i++) {
        size_t rows = shapes[i][0], n = shapes[i][1];
        const struct pca_source s = {rows, n, read_waves, &n};
        struct pca p;
        assert_ok(pca_fit(&p, &s, 5));
        assert_int_equal(p.known, i == 0 ? n : 5);
        for (size_t k = 0; k < 5; k += 4) assert_true(defect(&p, &s, k) < 1e-9 * p.variance[k]);
        pca_free(&p);
    }
}

/* What k components leave of the rows that they were fitted on is the sum of the other
 * variances, also where this is counted row by row. */
static void the_error_of_long_rows_is_the_sum_of_the_other_variances(void **state)
{
    (void)state;
    size_t n = 4000;
    const struct pca_source s = {20, n, read_waves, &n};
    struct pca p;
    double error, rest = 0;
    assert_ok(pca_fit(&p, &s, 6));
    for (size_t k = 4; k < p.known; k++) rest += p.variance[k];
    assert_ok(pca_error(&p, &s, 4, &error));
    assert_true(fabs(error - rest) < 1e-9 * rest);
    assert_ok(pca_error(&p, &s, 100, &error)); /* all six */
    assert_true(fabs(error - (rest - p.variance[4] - p.variance[5])) < 1e-9 * rest);
    pca_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tiny_matrix_has_its_known_components),
        cmocka_unit_test(what_k_components_leave_is_the_sum_of_the_other_variances),
        cmocka_unit_test(other_data_are_measured_against_the_fitted_components),
        cmocka_unit_test(a_large_offset_does_not_cancel),
        cmocka_unit_test(equal_rows_have_no_variance),
        cmocka_unit_test(one_row_is_its_own_mean),
        cmocka_unit_test(no_rows_and_nan_are_refused),
        cmocka_unit_test(a_projection_is_the_coordinates_along_the_components),
        cmocka_unit_test(all_ways_agree),
        cmocka_unit_test(clusters_have_the_space_of_the_whole_solution),
        cmocka_unit_test(fewer_rows_than_components_leave_zeros),
        cmocka_unit_test(constant_data_have_no_components_in_any_way),
        cmocka_unit_test(one_row_no_rows_and_nan_are_alike_in_every_way),
        cmocka_unit_test(long_rows_have_components_in_seconds),
        cmocka_unit_test(the_error_of_long_rows_is_the_sum_of_the_other_variances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
