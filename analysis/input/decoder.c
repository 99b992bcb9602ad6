#include "analysis/input/decoder.h"

enum status decoder_run(const struct run *r, const float *w, const float *codes, size_t rows,
                        float *images)
{
    enum { MICROBATCH = 64 };
    struct model model = *r->model; /* borrows all but, perhaps, the parameters */
    struct pass *pass = NULL;
    size_t n = shape_size(model.input), code = shape_size(model.code);
    if (w) model.w = (float *)w;
    TRY(pass_new(&pass, &model, MICROBATCH, 0));
    for (size_t at = 0; at < rows; at += MICROBATCH) {
        size_t take = rows - at < MICROBATCH ? rows - at : MICROBATCH;
        model_decode(&model, pass, codes + at * code, images + at * n, take);
    }
    pass_free(pass);
    return run_check_finite(r, "decoded images", images, rows * n);
}
