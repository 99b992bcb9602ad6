/* tile - quantisation of numbers to 8-bit grey, and the size of a tile on the page.
 *
 * All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_DRAW_TILE_H
#define ANALYSIS_DRAW_TILE_H

#include <stddef.h>
#include <stdint.h>

/* A signed value: 0 -> 128, scale -> 255, -scale -> 0; a scale of 0 makes everything 128. */
uint8_t tile_grey(double v, double scale);

/* A pixel: 0 -> 0, 1 -> 255, clipped; tile_pixels: out[n] of v[n]. */
uint8_t tile_pixel(float v);
void tile_pixels(const float *v, size_t n, uint8_t *out);

/* The largest absolute value of v[n]. */
double tile_scale(const double *v, size_t n);

/* Points a pixel of an image of that width, so that the tile is about `target` points wide: a
 * multiple of 1/2, which is a whole number of pixels in the PNG. */
double tile_magnification(size_t columns, double target);

#endif
