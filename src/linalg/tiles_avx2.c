/* x86-64 with AVX2 and FMA: sixteen registers of eight floats. */
/* gcc: -falign-loops=64 since a badly lying innermost loop takes a quarter more time. */
/* x86-64: -mavx2 -mfma */
#include "tiles.h"

#ifdef __x86_64__
#include <immintrin.h>
#define TILES           tiles_avx2
#define TILES_NAME      "avx2"
#define HALF_WIDTH      8
#define HALF_MOST       12
#define PANEL_WIDTH     8
#define PANEL_MOST      6
#define HALF_LARGER     _mm256_max_ps
#define PANEL_LARGER    _mm256_max_ps
#define HALF_FMA        _mm256_fmadd_ps
#define PANEL_FMA       _mm256_fmadd_ps
#define PRODUCT_ROWS    6
#define PRODUCT_VECTORS 2
#include "tiles_body.h"
#endif
