/* Vectors of four floats, which every machine of today has. */
/* gcc: -falign-loops=64 since a badly lying innermost loop takes a quarter more time. */
#include "tiles.h"

#define TILES       tiles_portable
#define TILES_NAME  "portable"
#define HALF_WIDTH  4
#define HALF_MOST   6
#define PANEL_WIDTH 4
#define PANEL_MOST  3
#include "tiles_body.h"
