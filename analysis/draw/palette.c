#include "analysis/draw/palette.h"

#include <math.h>
#include <string.h>

static const struct palette table[] = {
    /* Tableau 10, as in matplotlib's "tab10". */
    {"tableau",
     "ten strong colours",
     {0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22,
      0x17becf},
     0},
    /* P. Tol, "Colour schemes", SRON/EPS/TN/09-002, issue 3.2, 2021: the nine colours of
     * "muted"; its pale grey is for missing data, so the tenth is black. */
    {"tol",
     "for colour-blind readers: ten colours and five shapes",
     {0xcc6677, 0x332288, 0xddcc77, 0x117733, 0x88ccee, 0x882255, 0x44aa99, 0x999933, 0xaa4499,
      0x000000},
     1},
    /* M. Petroff, "Accessible color sequences for data visualization", arXiv:2107.02270. */
    {"petroff",
     "ten softer colours that stay apart for colour-blind readers",
     {0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581,
      0x92dadd},
     0},
};

const struct palette *palette_at(int index)
{
    return index < (int)(sizeof table / sizeof table[0]) ? &table[index] : NULL;
}

const struct palette *palette_find(const char *name)
{
    for (int i = 0; palette_at(i); i++)
        if (strcmp(palette_at(i)->name, name) == 0) return palette_at(i);
    return NULL;
}

/* Round r of the ten colours is mixed with white (above 0) or black (below) by tints[r % 6];
 * what is dark already becomes lighter.  Shapes come again after five rounds, tints after six,
 * both together after thirty. */
enum { TINTS = 6, DARK = 40 };
static const double tints[TINTS] = {0, 0.45, -0.4, 0.25, -0.2, 0.62};

static uint32_t mixed(uint32_t colour, double tint)
{
    uint32_t out = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double part = colour >> shift & 255;
        part += tint > 0 ? tint * (255 - part) : tint * part;
        out |= (uint32_t)lround(part) << shift;
    }
    return out;
}

static int is_dark(uint32_t colour)
{
    return (colour >> 16 & 255) < DARK && (colour >> 8 & 255) < DARK && (colour & 255) < DARK;
}

uint32_t palette_colour(const struct palette *p, int label)
{
    uint32_t colour = p->colours[label % PALETTE_COLOURS];
    double tint = tints[label / PALETTE_COLOURS % TINTS];
    return mixed(colour, tint < 0 && is_dark(colour) ? 0.1 - tint / 2 : tint);
}

enum canvas_shape palette_shape(const struct palette *p, int label)
{
    int first = p->shapes ? label % PALETTE_COLOURS : 0;
    return (enum canvas_shape)((first + label / PALETTE_COLOURS) % CANVAS_SHAPES);
}

void palette_mark(struct canvas *c, const struct palette *p, int label, double x, double y,
                  double radius)
{
    canvas_mark(c, palette_shape(p, label), palette_colour(p, label), x, y, radius);
}
