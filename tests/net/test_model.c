#include "check.h"

#include "net/code.h"
#include "net/initialise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct job job;
static struct settings s;

static int defaults(void **state)
{
    (void)state;
    s = job_settings(&job);
    return settings_defaults(&s) == ST_OK ? 0 : -1;
}

static void describe(const char *input, const char *encoder, const char *decoder)
{
    assert_ok(settings_set(&s, "test", "input", input));
    assert_ok(settings_set(&s, "test", "encoder", encoder));
    assert_ok(settings_set(&s, "test", "decoder", decoder));
}

static void layers_have_kerass_names_and_counts(void **state)
{
    struct model *m;
    (void)state;
    describe("28x28x1", "dense 128 relu,dense 64 relu,dense 32 relu",
             "dense 64 relu,dense 128 relu,dense 784 sigmoid");
    assert_ok(model_new(&m, &job));
    assert_int_equal(m->parameters, 222384); /* Keras's model.summary() */
    assert_int_equal(m->split, 3);
    assert_int_equal(shape_size(m->code), 32);
    assert_string_equal(m->layers[0].name, "dense");
    assert_string_equal(m->layers[5].name, "dense_5");
    assert_true(m->logits);
    model_free(m);
}

static void variables_begin_on_64_bytes(void **state)
{
    struct model *m;
    (void)state;
    describe("1x1x7", "dense 5,sampling 3", "dense 7 sigmoid");
    assert_ok(model_new(&m, &job));
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++)
            assert_int_equal((uintptr_t)(m->w + m->layers[i].variable[k].at) % 64, 0);
    model_free(m);
}

static void the_word_code_stands_for_a_setting(void **state)
{
    struct model *m;
    (void)state;
    describe("1x1x7", "dense 5, dense code tanh", "dense 7 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "model.code");
    assert_ok(settings_set(&s, "test", "code", "3"));
    assert_ok(model_new(&m, &job));
    assert_int_equal(shape_size(m->code), 3);
    model_free(m);
    describe("1x1x7", "dense 5, dense 2 tanh", "dense 7 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "no layer says `code`");
}

static void wrong_models_are_refused_by_name(void **state)
{
    struct model *m;
    (void)state;
    describe("28x28x1", "dense 3 relu", "dense 783 sigmoid");
    assert_fails(model_new(&m, &job), ST_SHAPE, "783");
    describe("28x28x1", "dense 3 relu", "dense 784 relu");
    assert_fails(model_new(&m, &job), ST_SETTING, "sigmoid");
    describe("28x28x1", "dense 3 relu,desne 2", "dense 784 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "model.encoder, layer 2 (desne 2)");
    describe("28x28x1", "sampling 3,dense 2", "dense 784 sigmoid");
    assert_fails(model_new(&m, &job), ST_SHAPE, "last layer of the encoder");
    describe("28x28", "dense 3", "dense 784 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "HEIGHTxWIDTHxCHANNELS");
    describe("28x28x1", "", "dense 784 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "model.encoder has no layers");
}

static void what_an_encoder_alone_may_say_is_refused_in_a_decoder(void **state)
{
    struct model *m;
    (void)state;
    describe("1x1x6", "noise 0.5 always,dense 3", "dense 6 sigmoid");
    assert_ok(model_new(&m, &job));
    model_free(m);
    describe("1x1x6", "dense 3", "noise 0.5 always,dense 6 sigmoid");
    assert_fails(model_new(&m, &job), ST_SETTING, "`always` is for the encoder");
}

static void every_variable_starts_with_its_own_draws(void **state)
{
    struct model *m;
    (void)state;
    describe("1x1x9", "dense 9,dense 9", "dense 9,dense 9 sigmoid");
    assert_ok(model_new(&m, &job));
    initialise(m, &job);
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(m->w + m->layers[i].variable[0].at,
                                    m->w + m->layers[k].variable[0].at, 81 * sizeof *m->w);
    model_free(m);
}

/* Mean and deviation of the first variable after initialise. */
static void moments(const char *initialiser, double *mean, double *deviation, double *most)
{
    struct model *m;
    double sum = 0, squares = 0;
    assert_ok(settings_set(&s, "test", "initialiser", initialiser));
    assert_ok(model_new(&m, &job));
    initialise(m, &job);
    const struct variable *v = &m->layers[0].variable[0];
    *most = 0;
    for (size_t i = 0; i < v->count; i++) {
        double w = (double)m->w[v->at + i];
        sum += w, squares += w * w;
        *most = fmax(*most, fabs(w));
    }
    *mean = sum / (double)v->count;
    *deviation = sqrt(squares / (double)v->count);
    assert_true(m->w[m->layers[0].variable[1].at] == 0);
    model_free(m);
}

static void initialisers_have_their_variance(void **state)
{
    double mean, deviation, most, a = sqrt(6.0 / (784 + 200));
    (void)state;
    describe("28x28x1", "dense 200 relu", "dense 784 sigmoid");
    moments("glorot", &mean, &deviation, &most);
    assert_true(fabs(mean) < 1e-3 && most <= a && most > 0.99 * a);
    assert_true(fabs(deviation / (a / sqrt(3)) - 1) < 0.01);
    moments("lecun", &mean, &deviation, &most);
    assert_true(fabs(mean) < 1e-3 && fabs(deviation / sqrt(1.0 / 784) - 1) < 0.01);
    assert_true(most <= 2 * sqrt(1.0 / 784) / 0.87962566103423978 * 1.000001);
    moments("he", &mean, &deviation, &most);
    assert_true(fabs(mean) < 1e-3 && fabs(deviation / sqrt(2.0 / 784) - 1) < 0.01);
}

static void encoder_and_decoder_together_are_the_model(void **state)
{
    enum { ROWS = 4 };
    struct model *m;
    struct sweep *sweep;
    float x[ROWS * 9], codes[ROWS * 2], image[ROWS * 9], whole[ROWS * 9];
    const uint32_t row[ROWS] = {0, 1, 2, 3};
    const struct batch b = {.rows = ROWS, .row = row, .purpose = PURPOSE_TEST, .x = x};
    (void)state;
    describe("3x3x1", "noise 0.5,dense 5 relu,dense 2", "dense 9 sigmoid");
    assert_ok(model_new(&m, &job));
    initialise(m, &job);
    assert_ok(sweep_new(&sweep, m, 1, ROWS, 0));
    random_uniform((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, x, ROWS * 9);
    sweep->batch[0] = b;
    code_encode(sweep, codes, NULL);
    code_decode(sweep, codes, image, ROWS);
    sweep->batch[0] = b;
    sweep_forward(sweep, 0, m->count);
    code_image(m, sweep->a[0]->y[m->count - 1], whole, ROWS);
    assert_memory_equal(image, whole, sizeof image);
    for (int i = 0; i < ROWS * 9; i++) assert_true(image[i] > 0 && image[i] < 1);
    sweep_free(sweep);
    model_free(m);
}

static void codes_are_means_not_draws(void **state)
{
    struct model *m;
    struct sweep *sweep;
    const float x[6] = {1, 2, 3, 4, 5, 6};
    const uint32_t row[1] = {7};
    float codes[2], log_variance[2];
    (void)state;
    describe("1x1x6", "sampling 2", "dense 6 sigmoid");
    assert_ok(model_new(&m, &job));
    for (size_t k = 0; k < 2; k++) { /* m = 1, 2; v = 3, 4 */
        m->w[m->layers[0].variable[1].at + k] = (float)k + 1;
        m->w[m->layers[0].variable[3].at + k] = (float)k + 3;
    }
    assert_ok(sweep_new(&sweep, m, 1, 1, 0));
    sweep->batch[0] = (struct batch){.rows = 1, .row = row, .sample = 1, .x = x};
    code_encode(sweep, codes, log_variance);
    assert_true(codes[0] == 1 && codes[1] == 2);
    assert_true(log_variance[0] == 3 && log_variance[1] == 4);
    sweep_free(sweep);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(layers_have_kerass_names_and_counts, defaults),
        cmocka_unit_test_setup(variables_begin_on_64_bytes, defaults),
        cmocka_unit_test_setup(the_word_code_stands_for_a_setting, defaults),
        cmocka_unit_test_setup(wrong_models_are_refused_by_name, defaults),
        cmocka_unit_test_setup(what_an_encoder_alone_may_say_is_refused_in_a_decoder, defaults),
        cmocka_unit_test_setup(every_variable_starts_with_its_own_draws, defaults),
        cmocka_unit_test_setup(codes_are_means_not_draws, defaults),
        cmocka_unit_test_setup(initialisers_have_their_variance, defaults),
        cmocka_unit_test_setup(encoder_and_decoder_together_are_the_model, defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
