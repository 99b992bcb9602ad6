#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/input/decoder.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 10, STEPS = 7, COLUMNS = STEPS + 2 };

/* Ten pairs and what becomes of them. */
struct interpolation {
    int64_t pairs[PAIRS][2]; /* rows of the test split */
    uint8_t labels[PAIRS][2];
    float *codes;  /* [PAIRS, 2, code] */
    float *images; /* [PAIRS, COLUMNS, h, w, c] */
};

/* Rows that may stand beside row a: of its label, or of another one. */
static int fits(const struct run *r, size_t a, size_t b, int same)
{
    return a != b && (r->labels[a] == r->labels[b]) == same;
}

/* The partner of row a: one of those that fit, each as likely.  -1 where none fits. */
static int64_t partner_of(const struct run *r, size_t a, int same, struct random_name name,
                          uint32_t index)
{
    size_t count = 0, b = 0;
    for (size_t i = 0; i < r->results.total; i++) count += (size_t)fits(r, a, i, same);
    if (count == 0) return -1;
    for (uint64_t k = random_below(name, index, count);; b++)
        if (fits(r, a, b, same) && k-- == 0) return (int64_t)b;
}

/* Pair p: a random row with a random partner.  Rows without a partner are passed over;
 * `missing` has made sure that some row has one. */
static void choose(const struct run *r, int same, uint32_t seed, size_t p, int64_t pair[2])
{
    struct random_name name = {.seed = seed,
                               .purpose = PURPOSE_FIGURE,
                               .row = (uint32_t)p,
                               .layer = same ? FIGURE_DRAWS_SAME : FIGURE_DRAWS_DIFFERENT};
    for (uint32_t index = 0;; index += 2) {
        size_t a = random_below(name, index, r->results.total);
        pair[0] = (int64_t)a;
        pair[1] = partner_of(r, a, same, name, index + 1);
        if (pair[1] >= 0) return;
    }
}

/* codes[STEPS, code] = (1 - t) a + t b, t = 1/8 ... 7/8 */
static void between(const float *a, const float *b, size_t n, float *codes)
{
    for (size_t i = 0; i < STEPS; i++) {
        float t = (float)(i + 1) / (STEPS + 1);
        for (size_t j = 0; j < n; j++) codes[i * n + j] = (1 - t) * a[j] + t * b[j];
    }
}

/* One row of the figure: the first image, seven decoded codes, the second image. */
static enum status fill_row(const struct run *r, struct interpolation *x, size_t p,
                            float *codes)
{
    size_t n = shape_size(r->results.image), code = r->results.code;
    size_t first = (size_t)x->pairs[p][0], second = (size_t)x->pairs[p][1];
    float *row = x->images + p * COLUMNS * n, *ends = x->codes + p * 2 * code;
    TRY(run_samples(r, first, 1, row));
    TRY(run_samples(r, second, 1, row + (COLUMNS - 1) * n));
    TRY(run_read(r, RESULTS_CODES, first, 1, ends));
    TRY(run_read(r, RESULTS_CODES, second, 1, ends + code));
    between(ends, ends + code, code, codes);
    return decoder_run(r, NULL, codes, STEPS, row + n);
}

static enum status fill(const struct figure_drawing *d, int same, struct interpolation *x)
{
    const struct run *r = d->run;
    enum status st = ST_OK;
    float *codes = calloc(STEPS * r->results.code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %d codes", STEPS);
    for (size_t p = 0; p < PAIRS; p++) {
        choose(r, same, d->seed, p, x->pairs[p]);
        for (int i = 0; i < 2; i++) x->labels[p][i] = r->labels[x->pairs[p][i]];
        TRY_DONE(fill_row(r, x, p, codes));
    }
done:
    free(codes);
    return st;
}

/* "interpolation-same" -> "interpolation_same" */
static void name_group(const struct figure_drawing *d, char group[64])
{
    snprintf(group, 64, "%s", d->name);
    for (char *at = group; *at; at++)
        if (*at == '-') *at = '_';
}

static void name_path(const struct figure_drawing *d, const char *name, char path[96])
{
    char group[64];
    name_group(d, group);
    snprintf(path, 96, "%s/%s", group, name);
}

static enum status keep_one(const struct figure_drawing *d, const char *name, struct array a)
{
    char path[96];
    name_path(d, name, path);
    a.name = path;
    return record_add(d->record, &a);
}

static enum status keep_images(const struct figure_drawing *d, float **images)
{
    struct shape s = d->run->results.image;
    char path[96];
    name_path(d, "images", path);
    return record_take_images(
        d->record,
        &(struct array){.name = path,
                        .type = ARRAY_FLOAT,
                        .rank = 5,
                        .dims = {PAIRS, COLUMNS, s.h, s.w, s.c},
                        .labels = {"pair", "t", "height", "width", "channel"}},
        images);
}

/* The images over pair and t, for viewers. */
static enum status keep_axes(const struct figure_drawing *d)
{
    char group[64];
    int64_t pair[PAIRS];
    double t[COLUMNS];
    name_group(d, group);
    for (int i = 0; i < PAIRS; i++) pair[i] = i + 1;
    for (int i = 0; i < COLUMNS; i++) t[i] = (double)i / (COLUMNS - 1);
    TRY(keep_one(
        d, "pair",
        (struct array){.type = ARRAY_INT64, .rank = 1, .dims = {PAIRS}, .data = pair}));
    TRY(keep_one(
        d, "t", (struct array){.type = ARRAY_DOUBLE, .rank = 1, .dims = {COLUMNS}, .data = t}));
    struct nexus_group g = {.name = group,
                            .title = "Interpolation between codes",
                            .signal = "images",
                            .axes = {"pair", "t", ".", "."}};
    if (d->run->results.image.c > 1) g.axes[4] = ".";
    return record_group(d->record, &g);
}

static enum status keep(const struct figure_drawing *d, struct interpolation *x)
{
    const int64_t seed = d->seed;
    TRY(keep_axes(d));
    TRY(keep_one(d, "seed",
                 (struct array){.type = ARRAY_INT64, .rank = 1, .dims = {1}, .data = &seed}));
    TRY(keep_one(d, "pairs",
                 (struct array){.type = ARRAY_INT64,
                                .rank = 2,
                                .dims = {PAIRS, 2},
                                .labels = {"pair", "end"},
                                .data = x->pairs}));
    TRY(keep_one(d, "labels",
                 (struct array){.type = ARRAY_UINT8,
                                .rank = 2,
                                .dims = {PAIRS, 2},
                                .labels = {"pair", "end"},
                                .data = x->labels}));
    TRY(keep_one(d, "codes",
                 (struct array){.type = ARRAY_FLOAT,
                                .rank = 3,
                                .dims = {PAIRS, 2, d->run->results.code},
                                .labels = {"pair", "end", "code"},
                                .data = x->codes}));
    return keep_images(d, &x->images);
}

static void make_heads(char heads[COLUMNS][SHEET_LABEL])
{
    strcpy(heads[0], "test image");
    strcpy(heads[COLUMNS - 1], "test image");
    for (int i = 1; i <= STEPS; i++) snprintf(heads[i], SHEET_LABEL, "t = %d/8", i);
}

static struct sheet sheet_of(const struct run *r, const float *images)
{
    return (struct sheet){.rows = PAIRS,
                          .columns = COLUMNS,
                          .image = r->results.image,
                          .values = images,
                          .tile = 56,
                          .gap = 2,
                          .lead = 4,
                          .trail = 4,
                          .side = 20};
}

static enum status draw(const struct figure_drawing *d, int same, const struct interpolation *x)
{
    char heads[COLUMNS][SHEET_LABEL], left[PAIRS][SHEET_LABEL], right[PAIRS][SHEET_LABEL];
    char about[256], caption[768], title[64], which[32];
    struct sheet s = sheet_of(d->run, x->images);
    s.heads = heads, s.left = left, s.right = right;
    make_heads(heads);
    for (int p = 0; p < PAIRS; p++) {
        snprintf(left[p], SHEET_LABEL, "%d", x->labels[p][0]);
        snprintf(right[p], SHEET_LABEL, "%d", x->labels[p][1]);
    }
    run_describe(d->run, about, sizeof about);
    snprintf(which, sizeof which, "%s %s", same ? "same" : "different",
             run_label(d->run, !same));
    snprintf(title, sizeof title, "Interpolation between codes, %s", which);
    snprintf(caption, sizeof caption,
             "Ten random pairs of test images of %s%s, seed %u. The ends of a row are the test "
             "images themselves, their %s beside them; between them the decoder's images "
             "of (1 \u2212 t) a + t b, where a and b are the codes of the ends%s. Pixels from "
             "0 (black) to 1 (white). %s",
             same ? "the " : "", which, d->seed, run_label(d->run, 1),
             d->run->model->variational ? " (the means)" : "", about);
    return sheet_save(&s, d->to, d->name, title, caption);
}

static enum status interpolate(const struct figure_drawing *d, int same)
{
    enum status st = ST_OK;
    struct interpolation x = {0};
    size_t n = shape_size(d->run->results.image);
    x.codes = calloc(PAIRS * 2 * d->run->results.code, sizeof *x.codes);
    x.images = calloc(PAIRS * COLUMNS * n, sizeof *x.images);
    if (!x.codes || !x.images) {
        st = FAIL(ST_NOMEM, "no memory for %d images", PAIRS * COLUMNS);
        goto done;
    }
    TRY_DONE(fill(d, same, &x));
    TRY_DONE(draw(d, same, &x));
    st = keep(d, &x);
done:
    free(x.codes);
    free(x.images);
    return st;
}

static enum status make_same(const struct figure_drawing *d)
{
    return interpolate(d, 1);
}

static enum status make_different(const struct figure_drawing *d)
{
    return interpolate(d, 0);
}

static struct figure_memory memory(const struct run *r)
{
    struct sheet s = sheet_of(r, NULL);
    return figure_decoded_memory(r, &s);
}

/* Two rows with one label, or with two. */
static int has_pair(const struct run *r, int same)
{
    size_t seen[256] = {0}, kinds = 0, twice = 0;
    for (size_t i = 0; i < r->results.total; i++) {
        size_t count = ++seen[r->labels[i]];
        kinds += count == 1, twice += count == 2;
    }
    return same ? twice > 0 : kinds > 1;
}

static const char *missing(const struct run *r)
{
    if (needs_images(r)) return needs_images(r);
    if (needs_model(r)) return needs_model(r);
    if (needs_codes(r)) return needs_codes(r);
    return needs_labels(r);
}

static const char *missing_same(const struct run *r)
{
    if (missing(r)) return missing(r);
    return has_pair(r, 1) ? NULL : "no two test images share a label";
}

static const char *missing_different(const struct run *r)
{
    if (missing(r)) return missing(r);
    return has_pair(r, 0) ? NULL : "all test images have the same label";
}

const struct figure figure_interpolation_same = {
    .name = "interpolation-same",
    .help = "between the codes of ten pairs of one label",
    .missing = missing_same,
    .draw = make_same,
    .memory = memory,
};

const struct figure figure_interpolation_different = {
    .name = "interpolation-different",
    .help = "between the codes of ten pairs of different labels",
    .missing = missing_different,
    .draw = make_different,
    .memory = memory,
};
