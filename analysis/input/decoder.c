#include "analysis/input/decoder.h"

#include "net/code.h"

enum status decoder_run(const struct run *r, const float *w, const float *codes, size_t rows,
                        float *images)
{
    enum { BATCH = 64 };
    struct model model = *r->model; /* borrows all but, perhaps, the parameters */
    struct sweep *sweep;
    size_t n = shape_size(model.input), code = shape_size(model.code);
    if (w) model.w = (float *)w;
    TRY(sweep_new(&sweep, &model, 1, BATCH, 0));
    for (size_t at = 0; at < rows; at += BATCH) {
        size_t take = rows - at < BATCH ? rows - at : BATCH;
        code_decode(sweep, codes + at * code, images + at * n, take);
    }
    sweep_free(sweep);
    return run_check_finite(r, "decoded images", images, rows * n);
}
