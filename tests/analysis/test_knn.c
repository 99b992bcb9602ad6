#include "check.h"

#include "analysis/numbers/knn.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Squared distance in double, from the rows as they are. */
static double plain_distance(const float *x, size_t width, size_t a, size_t b)
{
    double sum = 0;
    for (size_t j = 0; j < width; j++) {
        double d = (double)x[a * width + j] - (double)x[b * width + j];
        sum += d * d;
    }
    return sum;
}

/* Row b is nearer to row `to` than row c is. */
static int nearer(const float *x, size_t width, size_t to, size_t b, size_t c)
{
    double p = plain_distance(x, width, to, b), q = plain_distance(x, width, to, c);
    return p < q || (p == q && b < c);
}

/* Every neighbour is nearer than the next, and nothing else is nearer than the last. */
static int is_right(const float *x, size_t rows, size_t width, size_t row,
                    const struct knn_neighbour *near, size_t most)
{
    size_t before = 0;
    for (size_t i = 0; i + 1 < most; i++)
        if (!nearer(x, width, row, near[i].row, near[i + 1].row)) return 0;
    for (size_t j = 0; j < rows; j++)
        before += j != row && nearer(x, width, row, j, near[most - 1].row);
    return before == most - 1;
}

static void check_all(const float *x, size_t rows, size_t width, size_t most)
{
    struct knn k;
    struct knn_neighbour near[KNN_SLAB * KNN_MOST];
    assert_ok(knn_new(&k, x, rows, width));
    for (size_t at = 0; at < rows; at += KNN_SLAB) {
        size_t count = rows - at < KNN_SLAB ? rows - at : KNN_SLAB;
        knn_find(&k, at, count, most, near);
        for (size_t i = 0; i < count; i++)
            assert_true(is_right(x, rows, width, at + i, near + i * most, most));
    }
    knn_free(&k);
}

static float *made(size_t rows, size_t width, uint32_t seed)
{
    float *x = calloc(rows * width, sizeof *x);
    struct random_name name = {.seed = seed, .purpose = PURPOSE_MADE};
    random_normal(name, x, rows * width);
    return x;
}

static void neighbours_are_those_of_the_plain_loop(void **state)
{
    (void)state;
    static const size_t widths[] = {1, 2, 3, 32, 200};
    for (size_t i = 0; i < 5; i++) {
        float *x = made(300, widths[i], (uint32_t)i);
        check_all(x, 300, widths[i], KNN_K);
        check_all(x, 300, widths[i], 1);
        free(x);
    }
}

/* In float, 1000 + 1e-3 u has lost most of u in any product of such numbers. */
static void far_from_zero_they_are_still_exact(void **state)
{
    (void)state;
    float *x = made(400, 8, 9);
    for (size_t i = 0; i < 400 * 8; i++) x[i] = 1000 + 1e-3f * x[i];
    x[0] = 2000; /* and the mean does not help against a row far away */
    check_all(x, 400, 8, KNN_K);
    free(x);
}

static void huge_and_tiny_numbers_keep_their_order(void **state)
{
    (void)state;
    static const float sizes[] = {1e30f, 1e-30f};
    for (size_t s = 0; s < 2; s++) {
        float *x = made(200, 4, 3);
        for (size_t i = 0; i < 200 * 4; i++) x[i] *= sizes[s];
        check_all(x, 200, 4, KNN_K);
        free(x);
    }
}

static void of_equal_distances_the_first_row_is_nearer(void **state)
{
    (void)state;
    float x[50 * 2] = {0};
    struct knn k;
    struct knn_neighbour near[3];
    check_all(x, 50, 2, KNN_K);
    assert_ok(knn_new(&k, x, 50, 2));
    knn_find(&k, 1, 1, 3, near);
    assert_true(near[0].row == 0 && near[1].row == 2 && near[2].row == 3);
    knn_free(&k);
}

static size_t correct_of(const float *x, const uint8_t *labels, size_t rows, size_t most)
{
    struct knn k;
    assert_ok(knn_new(&k, x, rows, 1));
    size_t correct = knn_correct(&k, labels, most);
    knn_free(&k);
    return correct;
}

/* Two groups on a line, far apart; a row never votes for itself. */
static void groups_are_told_apart_and_a_lone_label_never(void **state)
{
    (void)state;
    const float x[8] = {0, 0.1f, 0.2f, 0.3f, 9, 9.1f, 9.2f, 9.3f};
    const uint8_t groups[8] = {1, 1, 1, 1, 2, 2, 2, 2}, all[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    assert_int_equal(correct_of(x, groups, 8, 3), 8);
    assert_int_equal(correct_of(x, all, 8, 3), 0);
}

/* Seen from 0 the votes are two for 5 (at 1 and 4), two for 6 (at 2 and 3): 5 is nearest. */
static void a_tie_goes_to_the_label_that_is_nearest(void **state)
{
    (void)state;
    const float x[5] = {0, 1, 2, 3, 4};
    const uint8_t near[5] = {5, 5, 6, 6, 5}, far[5] = {6, 5, 6, 6, 5};
    size_t five = correct_of(x, near, 5, 4), six = correct_of(x, far, 5, 4);
    /* Rows 0 and 1 win by the nearest of 5 5 6 6; in the second, row 3 alone does. */
    assert_int_equal(five, 2);
    assert_int_equal(six, 1);
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    const float x[3] = {0, NAN, 1};
    struct knn k;
    assert_fails(knn_new(&k, x, 3, 1), ST_DATA, "row 1");
    knn_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_those_of_the_plain_loop),
        cmocka_unit_test(far_from_zero_they_are_still_exact),
        cmocka_unit_test(huge_and_tiny_numbers_keep_their_order),
        cmocka_unit_test(of_equal_distances_the_first_row_is_nearer),
        cmocka_unit_test(groups_are_told_apart_and_a_lone_label_never),
        cmocka_unit_test(a_tie_goes_to_the_label_that_is_nearest),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
