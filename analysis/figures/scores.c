#include "analysis/figures/scores.h"

#include "analysis/figures/needs.h"
#include "analysis/numbers/baseline.h"
#include "analysis/numbers/knn_score.h"
#include "analysis/numbers/residuals.h"
#include "analysis/numbers/variances.h"

#include <stdio.h>

static enum status keep_baseline(const struct baseline *b, struct record *to)
{
    const int64_t components = (int64_t)b->components, fitted = (int64_t)b->fitted;
    TRY(record_number(to, "baseline/model_squared_error", ARRAY_DOUBLE, &b->model));
    TRY(record_number(to, "baseline/pca_squared_error", ARRAY_DOUBLE, &b->pca));
    TRY(record_number(to, "baseline/pca_components", ARRAY_INT64, &components));
    TRY(record_number(to,
                      b->on_test ? "baseline/pca_fitted_on_test_images"
                                 : "baseline/pca_fitted_on_training_images",
                      ARRAY_INT64, &fitted));
    return record_group(
        to, &(struct nexus_group){.name = "baseline", .title = "Test squared error per image"});
}

static enum status print_baseline(const struct run *r, struct record *to)
{
    struct baseline b;
    char line[640];
    if (!baseline_fits(r)) return ST_OK;
    TRY(baseline_compute(r, &b));
    TRY(keep_baseline(&b, to));
    baseline_line(&b, line, sizeof line);
    printf("%s\n", line);
    return ST_OK;
}

static enum status keep_knn(const struct knn_score *s, struct record *to)
{
    const int64_t k = (int64_t)s->k, correct = (int64_t)s->correct, rows = (int64_t)s->rows;
    TRY(record_number(to, "knn/k", ARRAY_INT64, &k));
    TRY(record_number(to, "knn/correct", ARRAY_INT64, &correct));
    TRY(record_number(to, "knn/rows", ARRAY_INT64, &rows));
    TRY(record_number(to, "knn/accuracy", ARRAY_DOUBLE, &s->accuracy));
    return record_group(
        to, &(struct nexus_group){.name = "knn", .title = "Nearest neighbours of the codes"});
}

static enum status print_knn(const struct run *r, struct record *to)
{
    struct knn_score s;
    char line[160];
    if (knn_score_missing(r)) return ST_OK;
    TRY(knn_score_compute(r, &s));
    if (knn_score_tells(&s)) TRY(keep_knn(&s, to));
    knn_score_line(&s, line, sizeof line);
    printf("%s\n", line);
    return ST_OK;
}

void scores_print(const struct run *r, struct record *record, struct failures *f)
{
    enum status st = print_baseline(r, record);
    failures_note(f, st, status_message());
    st = print_knn(r, record);
    failures_note(f, st, status_message());
}

size_t scores_bytes(const struct run *r)
{
    size_t baseline = baseline_fits(r) ? baseline_bytes(r) : 0;
    size_t knn = knn_score_missing(r) ? 0 : knn_score_bytes(r);
    return baseline > knn ? baseline : knn;
}

void scores_print_variances(const struct run *r)
{
    const struct pca *p;
    if (needs_images(r)) return;
    if (residuals_of(r, &p) == ST_OK) variances_print(p);
}
