/* palette - categorical colour maps: ten colours for ten labels, and where wanted five markers.
 * From the eleventh label on the ten come again in other tints and other shapes, so that no two
 * labels look alike.
 *
 * All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_DRAW_PALETTE_H
#define ANALYSIS_DRAW_PALETTE_H

#include "analysis/draw/canvas.h"

enum { PALETTE_COLOURS = 10 };

struct palette {
    const char *name, *help;
    uint32_t colours[PALETTE_COLOURS]; /* 0xRRGGBB */
    int shapes;                        /* neighbours in the list differ in shape as well */
};

/* The palettes: index 0 (the default), 1, ... until NULL.  palette_find: NULL where there is
 * none of that name. */
const struct palette *palette_at(int index);
const struct palette *palette_find(const char *name);

enum { PALETTE_LABELS = 256 };

/* Colour (0xRRGGBB) and shape of a label, 0 to PALETTE_LABELS - 1: no two have both in common,
 * no two of the first sixty the colour. */
uint32_t palette_colour(const struct palette *p, int label);
enum canvas_shape palette_shape(const struct palette *p, int label);

/* Draw the marker of a label. */
void palette_mark(struct canvas *c, const struct palette *p, int label, double x, double y,
                  double radius);

#endif
