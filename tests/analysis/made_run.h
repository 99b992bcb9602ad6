/* made_run - a small run folder made on the spot: a model with first weights, results computed
 * with it from made images, metrics. */
#ifndef TESTS_ANALYSIS_MADE_RUN_H
#define TESTS_ANALYSIS_MADE_RUN_H

#include "net/initialise.h"
#include "store/arrays.h"
#include "store/checkpoint_save.h"
#include "store/commit.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MADE_SIDE = 8, MADE_PIXELS = MADE_SIDE * MADE_SIDE, MADE_CODE = 2 };

/* What to make; zero gives an ordinary run. */
struct made_run {
    char folder[256]; /* "": one of its own */
    size_t rows;
    int no_labels;                                       /* the split has none */
    size_t kinds;                                        /* of labels; 0: ten */
    int denoising;                                       /* there are corrupted inputs too */
    int constant;                                        /* every residual is 0.5 */
    int zero;                                            /* every residual is 0 */
    int nan;                                             /* one residual is NaN */
    int filled;                                          /* everything in the results is.. */
    float fill;                                          /* .. this */
    size_t code;                                         /* of the results; 0: the model's */
    float *images, *reconstructions, *residuals, *codes; /* [rows, ...] */
    uint8_t *labels;
    struct job job;
    struct model *model;
};

static void made_job(struct made_run *r)
{
    static const char text[] = "[model]\ninput = 8x8x1\nencoder =\n    sampling 2\n"
                               "decoder =\n    dense 64 sigmoid\n"
                               "[data]\nfile = /nowhere.h5\n[training]\nloss = bce-sum\n";
    struct settings s = job_settings(&r->job);
    const char *slash = strrchr(r->folder, '/');
    assert_ok(settings_defaults(&s));
    assert_ok(settings_read_text(&s, "made job", text));
    snprintf(r->job.name, sizeof r->job.name, "%.100s", slash ? slash + 1 : r->folder);
}

static void made_fill(struct made_run *r)
{
    for (size_t i = 0; i < r->rows * MADE_PIXELS; i++)
        r->images[i] = r->residuals[i] = r->reconstructions[i] = r->fill;
    for (size_t i = 0; i < r->rows * r->code; i++) r->codes[i] = r->fill;
}

/* Pixels as a data set has them: multiples of 1/255. */
static void made_values(struct made_run *r)
{
    for (size_t i = 0; i < r->rows * MADE_PIXELS; i++) {
        float residual = (float)(i * 7919 % 101) / 101.0f - 0.4f;
        r->images[i] = (float)(i * 7919 % 256) / 255.0f;
        r->residuals[i] = r->zero ? 0 : r->constant ? 0.5f : residual;
        r->reconstructions[i] = r->images[i] - r->residuals[i];
    }
    for (size_t i = 0; i < r->rows * r->code; i++) r->codes[i] = (float)(i % 11) / 5 - 1;
    for (size_t i = 0; i < r->rows; i++)
        r->labels[i] = (uint8_t)(i % (r->kinds ? r->kinds : 10));
    if (r->nan) r->residuals[3] = NAN;
    if (r->filled) made_fill(r);
}

static int made_has(const struct made_run *r, const char *array)
{
    if (strcmp(array, "labels") == 0) return !r->no_labels;
    if (strcmp(array, "inputs") == 0 || strcmp(array, "denoised") == 0) return r->denoising;
    return 1;
}

static void made_results(struct made_run *r)
{
    const struct array all[] = {
        {.name = "codes",
         .type = ARRAY_FLOAT,
         .rank = 2,
         .dims = {r->rows, r->code},
         .data = r->codes},
        {.name = "reconstructions",
         .type = ARRAY_FLOAT,
         .rank = 4,
         .dims = {r->rows, MADE_SIDE, MADE_SIDE, 1},
         .data = r->reconstructions},
        {.name = "residuals",
         .type = ARRAY_FLOAT,
         .rank = 4,
         .dims = {r->rows, MADE_SIDE, MADE_SIDE, 1},
         .data = r->residuals},
        {.name = "labels",
         .type = ARRAY_UINT8,
         .rank = 1,
         .dims = {r->rows},
         .data = r->labels},
        {.name = "inputs",
         .type = ARRAY_FLOAT,
         .rank = 4,
         .dims = {r->rows, MADE_SIDE, MADE_SIDE, 1},
         .data = r->images},
        {.name = "denoised",
         .type = ARRAY_FLOAT,
         .rank = 4,
         .dims = {r->rows, MADE_SIDE, MADE_SIDE, 1},
         .data = r->reconstructions},
    };
    const struct text_attribute entries[] = {{"version", "made"}, {"ranks", "3"}};
    const struct provenance p = {entries, 2};
    enum { ALL = sizeof all / sizeof all[0] };
    struct array chosen[ALL];
    int count = 0;
    for (int i = 0; i < ALL; i++)
        if (made_has(r, all[i].name)) chosen[count++] = all[i];
    assert_ok(arrays_save(r->folder, "results.h5", chosen, count, &p));
}

static void made_checkpoint(struct made_run *r)
{
    struct optimizer o;
    struct progress progress = {.at.epoch = 3};
    struct provenance p = {NULL, 0};
    progress.history = calloc(3 * METRICS_HISTORY, sizeof(double));
    progress.timing = calloc(3 * METRICS_TIMES, sizeof(double));
    assert_ok(optimizer_init(&o, "sgd", 0));
    assert_ok(optimizer_allocate(&o, r->model->size));
    struct checkpoint c = {&r->job, r->model, &o, &progress, &p};
    assert_ok(checkpoint_save(&c, r->folder));
    optimizer_free(&o);
    progress_free(&progress);
}

static void made_metrics(struct made_run *r)
{
    char path[300];
    snprintf(path, sizeof path, "%s/metrics.csv", r->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("epoch,step,train_loss,validation_loss,validation_reconstruction,validation_kl,"
          "validation_l1,validation_squared_error,learning_rate,samples_per_second,seconds\n",
          f);
    for (int e = 1; e <= 3; e++)
        fprintf(f, "%d,%d,%g,%g,%g,%g,0,3,0.001,1000,1\n", e, 0, 9.0 / e, 9.5 / e, 9.0 / e,
                0.5 / e);
    fclose(f);
}

static void made_job_file(struct made_run *r)
{
    char path[300];
    struct settings s = job_settings(&r->job);
    char *text = settings_text(&s, 0);
    snprintf(path, sizeof path, "%s/job.ini", r->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_non_null(text);
    fputs(text, f);
    fclose(f);
    free(text);
}

/* Make the folder, or fill the one that is named; give it back to made_free, which removes it,
 * or to made_drop, which leaves it. */
static void made_new(struct made_run *r)
{
    if (!*r->folder) {
        strcpy(r->folder, "/tmp/hourglass-made-XXXXXX");
        assert_non_null(mkdtemp(r->folder));
    }
    assert_ok(commit_folder(r->folder));
    if (!r->code) r->code = MADE_CODE;
    r->images = calloc(r->rows * MADE_PIXELS, sizeof(float));
    r->reconstructions = calloc(r->rows * MADE_PIXELS, sizeof(float));
    r->residuals = calloc(r->rows * MADE_PIXELS, sizeof(float));
    r->codes = calloc(r->rows * r->code, sizeof(float));
    r->labels = calloc(r->rows, 1);
    made_job(r);
    assert_ok(model_new(&r->model, &r->job));
    initialise(r->model, &r->job);
    made_values(r);
    made_results(r);
    made_checkpoint(r);
    made_metrics(r);
    made_job_file(r);
}

static void made_drop(struct made_run *r)
{
    free(r->images);
    free(r->reconstructions);
    free(r->residuals);
    free(r->codes);
    free(r->labels);
    model_free(r->model);
}

static inline void made_free(struct made_run *r)
{
    char command[320];
    snprintf(command, sizeof command, "rm -r '%s'", r->folder);
    assert_int_equal(system(command), 0);
    made_drop(r);
}

#endif
