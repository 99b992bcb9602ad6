#include "check.h"

#include "store/arrays.h"
#include "store/slabs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        cmocka_unit_test(a_missing_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
