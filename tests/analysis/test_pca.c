#include "check.h"

#include "analysis/numbers/gram_pca.h"
#include "analysis/numbers/pca.h"

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

static enum status fit(const float *x, size_t rows, size_t n, struct pca_moments *m,
                       struct pca *p)
{
    struct rows r = {x, n, 0};
    *p = (struct pca){0};
    enum status st = pca_moments_read(m, rows, n, read_rows, &r);
    return st == ST_OK ? pca_fit(p, m) : st;
}

static void drop(struct pca_moments *m, struct pca *p)
{
    pca_moments_free(m);
    pca_free(p);
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
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 4, 2, &m, &p));
    assert_true(near(p.mean[0], 1) && near(p.mean[1], 2));
    assert_true(near(p.variance[0], 4) && near(p.variance[1], 1) && near(p.total, 5));
    const double h = sqrt(0.5);
    assert_true(near(p.components[0], h) && near(p.components[1], h));
    assert_true(near(fabs(p.components[2]), h) && near(p.components[2], -p.components[3]));
    drop(&m, &p);
}

static void what_k_components_leave_is_the_sum_of_the_other_variances(void **state)
{
    (void)state;
    const float x[8] = {3, 4, -1, 0, 2, 1, 0, 3};
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 4, 2, &m, &p));
    assert_true(near(pca_error(&p, &m, 0), 5));
    assert_true(near(pca_error(&p, &m, 1), 1));
    assert_true(near(pca_error(&p, &m, 2), 0) && near(pca_error(&p, &m, 9), 0));
    drop(&m, &p);
}

/* Of three rows of four numbers; the sign of an axis is free. */
static void the_gram_matrix_gives_the_coordinates_of_the_covariance(void **state)
{
    (void)state;
    float x[12] = {3, 4, 1, 0, -1, 0, 2, 5, 2, 1, -3, 1}, xy[6];
    double wanted[6];
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 3, 4, &m, &p));
    for (size_t i = 0; i < 3; i++) pca_project(&p, x + 4 * i, 2, wanted + 2 * i);
    assert_ok(gram_pca_place(x, 3, 4, xy));
    for (size_t k = 0; k < 2; k++) {
        double sign = wanted[k] * (double)xy[k] < 0 ? -1 : 1;
        assert_true(fabs(wanted[k]) > 0.1);
        for (size_t i = 0; i < 3; i++)
            assert_true(fabs(wanted[2 * i + k] - sign * (double)xy[2 * i + k]) < 1e-5);
    }
    drop(&m, &p);
}

static void one_row_lies_in_the_origin(void **state)
{
    (void)state;
    float x[3] = {3, 4, 1}, xy[2] = {7, 7};
    assert_ok(gram_pca_place(x, 1, 3, xy));
    assert_true(xy[0] == 0 && xy[1] == 0);
}

/* Fitted on points along the x axis about 0; (0, 3) is 3 away from every such point, and
 * (5, 4) is 4 away: mean squared error (9 + 16) / 2. */
static void other_data_are_measured_against_the_fitted_components(void **state)
{
    (void)state;
    const float x[4] = {1, 0, -1, 0}, other[4] = {0, 3, 5, 4};
    struct pca_moments m, o;
    struct pca p, unused;
    assert_ok(fit(x, 2, 2, &m, &p));
    assert_ok(fit(other, 2, 2, &o, &unused));
    assert_true(near(pca_error(&p, &o, 1), 12.5));
    drop(&m, &p);
    drop(&o, &unused);
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
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 5000, 1, &m, &p));
    double want = square / 5000 - sum / 5000 * sum / 5000;
    assert_true(fabs(p.variance[0] - want) < 1e-10 * want);
    free(x);
    drop(&m, &p);
}

static void equal_rows_have_no_variance(void **state)
{
    (void)state;
    const float x[6] = {0.1f, 0.7f, 0.1f, 0.7f, 0.1f, 0.7f};
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 3, 2, &m, &p));
    assert_true(p.total == 0 && p.variance[0] == 0 && near(p.mean[1], (double)0.7f));
    drop(&m, &p);
}

static void one_row_is_its_own_mean(void **state)
{
    (void)state;
    const float x[2] = {3, 4};
    struct pca_moments m;
    struct pca p;
    assert_ok(fit(x, 1, 2, &m, &p));
    assert_true(p.mean[0] == 3 && p.mean[1] == 4 && p.total == 0 && m.about_zero == 25);
    drop(&m, &p);
}

static void no_rows_and_nan_are_refused(void **state)
{
    (void)state;
    const float x[2] = {1, NAN};
    struct pca_moments m;
    struct pca p;
    assert_fails(fit(x, 0, 2, &m, &p), ST_DATA, "no rows");
    drop(&m, &p);
    assert_fails(fit(x, 1, 2, &m, &p), ST_DATA, "finite");
    drop(&m, &p);
}

static void a_projection_is_the_coordinates_along_the_components(void **state)
{
    (void)state;
    const float x[8] = {3, 4, -1, 0, 2, 1, 0, 3}, row[2] = {3, 4};
    struct pca_moments m;
    struct pca p;
    double out[2];
    assert_ok(fit(x, 4, 2, &m, &p));
    pca_project(&p, row, 2, out);
    assert_true(near(out[0], 2 * sqrt(2)) && near(out[1], 0));
    drop(&m, &p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tiny_matrix_has_its_known_components),
        cmocka_unit_test(what_k_components_leave_is_the_sum_of_the_other_variances),
        cmocka_unit_test(the_gram_matrix_gives_the_coordinates_of_the_covariance),
        cmocka_unit_test(one_row_lies_in_the_origin),
        cmocka_unit_test(other_data_are_measured_against_the_fitted_components),
        cmocka_unit_test(a_large_offset_does_not_cancel),
        cmocka_unit_test(equal_rows_have_no_variance),
        cmocka_unit_test(one_row_is_its_own_mean),
        cmocka_unit_test(no_rows_and_nan_are_refused),
        cmocka_unit_test(a_projection_is_the_coordinates_along_the_components),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
