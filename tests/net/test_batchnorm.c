/* Batch norm against its definition in double: more values than one block has, two whole
 * vectors of channels and a rest. */
#include "check.h"

#include "base/random.h"
#include "net/call.h"

#include <math.h>
#include <string.h>

enum { ROWS = 3, H = 25, W = 47, VALUES = ROWS * H * W, C = 19, ALL = VALUES * C };

static float x[ALL], y[ALL], dy[ALL], dx[ALL], w[4 * C], dw[4 * C];
static double s[1 + 2 * C], ds[1 + 2 * C];
static struct layer l;
static struct batch b = {.rows = ROWS, .training = 1};
static struct layer_call c;

/* One channel, as defined. */
struct channel {
    double sum, square, mean, variance;
    double normal[VALUES], y[VALUES], dy[VALUES]; /* dy: with f' */
    double dbeta, dgamma;
};

static struct channel want;

/* Every channel has a mean and a deviation of its own. */
static int fill(void **state)
{
    (void)state;
    assert_ok(layer_parse(&l, "batchnorm tanh", (struct shape){H, W, C}, 0));
    for (size_t i = 0; i < 4; i++) l.variable[i].at = i * C;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, x, ALL);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, dy, ALL);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 2, 0}, w, 2 * C);
    for (size_t i = 0; i < ALL; i++) {
        float k = (float)(i % C);
        x[i] = x[i] * (1 + k) + 2 * k, dy[i] += k / 4;
    }
    c = (struct layer_call){
        .batch = &b, .w = w, .x = x, .y = y, .statistics = s, .gradient_statistics = ds};
    return 0;
}

static void define_forward(size_t k)
{
    for (size_t i = k; i < ALL; i += C) {
        want.sum += (double)x[i], want.square += (double)x[i] * (double)x[i];
        want.mean += (double)x[i] / VALUES;
    }
    for (size_t i = k; i < ALL; i += C)
        want.variance += pow((double)x[i] - want.mean, 2) / VALUES;
    for (size_t i = 0; i < VALUES; i++) {
        double v = (double)x[i * C + k] - want.mean;
        want.normal[i] = v / sqrt(want.variance + 1e-3);
        want.y[i] = tanh((double)w[k] * want.normal[i] + (double)w[C + k]);
    }
}

static void define_gradient(size_t k)
{
    for (size_t i = 0; i < VALUES; i++) {
        want.dy[i] = (double)dy[i * C + k] * (1 - want.y[i] * want.y[i]);
        want.dbeta += want.dy[i], want.dgamma += want.dy[i] * want.normal[i];
    }
}

static void define(size_t k)
{
    memset(&want, 0, sizeof want);
    define_forward(k);
    define_gradient(k);
}

static double wanted_dx(size_t k, size_t i)
{
    return (double)w[k] / sqrt(want.variance + 1e-3) *
           (want.dy[i] - want.dbeta / VALUES - want.normal[i] * want.dgamma / VALUES);
}

static void assert_near(const char *what, size_t k, size_t i, double got, double wanted,
                        double most)
{
    if (!(fabs(got - wanted) <= most))
        fail_msg("%s of channel %zu, value %zu: %.9g, not %.9g", what, k, i, got, wanted);
}

static void statistics_and_outputs_are_as_defined(void **state)
{
    (void)state;
    l.kind->statistics(&l, &c);
    call_forward(&l, c, w, x, y, NULL);
    assert_true(s[0] == VALUES);
    for (size_t k = 0; k < C; k++) {
        define(k);
        assert_near("sum", k, 0, s[1 + k], want.sum, 1e-9 * want.square);
        assert_near("square", k, 0, s[1 + C + k], want.square, 1e-9 * want.square);
        for (size_t i = 0; i < VALUES; i++)
            assert_near("y", k, i, (double)y[i * C + k], want.y[i], 1e-5);
    }
}

static void gradients_are_as_defined(void **state)
{
    static float changed[ALL];
    (void)state;
    memcpy(changed, dy, sizeof dy);
    l.kind->statistics(&l, &c);
    call_forward(&l, c, w, x, y, NULL);
    c.dy = changed;
    l.kind->gradient_statistics(&l, &c, dw);
    call_backward(&l, c, w, x, y, changed, dx, NULL, NULL);
    assert_true(ds[0] == VALUES);
    for (size_t k = 0; k < C; k++) {
        define(k);
        assert_near("sum of dy", k, 0, ds[1 + k], want.dbeta, 1e-6 * VALUES);
        assert_near("sum of dy n", k, 0, ds[1 + C + k], want.dgamma, 1e-6 * VALUES);
        assert_true(dw[k] == (float)ds[1 + C + k] && dw[C + k] == (float)ds[1 + k]);
        assert_true(dw[2 * C + k] == 0 && dw[3 * C + k] == 0);
        for (size_t i = 0; i < VALUES; i++)
            assert_near("dx", k, i, (double)dx[i * C + k], wanted_dx(k, i), 1e-5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_and_outputs_are_as_defined),
        cmocka_unit_test(gradients_are_as_defined),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
