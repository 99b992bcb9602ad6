#include "store/results_array.h"

#include <string.h>

static const struct {
    const char *name;
    enum { CODE_SHAPED, IMAGE_SHAPED } shape;
    const char *help;
} table[RESULTS_ARRAYS] = {
    [RESULTS_CODES] = {"codes", CODE_SHAPED, "latent codes; the mean where variational"},
    [RESULTS_LOG_VARIANCE] = {"codes_log_variance", CODE_SHAPED,
                              "logarithm of the codes' variance; variational only"},
    [RESULTS_INPUTS] = {"inputs", IMAGE_SHAPED, "the corrupted samples; denoising only"},
    [RESULTS_DENOISED] = {"denoised", IMAGE_SHAPED,
                          "what the model makes of /inputs, where /reconstructions are of the "
                          "clean samples"},
    [RESULTS_RECONSTRUCTIONS] = {"reconstructions", IMAGE_SHAPED,
                                 "what the model makes of the samples"},
    [RESULTS_RESIDUALS] = {"residuals", IMAGE_SHAPED, "sample - reconstruction, signed"},
};

static const char labels_name[] = "labels", labels_help[] = "labels of the split";

const char *results_array_name(enum results_array a)
{
    return table[a].name;
}

const char *results_array_help(const char *name)
{
    for (int i = 0; i < RESULTS_ARRAYS; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].help;
    return strcmp(name, labels_name) == 0 ? labels_help : NULL;
}

size_t results_array_width(enum results_array a, size_t code, struct shape image)
{
    return table[a].shape == CODE_SHAPED ? code : shape_size(image);
}

struct array results_array_layout(enum results_array a, size_t total, size_t code,
                                  struct shape image)
{
    struct array codes = {.rank = 2, .dims = {total, code}, .labels = {"sample", "code"}};
    struct array images = {.rank = 4,
                           .dims = {total, image.h, image.w, image.c},
                           .labels = {"sample", "height", "width", "channel"}};
    struct array layout = table[a].shape == CODE_SHAPED ? codes : images;
    layout.name = table[a].name;
    layout.type = ARRAY_FLOAT;
    return layout;
}

struct array results_array_labels(size_t total)
{
    return (struct array){.name = labels_name,
                          .type = ARRAY_UINT8,
                          .rank = 1,
                          .dims = {total},
                          .labels = {"sample"}};
}
