/* Every layer, activation and loss against finite differences, alone and in whole models.
 *
 * The gradient of L (the sum over rows of the loss, with beta KL and L1) by backward is
 * compared with (8 (L(w+h) - L(w-h)) - (L(w+2h) - L(w-2h))) / 12h for every parameter.  The
 * random numbers of noise, dropout and sampling are named, so L is a function of w alone. A
 * kink of relu or selu within 2h of a sample spoils the difference, so a model has several
 * seeds to pass with; a wrong gradient passes with none.
 */
#include "check.h"

#include "net/initialise.h"
#include "net/loss.h"
#include "net/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5 };

struct trial {
    struct job job;
    struct model *m;
    struct sweep *s;
    enum loss loss;
    uint32_t row[ROWS];
    float *x, *dw;
};

static struct batch batch_of(const struct trial *t)
{
    return (struct batch){.rows = ROWS,
                          .row = t->row,
                          .seed = 3,
                          .epoch = 1,
                          .training = 1,
                          .corrupt = 1,
                          .purpose = PURPOSE_TRAIN,
                          .sample = 1,
                          .beta = (float)t->job.beta,
                          .x = t->x};
}

static double loss_of(struct trial *t)
{
    struct model *m = t->m;
    const struct activations *a = t->s->a[0];
    int last = m->count - 1;
    t->s->batch[0] = batch_of(t);
    sweep_forward(t->s, 0, m->count);
    double loss =
        loss_compare(t->loss, a->y[last], t->x, ROWS, shape_size(m->input), a->dy[last]).loss;
    double l1 = loss_l1(a->y[m->split - 1], ROWS * shape_size(m->code), 0, NULL);
    return loss + t->job.beta * t->s->batch[0].kl + t->job.l1 * l1;
}

static void backward(struct trial *t)
{
    struct model *m = t->m;
    const struct activations *a = t->s->a[0];
    struct sink_flat flat = {.sum = t->dw};
    const struct sink sink = sink_flat(&flat);
    sweep_backward(t->s, m->split, m->count, &sink);
    if (t->job.l1 > 0)
        loss_l1(a->y[m->split - 1], ROWS * shape_size(m->code), (float)t->job.l1,
                a->dy[m->split - 1]);
    sweep_backward(t->s, 0, m->split, &sink);
}

static double at(struct trial *t, float *w, float there)
{
    *w = there;
    return loss_of(t);
}

static double difference(struct trial *t, float *w)
{
    const float h = 0x1p-9f, was = *w;
    double slope = 8 * (at(t, w, was + h) - at(t, w, was - h)) -
                   (at(t, w, was + 2 * h) - at(t, w, was - 2 * h));
    *w = was;
    return slope / (12 * (double)h);
}

static void start(struct trial *t, const char *input, const char *encoder, const char *decoder,
                  const char *loss, uint32_t seed)
{
    struct settings s = job_settings(&t->job);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_set(&s, "test", "input", input));
    assert_ok(settings_set(&s, "test", "encoder", encoder));
    assert_ok(settings_set(&s, "test", "decoder", decoder));
    assert_ok(settings_set(&s, "test", "loss", loss));
    assert_ok(model_new(&t->m, &t->job));
    assert_ok(sweep_new(&t->s, t->m, 1, ROWS, 1));
    t->job.seed = (long)seed;
    initialise(t->m, &t->job);
    t->loss = loss_find(loss);
    size_t n = ROWS * shape_size(t->m->input);
    t->x = malloc(n * sizeof *t->x);
    t->dw = calloc(t->m->size, sizeof *t->dw);
    random_uniform((struct random_name){seed, PURPOSE_MADE, 0, 0, 0}, t->x, n);
    for (uint32_t i = 0; i < ROWS; i++) t->row[i] = 10 * i + 1;
    /* Biases away from zero, so that no unit sits on a kink and none is idle by symmetry. */
    for (int l = 0; l < t->m->count; l++)
        for (int k = 0; k < t->m->layers[l].variables; k++) {
            const struct variable *v = &t->m->layers[l].variable[k];
            for (size_t i = 0; v->rank == 1 && v->start == 0 && i < v->count; i++)
                t->m->w[v->at + i] = 0.3f * (float)((int)(i % 3) - 1) + 0.11f;
        }
}

static void end(struct trial *t)
{
    sweep_free(t->s);
    model_free(t->m);
    free(t->x);
    free(t->dw);
}

/* The largest difference over all parameters, as a share of the largest gradient. */
static double compare(struct trial *t)
{
    double worst = 0, largest = 1e-6;
    memset(t->dw, 0xff, t->m->size * sizeof *t->dw); /* NaN: what is not written shows */
    loss_of(t);
    backward(t);
    for (int l = 0; l < t->m->count; l++)
        for (int k = 0; k < t->m->layers[l].variables; k++) {
            const struct variable *v = &t->m->layers[l].variable[k];
            for (size_t i = v->at; i < v->at + v->count && !v->fixed; i++) {
                double error = fabs((double)t->dw[i] - difference(t, &t->m->w[i]));
                if (!(error <= worst)) worst = error;
                largest = fmax(largest, fabs((double)t->dw[i]));
            }
        }
    return worst / largest;
}

static void check(const char *input, const char *encoder, const char *decoder, const char *loss,
                  double l1, double beta)
{
    double error = 1;
    for (uint32_t seed = 1; seed < 9 && !(error < 2e-3); seed++) {
        struct trial t = {.m = NULL};
        start(&t, input, encoder, decoder, loss, seed);
        t.job.l1 = l1, t.job.beta = beta;
        error = compare(&t);
        end(&t);
    }
    if (!(error < 2e-3))
        fail_msg("%s | %s | %s: error %g of the largest gradient", encoder, decoder, loss,
                 error);
}

static void every_activation_has_the_right_slope(void **state)
{
    (void)state;
    for (enum activation a = 0; a < ACTIVATION_COUNT; a++) {
        char encoder[64];
        snprintf(encoder, sizeof encoder, "dense 5 %s,dense 3 %s", activation_name(a),
                 activation_name(a));
        check("1x1x7", encoder, "dense 4 linear,dense 7 linear", "mse", 0, 0);
    }
}

static void every_loss_has_the_right_gradient(void **state)
{
    (void)state;
    check("3x3x1", "dense 4 tanh", "dense 9 sigmoid", "bce", 0, 0);
    check("3x3x1", "dense 4 tanh", "dense 9 sigmoid", "bce-sum", 0, 0);
    check("3x3x1", "dense 4 tanh", "dense 9 sigmoid", "mse", 0, 0);
    check("3x3x1", "dense 4 tanh", "dense 9 sigmoid", "squared-error", 0, 0);
    check("5x5x1", "dense 4 tanh", "dense 25 tanh", "squared-error", 0, 0);
}

static void the_l1_norm_of_the_code_has_the_right_gradient(void **state)
{
    (void)state;
    check("1x1x6", "dense 4 tanh", "dense 6 sigmoid", "bce", 0.3, 0);
}

static void sampling_has_the_right_gradient_with_and_without_kl(void **state)
{
    (void)state;
    check("1x1x6", "dense 5 tanh,sampling 3", "dense 6 sigmoid", "bce-sum", 0, 0);
    check("1x1x6", "dense 5 tanh,sampling 3", "dense 6 sigmoid", "bce-sum", 0, 1);
    check("1x1x6", "sampling 2", "dense 6 sigmoid", "bce-sum", 0, 2.5);
}

static void noise_and_dropout_pass_the_gradient_on(void **state)
{
    (void)state;
    check("1x1x8", "noise 0.2,dense 5 tanh", "dense 8 sigmoid", "bce", 0, 0);
    check("1x1x8", "dropout 0.5,dense 5 tanh", "dense 8 sigmoid", "bce", 0, 0);
    check("1x1x8", "dense 6 tanh,dropout 0.3,dense 4 tanh,noise 0.1", "dense 8 sigmoid", "mse",
          0, 0);
}

static void batch_norm_has_the_right_gradient(void **state)
{
    (void)state;
    check("1x1x6", "batchnorm,dense 5 tanh", "dense 6 linear", "mse", 0, 0);
    check("1x1x6", "dense 5 tanh,batchnorm,dense 4 tanh", "dense 6 linear", "mse", 0, 0);
    check("1x1x6", "dense 5,batchnorm leaky-relu", "batchnorm tanh,dense 6 sigmoid", "bce", 0.1,
          0);
    check("1x1x6", "dense 5,batchnorm selu,sampling 2", "dense 6 sigmoid", "bce-sum", 0, 1);
    check("3x3x2", "batchnorm tanh,dense 4", "dense 18 linear", "mse", 0, 0);
}

static void convolutions_have_the_right_gradient(void **state)
{
    (void)state;
    check("5x5x1", "conv 2 3x3 same tanh", "conv 1 2x2 same", "mse", 0, 0);
    check("5x4x2", "conv 3 2x3 tanh", "dense 40 linear", "mse", 0, 0);
    check("5x5x2", "conv 3 3x3 stride 2 same tanh,conv 2 2x2 valid stride 3",
          "dense 50 sigmoid", "bce", 0.1, 0);
    check("3x3x1", "conv 2 1x1 stride 2 leaky-relu", "dense 9 linear", "mse", 0, 0);
}

static void transposed_convolutions_have_the_right_gradient(void **state)
{
    (void)state;
    check("4x4x1", "dense 8 tanh,reshape 2x2x2",
          "conv_transpose 3 2x2 stride 2 tanh,conv_transpose 1 3x3 same sigmoid", "bce", 0, 0);
    check("6x6x1", "dense 4 tanh", "reshape 2x2x1,conv_transpose 1 2x3 same stride 3", "mse", 0,
          0);
    check("5x5x1", "dense 8 tanh", "reshape 2x2x2,conv_transpose 1 3x3 stride 2 tanh",
          "squared-error", 0, 0);
    check("4x4x1", "conv_transpose 2 1x1 stride 2 tanh,conv 1 2x2 same", "dense 16 sigmoid",
          "bce-sum", 0, 0);
}

static void pools_and_upsampling_have_the_right_gradient(void **state)
{
    (void)state;
    check("4x4x1", "conv 2 2x2 same tanh,maxpool 2x2", "dense 4 tanh,dense 16 sigmoid", "bce",
          0, 0);
    check("5x5x1", "conv 2 3x3 same tanh,maxpool 2x2 same,maxpool 2x3 same", "dense 25 linear",
          "mse", 0, 0);
    check("4x6x1", "conv 1 2x2 same tanh,maxpool 2x2",
          "conv 2 3x3 same tanh,upsample 2x2,conv 1 3x3 same sigmoid", "bce", 0, 0);
    check("6x6x1", "dense 6 tanh", "reshape 2x3x1,upsample 3x2,conv 1 1x1", "mse", 0, 0);
}

static void convolutional_models_have_the_right_gradient(void **state)
{
    (void)state;
    check("6x6x1",
          "conv 2 3x3 same tanh,maxpool 2x2 same,conv 2 3x3 same tanh,maxpool 2x2 same",
          "conv 2 3x3 same tanh,upsample 2x2,conv 2 2x2 valid tanh,upsample 2x2,"
          "conv 1 3x3 same sigmoid",
          "bce", 0, 0);
    check("6x6x1", "noise 0.5,conv 2 2x2 tanh,maxpool 2x2,conv 3 2x2 tanh,flatten,dense 2 tanh",
          "dense 8 tanh,reshape 2x2x2,conv_transpose 2 2x2 same stride 3 tanh,"
          "conv_transpose 1 1x1",
          "mse", 0, 0);
    check("4x4x1", "conv 2 3x3 same stride 2,batchnorm leaky-relu,flatten,sampling 2",
          "dense 8 relu,reshape 2x2x2,conv_transpose 2 3x3 same stride 2,batchnorm tanh,"
          "conv_transpose 1 3x3 same sigmoid",
          "bce-sum", 0, 1);
}

static void whole_models_have_the_right_gradient(void **state)
{
    (void)state;
    check("4x4x1", "dense 12 relu,dense 8 relu,dense 4 relu",
          "dense 8 relu,dense 12 relu,dense 16 sigmoid", "bce", 1e-3, 0);
    check("4x4x1", "dense 9 selu,dense 7 selu,sampling 3",
          "dense 7 selu,dense 9 selu,dense 16 sigmoid", "bce-sum", 0, 1);
    check("4x4x1", "noise 0.5,dense 10 relu,dense 6 relu,dense 3 linear",
          "dense 6 relu,dense 10 relu,dense 16 sigmoid", "squared-error", 0, 0);
}

static void a_gradient_without_one_term_is_seen(void **state)
{
    struct trial t = {.m = NULL};
    (void)state;
    start(&t, "1x1x6", "dense 4 tanh", "dense 6 sigmoid", "bce", 1);
    loss_of(&t);
    backward(&t);
    double right = fabs((double)t.dw[0] - difference(&t, &t.m->w[0]));
    t.job.l1 = 0.3; /* the loss now has a term that this backward pass did not know of */
    double wrong = fabs((double)t.dw[0] - difference(&t, &t.m->w[0]));
    assert_true(right < 1e-3 && wrong > 100 * right && wrong > 1e-2);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_activation_has_the_right_slope),
        cmocka_unit_test(every_loss_has_the_right_gradient),
        cmocka_unit_test(the_l1_norm_of_the_code_has_the_right_gradient),
        cmocka_unit_test(sampling_has_the_right_gradient_with_and_without_kl),
        cmocka_unit_test(noise_and_dropout_pass_the_gradient_on),
        cmocka_unit_test(batch_norm_has_the_right_gradient),
        cmocka_unit_test(convolutions_have_the_right_gradient),
        cmocka_unit_test(transposed_convolutions_have_the_right_gradient),
        cmocka_unit_test(pools_and_upsampling_have_the_right_gradient),
        cmocka_unit_test(convolutional_models_have_the_right_gradient),
        cmocka_unit_test(whole_models_have_the_right_gradient),
        cmocka_unit_test(a_gradient_without_one_term_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
