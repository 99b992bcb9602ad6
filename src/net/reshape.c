/* reshape - the same values under another shape: `flatten` makes a vector of an image,
 * `reshape` an image of a vector.
 *
 *   y = x,  dx = dy
 */
#include "kinds.h"
#include "window.h"

static enum status parse_flatten(struct layer *l, int count, char *const words[])
{
    (void)words;
    if (count != 1) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    l->out = (struct shape){1, 1, shape_size(l->in)};
    l->view = 1;
    return ST_OK;
}

static enum status parse_reshape(struct layer *l, int count, char *const words[])
{
    size_t s[3], n = shape_size(l->in);
    if (count != 2) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(window_sizes(words[1], "the shape", 3, s));
    if (n % s[0] != 0 || n / s[0] % s[1] != 0 || n / s[0] / s[1] != s[2])
        return FAIL(ST_SHAPE, "%s is not the %zu values that it gets", words[1], n);
    l->out = (struct shape){s[0], s[1], s[2]};
    l->view = 1;
    return ST_OK;
}

const struct layer_kind flatten_kind = {
    .word = "flatten",
    .prefix = "flatten",
    .help = "flatten",
    .parse = parse_flatten,
};

const struct layer_kind reshape_kind = {
    .word = "reshape",
    .prefix = "reshape",
    .help = "reshape HxWxC",
    .parse = parse_reshape,
};
