#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/input/decoder.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 10 };

static enum status keep(const struct figure_drawing *d, const float *codes, float **images)
{
    struct shape s = d->run->model->input;
    size_t code = shape_size(d->run->model->code);
    const int64_t seed = d->seed;
    TRY(record_number(d->record, "generated/seed", ARRAY_INT64, &seed));
    TRY(record_add(d->record, &(struct array){.name = "generated/codes",
                                              .type = ARRAY_FLOAT,
                                              .rank = 2,
                                              .dims = {SIDE * SIDE, code},
                                              .labels = {"draw", "code"},
                                              .data = codes}));
    TRY(record_take_images(d->record,
                           &(struct array){.name = "generated/images",
                                           .type = ARRAY_FLOAT,
                                           .rank = 4,
                                           .dims = {SIDE * SIDE, s.h, s.w, s.c},
                                           .labels = {"draw", "height", "width", "channel"}},
                           images));
    return record_group(d->record, &(struct nexus_group){.name = "generated",
                                                         .title = "Generated samples",
                                                         .signal = "images"});
}

static struct sheet sheet_of(const struct run *r, const float *images)
{
    return (struct sheet){.rows = SIDE,
                          .columns = SIDE,
                          .image = r->model->input,
                          .values = images,
                          .tile = 42,
                          .gap = 2};
}

static enum status draw(const struct figure_drawing *d, const float *images)
{
    struct sheet s = sheet_of(d->run, images);
    char caption[512];
    snprintf(caption, sizeof caption,
             "Decoded draws of the %zu-dimensional code from the standard normal distribution "
             "N(0, I), seed %u. Pixels from 0 (black) to 1 (white). Run %s, %s%s%s.",
             shape_size(d->run->model->code), d->seed, d->run->job.name, d->run->data_name,
             *d->run->epoch ? ", epoch " : "", d->run->epoch);
    return sheet_save(&s, d->to, d->name, "Generated samples", caption);
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    const struct model *m = d->run->model;
    size_t count = SIDE * SIDE, code = shape_size(m->code);
    struct random_name name = {
        .seed = d->seed, .purpose = PURPOSE_FIGURE, .layer = FIGURE_DRAWS_GENERATED};
    float *codes = calloc(count * code, sizeof *codes);
    float *images = calloc(count * shape_size(m->input), sizeof *images);
    if (!codes || !images) {
        st = FAIL(ST_NOMEM, "no memory for %zu images", count);
        goto done;
    }
    random_normal(name, codes, count * code);
    TRY_DONE(decoder_run(d->run, NULL, codes, count, images));
    TRY_DONE(draw(d, images));
    st = keep(d, codes, &images);
done:
    free(codes);
    free(images);
    return st;
}

static struct figure_memory memory(const struct run *r)
{
    struct sheet s = sheet_of(r, NULL);
    return figure_decoded_memory(r, &s);
}

const struct figure figure_generated = {
    .name = "generated",
    .help = "decoded draws from the standard normal distribution",
    .missing = needs_prior,
    .draw = make,
    .memory = memory,
};
