#include "panels.h"

#include "base/size.h"
#include "pack.h"
#include "tiles.h"

#include <string.h>

enum { COLUMNS = TILES_COLUMNS };

size_t panels_floats(size_t n, size_t k)
{
    return (n + COLUMNS - 1) / COLUMNS * COLUMNS * k;
}

/* Row by row: what is read lies one behind the other. */
void panels_pack(size_t n, size_t k, const float *restrict b, size_t b_row,
                 float *restrict panels)
{
    size_t whole = n / COLUMNS * COLUMNS, rest = n - whole;
    for (size_t i = 0; i < k; i++, b += b_row) {
        float *to = panels + i * COLUMNS;
        for (size_t j = 0; j < whole; j += COLUMNS, to += k * COLUMNS)
            memcpy(to, b + j, COLUMNS * sizeof *b);
        if (rest == 0) continue;
        for (size_t j = 0; j < COLUMNS; j++) to[j] = j < rest ? b[whole + j] : 0;
    }
}

void panels_pack_turned(size_t n, size_t k, const float *bt, size_t bt_row, float *panels)
{
    for (size_t j = 0; j < n; j += COLUMNS, panels += k * COLUMNS)
        pack_transposed(k, size_min(COLUMNS, n - j), bt + j * bt_row, bt_row, COLUMNS, panels);
}
