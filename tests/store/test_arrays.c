#include "scratch.h"

#include "store/arrays.h"
#include "store/h5.h"

static const float weights[] = {1, 2, 3, 4, 5, 6};
static const int64_t seeds[] = {-5, 7};

static void save_two(const char *folder)
{
    const struct array arrays[] = {
        {.name = "pca/components",
         .type = ARRAY_FLOAT,
         .rank = 2,
         .dims = {2, 3},
         .labels = {"component", "feature"},
         .data = weights,
         .attributes = {{"unit", "none"}}},
        {.name = "pca/more/seeds", .type = ARRAY_INT64, .rank = 1, .dims = {2}, .data = seeds},
    };
    const struct text_attribute entries[] = {{"version", "1"}};
    assert_ok(arrays_save(folder, "a.h5", arrays, 2, &(struct provenance){entries, 1}));
}

static void arrays_come_back_with_their_attributes(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct h5_file f;
    struct h5_array a;
    float out[6];
    char text[32];
    save_two(folder);
    assert_ok(h5_open(&f, scratch_path(folder, "a.h5")));
    assert_ok(h5_array_open(&a, &f, "/pca/components"));
    assert_ok(h5_array_expect(&a, ARRAY_FLOAT, 2, (size_t[]){2, 3}));
    assert_ok(h5_array_read(&a, 0, 2, H5P_DEFAULT, out));
    assert_memory_equal(out, weights, sizeof out);
    assert_ok(h5_array_read(&a, 1, 1, H5P_DEFAULT, out));
    assert_memory_equal(out, weights + 3, 3 * sizeof *out);
    assert_true(h5_attribute_text(&f, "/pca/components", "unit", text, sizeof text));
    assert_string_equal(text, "none");
    assert_true(h5_attribute_text(&f, "/provenance", "version", text, sizeof text));
    assert_true(h5_exists(&f, "/pca/more/seeds"));
    h5_array_close(&a);
    h5_close(&f);
    scratch_remove(folder);
}

/* The labels are the attribute that other programs read: an array of texts. */
static void dimensions_are_labelled(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct h5_file f;
    char *labels[2] = {NULL};
    save_two(folder);
    assert_ok(h5_open(&f, scratch_path(folder, "a.h5")));
    hid_t id =
        H5Aopen_by_name(f.id, "/pca/components", "DIMENSION_LABELS", H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(id);
    assert_true(H5Aread(id, type, labels) >= 0);
    assert_string_equal(labels[0], "component");
    assert_string_equal(labels[1], "feature");
    H5free_memory(labels[0]), H5free_memory(labels[1]);
    h5_drop(type), h5_drop(id);
    h5_close(&f);
    scratch_remove(folder);
}

static void equal_arrays_give_equal_bytes(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    size_t n, m;
    save_two(folder);
    char *first = scratch_read(scratch_path(folder, "a.h5"), &n);
    save_two(folder);
    char *second = scratch_read(scratch_path(folder, "a.h5"), &m);
    assert_int_equal(n, m);
    assert_memory_equal(first, second, n);
    free(first), free(second);
    scratch_remove(folder);
}

/* A wrong byte can make HDF5 ask for any amount of memory: it gets none and says so, under
 * the address sanitizer as without.  What HDF5 loses on its way out is its own. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:detect_leaks=0";
}

/* Open and read the array of these bytes. */
static enum status read_bytes(const void *bytes, size_t n)
{
    struct h5_file f;
    struct h5_array a = {.id = -1};
    float out[64];
    enum status st = h5_open_bytes(&f, "mutant", bytes, n);
    if (st == ST_OK) st = h5_array_open(&a, &f, "/pca/components");
    if (st == ST_OK && a.count <= 64) st = h5_array_read(&a, 0, a.dims[0], H5P_DEFAULT, out);
    h5_array_close(&a);
    h5_close(&f);
    return st;
}

/* A strict reader answers or refuses; it does not crash, whichever byte is wrong. */
static void a_file_with_a_wrong_byte_is_read_or_refused(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    int read = 0, refused = 0;
    size_t n;
    save_two(folder);
    char *bytes = scratch_read(scratch_path(folder, "a.h5"), &n);
    assert_ok(read_bytes(bytes, n));
    for (size_t at = 0; at < n; at += 7) {
        bytes[at] ^= 0x15;
        enum status st = read_bytes(bytes, n);
        if (st != ST_OK && st != ST_DATA && st != ST_NOMEM)
            fail_msg("byte %zu: %s", at, status_message());
        read += st == ST_OK, refused += st != ST_OK;
        bytes[at] ^= 0x15;
    }
    assert_true(read > 0 && refused > 0);
    assert_ok(read_bytes(bytes, n));
    free(bytes);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_come_back_with_their_attributes),
        cmocka_unit_test(dimensions_are_labelled),
        cmocka_unit_test(equal_arrays_give_equal_bytes),
        cmocka_unit_test(a_file_with_a_wrong_byte_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
