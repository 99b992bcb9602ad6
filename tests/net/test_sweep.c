/* A sweep takes batch norm and its neighbours a few rows at a time: the same bits as layer by
 * layer.  Images are large, so that few rows are one, and a block of batch norm's sums is no
 * whole number of rows. */
#include "check.h"

#include "net/initialise.h"
#include "net/sweep.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 48, PIXELS = SIDE * SIDE, BATCHES = 3, ROWS = 3 };

static const size_t rows_of[BATCHES] = {3, 0, 2};

struct walk {
    struct job job;
    struct model *m;
    struct sweep *s;
    float *sum, *spare;
};

static float x[BATCHES][ROWS * PIXELS];
static const uint32_t row[ROWS] = {4, 1, 7};

static void start(struct walk *t)
{
    struct settings s = job_settings(&t->job);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_set(&s, "test", "input", "48x48x1"));
    assert_ok(settings_set(&s, "test", "encoder",
                           "conv 32 3x3 same,batchnorm tanh,conv 3 3x3 same stride 2 relu,"
                           "batchnorm scope=shard,flatten,dense 4"));
    assert_ok(settings_set(&s, "test", "decoder",
                           "dense 1728,batchnorm,reshape 24x24x3,"
                           "conv_transpose 32 3x3 same stride 2 relu,batchnorm leaky-relu,"
                           "conv_transpose 1 3x3 same"));
    assert_ok(settings_set(&s, "test", "loss", "mse"));
    assert_ok(model_new(&t->m, &t->job));
    assert_ok(sweep_new(&t->s, t->m, BATCHES, ROWS, 1));
    initialise(t->m, &t->job);
    t->sum = calloc(2 * t->m->size, sizeof *t->sum), t->spare = t->sum + t->m->size;
    for (size_t k = 0; k < BATCHES; k++) {
        random_uniform((struct random_name){1, PURPOSE_MADE, 0, (uint32_t)k, 0}, x[k],
                       rows_of[k] * PIXELS);
        t->s->batch[k] =
            (struct batch){.rows = rows_of[k], .row = row, .training = 1, .x = x[k]};
    }
}

static void end(struct walk *t)
{
    sweep_free(t->s);
    model_free(t->m);
    free(t->sum);
}

/* Forward and back through `step` layers at a time. */
static void go(struct walk *t, int step)
{
    int count = t->m->count;
    struct sink_flat flat = {.sum = t->sum, .spare = t->spare};
    const struct sink sink = sink_flat(&flat);
    for (int i = 0; i < count; i += step) sweep_forward(t->s, i, i + step);
    for (size_t k = 0; k < BATCHES; k++)
        for (size_t i = 0; i < rows_of[k] * PIXELS; i++)
            t->s->a[k]->dy[count - 1][i] = t->s->a[k]->y[count - 1][i] - x[k][i];
    for (int i = count; i > 0; i -= step) sweep_backward(t->s, i - step, i, &sink);
}

static void assert_same(const char *what, int layer, const void *a, const void *b, size_t bytes)
{
    if (memcmp(a, b, bytes) != 0) fail_msg("%s of layer %d has other bits", what, layer);
}

/* In double too: floats would round away where a block was cut. */
static void assert_same_layer(const struct walk *a, const struct walk *b, int i)
{
    const struct layer *l = &a->m->layers[i];
    size_t bytes = BATCHES * l->statistics * sizeof(double);
    for (size_t k = 0; k < BATCHES; k++)
        assert_same("y", i, a->s->a[k]->y[i], b->s->a[k]->y[i],
                    rows_of[k] * shape_size(l->out) * sizeof(float));
    assert_same("statistics", i, a->s->statistics[i], b->s->statistics[i], bytes);
    assert_same("gradient statistics", i, a->s->gradient_statistics[i],
                b->s->gradient_statistics[i], bytes);
    assert_same("gradient", i, a->sum + l->variable[0].at, b->sum + l->variable[0].at,
                layer_span(l) * sizeof(float));
}

static void a_few_rows_at_a_time_make_the_same_bits(void **state)
{
    static struct walk whole, single;
    (void)state;
    start(&whole), start(&single);
    go(&whole, whole.m->count);
    go(&single, 1);
    for (int i = 0; i < whole.m->count; i++) assert_same_layer(&whole, &single, i);
    assert_true(whole.sum[0] != 0);
    end(&whole), end(&single);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_rows_at_a_time_make_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
