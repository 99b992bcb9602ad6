#include "analysis/numbers/knn_score.h"

#include "analysis/input/thousands.h"
#include "analysis/numbers/knn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 20000, NUMBERS = 1 << 24 };

const char *knn_score_missing(const struct run *r)
{
    if (r->has_results.st != ST_OK) return r->has_results.why;
    if (!r->results.has[RESULTS_CODES]) return "results.h5 holds no codes";
    if (!r->labels) return "the test split has no labels";
    return knn_score_rows(r) > 1 ? NULL : "there are no two test images to compare";
}

size_t knn_score_rows(const struct run *r)
{
    size_t most = NUMBERS / r->results.code;
    size_t rows = r->results.total < ROWS ? r->results.total : ROWS;
    return rows < most ? rows : most;
}

static int all_equal(const float *x, size_t rows, size_t width)
{
    for (size_t i = width; i < rows * width; i++)
        if (x[i] != x[i % width]) return 0;
    return 1;
}

enum status knn_score_compute(const struct run *r, struct knn_score *s)
{
    enum status st = ST_OK;
    struct knn k = {0};
    *s = (struct knn_score){.rows = knn_score_rows(r)};
    s->k = s->rows > KNN_K ? KNN_K : s->rows - 1;
    float *codes = calloc(s->rows * r->results.code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu codes", s->rows);
    TRY_DONE(run_read(r, RESULTS_CODES, 0, s->rows, codes));
    TRY_DONE(knn_new(&k, codes, s->rows, r->results.code));
    s->accuracy = NAN;
    if (all_equal(codes, s->rows, r->results.code)) goto done;
    s->correct = knn_correct(&k, r->labels, s->k);
    s->accuracy = (double)s->correct / (double)s->rows;
done:
    knn_free(&k);
    free(codes);
    return st;
}

size_t knn_score_bytes(const struct run *r)
{
    size_t rows = knn_score_rows(r), code = r->results.code;
    return rows * code * sizeof(float) + knn_bytes(rows, code);
}

int knn_score_tells(const struct knn_score *s)
{
    return !isnan(s->accuracy);
}

void knn_score_line(const struct knn_score *s, char *text, size_t n)
{
    if (!knn_score_tells(s)) {
        snprintf(
            text, n,
            "no nearest-neighbour accuracy of the codes: those of all %s test images are equal",
            thousands_text(s->rows));
        return;
    }
    snprintf(text, n,
             "%zu-nearest-neighbour accuracy of the codes: %.2f %% (leave-one-out, %s test "
             "images)",
             s->k, 100 * s->accuracy, thousands_text(s->rows));
}
