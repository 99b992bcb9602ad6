#include "analysis/numbers/run_pca.h"

struct source {
    const struct run *run;
    enum results_array array;
};

static enum status read_rows(void *user, size_t first, size_t rows, float *out)
{
    const struct source *s = user;
    return run_read(s->run, s->array, first, rows, out);
}

enum status run_pca_fit(const struct run *r, enum results_array a, struct pca_moments *m,
                        struct pca *p)
{
    struct source source = {r, a};
    int is_code = a == RESULTS_CODES || a == RESULTS_LOG_VARIANCE;
    size_t width = is_code ? r->results.code : shape_size(r->results.image);
    *p = (struct pca){0};
    TRY(pca_moments_read(m, r->results.total, width, read_rows, &source));
    return pca_fit(p, m);
}
