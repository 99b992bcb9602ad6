#include "fuse.h"

#include "fused_upsample.h"
#include "kinds.h"

static void give_slope(struct layer *before, struct layer *behind)
{
    behind->slope = before->slope, before->slope = ACTIVATION_LINEAR;
}

static const struct {
    const struct layer_kind *before, *behind;
    void (*fuse)(struct layer *before, struct layer *behind);
} fusions[] = {
    {&upsample_kind, &conv_kind, fused_upsample_begin},
    {&conv_kind, &maxpool_kind, give_slope},
    {&fused_upsample_kind, &maxpool_kind, give_slope},
};

void fuse_layers(struct layer *layers, int count)
{
    for (int i = 1; i < count; i++)
        for (size_t k = 0; k < sizeof fusions / sizeof *fusions; k++)
            if (layers[i - 1].kind == fusions[k].before && layers[i].kind == fusions[k].behind)
                fusions[k].fuse(&layers[i - 1], &layers[i]);
}
