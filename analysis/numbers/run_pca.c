#include "analysis/numbers/run_pca.h"

struct rows {
    const struct run *run;
    enum results_array array;
};

static enum status read_rows(void *user, size_t first, size_t rows, float *out)
{
    const struct rows *r = user;
    return run_read(r->run, r->array, first, rows, out);
}

enum status run_pca_fit(const struct run *r, enum results_array a, size_t wanted, struct pca *p)
{
    struct rows rows = {r, a};
    int is_code = a == RESULTS_CODES || a == RESULTS_LOG_VARIANCE;
    size_t width = is_code ? r->results.code : shape_size(r->results.image);
    const struct pca_source source = {r->results.total, width, read_rows, &rows};
    return pca_fit(p, &source, wanted);
}
