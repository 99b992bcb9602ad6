#include "check.h"

#include "analysis/draw/sheet.h"
#include "analysis/draw/tile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void zero_is_128_on_every_scale(void **state)
{
    (void)state;
    const double scales[] = {0, 1e-30, 0.1, 1, 1e30};
    for (size_t i = 0; i < 5; i++) assert_int_equal(tile_grey(0, scales[i]), 128);
}

static void the_extreme_is_black_or_white(void **state)
{
    (void)state;
    for (double s = 1e-9; s < 1e9; s *= 7) {
        assert_int_equal(tile_grey(s, s), 255);
        assert_int_equal(tile_grey(-s, s), 0);
        assert_true(tile_grey(0.5 * s, s) > 128 && tile_grey(-0.5 * s, s) < 128);
    }
}

static void a_scale_is_the_largest_absolute_value(void **state)
{
    (void)state;
    const double v[3] = {0.5, -2, 1};
    assert_true(tile_scale(v, 3) == 2);
}

static void every_byte_survives_the_way_through_float(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) assert_int_equal(tile_pixel((float)i * (1.0f / 255)), i);
    assert_int_equal(tile_pixel(-3), 0);
    assert_int_equal(tile_pixel(3), 255);
}

static void a_tile_is_a_whole_number_of_pixels(void **state)
{
    (void)state;
    for (size_t w = 1; w < 300; w++) {
        double pixels = tile_magnification(w, 56) * CANVAS_PIXELS;
        assert_true(pixels >= 1 && pixels == floor(pixels));
    }
}

static void a_sheet_has_its_images_in_place_and_white_gaps(void **state)
{
    (void)state;
    const float values[4] = {0, 0.2f, 0.4f, 0.6f};
    struct sheet s = {.rows = 2, .columns = 2, .image = {1, 1, 1}, .values = values, .gap = 1};
    struct canvas_image m;
    assert_ok(sheet_mosaic(&s, &m));
    const uint8_t want[9] = {0, 255, 51, 255, 255, 255, 102, 255, 153};
    assert_true(m.rows == 3 && m.columns == 3);
    assert_memory_equal(m.bytes, want, sizeof want);
    free((void *)m.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_is_128_on_every_scale),
        cmocka_unit_test(the_extreme_is_black_or_white),
        cmocka_unit_test(a_scale_is_the_largest_absolute_value),
        cmocka_unit_test(every_byte_survives_the_way_through_float),
        cmocka_unit_test(a_tile_is_a_whole_number_of_pixels),
        cmocka_unit_test(a_sheet_has_its_images_in_place_and_white_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
