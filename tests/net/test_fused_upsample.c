/* A convolution that reads the image before its upsampling against the two layers one after the
 * other: windows, paddings, factors and numbers of channels. */
#include "check.h"

#include "base/random.h"
#include "fuse.h"
#include "net/call.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 2, MOST = 1 << 17 };

static const uint32_t row[ROWS] = {0, 1};
static float x[MOST], large[MOST], y[MOST], dy[MOST], dlarge[MOST], dx[MOST], w[MOST];
static float dw[MOST], y_of_two[MOST], dx_of_two[MOST], dw_of_two[MOST], workspace[MOST];

static const struct batch b = {.rows = ROWS, .row = row};
static const struct layer_call c = {.batch = &b, .workspace = workspace};

/* An upsampling and a convolution. */
struct layers {
    struct layer up, conv;
};

static struct layers parse(const char *up, const char *conv, struct shape in)
{
    struct layers two;
    assert_ok(layer_parse(&two.up, up, in, 0));
    assert_ok(layer_parse(&two.conv, conv, two.up.out, 0));
    two.conv.variable[1].at = two.conv.variable[0].count;
    return two;
}

static void run_backward(const struct layer *l, const float *from, float *to, float *dfrom,
                         float *gradient)
{
    static float copy[MOST]; /* backward may change it */
    memcpy(copy, dy, sizeof copy);
    call_backward(l, c, w, from, to, copy, dfrom, gradient, NULL);
}

static void run_two(const struct layers *two)
{
    const struct layer *up = &two->up, *conv = &two->conv;
    call_forward(up, c, w, x, large, NULL);
    call_forward(conv, c, w, large, y_of_two, NULL);
    run_backward(conv, large, y_of_two, dlarge, dw_of_two);
    call_backward(up, c, w, x, large, dlarge, dx_of_two, NULL, NULL);
}

static void assert_close(const char *what, const struct layers *two, size_t n, const float *got,
                         const float *want)
{
    float most = 0;
    for (size_t i = 0; i < n; i++) most = fmaxf(most, fabsf(want[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(got[i] - want[i]) <= 1e-5f * most))
            fail_msg("%s: %zux%zux%zu by %zu, window %zu, before %zu, value %zu is %g, not %g",
                     what, two->up.in.h, two->up.in.w, two->up.in.c, two->up.out.h,
                     two->conv.patches.y.window, two->conv.patches.y.before, i, (double)got[i],
                     (double)want[i]);
}

/* The two as neighbours; whether they have become one. */
static int fused(struct layers *two)
{
    struct layer both[2] = {two->up, two->conv};
    fuse_layers(both, 2);
    two->up = both[0], two->conv = both[1];
    return two->up.view;
}

static void fused_is_as_two(const char *up, const char *line, struct shape in)
{
    struct layers two = parse(up, line, in);
    run_two(&two);
    assert_true(fused(&two));
    const struct layer *l = &two.conv;
    assert_true(l->workspace <= MOST && ROWS * shape_size(l->out) <= MOST);
    call_forward(l, c, w, x, y, NULL);
    run_backward(l, x, y, dx, dw);
    assert_close("y", &two, ROWS * shape_size(l->out), y, y_of_two);
    assert_close("dx", &two, ROWS * shape_size(in), dx, dx_of_two);
    assert_close("dw", &two, layer_span(l), dw, dw_of_two);
}

static void fused_is_as_two_layers(void **state)
{
    static const char *const up[] = {"upsample 2x2", "upsample 1x2", "upsample 3x2"};
    static const char *const window[] = {"1x1", "2x2", "3x3", "2x4", "3x4"};
    static const char *const words[] = {"same", "valid", "same tanh", "same relu"};
    static const struct shape in[] = {{4, 4, 1}, {3, 7, 9}, {7, 2, 8}};
    static const int filters[] = {1, 3, 8, 17};
    (void)state;
    for (int i = 0; i < 3 * 5 * 4 * 3 * 4; i++) {
        char line[80];
        const char *by = up[i % 3], *size = window[i / 3 % 5];
        if (strcmp(by, up[2]) == 0 && strcmp(size, "1x1") == 0) continue; /* no gain */
        snprintf(line, sizeof line, "conv %d %s %s", filters[i / 180], size, words[i / 15 % 4]);
        fused_is_as_two(by, line, in[i / 60 % 3]);
    }
}

static void where_it_is_no_gain_all_stays_as_it_was(void **state)
{
    struct layers strided =
        parse("upsample 2x2", "conv 1 3x3 stride 2", (struct shape){4, 4, 1});
    struct layers wide = parse("upsample 8x8", "conv 1 3x3", (struct shape){4, 4, 1});
    (void)state;
    const struct layer_kind *conv = strided.conv.kind;
    assert_false(fused(&strided) || fused(&wide));
    assert_true(strided.conv.kind == conv && wide.conv.kind == conv);
}

static int fill(void **state)
{
    (void)state;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, x, MOST);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, dy, MOST);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 2, 0}, w, MOST);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fused_is_as_two_layers),
        cmocka_unit_test(where_it_is_no_gain_all_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
