/* x86-64 with AVX-512: thirty-two registers of sixteen floats, or of eight. */
/* gcc: -falign-loops=64 since a badly lying innermost loop takes a quarter more time. */
/* x86-64: -mavx512f -mavx512vl -mavx2 -mfma */
#include "tiles.h"

#ifdef __x86_64__
#include <immintrin.h>
#define TILES           tiles_avx512
#define TILES_NAME      "avx512"
#define HALF_WIDTH      8
#define HALF_MOST       14
#define PANEL_WIDTH     16
#define PANEL_MOST      14
#define HALF_LARGER     _mm256_max_ps
#define PANEL_LARGER    _mm512_max_ps
#define HALF_FMA        _mm256_fmadd_ps
#define PANEL_FMA       _mm512_fmadd_ps
#define WIDE_MOST       14
#define PRODUCT_ROWS    12
#define PRODUCT_VECTORS 2
#include "tiles_body.h"
#endif
