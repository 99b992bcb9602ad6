#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "base/size.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 10, ROWS = 3 };

static enum status keep(const struct figure_drawing *d, size_t count, const float *values)
{
    static const char *const names[ROWS] = {"denoised/clean", "denoised/noisy",
                                            "denoised/denoised"};
    struct shape s = d->run->results.image;
    for (size_t i = 0; i < ROWS; i++)
        TRY(record_samples(d->record, names[i], "sample", count, s,
                           values + i * count * shape_size(s)));
    return record_group(d->record, &(struct nexus_group){.name = "denoised",
                                                         .title = "Test images",
                                                         .signal = "clean",
                                                         .others = {"noisy", "denoised"}});
}

static struct sheet sheet_of(const struct run *r, const float *values)
{
    static const char left[ROWS][SHEET_LABEL] = {"clean", "noisy", "denoised"};
    return (struct sheet){.rows = ROWS,
                          .columns = size_min(r->results.total, SHOWN),
                          .image = r->results.image,
                          .values = values,
                          .tile = 56,
                          .gap = 2,
                          .side = 50,
                          .left = left};
}

static enum status draw(const struct figure_drawing *d, size_t count, const float *values)
{
    struct sheet s = sheet_of(d->run, values);
    char about[256], caption[640];
    run_describe(d->run, about, sizeof about);
    snprintf(caption, sizeof caption,
             "The first %zu images of the test split, the same with the noise that was "
             "evaluated, and what the model makes of the noisy ones. Pixels from 0 (black) to "
             "1 (white); noisy values beyond are shown as black or white. %s",
             count, about);
    return sheet_save(&s, d->to, d->name, "Clean, noisy and denoised test images", caption);
}

static const char *missing(const struct run *r)
{
    if (needs_images(r)) return needs_images(r);
    return r->results.has[RESULTS_INPUTS] ? NULL : "the model is not a denoising one";
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    const struct run *r = d->run;
    enum results_array last =
        r->results.has[RESULTS_DENOISED] ? RESULTS_DENOISED : RESULTS_RECONSTRUCTIONS;
    size_t n = shape_size(r->results.image);
    size_t count = size_min(r->results.total, SHOWN);
    float *values = calloc(ROWS * count * n, sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no memory for %zu images", ROWS * count);
    TRY_DONE(run_samples(r, 0, count, values));
    TRY_DONE(run_read(r, RESULTS_INPUTS, 0, count, values + count * n));
    TRY_DONE(run_read(r, last, 0, count, values + 2 * count * n));
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

const struct figure figure_denoised = {
    .name = "denoised",
    .help = "clean, noisy and denoised test images",
    .missing = missing,
    .draw = make,
    .memory = memory,
};
