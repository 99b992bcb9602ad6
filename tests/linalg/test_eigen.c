#include "check.h"

#include "linalg/covariance.h"
#include "linalg/eigen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* [[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, -1). */
static void a_two_by_two_matrix_has_its_known_answer(void **state)
{
    (void)state;
    double a[4] = {2, 1, 1, 2}, values[2];
    const double h = sqrt(0.5), want[4] = {h, h, h, -h};
    assert_ok(eigen_symmetric(2, a, values));
    assert_true(fabs(values[0] - 3) < 1e-14 && fabs(values[1] - 1) < 1e-14);
    for (int i = 0; i < 2; i++) assert_true(fabs(a[i] - want[i]) < 1e-14);
    assert_true(fabs(a[2] + a[3]) < 1e-14);
}

static void only_the_upper_triangle_is_read(void **state)
{
    (void)state;
    double a[4] = {2, 1, 99, 2}, values[2];
    assert_ok(eigen_symmetric(2, a, values));
    assert_true(fabs(values[0] - 3) < 1e-14);
}

/* b[i, j] = cos(i + 2j) + cos(j + 2i), a full matrix without structure. */
static double entry(size_t i, size_t j)
{
    double x = (double)i, y = (double)j;
    return cos(x + 2 * y) + cos(y + 2 * x) + (i == j ? 0.01 * x : 0);
}

enum { N = 40 };

static void fill(double *a)
{
    for (size_t i = 0; i < N * N; i++) a[i] = entry(i / N, i % N);
}

/* |a v - value v| for row i of v, largest entry. */
static double defect(const double *a, const double *v, double value)
{
    double worst = 0;
    for (size_t i = 0; i < N; i++) {
        double sum = -value * v[i];
        for (size_t j = 0; j < N; j++) sum += a[i * N + j] * v[j];
        worst = fmax(worst, fabs(sum));
    }
    return worst;
}

static double dot(const double *x, const double *y)
{
    double sum = 0;
    for (size_t j = 0; j < N; j++) sum += x[j] * y[j];
    return sum;
}

static void rows_are_orthonormal_eigenvectors_in_descending_order(void **state)
{
    (void)state;
    double a[N * N], v[N * N], values[N];
    fill(a), fill(v);
    assert_ok(eigen_symmetric(N, v, values));
    for (size_t i = 0; i < N; i++) {
        assert_true(i == 0 || values[i - 1] >= values[i]);
        assert_true(defect(a, v + i * N, values[i]) < 1e-12);
        for (size_t k = 0; k <= i; k++)
            assert_true(fabs(dot(v + i * N, v + k * N) - (i == k)) < 1e-12);
    }
}

static void the_largest_entry_of_a_vector_is_positive(void **state)
{
    (void)state;
    double v[N * N], values[N];
    fill(v);
    assert_ok(eigen_symmetric(N, v, values));
    for (size_t i = 0; i < N; i++) {
        double top = 0;
        for (size_t j = 0; j < N; j++)
            if (fabs(v[i * N + j]) > fabs(top)) top = v[i * N + j];
        assert_true(top > 0);
    }
}

static void what_is_not_finite_is_refused(void **state)
{
    (void)state;
    double a[4] = {1, NAN, NAN, 1}, values[2];
    assert_fails(eigen_symmetric(2, a, values), ST_DATA, "finite");
}

static void slabs_add_up_to_the_whole(void **state)
{
    (void)state;
    double x[6] = {1, 2, 3, 4, 5, 6}, whole[4] = {0}, parts[4] = {0};
    covariance_add(3, 2, x, whole);
    covariance_add(1, 2, x, parts);
    covariance_add(2, 2, x + 2, parts);
    assert_memory_equal(whole, parts, sizeof whole);
    assert_true(whole[0] == 35 && whole[1] == 44 && whole[3] == 56 && whole[2] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_two_by_two_matrix_has_its_known_answer),
        cmocka_unit_test(only_the_upper_triangle_is_read),
        cmocka_unit_test(rows_are_orthonormal_eigenvectors_in_descending_order),
        cmocka_unit_test(the_largest_entry_of_a_vector_is_positive),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(slabs_add_up_to_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
