#include "run/encode.h"

#include "comm/watchdog.h"
#include "linalg/matmul.h"
#include "pario/results_save.h"
#include "step/strips.h"

#include <stdlib.h>
#include <string.h>

/* One encoding: the model, one microbatch of memory, and this rank's part of the results. */
struct encoding {
    const struct job *job;
    const struct model *m;
    const struct dataset *d;
    size_t most; /* rows at a time */
    struct pass *pass;
    float *x; /* [most, input] */
    struct results_part part;
};

/* Layers at the front that corrupt. */
static int corrupting_layers(const struct model *m)
{
    int n = 0;
    while (n < m->count && m->layers[n].kind->corrupts) n++;
    return n;
}

static int always_corrupts(const struct model *m)
{
    return m->denoising && m->layers[0].always;
}

static void choose_arrays(struct encoding *e)
{
    const struct model *m = e->m;
    int *has = e->part.has;
    has[RESULTS_CODES] = has[RESULTS_RECONSTRUCTIONS] = has[RESULTS_RESIDUALS] = 1;
    has[RESULTS_LOG_VARIANCE] = m->variational;
    has[RESULTS_INPUTS] = m->denoising;
    has[RESULTS_DENOISED] = m->denoising && !always_corrupts(m);
}

static size_t width_of(const struct encoding *e, enum results_array a)
{
    return results_array_width(a, e->part.code, e->part.image);
}

static enum status allocate(struct encoding *e)
{
    size_t rows = e->part.rows;
    size_t x_bytes = (e->most * shape_size(e->part.image) * sizeof *e->x + 63) / 64 * 64;
    int missing = 0;
    for (enum results_array a = 0; a < RESULTS_ARRAYS; a++) {
        if (!e->part.has[a]) continue;
        e->part.array[a] = malloc(rows * width_of(e, a) * sizeof(float));
        missing |= !e->part.array[a];
    }
    e->x = aligned_alloc(64, x_bytes);
    if (missing || !e->x) return FAIL(ST_NOMEM, "no memory for the results of %zu rows", rows);
    return pass_new(&e->pass, e->m, e->most, 0);
}

static void free_encoding(struct encoding *e)
{
    for (int a = 0; a < RESULTS_ARRAYS; a++) free(e->part.array[a]);
    free(e->x);
    pass_free(e->pass);
}

static float *at(const struct encoding *e, enum results_array a, size_t row)
{
    return e->part.array[a] ? e->part.array[a] + row * width_of(e, a) : NULL;
}

/* As evaluated: codes, reconstructions, residuals; `to` counts this rank's rows. */
static void encode_clean(struct encoding *e, struct context *c, size_t to)
{
    size_t n = c->rows * shape_size(e->m->input);
    float *image = at(e, RESULTS_RECONSTRUCTIONS, to), *residual = at(e, RESULTS_RESIDUALS, to);
    float *codes = at(e, RESULTS_CODES, to);
    model_encode(e->m, e->pass, c, e->x, codes, at(e, RESULTS_LOG_VARIANCE, to));
    if (always_corrupts(e->m))
        memcpy(at(e, RESULTS_INPUTS, to), e->pass->y[corrupting_layers(e->m) - 1],
               n * sizeof *image);
    model_decode(e->m, e->pass, codes, image, c->rows);
    for (size_t i = 0; i < n; i++) residual[i] = e->x[i] - image[i];
}

/* With the corruption that belongs to training: inputs and what becomes of them. */
static void encode_corrupted(struct encoding *e, struct context *c, size_t to)
{
    const struct model *m = e->m;
    size_t n = c->rows * shape_size(m->input);
    c->corrupt = 1;
    const float *y = model_forward(m, e->pass, c, 0, m->count, e->x);
    model_image(m, y, at(e, RESULTS_DENOISED, to), c->rows);
    memcpy(at(e, RESULTS_INPUTS, to), e->pass->y[corrupting_layers(m) - 1], n * sizeof(float));
}

/* The microbatches are cut shard by shard, so that they are the same on any rank count. */
static void encode_rows(struct encoding *e, const struct shards *s)
{
    for (size_t i = 0; i < s->own; i++) {
        size_t rows;
        const uint32_t *row = shards_take(s, i, 0, s->total, &rows);
        for (size_t done = 0; done < rows; done += e->most) {
            size_t take = rows - done < e->most ? rows - done : e->most;
            struct context c = {.rows = take,
                                .row = row + done,
                                .purpose = PURPOSE_TEST,
                                .seed = (uint32_t)e->job->seed};
            size_t to = row[done] - s->first_row;
            watchdog_phase("encoding, row", (long)row[done]);
            samples_gather(&e->d->samples, c.row, c.rows, e->x);
            encode_clean(e, &c, to);
            if (e->part.has[RESULTS_DENOISED]) encode_corrupted(e, &c, to);
        }
    }
}

enum status encode_split(struct world *w, const struct job *job, const struct model *m,
                         const struct dataset *d, const struct shards *s, const char *folder,
                         const struct provenance *p)
{
    struct encoding e = {.job = job, .m = m, .d = d, .most = strips_evaluation_rows(m)};
    e.part = (struct results_part){.total = s->total,
                                   .first = s->first_row,
                                   .rows = s->rows,
                                   .code = shape_size(m->code),
                                   .image = m->input,
                                   .has_labels = d->samples.labels != NULL,
                                   .labels = d->samples.labels};
    choose_arrays(&e);
    enum status st = world_agree(w, allocate(&e));
    if (st == ST_OK) {
        encode_rows(&e, s);
        st = results_save(w, folder, "results.h5", &e.part, p);
    }
    free_encoding(&e);
    return st;
}
