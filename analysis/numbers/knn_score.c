#include "analysis/knn_score.h"

#include "analysis/knn.h"

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

enum status knn_score_compute(const struct run *r, struct knn_score *s)
{
    enum status st = ST_OK;
    struct knn k = {0};
    *s = (struct knn_score){.rows = knn_score_rows(r)};
    s->k = s->rows > KNN_K ? KNN_K : s->rows - 1;
    float *codes = calloc(s->rows * r->results.code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no room for %zu codes", s->rows);
    TRY_DONE(run_read(r, RESULTS_CODES, 0, s->rows, codes));
    TRY_DONE(knn_new(&k, codes, s->rows, r->results.code));
    s->correct = knn_correct(&k, r->labels, s->k);
    s->accuracy = (double)s->correct / (double)s->rows;
done:
    knn_free(&k);
    free(codes);
    return st;
}

void knn_score_line(const struct knn_score *s, char *text, size_t n)
{
    snprintf(text, n,
             "%zu-nearest-neighbour accuracy of the codes: %.2f %% (leave-one-out, %s test "
             "images)",
             s->k, 100 * s->accuracy, run_count(s->rows));
}

enum status knn_score_keep(const struct knn_score *s, struct record *record)
{
    const int64_t counts[3] = {(int64_t)s->k, (int64_t)s->correct, (int64_t)s->rows};
    static const char *const names[3] = {"knn/k", "knn/correct", "knn/rows"};
    for (int i = 0; i < 3; i++)
        TRY(record_add(record, &(struct array){.name = names[i],
                                               .type = ARRAY_INT64,
                                               .rank = 1,
                                               .dims = {1},
                                               .data = &counts[i]}));
    TRY(record_add(record, &(struct array){.name = "knn/accuracy",
                                           .type = ARRAY_DOUBLE,
                                           .rank = 1,
                                           .dims = {1},
                                           .data = &s->accuracy}));
    return record_group(record, &(struct nexus_group){
                                    .name = "knn", .title = "Nearest neighbours of the codes"});
}
