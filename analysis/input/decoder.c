#include "analysis/input/decoder.h"

#include "net/code.h"

enum { BATCH = 64 };

size_t decoder_bytes(const struct run *r, size_t rows)
{
    return sweep_bytes(r->model, 1, rows < BATCH ? rows : BATCH, 0);
}

size_t decoder_kept_bytes(const struct run *r)
{
    return model_bytes(r->model) - r->model->size * sizeof *r->model->w;
}

enum status decoder_run(const struct run *r, const float *w, const float *codes, size_t rows,
                        float *images)
{
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
