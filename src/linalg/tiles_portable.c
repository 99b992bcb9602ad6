/* Vectors of four floats, which every machine of today has. */
/* gcc: -falign-loops=64 since a badly lying innermost loop takes a quarter more time. */
#include "linalg/lanes.h"
#include "tiles.h"

#define TILES           tiles_portable
#define TILES_NAME      "portable"
#define HALF_WIDTH      4
#define HALF_MOST       6
#define PANEL_WIDTH     4
#define PANEL_MOST      3
#define HALF_FMA        lanes_half_fma
#define PANEL_FMA       lanes_half_fma
#define PRODUCT_ROWS    6
#define PRODUCT_VECTORS 2
#include "tiles_body.h"
