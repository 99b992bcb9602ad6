#include "check.h"

#include "base/hash.h"

#include <string.h>

enum { BYTES = 300 }; /* four blocks and a rest */

static void fill(unsigned char bytes[BYTES])
{
    for (int i = 0; i < BYTES; i++) bytes[i] = (unsigned char)(7 * i + i / 11);
}

static void equal_bytes_have_equal_hashes(void **state)
{
    unsigned char a[BYTES + 1], b[BYTES];
    (void)state;
    fill(b);
    memcpy(a + 1, b, BYTES); /* wherever they lie */
    for (size_t n = 0; n <= BYTES; n++)
        assert_int_equal(hash_bytes(a + 1, n), hash_bytes(b, n));
}

static void every_bit_counts(void **state)
{
    unsigned char a[BYTES];
    (void)state;
    fill(a);
    uint64_t before = hash_bytes(a, BYTES);
    for (int bit = 0; bit < 8 * BYTES; bit++) {
        a[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_int_not_equal(hash_bytes(a, BYTES), before);
        a[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

/* Two changed signs, wherever they are: a product alone would lose a pair of top bits. */
static void two_changed_signs_do_not_hide_each_other(void **state)
{
    unsigned char a[BYTES];
    (void)state;
    fill(a);
    uint64_t before = hash_bytes(a, BYTES);
    for (int i = 3; i < BYTES; i += 4)
        for (int k = i + 4; k < BYTES; k += 4) {
            a[i] ^= 0x80, a[k] ^= 0x80;
            assert_int_not_equal(hash_bytes(a, BYTES), before);
            a[i] ^= 0x80, a[k] ^= 0x80;
        }
}

static void order_and_length_count(void **state)
{
    uint64_t ab[] = {1, 2}, ba[] = {2, 1}, far[16] = {[0] = 1}, other[16] = {[8] = 1};
    (void)state;
    assert_int_not_equal(hash_bytes(ab, sizeof ab), hash_bytes(ba, sizeof ba));
    assert_int_not_equal(hash_bytes(far, sizeof far), hash_bytes(other, sizeof other));
    assert_int_not_equal(hash_bytes("\0\0", 1), hash_bytes("\0\0", 2));
    assert_int_not_equal(hash_join(1, 2), hash_join(2, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_bytes_have_equal_hashes),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(two_changed_signs_do_not_hide_each_other),
        cmocka_unit_test(order_and_length_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
