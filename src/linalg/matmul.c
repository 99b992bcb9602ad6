#include "linalg/matmul.h"

#include "base/size.h"
#include "linalg/products.h"

#include <stdio.h>
#include <string.h>

#include "blas.h"
#include "pack.h"
#include "panels.h"
#include "tiles.h"

static const struct blas *blas; /* OpenBLAS, where it was wanted */

/* OpenBLAS's sizes; a model's are far below its limit. */
static blasint size_of(size_t n)
{
    return (blasint)n;
}

/* ---- tiles --------------------------------------------------------------------------------
 */

/* Rows that are worked on together, so that they and a panel stay in cache. */
enum { TOGETHER = 96 };

/* A product of panels that are there, a few rows at a time. */
static void run(struct product p)
{
    size_t m = p.m;
    for (size_t i = 0; i < m;
         i += TOGETHER, p.a += TOGETHER * p.a_row, p.c += TOGETHER * p.c_row) {
        p.m = size_min(TOGETHER, m - i);
        tiles_here()->product(&p);
    }
}

static struct product straight(size_t m, size_t n, size_t k, const float *a,
                               const float *panels, float *c)
{
    return (struct product){.m = m,
                            .n = n,
                            .k = k,
                            .a = a,
                            .a_row = k,
                            .a_step = 1,
                            .b = panels,
                            .b_panel = k * TILES_COLUMNS,
                            .b_step = TILES_COLUMNS,
                            .c = c,
                            .c_row = n};
}

/* A product whose panels nobody keeps: made one by one, of a part of their terms at a time,
 * which goes on from what the last has stored.  Between columns of b lie b_column floats,
 * between its terms b_term; one of them is 1. */
static void run_piecewise(struct product p, const float *b, size_t b_column, size_t b_term)
{
    enum { TERMS = 256 };
    float panel[TERMS * TILES_COLUMNS];
    struct product part = p;
    part.b = panel;
    for (size_t j = 0; j < p.n; j += TILES_COLUMNS) {
        part.n = size_min(TILES_COLUMNS, p.n - j), part.c = p.c + j;
        for (size_t at = 0; at == 0 || at < p.k; at += TERMS) {
            const float *from = b + j * b_column + at * b_term;
            part.k = size_min(TERMS, p.k - at);
            part.a = p.a + at * p.a_step;
            part.add = p.add || at > 0;
            if (b_column == 1)
                panels_pack(part.n, part.k, from, b_term, panel);
            else
                panels_pack_turned(part.n, part.k, from, b_column, panel);
            run(part);
        }
    }
}

/* Whether rows of b, n floats apart, share few lines of a cache, so that reading down a few
 * columns pushes out what it will want again. */
static int is_crowded(size_t n)
{
    return n % 256 == 0;
}

/* Several products of b[k, n], or of b[n, k]^T: columns of two panels at a time, from where
 * they lie or from panels in the workspace. */
static void run_each(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                     const float *b, int turned, float *workspace)
{
    enum { COLUMNS = 2 * TILES_COLUMNS, LINE = 16, LINES = COLUMNS / LINE };
    for (size_t width, j = 0; j < n; j += width) {
        struct product p = straight(0, n, k, NULL, workspace, NULL);
        width = size_min(COLUMNS, n - j);
        struct product_next next = {b + (j + width) * (turned ? k : 1), turned ? LINE : n,
                                    turned ? k * LINE : LINE, j + 2 * COLUMNS <= n ? LINES : 0};
        p.next = &next;
        if (turned)
            panels_pack_turned(width, k, b + j * k, k, workspace);
        else if (is_crowded(n) || width < COLUMNS)
            panels_pack(width, k, b + j, n, workspace);
        else
            p.b = b + j, p.b_panel = TILES_COLUMNS, p.b_step = n;
        p.n = width;
        for (size_t i = 0; i < count; i++) {
            p.m = rows[i].m, p.a = rows[i].a, p.c = rows[i].c + j;
            run(p);
        }
    }
}

static size_t rows_of(size_t count, const struct matmul_rows *rows)
{
    size_t m = 0;
    for (size_t i = 0; i < count; i++) m += rows[i].m;
    return m;
}

/* Products of b[n, k]^T whose rows all fit into one panel: their transpose, b times that panel,
 * so that b is read as it lies. */
static void run_few(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                    const float *b, float *workspace)
{
    enum { COLUMNS = TILES_COLUMNS };
    float *panel = workspace, *turned = workspace + COLUMNS * k;
    size_t m = rows_of(count, rows);
    struct product p = straight(n, m, k, b, panel, turned);
    p.c_row = COLUMNS;
    if (m < COLUMNS) memset(panel, 0, COLUMNS * k * sizeof *panel);
    for (size_t i = 0, at = 0; i < count; at += rows[i++].m)
        pack_turned(k, rows[i].m, rows[i].a, k, COLUMNS, panel + at);
    run(p);
    for (size_t i = 0, at = 0; i < count; at += rows[i++].m)
        pack_turned(rows[i].m, n, turned + at, COLUMNS, n, rows[i].c);
}

/* ---- who computes -------------------------------------------------------------------------
 */

static void nn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c)
{
    if (blas)
        blas->sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size_of(m), size_of(n),
                    size_of(k), 1.0f, a, size_of(k), b, size_of(n), 0.0f, c, size_of(n));
    else
        run_piecewise(straight(m, n, k, a, NULL, c), b, 1, n);
}

static void tn(size_t m, size_t n, size_t k, const float *a, size_t width, const float *b,
               float *c, int add)
{
    struct product p = straight(m, n, k, a, NULL, c);
    p.a_row = 1, p.a_step = width, p.add = add;
    if (blas)
        blas->sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size_of(m), size_of(n), size_of(k),
                    1.0f, a, size_of(width), b, size_of(n), add ? 1.0f : 0.0f, c, size_of(n));
    else
        run_piecewise(p, b, 1, n);
}

static void nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    struct product p = straight(m, n, k, a, NULL, c);
    p.add = add;
    if (blas)
        blas->sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size_of(m), size_of(n), size_of(k),
                    1.0f, a, size_of(k), b, size_of(k), add ? 1.0f : 0.0f, c, size_of(n));
    else
        run_piecewise(p, b, k, 1);
}

static void tn_sum(size_t m, size_t n, size_t width, size_t count,
                   const struct matmul_leaf *leaf, float *c)
{
    struct product_leaves leaves = {.count = count};
    struct product p = straight(m, n, 0, NULL, NULL, c);
    p.a_row = 1, p.a_step = width;
    for (size_t i = 0; i < count; i++)
        leaves.leaf[i] = (struct product_leaf){leaf[i].k, leaf[i].a, leaf[i].panels};
    tiles_here()->product_sum(&p, &leaves);
}

/* ---- the products, and their time ---------------------------------------------------------
 */

void matmul(size_t m, size_t n, size_t k, const float *a, const float *b, float *c)
{
    uint64_t start = ticks_now();
    nn(m, n, k, a, b, c);
    products_add(start);
}

void matmul_tn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    uint64_t start = ticks_now();
    tn(m, n, k, a, m, b, c, add);
    products_add(start);
}

void matmul_nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    uint64_t start = ticks_now();
    nt(m, n, k, a, b, c, add);
    products_add(start);
}

size_t matmul_workspace(size_t n, size_t k)
{
    return panels_floats(2 * TILES_COLUMNS, size_max(n, k));
}

void matmul_each(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                 const float *b, float *workspace)
{
    uint64_t start = ticks_now();
    if (!blas) run_each(n, k, count, rows, b, 0, workspace);
    for (size_t i = 0; blas && i < count; i++) nn(rows[i].m, n, k, rows[i].a, b, rows[i].c);
    products_add(start);
}

void matmul_nt_each(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                    const float *b, float *workspace)
{
    uint64_t start = ticks_now();
    if (!blas && rows_of(count, rows) <= TILES_COLUMNS)
        run_few(n, k, count, rows, b, workspace);
    else if (!blas)
        run_each(n, k, count, rows, b, 1, workspace);
    for (size_t i = 0; blas && i < count; i++) nt(rows[i].m, n, k, rows[i].a, b, rows[i].c, 0);
    products_add(start);
}

size_t matmul_panels(size_t n, size_t k)
{
    return panels_floats(n, k);
}

void matmul_tn_begin(size_t n, size_t k, const float *b, float *panels)
{
    uint64_t start = ticks_now();
    if (!blas) panels_pack(n, k, b, n, panels);
    products_add(start);
}

size_t matmul_tn_most(void)
{
    return blas ? 1 : 1 << PRODUCT_LEVELS;
}

void matmul_tn_sum(size_t m, size_t n, size_t width, size_t count,
                   const struct matmul_leaf *leaf, float *c)
{
    uint64_t start = ticks_now();
    if (blas && leaf->k == 0)
        memset(c, 0, m * n * sizeof *c);
    else if (blas)
        tn(m, n, leaf->k, leaf->a, width, leaf->b, c, 0);
    else
        tn_sum(m, n, width, count, leaf, c);
    products_add(start);
}

size_t matmul_part_rows(size_t m, size_t n)
{
    enum { FLOATS = 8192, FEWEST = 12 }; /* 32 KiB: the size of a first-level cache */
    size_t rows = FLOATS / n > FEWEST ? FLOATS / n / FEWEST * FEWEST : FEWEST;
    return !blas && rows < m ? rows : m;
}

enum matmul_choice matmul_choice_of(const char *name)
{
    return strcmp(name, "openblas") == 0 ? MATMUL_OPENBLAS : MATMUL_BEST;
}

enum status matmul_init(enum matmul_choice choice)
{
    blas = NULL;
    return choice == MATMUL_OPENBLAS ? blas_load(&blas) : ST_OK;
}

const char *matmul_backend(void)
{
    static char text[256];
    char config[128];
    if (!blas) return "own";
    snprintf(config, sizeof config, "%s", blas->config());
    char *version = strchr(config, ' ') ? strchr(config, ' ') + 1 : config;
    version[strcspn(version, " ")] = '\0';
    snprintf(text, sizeof text, "OpenBLAS %s %s", version, blas->corename());
    return text;
}
