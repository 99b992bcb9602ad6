#include "check.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/svg_ids.h"

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
        cmocka_unit_test(svg_names_are_numbered_by_their_first_appearance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
