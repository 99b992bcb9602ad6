#include "analysis/figure.h"
#include "analysis/sheet.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 10 };

static enum status keep(const struct drawing *d, const char *name, size_t count,
                        const float *values)
{
    struct shape s = d->run->results.image;
    return record_images(d->record,
                         &(struct array){.name = name,
                                         .type = ARRAY_FLOAT,
                                         .rank = 4,
                                         .dims = {count, s.h, s.w, s.c},
                                         .labels = {"sample", "height", "width", "channel"},
                                         .data = values});
}

static enum status draw(const struct drawing *d, size_t count, const float *values)
{
    static const char left[2][SHEET_LABEL] = {"test image", "reconstruction"};
    struct sheet s = {.rows = 2,
                      .columns = count,
                      .image = d->run->results.image,
                      .values = values,
                      .tile = 56,
                      .gap = 2,
                      .side = 72,
                      .left = left};
    char about[256], caption[512];
    run_describe(d->run, about, sizeof about);
    snprintf(caption, sizeof caption,
             "The first %zu images of the test split and, below each, what the model makes of "
             "it. Pixels from 0 (black) to 1 (white). %s",
             count, about);
    return sheet_save(&s, d->to, d->name, "Test images and their reconstructions", caption);
}

enum status figure_reconstructions(const struct drawing *d)
{
    enum status st = ST_OK;
    const struct run *r = d->run;
    size_t n = shape_size(r->results.image);
    size_t count = r->results.total < SHOWN ? r->results.total : SHOWN;
    float *values = calloc(2 * count * n, sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no room for %zu images", 2 * count);
    TRY_DONE(run_samples(r, 0, count, values));
    TRY_DONE(run_read(r, RESULTS_RECONSTRUCTIONS, 0, count, values + count * n));
    TRY_DONE(keep(d, "reconstructions/images", count, values));
    TRY_DONE(keep(d, "reconstructions/reconstructions", count, values + count * n));
    TRY_DONE(record_group(d->record, &(struct nexus_group){.name = "reconstructions",
                                                           .title = "Test images",
                                                           .signal = "images",
                                                           .others = {"reconstructions"}}));
    st = draw(d, count, values);
done:
    free(values);
    return st;
}
