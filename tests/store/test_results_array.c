#include "check.h"

#include "store/results_array.h"

#include <string.h>

static const struct shape image = {5, 4, 3};

static void every_array_is_shaped_as_wide_as_it_says(void **state)
{
    (void)state;
    for (enum results_array a = 0; a < RESULTS_ARRAYS; a++) {
        struct array x = results_array_layout(a, 100, 7, image);
        size_t width = 1;
        for (int i = 1; i < x.rank; i++) width *= x.dims[i];
        int coded = a == RESULTS_CODES || a == RESULTS_LOG_VARIANCE;
        assert_int_equal(x.dims[0], 100);
        assert_int_equal(width, results_array_width(a, 7, image));
        assert_int_equal(width, coded ? 7 : 60);
        assert_int_equal(x.type, ARRAY_FLOAT);
        for (int i = 0; i < x.rank; i++) assert_non_null(x.labels[i]);
        assert_string_equal(x.name, results_array_name(a));
    }
}

static void every_array_has_its_own_name_and_meaning(void **state)
{
    (void)state;
    for (enum results_array a = 0; a < RESULTS_ARRAYS; a++) {
        const char *help = results_array_help(results_array_name(a));
        assert_non_null(help);
        for (enum results_array b = 0; b < a; b++) {
            assert_string_not_equal(results_array_name(a), results_array_name(b));
            assert_string_not_equal(help, results_array_help(results_array_name(b)));
        }
    }
    assert_non_null(results_array_help(results_array_labels(1).name));
    assert_null(results_array_help("weights"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_array_is_shaped_as_wide_as_it_says),
        cmocka_unit_test(every_array_has_its_own_name_and_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
