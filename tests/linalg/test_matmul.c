/* Each product against its definition in double. */
#include "check.h"

#include "base/random.h"
#include "linalg/matmul.h"

#include <math.h>
#include <string.h>

enum { M = 7, N = 33, K = 50 };

static float a[M * K], at[K * M], b[K * N], bt[N * K], c[M * N];
static double want[M * N];

static int fill(void **state)
{
    (void)state;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, a, M * K);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, b, K * N);
    for (int i = 0; i < M; i++)
        for (int k = 0; k < K; k++) at[k * M + i] = a[i * K + k];
    for (int k = 0; k < K; k++)
        for (int j = 0; j < N; j++) bt[j * K + k] = b[k * N + j];
    for (int i = 0; i < M * N; i++) {
        want[i] = 0;
        for (int k = 0; k < K; k++)
            want[i] += (double)a[i / N * K + k] * (double)b[k * N + i % N];
        c[i] = NAN; /* a product must not read what was there */
    }
    matmul_init();
    return 0;
}

static void assert_product(double factor)
{
    for (int i = 0; i < M * N; i++) assert_true(fabs((double)c[i] - factor * want[i]) < 1e-4);
}

static void products_are_as_defined(void **state)
{
    (void)state;
    matmul(M, N, K, a, b, c);
    assert_product(1);
    fill(NULL);
    matmul_tn(M, N, K, at, b, c, 0);
    assert_product(1);
    matmul_tn(M, N, K, at, b, c, 1);
    assert_product(2);
    fill(NULL);
    matmul_nt(M, N, K, a, bt, c, 0);
    assert_product(1);
    matmul_nt(M, N, K, a, bt, c, 1);
    assert_product(2);
}

static void the_back_end_says_its_name(void **state)
{
    (void)state;
    assert_non_null(strstr(matmul_backend(), "OpenBLAS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(products_are_as_defined, fill),
        cmocka_unit_test_setup(the_back_end_says_its_name, fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
