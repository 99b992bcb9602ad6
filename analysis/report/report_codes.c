#include "analysis/report/report_codes.h"

#include "analysis/numbers/run_pca.h"
#include "analysis/numbers/variances.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAP_POINTS = 4000,
    MAP_NUMBERS = 60000,  /* codes of the map, all together */
    MAP_DIMENSIONS = 256, /* more are too many to move in */
    STILL_POINTS = 600,   /* of a map that one only looks at */
    PICKS = 40,
    PICK_NUMBERS = 200000 /* codes of the picks, all together */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* q = round((v - low) / (high - low) * 65535) */
static void put_array(struct report_text *t, const float *v, size_t count, size_t width)
{
    float low = INFINITY, high = -INFINITY;
    size_t n = count * width;
    unsigned char *bytes = malloc(2 * n + 1);
    if (!bytes) {
        t->lost = 1;
        return;
    }
    for (size_t i = 0; i < n; i++) low = fminf(low, v[i]), high = fmaxf(high, v[i]);
    double step = high > low ? ((double)high - (double)low) / 65535 : 1;
    for (size_t i = 0; i < n; i++) {
        unsigned q = (unsigned)nearbyint(((double)v[i] - (double)low) / step);
        bytes[2 * i] = (unsigned char)(q & 255), bytes[2 * i + 1] = (unsigned char)(q >> 8);
    }
    report_text_add(t, "{\"count\":%zu,\"low\":%.9g,\"high\":%.9g,\"data\":\"", count,
                    (double)low, (double)low + 65535 * step);
    report_text_base64(t, bytes, 2 * n);
    report_text_add(t, "\"}");
    free(bytes);
}

/* ---- the map -------------------------------------------------------------------------- */

static int has_codes(const struct run *r)
{
    return r->has_results.st == ST_OK && r->results.has[RESULTS_CODES];
}

static void put_labels(struct report_text *t, const struct run *r, size_t count)
{
    report_text_add(t, "\"labels\":%s", r->labels ? "\"" : "null");
    if (r->labels) report_text_base64(t, r->labels, count);
    report_text_add(t, "%s,\n", r->labels ? "\"" : "");
}

static enum status put_codes(struct report_text *t, const struct run *r)
{
    size_t code = r->results.code;
    size_t count = smaller(r->results.total, smaller(MAP_POINTS, MAP_NUMBERS / code));
    float *codes = calloc(count * code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu codes", count);
    enum status st = run_read(r, RESULTS_CODES, 0, count, codes);
    if (st == ST_OK) {
        report_text_add(t, "\"points\":null,\n\"codes\":");
        put_array(t, codes, count, code);
        report_text_add(t, ",\n");
        put_labels(t, r, count);
    }
    free(codes);
    return st;
}

/* Rows of codes in memory. */
struct codes {
    const float *x; /* [.., width] */
    size_t width;
};

static enum status read_codes(void *user, size_t first, size_t rows, float *out)
{
    const struct codes *c = user;
    memcpy(out, c->x + first * c->width, rows * c->width * sizeof *out);
    return ST_OK;
}

/* xy[count, 2] = the codes along their own first two principal components. */
static enum status place(const float *x, size_t count, size_t width, float *xy)
{
    struct codes codes = {x, width};
    const struct pca_source source = {count, width, read_codes, &codes};
    struct pca p;
    double at[2];
    enum status st = pca_fit(&p, &source, 2);
    for (size_t i = 0; st == ST_OK && i < count; i++) {
        pca_project(&p, x + i * width, 2, at);
        xy[2 * i] = (float)at[0], xy[2 * i + 1] = (float)at[1];
    }
    pca_free(&p);
    return st;
}

/* The map as a picture: places without codes. */
static enum status put_points(struct report_text *t, const struct run *r)
{
    float xy[2 * STILL_POINTS];
    size_t count = smaller(r->results.total, STILL_POINTS), code = r->results.code;
    float *codes = calloc(count * code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu codes", count);
    enum status st = run_read(r, RESULTS_CODES, 0, count, codes);
    if (st == ST_OK) st = place(codes, count, code, xy);
    free(codes);
    TRY(st);
    report_text_add(t, "\"codes\":null,\n\"points\":");
    put_array(t, xy, count, 2);
    report_text_add(t, ",\n");
    put_labels(t, r, count);
    return ST_OK;
}

static void put_vector(struct report_text *t, const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++) report_text_add(t, "%s%.9g", i ? "," : "[", v[i]);
    report_text_add(t, "]");
}

static enum status put_plane(struct report_text *t, const struct run *r)
{
    enum status st = ST_OK;
    struct pca p = {0};
    size_t code = r->results.code;
    TRY_DONE(run_pca_fit(r, RESULTS_CODES, 2, &p));
    report_text_add(t, "\"plane\":{\"mean\":");
    put_vector(t, p.mean, code);
    report_text_add(t, ",\"axes\":[");
    put_vector(t, p.components, code);
    report_text_add(t, ",");
    put_vector(t, p.components + code, code);
    report_text_add(t, "],\"shares\":[%.6g,%.6g]},\n", variances_share(&p, 0),
                    variances_share(&p, 1));
done:
    pca_free(&p);
    return st;
}

/* ---- the picks ------------------------------------------------------------------------ */

/* rows[count]: of every label its first row, then of every label its second, and so on; without
 * labels the first rows.  The number of rows found. */
static size_t choose(const struct run *r, size_t count, size_t *rows)
{
    size_t found = 0;
    if (!r->labels)
        for (; found < count; found++) rows[found] = found;
    for (size_t round = 0; found < count && round < count; round++)
        for (int label = 0; label < 256 && found < count; label++) {
            size_t seen = 0, i = 0;
            while (i < r->results.total && (r->labels[i] != label || seen++ < round)) i++;
            if (i < r->results.total) rows[found++] = i;
        }
    return found;
}

static enum status read_picks(const struct run *r, const size_t *rows, size_t count,
                              float *codes, float *images)
{
    size_t code = r->results.code, n = shape_size(r->results.image);
    for (size_t i = 0; i < count; i++) {
        TRY(run_read(r, RESULTS_CODES, rows[i], 1, codes + i * code));
        TRY(run_samples(r, rows[i], 1, images + i * n));
    }
    return ST_OK;
}

static void put_rows(struct report_text *t, const struct run *r, const size_t *rows,
                     size_t count)
{
    report_text_add(t, "\"rows\":[");
    for (size_t i = 0; i < count; i++) report_text_add(t, "%s%zu", i ? "," : "", rows[i]);
    report_text_add(t, "],\"labels\":%s", r->labels ? "[" : "null");
    for (size_t i = 0; r->labels && i < count; i++)
        report_text_add(t, "%s%d", i ? "," : "", r->labels[rows[i]]);
    report_text_add(t, "%s", r->labels ? "]" : "");
}

static enum status put_picks(struct report_text *t, const struct run *r)
{
    enum status st = ST_OK;
    size_t rows[PICKS], code = r->results.code, n = shape_size(r->results.image);
    size_t count = smaller(r->results.total, smaller(PICKS, PICK_NUMBERS / (code + n)));
    count = choose(r, count, rows);
    float *codes = calloc(count * (code + n) + 1, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu images", count);
    float *images = codes + count * code;
    TRY_DONE(read_picks(r, rows, count, codes, images));
    report_text_add(t, "\"picks\":{");
    put_rows(t, r, rows, count);
    report_text_add(t, ",\"codes\":");
    put_array(t, codes, count, code);
    report_text_add(t, ",\n\"images\":");
    put_array(t, images, count, n);
    report_text_add(t, "},\n");
done:
    free(codes);
    return st;
}

static enum status put_map(struct report_text *t, const struct run *r)
{
    if (has_codes(r) && r->results.code <= MAP_DIMENSIONS) return put_codes(t, r);
    if (has_codes(r) && r->results.total > 2) return put_points(t, r);
    report_text_add(t, "\"codes\":null,\n\"points\":null,\n\"labels\":null,\n");
    return ST_OK;
}

enum status report_codes_write(struct report_text *t, const struct run *r)
{
    int plane = has_codes(r) && r->results.code > 2 && r->results.code <= MAP_DIMENSIONS;
    int picks = has_codes(r) && r->results.has[RESULTS_RESIDUALS] && r->results.total > 1;
    TRY(put_map(t, r));
    if (plane)
        TRY(put_plane(t, r));
    else
        report_text_add(t, "\"plane\":null,\n");
    if (picks) return put_picks(t, r);
    report_text_add(t, "\"picks\":null,\n");
    return ST_OK;
}
