/* Each product against its definition in double. */
#include "check.h"

#include "base/random.h"
#include "linalg/matmul.h"

#include <math.h>
#include <string.h>

enum { M = 7, MOST_N = 300, K = 50 };

static float a[M * K], at[K * M], b[K * MOST_N], bt[MOST_N * K], c[M * MOST_N];
static double want[M * MOST_N];
static size_t columns; /* columns of b and c */

static int fill(void **state)
{
    (void)state;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, a, M * K);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, b, K * columns);
    for (size_t i = 0; i < M; i++)
        for (size_t k = 0; k < K; k++) at[k * M + i] = a[i * K + k];
    for (size_t k = 0; k < K; k++)
        for (size_t j = 0; j < columns; j++) bt[j * K + k] = b[k * columns + j];
    for (size_t i = 0; i < M * columns; i++) {
        want[i] = 0;
        for (size_t k = 0; k < K; k++)
            want[i] += (double)a[i / columns * K + k] * (double)b[k * columns + i % columns];
        c[i] = NAN; /* a product must not read what was there */
    }
    return 0;
}

static void assert_product(double factor)
{
    for (size_t i = 0; i < M * columns; i++)
        assert_true(fabs((double)c[i] - factor * want[i]) < 1e-4);
}

static void check_products(void)
{
    float workspace[MOST_N * K];
    fill(NULL);
    matmul(M, columns, K, a, b, c);
    assert_product(1);
    fill(NULL);
    matmul_tn(M, columns, K, at, b, c, 0);
    assert_product(1);
    matmul_tn(M, columns, K, at, b, c, 1);
    assert_product(2);
    fill(NULL);
    matmul_nt(M, columns, K, a, bt, c, 0);
    assert_product(1);
    matmul_nt(M, columns, K, a, bt, c, 1);
    assert_product(2);
    fill(NULL);
    matmul_nt_with(M, columns, K, a, bt, c, workspace, 0);
    assert_product(1);
    matmul_nt_with(M, columns, K, a, bt, c, workspace, 1);
    assert_product(1);
    fill(NULL);
    matmul_with(M, columns, K, a, b, c, workspace, 0);
    assert_product(1);
    matmul_with(M, columns, K, a, b, c, workspace, 1);
    assert_product(1);
    fill(NULL);
    matmul_tn_begin(columns, K, b, workspace);
    matmul_tn_part(3, columns, K, at, M, b, workspace, c);
    matmul_tn_part(M - 3, columns, K, at + 3, M, b, workspace, c + 3 * columns);
    assert_product(1);
}

static void products_are_as_defined(void **state)
{
    (void)state;
    const enum matmul_choice choices[] = {MATMUL_OPENBLAS, MATMUL_BEST};
    for (int i = 0; i < 2; i++) {
        matmul_init(choices[i]);
        columns = 33, check_products();
        columns = MOST_N, check_products(); /* wide enough to be packed for its parts */
    }
}

/* Every remainder of a vector, in all three directions; the guard behind c stays as it is. */
static void small_sizes_are_right(void **state)
{
    enum { MOST = 35 };
    static float x[MOST * MOST], y[MOST * MOST], z[MOST * MOST + 1];
    (void)state;
    matmul_init(MATMUL_BEST);
    random_normal((struct random_name){2, PURPOSE_MADE, 0, 0, 0}, x, MOST * MOST);
    random_normal((struct random_name){2, PURPOSE_MADE, 0, 1, 0}, y, MOST * MOST);
    for (size_t m = 1; m < MOST; m += 3)
        for (size_t n = 1; n < MOST; n++)
            for (size_t k = 1; k < MOST; k += 4)
                for (int turn = 0; turn < 2; turn++) {
                    z[m * n] = 77;
                    turn ? matmul_tn(m, n, k, x, y, z, 0) : matmul(m, n, k, x, y, z);
                    assert_true(z[m * n] == 77);
                    for (size_t i = 0; i < m * n; i++) {
                        double sum = 0;
                        for (size_t d = 0; d < k; d++)
                            sum += (double)x[turn ? d * m + i / n : i / n * k + d] *
                                   (double)y[d * n + i % n];
                        assert_true(fabs((double)z[i] - sum) < 1e-4);
                    }
                }
}

/* With b in panels: widths around one panel and several. */
static void shared_factors_are_right(void **state)
{
    enum { MOST = 100, DEPTH = 19, ROWS = 5 };
    static float x[ROWS * DEPTH], y[MOST * DEPTH], turned[MOST * DEPTH],
        workspace[MOST * DEPTH];
    static float z[2][ROWS * MOST + 1];
    (void)state;
    matmul_init(MATMUL_BEST);
    random_normal((struct random_name){3, PURPOSE_MADE, 0, 0, 0}, x, ROWS * DEPTH);
    random_normal((struct random_name){3, PURPOSE_MADE, 0, 1, 0}, y, MOST * DEPTH);
    for (size_t n = 1; n < MOST; n++) {
        for (size_t i = 0; i < n * DEPTH; i++) turned[i % n * DEPTH + i / n] = y[i];
        for (int prepared = 0; prepared < 2; prepared++) {
            z[0][ROWS * n] = 77;
            matmul_with(ROWS, n, DEPTH, x, y, z[0], workspace, prepared);
            assert_true(z[0][ROWS * n] == 77);
        }
        matmul_nt_with(ROWS, n, DEPTH, x, turned, z[1], workspace, 0);
        for (size_t i = 0; i < ROWS * n; i++) {
            double sum = 0;
            for (size_t d = 0; d < DEPTH; d++)
                sum += (double)x[i / n * DEPTH + d] * (double)y[d * n + i % n];
            assert_true(fabs((double)z[0][i] - sum) < 1e-4);
            assert_true(fabs((double)z[1][i] - sum) < 1e-4);
        }
    }
}

static void the_back_end_says_its_name(void **state)
{
    (void)state;
    matmul_init(MATMUL_OPENBLAS);
    assert_null(strstr(matmul_backend(), "libxsmm"));
    assert_non_null(strstr(matmul_backend(), "OpenBLAS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(products_are_as_defined, fill),
        cmocka_unit_test_setup(small_sizes_are_right, fill),
        cmocka_unit_test_setup(shared_factors_are_right, fill),
        cmocka_unit_test_setup(the_back_end_says_its_name, fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
