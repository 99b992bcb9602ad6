/* palette - categorical colour maps: ten colours for ten digits, and where wanted ten markers.
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

/* Draw the marker of a label; labels beyond ten begin again. */
void palette_mark(struct canvas *c, const struct palette *p, int label, double x, double y,
                  double radius);

#endif
