#include "check.h"

#include "net/samples.h"

#include <float.h>
#include <math.h>

enum { ROWS = 5, WIDTH = 2 * 3 * 331, N = ROWS * WIDTH };

static float values[N];
static uint8_t bytes[N];

static const struct samples floats = {
    .shape = {2, 331, 3}, .scale = 1, .rows = ROWS, .values = values};
static const struct samples pixels = {
    .shape = {2, 331, 3}, .scale = 1.0f / 255, .rows = ROWS, .bytes = bytes};

/* The first value outside is this one, at that place. */
static void expect_outside(const struct samples *s, float low, float high, size_t at,
                           float value)
{
    size_t found;
    float what;
    assert_true(samples_outside(s, low, high, &found, &what));
    assert_int_equal(found, at);
    assert_true(isnan(value) ? isnan(what) : what == value);
}

static void expect_none(const struct samples *s, float low, float high)
{
    size_t found;
    float what;
    assert_false(samples_outside(s, low, high, &found, &what));
}

/* Among many, wherever it stands. */
static void expect_each_place(float wrong, float low, float high)
{
    const size_t places[] = {0, 1, 15, 16, 4095, 4096, 4097, 8191, N - 17, N - 1};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        float before = values[places[i]];
        values[places[i]] = wrong;
        expect_outside(&floats, low, high, places[i], wrong);
        values[places[i]] = before;
    }
    expect_none(&floats, low, high);
}

static void what_is_not_finite_is_found_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < N; i++) values[i] = i % 2 ? FLT_MAX : -FLT_MAX;
    expect_each_place(NAN, -FLT_MAX, FLT_MAX);
    expect_each_place(-NAN, -FLT_MAX, FLT_MAX);
    expect_each_place(INFINITY, -FLT_MAX, FLT_MAX);
    expect_each_place(-INFINITY, -FLT_MAX, FLT_MAX);
}

static void what_is_no_probability_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < N; i++) values[i] = (float)(i % 3) / 2;
    expect_each_place(1.001f, 0, 1);
    expect_each_place(-0.001f, 0, 1);
    expect_each_place(NAN, 0, 1);
    values[7] = values[4100] = 2;
    expect_outside(&floats, 0, 1, 7, 2); /* the first of two */
}

static void the_scale_counts(void **state)
{
    (void)state;
    struct samples s = floats;
    for (size_t i = 0; i < N; i++) values[i] = (float)(i % 256);
    expect_outside(&s, 0, 1, 2, 2);
    s.scale = 1.0f / 255;
    expect_none(&s, 0, 1);
    s.scale = -1.0f / 255;
    expect_outside(&s, 0, 1, 1, -1.0f / 255);
    s.scale = FLT_MAX; /* finite as stored, infinite as it is read */
    expect_outside(&s, -FLT_MAX, FLT_MAX, 2, INFINITY);
}

static void bytes_are_judged_by_their_scale(void **state)
{
    (void)state;
    struct samples s = pixels;
    for (size_t i = 0; i < N; i++) bytes[i] = (uint8_t)i;
    expect_none(&s, 0, 1);
    s.scale = 1;
    expect_none(&s, -FLT_MAX, FLT_MAX);
    expect_outside(&s, 0, 1, 2, 2);
    for (size_t i = 0; i < N; i++) bytes[i] = i % 2;
    expect_none(&s, 0, 1); /* bytes that could be outside, none of which is there */
    bytes[N - 1] = 254;
    expect_outside(&s, 0, 1, N - 1, 254);
    s.rows = ROWS - 1;
    expect_none(&s, 0, 1);
}

static void no_rows_hold_nothing_wrong(void **state)
{
    (void)state;
    struct samples s = floats, t = pixels;
    values[0] = NAN, bytes[0] = 255;
    s.rows = t.rows = 0;
    t.scale = 1;
    expect_none(&s, 0, 1);
    expect_none(&t, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_finite_is_found_wherever_it_stands),
        cmocka_unit_test(what_is_no_probability_is_found),
        cmocka_unit_test(the_scale_counts),
        cmocka_unit_test(bytes_are_judged_by_their_scale),
        cmocka_unit_test(no_rows_hold_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
