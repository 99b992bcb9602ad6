/* made - made data sets, drawn from base/random: points of a few features, and images whose
 * pixels mean nothing but are the same on every machine. */
#ifndef APPS_MADE_H
#define APPS_MADE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Features of a made kind ("plane", "curve"), 0 where there is no such kind. */
size_t made_width(const char *kind);

/* x[rows, width] of a split (0: train, 1: test).  Local, cannot fail. */
void made_fill(const char *kind, uint32_t seed, uint32_t split, size_t rows, float *x);

/* Move x[rows, width] so that the means of train[train_rows, width] become zero.  Local. */
void made_centre(float *train, size_t train_rows, float *test, size_t test_rows, size_t width);

/* Images without a meaning: x[rows, width] of a split, half of the pixels 0 and the others
 * 0 to 255 alike, by whole numbers alone.  Local, cannot fail. */
void made_pixels(uint32_t seed, uint32_t split, size_t rows, size_t width, uint8_t *x);

#endif
