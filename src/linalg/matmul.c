#include "linalg/matmul.h"

#include "linalg/products.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

#include "matmul_xsmm.h"

static int xsmm; /* libxsmm is there and was wanted */

/* OpenBLAS's sizes; a model's are far below its limit. */
static blasint size_of(size_t n)
{
    return (blasint)n;
}

/* ---- choosing the back end ----------------------------------------------------------------
 */

static void nn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c)
{
    if (xsmm && matmul_xsmm(m, n, k, a, k, 0, b, c, 0)) return;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(k), b, size_of(n), 0.0f, c, size_of(n));
}

static void tn(size_t m, size_t n, size_t k, const float *a, size_t width, const float *b,
               float *c, int add)
{
    if (xsmm && matmul_xsmm(m, n, k, a, width, 1, b, c, add)) return;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(width), b, size_of(n), add ? 1.0f : 0.0f, c, size_of(n));
}

static void nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(k), b, size_of(k), add ? 1.0f : 0.0f, c, size_of(n));
}

static void nn_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                    float *workspace, int prepared)
{
    if (xsmm && !prepared) matmul_xsmm_pack(n, k, b, workspace);
    if (!xsmm || !matmul_xsmm_packed(m, n, k, a, k, 0, workspace, c)) nn(m, n, k, a, b, c);
}

static void nt_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                    float *workspace, int prepared)
{
    if (xsmm && !prepared) matmul_xsmm_pack_turned(n, k, b, workspace);
    if (!xsmm || !matmul_xsmm_packed(m, n, k, a, k, 0, workspace, c)) nt(m, n, k, a, b, c, 0);
}

/* Whether rows of b lie so far apart that a part's walk down a few columns is slow. */
static int is_wide(size_t n)
{
    return n > 8 * MATMUL_XSMM_PANEL;
}

static void tn_part(size_t m, size_t n, size_t k, const float *a, size_t width, const float *b,
                    const float *workspace, float *c)
{
    if (!xsmm || !is_wide(n) || !matmul_xsmm_packed(m, n, k, a, width, 1, workspace, c))
        tn(m, n, k, a, width, b, c, 0);
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

void matmul_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                 float *workspace, int prepared)
{
    uint64_t start = ticks_now();
    nn_with(m, n, k, a, b, c, workspace, prepared);
    products_add(start);
}

void matmul_nt_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                    float *workspace, int prepared)
{
    uint64_t start = ticks_now();
    nt_with(m, n, k, a, b, c, workspace, prepared);
    products_add(start);
}

void matmul_tn_begin(size_t n, size_t k, const float *b, float *workspace)
{
    uint64_t start = ticks_now();
    if (xsmm && is_wide(n)) matmul_xsmm_pack(n, k, b, workspace);
    products_add(start);
}

void matmul_tn_part(size_t m, size_t n, size_t k, const float *a, size_t width, const float *b,
                    const float *workspace, float *c)
{
    uint64_t start = ticks_now();
    tn_part(m, n, k, a, width, b, workspace, c);
    products_add(start);
}

size_t matmul_part_rows(size_t m, size_t n)
{
    enum { FLOATS = 8192, FEWEST = 16 }; /* 32 KiB: the size of a first-level cache */
    size_t rows = FLOATS / n > FEWEST ? FLOATS / n / FEWEST * FEWEST : FEWEST;
    return xsmm && rows < m ? rows : m;
}

enum matmul_choice matmul_choice_of(const char *name)
{
    return strcmp(name, "openblas") == 0 ? MATMUL_OPENBLAS : MATMUL_BEST;
}

void matmul_init(enum matmul_choice choice)
{
    openblas_set_num_threads(1);
    xsmm = choice == MATMUL_BEST && matmul_xsmm_init();
}

const char *matmul_backend(void)
{
    static char text[256];
    char config[128];
    snprintf(config, sizeof config, "%s", openblas_get_config());
    char *version = strchr(config, ' ') ? strchr(config, ' ') + 1 : config;
    version[strcspn(version, " ")] = '\0';
    snprintf(text, sizeof text, "%s%sOpenBLAS %s %s", xsmm ? matmul_xsmm_name() : "",
             xsmm ? ", " : "", version, openblas_get_corename());
    return text;
}
