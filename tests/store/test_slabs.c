#include "scratch.h"

#include "store/arrays.h"
#include "store/h5.h"
#include "store/h5_write.h"
#include "store/slabs.h"

static enum status open_made(const struct array *a)
{
    char folder[] = "/tmp/hourglass-slabs-XXXXXX", path[64];
    const struct provenance p = {NULL, 0};
    struct slabs s;
    assert_non_null(mkdtemp(folder));
    assert_ok(arrays_save(folder, "data.h5", a, 1, &p));
    snprintf(path, sizeof path, "%s/data.h5", folder);
    enum status st = slabs_open(&s, path, "train");
    slabs_close(&s);
    remove(path);
    rmdir(folder);
    return st;
}

static void what_is_no_data_set_is_refused(void **state)
{
    (void)state;
    const uint8_t bytes[4] = {0};
    struct array a = {"train/images", ARRAY_UINT8, 4, {1, 2, 2, 1}, {NULL}, bytes, {{0}}};
    assert_fails(open_made(&a), ST_DATA, "scale");
    a.rank = 2;
    assert_fails(open_made(&a), ST_DATA, "[N, H, W, C]");
    a = (struct array){"train/images", ARRAY_INT64, 4, {0, 1, 1, 1}, {NULL}, bytes, {{0}}};
    assert_fails(open_made(&a), ST_DATA, "train/images");
    a.name = "test/images";
    assert_fails(open_made(&a), ST_DATA, "train");
}

/* /test of two rows of one pixel, 1 and 2 as stored, as bytes or floats. */
static void make_split(const char *path, enum array_type type, double scale, size_t labels)
{
    const float values[2] = {1, 2};
    const uint8_t bytes[4] = {1, 2};
    struct array x = {.name = "test/images", .type = type, .rank = 4, .data = values};
    struct array y = {.name = "test/labels", .type = ARRAY_UINT8, .rank = 1, .data = bytes};
    hid_t file;
    for (int i = 0; i < 4; i++) x.dims[i] = i == 0 ? 2 : 1;
    if (type == ARRAY_UINT8) x.data = bytes;
    y.dims[0] = labels;
    assert_ok(h5_write_file(&file, path, "data set"));
    assert_ok(h5_write_array(file, &x));
    assert_ok(h5_write_array(file, &y));
    assert_ok(h5_write_attribute_real(file, x.name, "scale", scale));
    h5_drop(file);
}

static enum status open_split(double scale, size_t labels)
{
    const char *folder = scratch_folder(), *path = scratch_path(folder, "data.h5");
    struct slabs s;
    make_split(path, ARRAY_FLOAT, scale, labels);
    enum status st = slabs_open(&s, path, "test");
    slabs_close(&s);
    scratch_remove(folder);
    return st;
}

/* The checks are those of store/dataset_layout.h, as in training. */
static void what_training_refuses_is_refused(void **state)
{
    (void)state;
    assert_ok(open_split(1, 2));
    assert_fails(open_split(0, 2), ST_DATA, "scale");
    assert_fails(open_split(1, 3), ST_DATA, "test/labels is uint8 [3]");
}

static void rows_are_read_in_units_of_the_scale(void **state)
{
    (void)state;
    const enum array_type types[2] = {ARRAY_UINT8, ARRAY_FLOAT};
    for (int i = 0; i < 2; i++) {
        const char *folder = scratch_folder(), *path = scratch_path(folder, "data.h5");
        struct slabs s;
        float out[2];
        make_split(path, types[i], 0.25, 2);
        assert_ok(slabs_open(&s, path, "test"));
        assert_int_equal(s.total, 2);
        assert_ok(slabs_read(&s, 0, 2, out));
        assert_true(out[0] == 0.25f && out[1] == 0.5f);
        assert_ok(slabs_read(&s, 1, 1, out));
        assert_true(out[0] == 0.5f);
        assert_fails(slabs_read(&s, 1, 2, out), ST_DATA, "fewer rows");
        slabs_close(&s);
        scratch_remove(folder);
    }
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct slabs s;
    assert_fails(slabs_open(&s, "/nowhere.h5", "train"), ST_NOINPUT, "/nowhere.h5");
    slabs_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_data_set_is_refused),
        cmocka_unit_test(what_training_refuses_is_refused),
        cmocka_unit_test(rows_are_read_in_units_of_the_scale),
        cmocka_unit_test(a_missing_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
