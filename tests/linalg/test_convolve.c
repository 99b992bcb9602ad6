/* The three products against one plain loop, in double within rounding and by base/numbers.h in
 * every bit: odd sizes, strides 1 to 3, both paddings, numbers of channels on both sides of
 * every vector's end, with every set of instructions that this CPU has. */
#include "check.h"
#include "linalg/convolve_kernel.h"

#include "base/random.h"
#include "linalg/convolve.h"
#include "linalg/isa.h"

#include <math.h>
#include <string.h>

enum { MOST = 1 << 18 };

static float x[MOST], y[MOST], w[MOST], bias[MOST], got[MOST], workspace[MOST];
static double want[MOST], size[MOST]; /* size: the sum of the terms without their signs */
static float chain[MOST][8];          /* what base/numbers.h says, of one channel in eight */

static struct patches p;
static size_t o, rows;

static const char *const backends[] = {"portable", "neon", "avx2", "avx512"};

static int fill(void **state)
{
    (void)state;
    float *const all[] = {x, y, w, bias};
    for (uint32_t i = 0; i < 4; i++)
        random_normal((struct random_name){1, PURPOSE_MADE, 0, i, 0}, all[i], MOST);
    return 0;
}

/* What the sum of products goes through: places of x, y, w in their arrays. */
struct term {
    size_t x, y, w;
    size_t of_places, of_image; /* which of eight chains the term belongs to there */
};

/* Values of a row of the window that pixels at v modulo the stride see, times channels of y. */
static size_t row_of_image(size_t v)
{
    size_t phase = (v + p.x.before) % p.x.stride;
    return phase < p.x.window ? (p.x.window - phase + p.x.stride - 1) / p.x.stride * o : 0;
}

static void each_tap(size_t r, size_t i, size_t j, void (*f)(struct term))
{
    for (size_t di = 0; di < p.y.window; di++)
        for (size_t dj = 0; dj < p.x.window; dj++) {
            size_t u = i * p.y.stride + di - p.y.before, v = j * p.x.stride + dj - p.x.before;
            if (u >= p.y.size || v >= p.x.size) continue; /* also where it is below zero */
            for (size_t k = 0; k < p.c; k++)
                for (size_t n = 0; n < o; n++)
                    f((struct term){
                        ((r * p.y.size + u) * p.x.size + v) * p.c + k,
                        ((r * p.y.places + i) * p.x.places + j) * o + n,
                        ((di * p.x.window + dj) * p.c + k) * o + n,
                        (dj * p.c + k) % 8,
                        (row_of_image(v) - (dj / p.x.stride + 1) * o + n) % 8,
                    });
        }
}

static void each_term(void (*f)(struct term))
{
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < p.y.places; i++)
            for (size_t j = 0; j < p.x.places; j++) each_tap(r, i, j, f);
}

static void add(size_t at, size_t lane, float a, float b)
{
    want[at] += (double)a * (double)b;
    size[at] += fabs((double)a * (double)b);
    chain[at][lane] = fmaf(a, b, chain[at][lane]);
}

/* Whether there are eight chains, which end before what they are added to. */
static int in_eight(size_t channels, size_t row)
{
    return channels == 1 && row % 8 == 0;
}

static void into_y(struct term t)
{
    add(t.y, in_eight(o, p.x.window * p.c) ? t.of_places : 0, x[t.x], w[t.w]);
}

static void into_x(struct term t)
{
    add(t.x, in_eight(p.c, row_of_image(t.x / p.c % p.x.size)) ? t.of_image : 0, y[t.y],
        w[t.w]);
}

static void into_w(struct term t)
{
    add(t.w, 0, x[t.x], y[t.y]);
}

static float sum_of_eight(const float s[8])
{
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

static int apart_in_y(size_t i)
{
    (void)i;
    return in_eight(o, p.x.window * p.c);
}

static int apart_in_x(size_t i)
{
    return in_eight(p.c, row_of_image(i / p.c % p.x.size));
}

static int apart_in_w(size_t i)
{
    (void)i;
    return 0;
}

/* What one of the three computes. */
struct result {
    const char *name;
    size_t n, period; /* values; they start as bias[i % period] */
    float lowest;
    void (*add)(struct term);
    int (*apart)(size_t i); /* whether value i is a sum from 0 that its start is added to */
};

/* want and chain = the plain loop. */
static void compute(const struct result *r)
{
    assert_true(r->n <= MOST && convolve_workspace(&p, o) <= MOST);
    for (size_t i = 0; i < r->n; i++) {
        float start = bias[i % r->period];
        want[i] = (double)start, size[i] = fabs(want[i]);
        memset(chain[i], 0, sizeof chain[i]);
        chain[i][0] = r->apart(i) ? 0 : start;
        got[i] = NAN; /* a product must not read what was there */
    }
    each_term(r->add);
}

static float defined(const struct result *r, size_t i)
{
    float sum = r->apart(i) ? bias[i % r->period] + sum_of_eight(chain[i]) : chain[i][0];
    return sum < r->lowest ? r->lowest : sum;
}

static void assert_computed(const struct result *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (!(fabs((double)got[i] - fmax(want[i], (double)r->lowest)) <= 1e-5 * size[i]) ||
            got[i] != defined(r, i))
            fail_msg(
                "%s (%s): %zu of %zux%zux%zu, window %zux%zu, stride %zu, %zu channels: value "
                "%zu is %a, not %a or about %g",
                r->name, isa_name(), rows, p.y.size, p.x.size, p.c, p.y.window, p.x.window,
                p.y.stride, o, i, (double)got[i], (double)defined(r, i), want[i]);
}

static void all_three_are_as_defined(void)
{
    size_t in = rows * p.y.size * p.x.size * p.c, out = rows * patches_places(&p) * o;
    size_t kernel = patches_width(&p) * o;
    struct result r = {"places", out, o, 0, into_y, apart_in_y};
    compute(&r);
    convolve_places(&p, o, rows, x, w, bias, r.lowest, got, workspace);
    assert_computed(&r);
    r = (struct result){"image", in, p.c, -0.5f, into_x, apart_in_x};
    compute(&r);
    convolve_image(&p, o, rows, y, w, bias, r.lowest, got, workspace);
    assert_computed(&r);
    r = (struct result){"kernel", kernel, kernel, -INFINITY, into_w, apart_in_w};
    compute(&r);
    memcpy(got, bias, kernel * sizeof *got); /* it adds */
    convolve_kernel(&p, o, rows, x, y, got, workspace);
    assert_computed(&r);
}

static struct patches place(size_t h, size_t width, size_t kh, size_t kw, size_t stride,
                            int same, size_t c)
{
    struct axis (*on)(size_t, size_t, size_t) = same ? patches_same : patches_valid;
    return (struct patches){on(h, kh, stride), on(width, kw, stride), c};
}

static void every_geometry(void)
{
    static const size_t image[][2] = {{27, 27}, {5, 5}, {1, 1}, {4, 7}};
    static const size_t window[][2] = {{1, 1}, {2, 2}, {3, 3}, {2, 3}, {4, 1}};
    static const size_t channels[][2] = {{1, 1}, {3, 2}, {1, 8}, {8, 1}, {2, 17}};
    for (size_t i = 0; i < 4 * 5 * 5 * 3 * 2; i++) {
        const size_t *s = image[i % 4], *k = window[i / 4 % 5], *c = channels[i / 20 % 5];
        p = place(s[0], s[1], k[0], k[1], i / 100 % 3 + 1, i / 300 == 0, c[0]);
        o = c[1];
        if (patches_places(&p)) all_three_are_as_defined();
    }
}

static void every_number_of_channels(void)
{
    static const size_t channels[] = {1, 7, 8, 9, 16, 24, 32, 33, 64};
    for (size_t i = 0; i < 81; i++) {
        p = place(6, 5, 3, 3, 1 + i % 2, 1, channels[i % 9]);
        o = channels[i / 9];
        all_three_are_as_defined();
    }
}

static void every_width_of_an_image(void)
{
    for (size_t width = 1; width <= 30; width++)
        for (o = 8; o <= 16; o += 8) {
            p = place(2, width, 2, 2, 1, 1, 8);
            all_three_are_as_defined();
        }
}

/* Seven images of 5x5 go together; of many channels the kernel takes fewer, and some are left
 * for the last group. */
static void several_groups_of_images(void)
{
    static const size_t channels[][2] = {{3, 2}, {8, 1}, {8, 16}, {5, 17}, {64, 8}, {70, 17}};
    rows = 20;
    for (size_t i = 0; i < 6 * 2; i++) {
        p = place(5, 5, 3, 3, 1 + i / 6, 1, channels[i % 6][0]);
        o = channels[i % 6][1];
        all_three_are_as_defined();
    }
}

/* From 128 on the kernel reads copies of up to 24 values: windows of 10, 24 and 50. */
static void many_channels(void)
{
    static const size_t from[] = {5, 12, 25}, to[] = {128, 131, 136};
    rows = 9;
    for (size_t i = 0; i < 9; i++) {
        p = place(5, 5, 2, 2, 1 + i % 2, 1, from[i / 3]);
        o = to[i % 3];
        all_three_are_as_defined();
    }
}

static void products_are_as_defined_with_all_instructions(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        if (!isa_choose(backends[i])) continue;
        assert_string_equal(isa_name(), backends[i]);
        rows = 2;
        every_geometry();
        every_number_of_channels();
        every_width_of_an_image();
        several_groups_of_images();
        many_channels();
    }
    assert_true(isa_choose("auto"));
}

/* Neither its neighbours nor its place in memory change a sample's bits. */
static void a_sample_has_its_bits_wherever_it_stands(void **state)
{
    static float whole[MOST], alone[MOST];
    (void)state;
    p = place(9, 9, 3, 3, 1, 1, 3), o = 24;
    size_t in = p.y.size * p.x.size * p.c, out = patches_places(&p) * o;
    for (size_t shift = 0; shift < 8; shift++) {
        convolve_places(&p, o, 3, x + shift, w + shift, bias, 0, whole, workspace);
        memmove(alone, x + shift + 2 * in, in * sizeof *alone);
        convolve_places(&p, o, 1, alone, w + shift, bias, 0, got + 3, workspace + 5);
        assert_memory_equal(got + 3, whole + 2 * out, out * sizeof *got);
        convolve_image(&p, o, 3, y, w + shift, bias, 0, whole, workspace);
        convolve_image(&p, o, 1, y + 2 * out, w + shift, bias, 0, got + 3, workspace + 5);
        assert_memory_equal(got + 3, whole + 2 * in, in * sizeof *got);
    }
}

static void a_nan_passes_through(void **state)
{
    (void)state;
    p = place(3, 3, 1, 1, 1, 1, 8);
    for (o = 1; o <= 8; o += 7) {
        float before = x[8 * 4];
        x[8 * 4] = NAN;
        convolve_places(&p, o, 1, x, w, NULL, 0, got, workspace);
        for (size_t i = 0; i < 9 * o; i++) assert_true(isnan(got[i]) == (i / o == 4));
        x[8 * 4] = before;
    }
}

static void unknown_instructions_are_refused(void **state)
{
    (void)state;
    assert_false(isa_choose("abacus"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_as_defined_with_all_instructions),
        cmocka_unit_test(a_sample_has_its_bits_wherever_it_stands),
        cmocka_unit_test(a_nan_passes_through),
        cmocka_unit_test(unknown_instructions_are_refused),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
