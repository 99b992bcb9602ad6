#include "analysis/draw/tile.h"

#include "analysis/draw/canvas.h"

#include <math.h>

static uint8_t byte_of(double v)
{
    double r = round(v);
    return r < 0 ? 0 : r > 255 ? 255 : (uint8_t)r;
}

uint8_t tile_grey(double v, double scale)
{
    return scale > 0 ? byte_of(128 + v / scale * (v < 0 ? 128 : 127)) : 128;
}

uint8_t tile_pixel(float v)
{
    return byte_of(255 * (double)v);
}

void tile_pixels(const float *v, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) out[i] = tile_pixel(v[i]);
}

double tile_scale(const double *v, size_t n)
{
    double scale = 0;
    for (size_t i = 0; i < n; i++) scale = fmax(scale, fabs(v[i]));
    return scale;
}

double tile_magnification(size_t columns, double target)
{
    double m = round(target * CANVAS_PIXELS / (double)columns) / CANVAS_PIXELS;
    return m < 1.0 / CANVAS_PIXELS ? 1.0 / CANVAS_PIXELS : m;
}
