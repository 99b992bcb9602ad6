#include "check.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/svg_ids.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void ticks_are_round_numbers_within_the_range(void **state)
{
    (void)state;
    double t[32];
    assert_int_equal(axes_ticks(-2.2, 3.1, 5, t, 32), 3);
    assert_true(t[0] == -2 && t[1] == 0 && t[2] == 2);
    size_t n = axes_ticks(0.083, 0.246, 6, t, 32);
    assert_true(n >= 3 && n <= 8 && t[0] >= 0.083 && t[n - 1] <= 0.246);
    assert_int_equal(axes_ticks(1, 1, 5, t, 32), 0);
}

static void a_range_without_length_gets_some(void **state)
{
    (void)state;
    double lo = 5, hi = 5, zero = 0, also = 0;
    axes_widen(&lo, &hi, 0.1);
    axes_widen(&zero, &also, 0.1);
    assert_true(lo < 5 && hi > 5 && zero < 0 && also > 0);
}

static void axes_go_right_and_up(void **state)
{
    (void)state;
    const struct axes a = {
        .x = 10, .y = 20, .w = 100, .h = 200, .x0 = -1, .x1 = 3, .y0 = 5, .y1 = 7};
    assert_true(axes_at_x(&a, -1) == 10 && axes_at_x(&a, 3) == 110 && axes_at_x(&a, 0) == 35);
    assert_true(axes_at_y(&a, 5) == 220 && axes_at_y(&a, 7) == 20 && axes_at_y(&a, 6.5) == 70);
}

static void logarithmic_axes_give_equal_factors_equal_lengths(void **state)
{
    (void)state;
    const struct axes a = {
        .w = 100, .h = 200, .x0 = 1, .x1 = 100, .y0 = 0.01, .y1 = 1, .log_x = 1, .log_y = 1};
    assert_true(fabs(axes_at_x(&a, 10) - 50) < 1e-9);
    assert_true(fabs(axes_at_y(&a, 0.1) - 100) < 1e-9);
}

static void svg_names_are_numbered_by_their_first_appearance(void **state)
{
    (void)state;
    const char in[] = "<g id=\"surface91\"><use xlink:href=\"#image7\"/>url(#surface91) image7";
    const char want[] = "<g id=\"surface1\"><use xlink:href=\"#image2\"/>url(#surface1) image7";
    size_t n;
    char *out = svg_ids_renumber(in, strlen(in), &n);
    assert_int_equal(n, strlen(want));
    assert_memory_equal(out, want, n);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round_numbers_within_the_range),
        cmocka_unit_test(a_range_without_length_gets_some),
        cmocka_unit_test(axes_go_right_and_up),
        cmocka_unit_test(logarithmic_axes_give_equal_factors_equal_lengths),
        cmocka_unit_test(svg_names_are_numbered_by_their_first_appearance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
