/* The places of a window on an axis, and what of it lies inside the image. */
#include "check.h"

#include "linalg/patches.h"

static void assert_axis(struct axis a, size_t places, size_t before)
{
    assert_int_equal(a.places, places);
    assert_int_equal(a.before, before);
}

static void sizes_are_tensorflows(void **state)
{
    (void)state;
    assert_axis(patches_same(28, 3, 1), 28, 1);
    assert_axis(patches_same(28, 3, 2), 14, 0); /* one zero in all, behind */
    assert_axis(patches_same(7, 3, 2), 4, 1);
    assert_axis(patches_same(7, 2, 2), 4, 0);
    assert_axis(patches_same(5, 1, 3), 2, 0);
    assert_axis(patches_same(5, 5, 1), 5, 2);
    assert_axis(patches_same(1, 4, 1), 1, 1);
    assert_axis(patches_valid(28, 2, 1), 27, 0);
    assert_axis(patches_valid(27, 2, 2), 13, 0);
    assert_axis(patches_valid(3, 3, 2), 1, 0);
    assert_axis(patches_valid(2, 3, 1), 0, 0);
}

static void assert_span(struct axis a, size_t place, size_t first, size_t end)
{
    struct span s = patches_span(&a, place);
    assert_int_equal(s.first, first);
    assert_int_equal(s.end, end);
}

static void a_span_is_what_lies_inside(void **state)
{
    (void)state;
    assert_span(patches_same(28, 3, 1), 0, 1, 3);
    assert_span(patches_same(28, 3, 1), 5, 0, 3);
    assert_span(patches_same(28, 3, 1), 27, 0, 2);
    assert_span(patches_same(1, 4, 1), 0, 1, 2);
    assert_span(patches_same(7, 2, 2), 3, 0, 1);
    assert_span(patches_valid(27, 2, 2), 12, 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_tensorflows),
        cmocka_unit_test(a_span_is_what_lies_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
