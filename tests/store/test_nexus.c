#include "scratch.h"

#include "store/h5.h"
#include "store/nexus.h"

static const double x[] = {1, 2, 3};
static const float images[12] = {0};

static const struct array arrays[] = {
    {.name = "curve/x", .type = ARRAY_DOUBLE, .rank = 1, .dims = {3}, .data = x},
    {.name = "curve/y", .type = ARRAY_DOUBLE, .rank = 1, .dims = {3}, .data = x},
    {.name = "curve/short", .type = ARRAY_DOUBLE, .rank = 1, .dims = {2}, .data = x},
    {.name = "curve/stack", .type = ARRAY_FLOAT, .rank = 3, .dims = {3, 2, 2}, .data = images},
};

static enum status save(const char *folder, struct nexus_group group)
{
    const struct text_attribute entries[] = {{"version", "1"}};
    const struct provenance p = {entries, 1};
    group.name = "curve", group.title = "A curve";
    return nexus_save(folder, "a.h5",
                      &(struct nexus){arrays, 4, &group, 1, &p, &p, NULL, NULL});
}

static void assert_text(const struct h5_file *f, const char *object, const char *name,
                        const char *wanted)
{
    char text[64];
    assert_true(h5_attribute_text(f, object, name, text, sizeof text));
    assert_string_equal(text, wanted);
}

static void defaults_lead_from_the_root_to_the_signal(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct h5_file f;
    long dimension;
    char *title;
    assert_ok(save(folder, (struct nexus_group){.signal = "stack", .axes = {"x", ".", "."}}));
    assert_ok(h5_open(&f, scratch_path(folder, "a.h5")));
    assert_text(&f, "/", "default", "figures");
    assert_text(&f, "/figures", "default", "curve");
    assert_text(&f, "/figures/curve", "NX_class", "NXdata");
    assert_text(&f, "/figures/curve", "signal", "stack");
    assert_true(h5_attribute_int(&f, "/figures/curve", "x_indices", &dimension));
    assert_int_equal(dimension, 0);
    assert_text(&f, "/provenance/run", "version", "1");
    assert_ok(h5_text(&f, "/figures/curve/title", &title));
    assert_string_equal(title, "A curve");
    free(title);
    h5_close(&f);
    scratch_remove(folder);
}

static void what_does_not_fit_is_refused_and_leaves_no_file(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    const struct nexus_group wrong[] = {
        {.signal = "z"},
        {.signal = "y", .axes = {"short"}},
        {.signal = "y", .axes = {"stack"}},
        {.signal = "y", .others = {"short"}},
        {.signal = "stack", .axes = {"x", "."}},
        {.signal = "stack", .axes = {".", "x", "."}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_fails(save(folder, wrong[i]), ST_INTERNAL, "curve/");
    assert_int_equal(access(scratch_path(folder, "a.h5"), F_OK), -1);
    scratch_remove(folder);
}

static void points_have_more_axes_than_dimensions(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct h5_file f;
    long dimension;
    assert_ok(save(folder, (struct nexus_group){.signal = "y", .axes = {"x", "y"}}));
    assert_ok(h5_open(&f, scratch_path(folder, "a.h5")));
    assert_true(h5_attribute_int(&f, "/figures/curve", "y_indices", &dimension));
    assert_int_equal(dimension, 0);
    h5_close(&f);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_lead_from_the_root_to_the_signal),
        cmocka_unit_test(what_does_not_fit_is_refused_and_leaves_no_file),
        cmocka_unit_test(points_have_more_axes_than_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
