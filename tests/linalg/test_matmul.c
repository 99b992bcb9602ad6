/* Each product against its definition: OpenBLAS's within rounding, our own in every bit. */
#include "check.h"

#include "base/random.h"
#include "linalg/isa.h"
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
    static float workspace[2 * 32 * MOST_N];
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
    const struct matmul_rows rows[] = {{2, a, c}, {M - 2, a + 2 * K, c + 2 * columns}};
    fill(NULL);
    matmul_each(columns, K, 2, rows, b, workspace);
    assert_product(1);
    fill(NULL);
    matmul_nt_each(columns, K, 2, rows, bt, workspace);
    assert_product(1);
    fill(NULL);
    matmul_tn_begin(columns, K, b, workspace);
    struct matmul_leaf leaf = {K, at, b, workspace};
    matmul_tn_sum(3, columns, M, 1, &leaf, c);
    leaf.a = at + 3;
    matmul_tn_sum(M - 3, columns, M, 1, &leaf, c + 3 * columns);
    assert_product(1);
}

static void products_are_as_defined(void **state)
{
    (void)state;
    const enum matmul_choice choices[] = {MATMUL_OPENBLAS, MATMUL_BEST};
    for (int i = 0; i < 2; i++) {
        assert_ok(matmul_init(choices[i]));
        columns = 33, check_products();
        columns = MOST_N, check_products(); /* wide enough to be packed for its parts */
    }
}

/* What base/numbers.h says of a product: one chain over ascending k. */
static float chain(const float *x, size_t x_step, const float *y, size_t y_step, size_t k,
                   float sum)
{
    for (; k > 0; k--, x += x_step, y += y_step) sum = fmaf(*x, *y, sum);
    return sum;
}

/* Equal in every bit; one NaN is like another, since it is the CPU that picks which of two goes
 * on. */
static int same(float p, float q)
{
    return memcmp(&p, &q, sizeof p) == 0 || (isnan(p) && isnan(q));
}

/* Normal numbers, and here and there what is special. */
static void fill_odd(float *to, size_t n, uint32_t name)
{
    static const float odd[] = {0, -0.0f, 1e-42f, -3e-39f, INFINITY, -INFINITY, NAN, 3e38f};
    random_normal((struct random_name){name, PURPOSE_MADE, 0, 0, 0}, to, n);
    for (size_t i = 0; i < 8; i++)
        to[random_below((struct random_name){name, PURPOSE_MADE, 0, 1, 0}, (uint32_t)i, n)] =
            odd[i];
}

enum { M_MOST = 44, N_MOST = 131, K_MOST = 600 };

static float x[M_MOST * K_MOST], y[N_MOST * K_MOST], turned[N_MOST * K_MOST];
static float z[M_MOST * N_MOST + 1], before[M_MOST * N_MOST];
static float panels[64 * K_MOST];

/* All products of one shape, in every bit, and the guard behind z stays as it is. */
static void check_shape(size_t m, size_t n, size_t k)
{
    enum { NN, NN_EACH, NT, NT_ADDED, NT_EACH, TN, TN_ADDED, FORMS };
    const struct matmul_rows rows[] = {{m / 3, x, z},
                                       {m - m / 3, x + m / 3 * k, z + m / 3 * n}};
    for (size_t i = 0; i < n * k; i++) turned[i % n * k + i / n] = y[i];
    for (int form = 0; form < FORMS; form++) {
        int added = form == NT_ADDED || form == TN_ADDED, tn = form >= TN;
        memcpy(z, before, m * n * sizeof *z);
        z[m * n] = 77;
        if (form == NN) matmul(m, n, k, x, y, z);
        if (form == NN_EACH) matmul_each(n, k, 2, rows, y, panels);
        if (form == NT || form == NT_ADDED) matmul_nt(m, n, k, x, turned, z, added);
        if (form == NT_EACH) matmul_nt_each(n, k, 2, rows, turned, panels);
        if (tn) matmul_tn(m, n, k, x, y, z, added);
        assert_true(z[m * n] == 77);
        for (size_t i = 0; i < m * n; i++) {
            float defined = chain(tn ? x + i / n : x + i / n * k, tn ? m : 1, y + i % n, n, k,
                                  added ? before[i] : 0);
            if (!same(z[i], defined))
                fail_msg("%s, form %d, %zux%zux%zu: %a instead of %a at %zu", isa_name(), form,
                         m, n, k, (double)z[i], (double)defined, i);
        }
    }
}

static const char *const sets[] = {"portable", "neon", "avx2", "avx512"};

/* Every remainder of a tile and of a panel, terms beyond one piece, for every set of
 * instructions that this machine has. */
static void every_bit_is_defined(void **state)
{
    static const size_t terms[] = {1, 2, 7, 33, 256, 257, K_MOST};
    (void)state;
    assert_ok(matmul_init(MATMUL_BEST));
    fill_odd(x, M_MOST * K_MOST, 2);
    fill_odd(y, N_MOST * K_MOST, 3);
    fill_odd(before, M_MOST * N_MOST, 4);
    for (int s = 0; s < 4; s++) {
        if (!isa_choose(sets[s])) continue;
        for (size_t m = 1; m <= M_MOST; m += m < 14 ? 1 : 5)
            for (size_t n = 1; n <= N_MOST; n += n < 36 ? 1 : 19)
                check_shape(m, n, terms[(m + n) % 7]);
    }
    assert_true(isa_choose("auto"));
}

/* The tree over the leaves by its definition: two halves, and each of them likewise. */
static float tree(size_t count, const struct matmul_leaf *leaf, size_t width, size_t n,
                  size_t j)
{
    if (count == 1) return chain(leaf->a, width, leaf->b + j, n, leaf->k, 0);
    return tree(count / 2, leaf, width, n, j) + tree(count / 2, leaf + count / 2, width, n, j);
}

static void leaves_are_added_along_the_tree(void **state)
{
    enum { WIDTH = 40, N = 83, MOST = 64, ROWS = 5 };
    static float in[MOST * ROWS * WIDTH], out[MOST * ROWS * N], made[MOST][ROWS * 96];
    struct matmul_leaf leaf[MOST];
    (void)state;
    assert_ok(matmul_init(MATMUL_BEST));
    assert_int_equal(matmul_tn_most(), MOST);
    fill_odd(in, MOST * ROWS * WIDTH, 5);
    fill_odd(out, MOST * ROWS * N, 6);
    for (size_t i = 0; i < MOST; i++) { /* some have no rows */
        leaf[i] = (struct matmul_leaf){i * 7 % (ROWS + 1), in + i * ROWS * WIDTH,
                                       out + i * ROWS * N, made[i]};
        matmul_tn_begin(N, leaf[i].k, leaf[i].b, made[i]);
    }
    for (int s = 0; s < 4; s++) {
        if (!isa_choose(sets[s])) continue;
        for (size_t count = 1; count <= MOST; count *= 2)
            for (size_t m = 1; m <= WIDTH; m += 4) {
                z[m * N] = 77;
                matmul_tn_sum(m, N, WIDTH, count, leaf, z);
                assert_true(z[m * N] == 77);
                for (size_t i = 0; i < m * N; i++) {
                    struct matmul_leaf own[MOST] = {{0}};
                    for (size_t l = 0; l < count; l++) own[l] = leaf[l], own[l].a += i / N;
                    assert_true(same(z[i], tree(count, own, WIDTH, N, i % N)));
                }
            }
    }
    assert_true(isa_choose("auto"));
}

static void the_back_end_says_its_name(void **state)
{
    (void)state;
    assert_ok(matmul_init(MATMUL_OPENBLAS));
    assert_non_null(strstr(matmul_backend(), "OpenBLAS"));
    assert_ok(matmul_init(MATMUL_BEST));
    assert_string_equal(matmul_backend(), "own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(products_are_as_defined, fill),
        cmocka_unit_test(every_bit_is_defined),
        cmocka_unit_test(leaves_are_added_along_the_tree),
        cmocka_unit_test_setup(the_back_end_says_its_name, fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
