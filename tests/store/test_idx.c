#include "scratch.h"

#include "store/idx.h"

#include <sys/stat.h>

/* 2 images of 2 x 3 bytes. */
static const char good[] = "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03"
                           "abcdefghijkl";
enum { GOOD = sizeof good - 1 };

static void expect_good(const char *folder, const char *name)
{
    struct idx x;
    char hex[DIGEST_HEX];
    assert_ok(idx_read(&x, folder, name));
    assert_int_equal(x.rank, 3);
    assert_int_equal(x.dims[0], 2);
    assert_int_equal(x.dims[1], 2);
    assert_int_equal(x.dims[2], 3);
    assert_int_equal(x.dims[3], 1);
    assert_memory_equal(x.values, good + 16, 12);
    assert_ok(digest_bytes(good, GOOD, hex));
    assert_string_equal(x.sha256, hex);
    idx_free(&x);
}

static void pack(const char *path)
{
    char command[300];
    snprintf(command, sizeof command, "gzip -nf '%s'", path);
    assert_int_equal(system(command), 0);
}

static void plain_and_packed_files_are_read(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "t10k-images-idx3-ubyte"), good, GOOD);
    expect_good(folder, "t10k-images-idx3-ubyte");
    pack(scratch_path(folder, "t10k-images-idx3-ubyte"));
    expect_good(folder, "t10k-images-idx3-ubyte");
    scratch_remove(folder);
}

static void the_spelling_with_a_dot_is_found(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "t10k-images.idx3-ubyte"), good, GOOD);
    expect_good(folder, "t10k-images-idx3-ubyte");
    scratch_remove(folder);
}

/* Kaggle's MNIST has both: the folder holds the same file again. */
static void a_folder_of_that_name_beside_the_file_is_passed_over(void **state)
{
    struct idx x;
    (void)state;
    const char *folder = scratch_folder();
    assert_int_equal(mkdir(scratch_path(folder, "t10k-images-idx3-ubyte"), 0700), 0);
    assert_fails(idx_read(&x, folder, "t10k-images-idx3-ubyte"), ST_NOINPUT, "has no t10k");
    scratch_write(scratch_path(folder, "t10k-images.idx3-ubyte"), good, GOOD);
    expect_good(folder, "t10k-images-idx3-ubyte");
    scratch_remove(folder);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct idx x;
    (void)state;
    assert_fails(idx_read(&x, "/no/such", "train-images-idx3-ubyte"), ST_NOINPUT,
                 "train-images-idx3-ubyte");
}

/* These bytes are refused with that word. */
static void refuse(const void *bytes, size_t n, int packed, const char *word)
{
    struct idx x;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "x"), bytes, n);
    if (packed) pack(scratch_path(folder, "x"));
    assert_fails(idx_read(&x, folder, "x"), ST_DATA, word);
    assert_null(x.values);
    scratch_remove(folder);
}

static void a_truncated_file_is_refused_wherever_it_ends(void **state)
{
    (void)state;
    for (size_t n = 0; n < GOOD; n++) refuse(good, n, 0, "truncated");
    refuse(good, GOOD - 1, 1, "truncated");
}

static void a_truncated_or_damaged_packed_file_is_refused(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct idx x;
    size_t n;
    scratch_write(scratch_path(folder, "x"), good, GOOD);
    pack(scratch_path(folder, "x"));
    char *bytes = scratch_read(scratch_path(folder, "x.gz"), &n);
    for (size_t keep = 3; keep < n; keep++) {
        scratch_write(scratch_path(folder, "x.gz"), bytes, keep);
        assert_int_equal(idx_read(&x, folder, "x"), ST_DATA);
    }
    bytes[n - 6] ^= 1; /* of the checksum */
    scratch_write(scratch_path(folder, "x.gz"), bytes, n);
    assert_fails(idx_read(&x, folder, "x"), ST_DATA, "damaged");
    free(bytes);
    scratch_remove(folder);
}

static void wrong_beginnings_and_ends_are_refused(void **state)
{
    (void)state;
    char bytes[GOOD + 1];
    memcpy(bytes, good, GOOD);
    bytes[2] = 0x0d; /* floats */
    refuse(bytes, GOOD, 0, "00 00 0d 03");
    memcpy(bytes, good, GOOD);
    bytes[GOOD] = 'm';
    refuse(bytes, GOOD + 1, 0, "longer");
    refuse(bytes, GOOD + 1, 1, "longer");
    bytes[7] = 0; /* no rows */
    refuse(bytes, GOOD, 0, "no values");
}

static void sizes_beyond_the_file_take_no_memory(void **state)
{
    (void)state;
    char bytes[GOOD];
    memcpy(bytes, good, GOOD);
    memset(bytes + 4, 0xff, 12); /* 2^96 values */
    refuse(bytes, GOOD, 0, "truncated");
    refuse(bytes, GOOD, 1, "truncated");
}

static void a_pipe_in_place_of_a_file_is_refused(void **state)
{
    (void)state;
    struct idx x;
    const char *folder = scratch_folder();
    assert_int_equal(mkfifo(scratch_path(folder, "x"), 0600), 0);
    assert_fails(idx_read(&x, folder, "x"), ST_DATA, "regular");
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_packed_files_are_read),
        cmocka_unit_test(the_spelling_with_a_dot_is_found),
        cmocka_unit_test(a_folder_of_that_name_beside_the_file_is_passed_over),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(a_truncated_file_is_refused_wherever_it_ends),
        cmocka_unit_test(a_truncated_or_damaged_packed_file_is_refused),
        cmocka_unit_test(wrong_beginnings_and_ends_are_refused),
        cmocka_unit_test(sizes_beyond_the_file_take_no_memory),
        cmocka_unit_test(a_pipe_in_place_of_a_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
