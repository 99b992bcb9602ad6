#include "check.h"

#include "linalg/eigen.h"
#include "linalg/krylov.h"
#include "linalg/matmul64.h"
#include "linalg/orthonormal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A = V^T diag(spectrum) V, V the identity where it is NULL. */
struct matrix {
    size_t n;
    double *spectrum; /* [n], descending */
    double *a;        /* [n, n] */
    int calls, fail_at, nan;
};

static const struct random_name start = {.seed = 3, .purpose = PURPOSE_COMPONENTS};

static enum status product(void *user, size_t count, const double *x, double *y)
{
    struct matrix *m = user;
    if (++m->calls == m->fail_at) return FAIL(ST_DATA, "the third product fails");
    if (m->a)
        matmul64(count, m->n, m->n, 1, x, m->a, 0, y);
    else
        for (size_t i = 0; i < count * m->n; i++) y[i] = x[i] * m->spectrum[i % m->n];
    if (m->nan) y[3] = NAN;
    return ST_OK;
}

static void matrix_new(struct matrix *m, size_t n)
{
    *m = (struct matrix){.n = n, .spectrum = calloc(n, sizeof(double))};
    assert_non_null(m->spectrum);
}

/* The spectrum turned into a full matrix. */
static void turn(struct matrix *m)
{
    size_t n = m->n;
    float *row = calloc(n, sizeof *row);
    double *v = calloc(n * n, sizeof *v), *scaled = calloc(n * n, sizeof *scaled);
    double *columns = calloc(n * n, sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        random_normal((struct random_name){.purpose = PURPOSE_MADE, .row = (uint32_t)i}, row,
                      n);
        for (size_t j = 0; j < n; j++) v[i * n + j] = (double)row[j];
    }
    assert_int_equal(orthonormal_rows(n, n, v, 0), n);
    for (size_t i = 0; i < n * n; i++) {
        scaled[i] = v[i] * m->spectrum[i / n];
        columns[i % n * n + i / n] = v[i];
    }
    m->a = calloc(n * n, sizeof *m->a);
    matmul64(n, n, n, 1, columns, scaled, 0, m->a);
    free(row);
    free(v);
    free(scaled);
    free(columns);
}

static void matrix_free(struct matrix *m)
{
    free(m->spectrum);
    free(m->a);
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += x[j] * y[j];
    return sum;
}

static void check_orthonormal(const struct krylov *k)
{
    for (size_t i = 0; i < k->count; i++)
        for (size_t j = 0; j <= i; j++)
            assert_true(fabs(dot(k->vectors + i * k->n, k->vectors + j * k->n, k->n) -
                             (i == j)) < 1e-12);
}

/* Every value is that of the spectrum to 1e-10 of itself. */
static void check_values(const struct krylov *k, const struct matrix *m)
{
    for (size_t i = 0; i < k->count; i++)
        if (!(fabs(k->values[i] - m->spectrum[i]) <= 1e-10 * m->spectrum[i]))
            fail_msg("value %zu is %.15g, not %.15g", i, k->values[i], m->spectrum[i]);
}

/* The sine of the largest angle between the first `count` vectors and the space of the whole
 * solution's is below `most`. */
static void check_space(const struct krylov *k, const struct matrix *m, size_t count,
                        double most)
{
    size_t n = m->n;
    double *v = calloc(n * n, sizeof *v), *values = calloc(n, sizeof *values);
    memcpy(v, m->a, n * n * sizeof *v);
    assert_ok(eigen_symmetric(n, v, values));
    for (size_t i = 0; i < count; i++) {
        double *x = k->vectors + i * n, outside = 0;
        for (size_t j = count; j < n; j++) outside += pow(dot(x, v + j * n, n), 2);
        if (!(sqrt(outside) < most)) fail_msg("vector %zu leans out by %g", i, sqrt(outside));
    }
    free(v);
    free(values);
}

static void the_largest_are_those_of_the_whole_solution(void **state)
{
    (void)state;
    struct matrix m;
    struct krylov k;
    matrix_new(&m, 300);
    for (size_t i = 0; i < 300; i++) m.spectrum[i] = 40 * pow((double)i + 1, -1.5);
    turn(&m);
    assert_ok(krylov_largest(&k, 300, 20, start, product, &m));
    assert_int_equal(k.count, 20);
    assert_true(k.residual <= 1e-10);
    check_values(&k, &m);
    check_orthonormal(&k);
    for (size_t i = 1; i <= 20; i++) check_space(&k, &m, i, 1e-8);
    krylov_free(&k);
    matrix_free(&m);
}

/* Three equal values, one 1e-9 below, two equal ones at the end of those wanted. */
static void clustered_values_are_found_as_often_as_they_are_there(void **state)
{
    (void)state;
    static const double first[7] = {5, 5, 5, 5 - 1e-9, 3, 2, 2};
    struct matrix m;
    struct krylov k;
    matrix_new(&m, 200);
    for (size_t i = 0; i < 200; i++)
        m.spectrum[i] = i < 7 ? first[i] : 1.9 * pow(0.97, (double)i);
    turn(&m);
    assert_ok(krylov_largest(&k, 200, 7, start, product, &m));
    check_values(&k, &m);
    check_orthonormal(&k);
    check_space(&k, &m, 4, 1e-8);
    check_space(&k, &m, 5, 1e-8);
    check_space(&k, &m, 7, 1e-8);
    krylov_free(&k);
    matrix_free(&m);
}

/* Values fall slowly, so that the basis fills more than once. */
static void a_full_basis_begins_again(void **state)
{
    (void)state;
    enum { N = 2000, WANTED = 20 };
    struct matrix m;
    struct krylov k;
    matrix_new(&m, N);
    for (size_t i = 0; i < N; i++) m.spectrum[i] = 1 - (double)i / N;
    assert_ok(krylov_largest(&k, N, WANTED, start, product, &m));
    assert_true((size_t)k.products * (WANTED + KRYLOV_EXTRA) > 2 * krylov_basis(N, WANTED));
    assert_true(k.residual <= 1e-10);
    check_values(&k, &m);
    check_orthonormal(&k);
    krylov_free(&k);
    matrix_free(&m);
}

/* They fall so slowly that the search is given up: what is found is within its residual. */
static void what_is_given_up_says_how_far_it_came(void **state)
{
    (void)state;
    enum { N = 6000 };
    struct matrix m;
    struct krylov k;
    matrix_new(&m, N);
    for (size_t i = 0; i < N; i++) m.spectrum[i] = 1 - (double)i / N;
    assert_ok(krylov_largest(&k, N, 2, start, product, &m));
    assert_int_equal(k.products, KRYLOV_PRODUCTS);
    assert_int_equal(m.calls, KRYLOV_PRODUCTS);
    assert_true(k.residual > 1e-10 && k.residual < 0.01);
    for (size_t i = 0; i < 2; i++)
        assert_true(fabs(k.values[i] - m.spectrum[i]) <= k.residual * k.values[i]);
    krylov_free(&k);
    matrix_free(&m);
}

static void a_matrix_of_few_directions_is_found_whole(void **state)
{
    (void)state;
    struct matrix m;
    struct krylov k;
    matrix_new(&m, 100);
    m.spectrum[0] = 3, m.spectrum[1] = 2, m.spectrum[2] = 1e-3;
    turn(&m);
    assert_ok(krylov_largest(&k, 100, 8, start, product, &m));
    assert_int_equal(k.count, 8);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(k.values[i] - m.spectrum[i]) < 1e-10 * m.spectrum[i]);
    for (size_t i = 3; i < 8; i++) assert_true(fabs(k.values[i]) < 1e-14);
    assert_true(k.products <= 4);
    check_orthonormal(&k);
    check_space(&k, &m, 3, 1e-10);
    krylov_free(&k);
    matrix_free(&m);
}

/* diag(c, c, ...): a value that the matrix has more often than the block has rows. */
static void one_value_throughout_and_zero_need_no_second_block(void **state)
{
    (void)state;
    for (int c = 0; c < 2; c++) {
        struct matrix m;
        struct krylov k;
        matrix_new(&m, 90);
        for (size_t i = 0; i < 90; i++) m.spectrum[i] = 7 * c;
        assert_ok(krylov_largest(&k, 90, 5, start, product, &m));
        assert_int_equal(k.products, 1);
        for (size_t i = 0; i < 5; i++) assert_true(fabs(k.values[i] - 7 * c) < 1e-13);
        check_orthonormal(&k);
        krylov_free(&k);
        matrix_free(&m);
    }
}

static void more_than_there_are_is_all(void **state)
{
    (void)state;
    struct matrix m;
    struct krylov k;
    matrix_new(&m, 6);
    for (size_t i = 0; i < 6; i++) m.spectrum[i] = 6 - (double)i;
    turn(&m);
    assert_ok(krylov_largest(&k, 6, 50, start, product, &m));
    assert_int_equal(k.count, 6);
    check_values(&k, &m);
    check_space(&k, &m, 2, 1e-12);
    krylov_free(&k);
    matrix_free(&m);
}

static void the_start_has_a_name_and_no_say(void **state)
{
    (void)state;
    const struct random_name other = {.seed = 4, .purpose = PURPOSE_COMPONENTS};
    struct matrix m;
    struct krylov k, again, moved;
    matrix_new(&m, 300);
    for (size_t i = 0; i < 300; i++) m.spectrum[i] = pow(0.9, (double)i);
    assert_ok(krylov_largest(&k, 300, 10, start, product, &m));
    assert_ok(krylov_largest(&again, 300, 10, start, product, &m));
    assert_ok(krylov_largest(&moved, 300, 10, other, product, &m));
    assert_memory_equal(k.values, again.values, 10 * sizeof *k.values);
    assert_memory_equal(k.vectors, again.vectors, 3000 * sizeof *k.vectors);
    assert_memory_not_equal(k.vectors, moved.vectors, 3000 * sizeof *k.vectors);
    check_values(&moved, &m);
    for (size_t i = 0; i < 3000; i++)
        assert_true(fabs(k.vectors[i] - moved.vectors[i]) < 1e-8); /* signs too */
    krylov_free(&k);
    krylov_free(&again);
    krylov_free(&moved);
    matrix_free(&m);
}

static void a_product_that_fails_or_is_not_finite_ends_it(void **state)
{
    (void)state;
    struct matrix m;
    struct krylov k;
    matrix_new(&m, 300);
    for (size_t i = 0; i < 300; i++) m.spectrum[i] = pow(0.9, (double)i);
    m.fail_at = 3;
    assert_fails(krylov_largest(&k, 300, 5, start, product, &m), ST_DATA, "third product");
    krylov_free(&k);
    m.nan = 1;
    assert_fails(krylov_largest(&k, 300, 5, start, product, &m), ST_DATA, "finite");
    krylov_free(&k);
    matrix_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_are_those_of_the_whole_solution),
        cmocka_unit_test(clustered_values_are_found_as_often_as_they_are_there),
        cmocka_unit_test(a_full_basis_begins_again),
        cmocka_unit_test(what_is_given_up_says_how_far_it_came),
        cmocka_unit_test(a_matrix_of_few_directions_is_found_whole),
        cmocka_unit_test(one_value_throughout_and_zero_need_no_second_block),
        cmocka_unit_test(more_than_there_are_is_all),
        cmocka_unit_test(the_start_has_a_name_and_no_say),
        cmocka_unit_test(a_product_that_fails_or_is_not_finite_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
