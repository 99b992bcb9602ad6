/* What takes long with a large file beats, piece by piece, or the watchdog takes it for dead.
 */
#include "scratch.h"

#include "base/digest.h"
#include "base/pulse.h"
#include "seal.h"
#include "store/commit.h"

enum { MOST = 1 << 24, PIECES = 3, BYTES = PIECES * MOST - 1 };

static char *bytes;

/* At least a beat a piece since then. */
static void expect_beats(unsigned long before)
{
    assert_true(pulse_count() - before >= PIECES);
}

static int begin(void **state)
{
    (void)state;
    bytes = calloc(BYTES, 1);
    return bytes == NULL;
}

static int end(void **state)
{
    (void)state;
    free(bytes);
    return 0;
}

static void a_digest_beats(void **state)
{
    (void)state;
    char hex[DIGEST_HEX];
    unsigned long before = pulse_count();
    assert_ok(digest_bytes(bytes, BYTES, hex));
    expect_beats(before);
}

static void a_file_that_is_read_beats(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    char *back;
    size_t n;
    assert_ok(commit_bytes(folder, "large", bytes, BYTES));
    unsigned long before = pulse_count();
    assert_ok(seal_read(scratch_path(folder, "large"), &back, &n));
    expect_beats(before);
    assert_int_equal(n, BYTES);
    assert_memory_equal(back, bytes, BYTES);
    free(back);
    scratch_remove(folder);
}

static void a_file_that_is_written_beats(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    unsigned long before = pulse_count();
    assert_ok(commit_bytes(folder, "large", bytes, BYTES));
    expect_beats(before);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_beats),
        cmocka_unit_test(a_file_that_is_read_beats),
        cmocka_unit_test(a_file_that_is_written_beats),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
