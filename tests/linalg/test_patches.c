/* Gather against its definition, scatter as its transpose, over many sizes. */
#include "check.h"

#include "base/random.h"
#include "linalg/patches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 27 * 27 * 9 * 3 };

static float x[MOST], columns[MOST], back[MOST], other[MOST];

/* x[u, v, k], 0 outside; u and v may be negative. */
static float pixel(const struct patches *p, long u, long v, size_t k)
{
    if (u < 0 || v < 0 || u >= (long)p->y.size || v >= (long)p->x.size) return 0;
    return x[((size_t)u * p->x.size + (size_t)v) * p->c + k];
}

static long place(const struct axis *a, size_t i, size_t d)
{
    return (long)(i * a->stride + d) - (long)a->before;
}

static void gather_is_as_defined(const struct patches *p)
{
    const float *at = columns;
    patches_gather(p, x, columns);
    for (size_t i = 0; i < p->y.places; i++)
        for (size_t j = 0; j < p->x.places; j++)
            for (size_t di = 0; di < p->y.window; di++)
                for (size_t dj = 0; dj < p->x.window; dj++)
                    for (size_t k = 0; k < p->c; k++)
                        if (*at++ != pixel(p, place(&p->y, i, di), place(&p->x, j, dj), k))
                            fail_msg("place %zu %zu, window %zu %zu of %zux%zu", i, j, di, dj,
                                     p->y.size, p->x.size);
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

/* <gather(x), other> = <x, scatter(other)> */
static void scatter_is_its_transpose(const struct patches *p)
{
    size_t n = patches_places(p) * patches_width(p), image = p->y.size * p->x.size * p->c;
    memset(back, 0, sizeof back);
    patches_scatter(p, other, back);
    double there = dot(columns, other, n), here = dot(x, back, image);
    assert_true(fabs(there - here) < 1e-4 * (1 + fabs(there)));
    patches_scatter(p, other, back); /* it adds */
    assert_true(fabs(dot(x, back, image) - 2 * here) < 1e-4 * (1 + fabs(there)));
}

static void every_geometry_gathers_and_scatters_as_defined(void **state)
{
    static const size_t size[][2] = {{27, 27}, {5, 5}, {1, 1}, {4, 7}, {2, 6}};
    static const size_t window[][2] = {{1, 1}, {2, 2}, {3, 3}, {2, 3}};
    (void)state;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, x, MOST);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, other, MOST);
    for (size_t i = 0; i < 5 * 4 * 3 * 2 * 2; i++) {
        const size_t *s = size[i % 5], *w = window[i / 5 % 4], stride = i / 20 % 3 + 1;
        struct axis (*place_on)(size_t, size_t, size_t) =
            i / 60 % 2 ? patches_same : patches_valid;
        struct patches p = {place_on(s[0], w[0], stride), place_on(s[1], w[1], stride),
                            i / 120 ? 3 : 1};
        gather_is_as_defined(&p);
        scatter_is_its_transpose(&p);
    }
}

static void assert_axis(struct axis a, size_t places, size_t before)
{
    assert_int_equal(a.places, places);
    assert_int_equal(a.before, before);
}

static void sizes_are_tensorflows(void **state)
{
    (void)state;
    assert_axis(patches_same(28, 3, 1), 28, 1);
    assert_axis(patches_same(28, 3, 2), 14, 0); /* one zero in all, behind */
    assert_axis(patches_same(7, 3, 2), 4, 1);
    assert_axis(patches_same(7, 2, 2), 4, 0);
    assert_axis(patches_same(5, 1, 3), 2, 0);
    assert_axis(patches_same(5, 5, 1), 5, 2);
    assert_axis(patches_same(1, 4, 1), 1, 1);
    assert_axis(patches_valid(28, 2, 1), 27, 0);
    assert_axis(patches_valid(27, 2, 2), 13, 0);
    assert_axis(patches_valid(3, 3, 2), 1, 0);
    assert_axis(patches_valid(2, 3, 1), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_geometry_gathers_and_scatters_as_defined),
        cmocka_unit_test(sizes_are_tensorflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
