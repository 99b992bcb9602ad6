#include "check.h"

#include "linalg/orthonormal.h"

#include <math.h>
#include <string.h>

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += x[j] * y[j];
    return sum;
}

/* Rows that nearly agree: after one round alone they are 1e-7 from being orthogonal. */
static void rows_that_nearly_agree_become_orthonormal(void **state)
{
    (void)state;
    enum { N = 12, ROWS = 5 };
    double v[ROWS * N];
    for (size_t i = 0; i < ROWS * N; i++)
        v[i] = 1 + 1e-9 * cos((double)(i % N * (i / N + 1) * (i / N + 2)));
    assert_int_equal(orthonormal_rows(ROWS, N, v, 0), ROWS);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k <= i; k++)
            assert_true(fabs(dot(v + i * N, v + k * N, N) - (i == k)) < 1e-14);
}

static void a_row_that_is_in_the_span_is_dropped(void **state)
{
    (void)state;
    double v[12] = {2, 0, 0, 3, 4, 0, 5, -1, 0, 1, 1, 2};
    const double want[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    assert_int_equal(orthonormal_rows(4, 3, v, 1e-13), 3);
    for (int i = 0; i < 9; i++) assert_true(fabs(v[i] - want[i]) < 1e-14);
}

static void the_first_of_the_largest_entries_is_positive(void **state)
{
    (void)state;
    double v[3] = {1, -2, 2}, w[3] = {1, 2, -2};
    orthonormal_sign(3, v);
    orthonormal_sign(3, w);
    assert_true(v[0] == -1 && v[1] == 2 && v[2] == -2);
    assert_true(w[0] == 1 && w[1] == 2 && w[2] == -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_nearly_agree_become_orthonormal),
        cmocka_unit_test(a_row_that_is_in_the_span_is_dropped),
        cmocka_unit_test(the_first_of_the_largest_entries_is_positive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
