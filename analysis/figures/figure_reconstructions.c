#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "base/size.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 10 };

/* values[2, count, h, w, c]: images, then their reconstructions. */
static enum status keep(const struct figure_drawing *d, size_t count, const float *values)
{
    struct shape s = d->run->results.image;
    TRY(record_samples(d->record, "reconstructions/images", "sample", count, s, values));
    TRY(record_samples(d->record, "reconstructions/reconstructions", "sample", count, s,
                       values + count * shape_size(s)));
    return record_group(d->record, &(struct nexus_group){.name = "reconstructions",
                                                         .title = "Test images",
                                                         .signal = "images",
                                                         .others = {"reconstructions"}});
}

static struct sheet sheet_of(const struct run *r, const float *values)
{
    static const char left[2][SHEET_LABEL] = {"test image", "reconstruction"};
    return (struct sheet){.rows = 2,
                          .columns = size_min(r->results.total, SHOWN),
                          .image = r->results.image,
                          .values = values,
                          .tile = 56,
                          .gap = 2,
                          .side = 72,
                          .left = left};
}

static enum status draw(const struct figure_drawing *d, size_t count, const float *values)
{
    struct sheet s = sheet_of(d->run, values);
    char about[256], caption[512];
    run_describe(d->run, about, sizeof about);
    snprintf(caption, sizeof caption,
             "The first %zu images of the test split and, below each, what the model makes of "
             "it. Pixels from 0 (black) to 1 (white). %s",
             count, about);
    return sheet_save(&s, d->to, d->name, "Test images and their reconstructions", caption);
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    const struct run *r = d->run;
    size_t n = shape_size(r->results.image);
    size_t count = size_min(r->results.total, SHOWN);
    float *values = calloc(2 * count * n, sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no memory for %zu images", 2 * count);
    TRY_DONE(run_samples(r, 0, count, values));
    TRY_DONE(run_read(r, RESULTS_RECONSTRUCTIONS, 0, count, values + count * n));
    TRY_DONE(keep(d, count, values));
    st = draw(d, count, values);
done:
    free(values);
    return st;
}

/* The images, the record's, and the sheet. */
static struct figure_memory memory(const struct run *r)
{
    struct sheet s = sheet_of(r, NULL);
    size_t images = sheet_values_bytes(&s);
    return (struct figure_memory){2 * images + sheet_save_bytes(&s), images};
}

const struct figure figure_reconstructions = {
    .name = "reconstructions",
    .help = "the first ten test images above their reconstructions",
    .missing = needs_images,
    .draw = make,
    .memory = memory,
};
