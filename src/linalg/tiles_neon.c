/* aarch64: thirty-two registers of four floats. */
/* gcc: -falign-loops=64 since a badly lying innermost loop takes a quarter more time. */
#include "linalg/lanes.h"
#include "tiles.h"

#ifdef __aarch64__
#define TILES           tiles_neon
#define TILES_NAME      "neon"
#define HALF_WIDTH      4
#define HALF_MOST       12
#define PANEL_WIDTH     4
#define PANEL_MOST      6
#define HALF_FMA        lanes_half_fma
#define PANEL_FMA       lanes_half_fma
#define PRODUCT_ROWS    6
#define PRODUCT_VECTORS 4
#include "tiles_body.h"
#endif
