#include "analysis/report/report_weights.h"

#include "analysis/input/decoder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"float32", "float16", "int8", "none"};

const char *report_weights_name(enum report_weights_format f)
{
    return names[f];
}

size_t report_weights_row(const struct variable *v)
{
    size_t n = 1;
    for (int i = v->rank - 1; i >= 0 && n < 32; i--) n *= v->dims[i];
    return n;
}

static enum report_weights_format format_of(const struct variable *v,
                                            enum report_weights_format f)
{
    return v->rank == 1 ? REPORT_WEIGHTS_FLOAT32 : f;
}

static size_t bytes_of(const struct variable *v, enum report_weights_format f)
{
    if (format_of(v, f) == REPORT_WEIGHTS_FLOAT32) return 4 * v->count;
    if (f == REPORT_WEIGHTS_FLOAT16) return 2 * v->count;
    return v->count + 4 * (v->count / report_weights_row(v));
}

size_t report_weights_bytes(const struct model *m, enum report_weights_format f)
{
    size_t n = 0;
    for (int i = m->split; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++)
            n += bytes_of(&m->layers[i].variable[k], f);
    return n;
}

static unsigned char *put_word(unsigned char *to, uint32_t word, int bytes)
{
    for (int i = 0; i < bytes; i++) *to++ = (unsigned char)(word >> 8 * i);
    return to;
}

static unsigned char *put_float(unsigned char *to, float v)
{
    uint32_t word;
    memcpy(&word, &v, sizeof word);
    return put_word(to, word, 4);
}

/* IEEE binary16, to nearest, ties to even; too large values become the largest finite one. */
static uint16_t half_of(float v)
{
    uint16_t sign = signbit(v) ? 0x8000 : 0;
    double a = fabs((double)v);
    int exponent = 0;
    if (a >= 65520) return (uint16_t)(sign | 0x7bff);
    if (a < 0x1p-14) return (uint16_t)(sign | (uint16_t)nearbyint(a * 0x1p24));
    frexp(a, &exponent);                                 /* a = f 2^exponent, 1/2 <= f < 1 */
    int steps = (int)nearbyint(ldexp(a, 11 - exponent)); /* 1024 to 2048 */
    return (uint16_t)(sign | (((exponent + 13) << 10) + steps));
}

static float value_of_half(uint16_t h)
{
    int exponent = h >> 10 & 31, steps = h & 1023;
    double a = exponent ? ldexp(1024 + steps, exponent - 25) : ldexp(steps, -24);
    return (float)(h >> 15 ? -a : a);
}

/* One row as a scale and n integers; w becomes what they say. */
static unsigned char *put_row(unsigned char *to, float *w, size_t n)
{
    float largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmaxf(largest, fabsf(w[i]));
    float scale = largest / 127;
    to = put_float(to, scale);
    for (size_t i = 0; i < n; i++) {
        int q = scale > 0 ? (int)nearbyintf(w[i] / scale) : 0;
        *to++ = (unsigned char)(q & 255);
        w[i] = scale * (float)q;
    }
    return to;
}

/* One variable; w[count] becomes what the bytes say. */
static unsigned char *put_variable(unsigned char *to, const struct variable *v, float *w,
                                   enum report_weights_format f)
{
    size_t row = report_weights_row(v);
    f = format_of(v, f);
    if (f == REPORT_WEIGHTS_INT8) {
        for (size_t i = 0; i < v->count; i += row) to = put_row(to, w + i, row);
        return to;
    }
    for (size_t i = 0; i < v->count; i++) {
        if (f == REPORT_WEIGHTS_FLOAT32) {
            to = put_float(to, w[i]);
        } else {
            uint16_t h = half_of(w[i]);
            to = put_word(to, h, 2);
            w[i] = value_of_half(h);
        }
    }
    return to;
}

/* codes[count, code] to compare by: the first of the test split, or along a line through the
 * space of codes where there are no results. */
static enum status some_codes(const struct run *r, size_t count, float *codes)
{
    size_t n = shape_size(r->model->code);
    if (r->has_results.st == ST_OK) return run_read(r, RESULTS_CODES, 0, count, codes);
    for (size_t i = 0; i < count * n; i++) codes[i] = (float)(i % 7) / 3 - 1;
    return ST_OK;
}

/* w->error: the largest difference between the images of r and of the same decoder with
 * parameters `rounded`. */
static enum status measure(struct report_weights *w, const struct run *r, const float *rounded)
{
    enum { MOST = 50 };
    enum status st = ST_OK;
    const struct model *m = r->model;
    size_t count =
        r->has_results.st == ST_OK && r->results.total < MOST ? r->results.total : MOST;
    size_t n = count * shape_size(m->input);
    float *codes = calloc(count * shape_size(m->code) + 2 * n, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu images", 2 * count);
    float *exact = codes + count * shape_size(m->code), *images = exact + n;
    TRY_DONE(some_codes(r, count, codes));
    TRY_DONE(decoder_run(r, NULL, codes, count, exact));
    TRY_DONE(decoder_run(r, rounded, codes, count, images));
    for (size_t i = 0; i < n; i++) { /* fmax here ends gcc 12 for aarch64 */
        double off = fabs((double)images[i] - (double)exact[i]);
        if (off > w->error) w->error = off;
    }
done:
    free(codes);
    return st;
}

static enum status check_finite(const struct run *r)
{
    for (size_t i = 0; i < r->model->size; i++)
        if (!isfinite(r->model->w[i]))
            return FAIL(ST_DATA, "%s: the model has weights that are not finite", r->folder);
    return ST_OK;
}

static void put_decoder(struct report_weights *w, const struct model *m, float *rounded)
{
    unsigned char *to = w->bytes;
    for (int i = m->split; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++) {
            const struct variable *v = &m->layers[i].variable[k];
            to = put_variable(to, v, rounded + v->at, w->format);
        }
}

enum status report_weights_pack(struct report_weights *w, const struct run *r, size_t most)
{
    enum status st = ST_OK;
    const struct model *m = r->model;
    *w = (struct report_weights){.format = REPORT_WEIGHTS_FLOAT32};
    TRY(check_finite(r));
    while (w->format < REPORT_WEIGHTS_NONE && report_weights_bytes(m, w->format) > most)
        w->format++;
    if (w->format == REPORT_WEIGHTS_NONE) return ST_OK;
    w->size = report_weights_bytes(m, w->format);
    w->bytes = malloc(w->size + 1);
    float *rounded = aligned_alloc(64, m->size * sizeof *rounded);
    if (!w->bytes || !rounded) {
        st = FAIL(ST_NOMEM, "no memory for %zu bytes of weights", w->size);
        goto done;
    }
    memcpy(rounded, m->w, m->size * sizeof *rounded);
    put_decoder(w, m, rounded);
    st = measure(w, r, rounded);
done:
    free(rounded);
    return st;
}
