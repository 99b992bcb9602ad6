#include "store/results_layout.h"

static int is_code(enum results_array a)
{
    return a == RESULTS_CODES || a == RESULTS_LOG_VARIANCE;
}

struct array results_layout(enum results_array a, size_t total, size_t code, struct shape image)
{
    struct array codes = {.rank = 2, .dims = {total, code}, .labels = {"sample", "code"}};
    struct array images = {.rank = 4,
                           .dims = {total, image.h, image.w, image.c},
                           .labels = {"sample", "height", "width", "channel"}};
    struct array layout = is_code(a) ? codes : images;
    layout.name = results_array_name(a);
    layout.type = ARRAY_FLOAT;
    return layout;
}

struct array results_layout_labels(size_t total)
{
    return (struct array){.name = "labels",
                          .type = ARRAY_UINT8,
                          .rank = 1,
                          .dims = {total},
                          .labels = {"sample"}};
}
