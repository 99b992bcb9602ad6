#include "matmul_xsmm.h"

#ifdef HOURGLASS_XSMM

#include <libxsmm.h>
#include <stdio.h>
#include <string.h>

#include "pack.h"

enum { PANEL = MATMUL_XSMM_PANEL };

/* Beyond this many multiplications OpenBLAS's packing pays. */
static const double most = 64.0 * 1024 * 1024;

int matmul_xsmm_init(void)
{
    libxsmm_init();
    return libxsmm_get_target_archid() >= LIBXSMM_X86_AVX2;
}

/* libxsmm counts columns first: there the product is c^T[n, m] = b^T[n, k] a^T[k, m].  Between
 * rows of a, b, c lie wa, wb, wc floats. */
static libxsmm_smmfunction kernel_of(size_t m, size_t n, size_t k, size_t wa, size_t wb,
                                     size_t wc, int turn, int add)
{
    const libxsmm_blasint a = (libxsmm_blasint)wa, b = (libxsmm_blasint)wb,
                          c = (libxsmm_blasint)wc;
    const float one = 1.0f, beta = add ? 1.0f : 0.0f;
    const int flags = turn ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    return libxsmm_smmdispatch((libxsmm_blasint)n, (libxsmm_blasint)m, (libxsmm_blasint)k, &b,
                               &a, &c, &one, &beta, &flags, NULL);
}

int matmul_xsmm(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                const float *b, float *c, int add)
{
    if ((double)m * (double)n * (double)k > most) return 0;
    libxsmm_smmfunction kernel = kernel_of(m, n, k, width, n, n, turn, add);
    if (!kernel) return 0;
    kernel(b, a, c);
    return 1;
}

/* Row by row: what is read lies one behind the other. */
void matmul_xsmm_pack(size_t n, size_t k, const float *restrict b, float *restrict panels)
{
    size_t whole = n / PANEL * PANEL;
    for (size_t i = 0; i < k; i++, b += n) {
        float *to = panels + i * PANEL;
        for (size_t j = 0; j < whole; j += PANEL, to += k * PANEL)
            memcpy(to, b + j, PANEL * sizeof *b);
        memcpy(panels + whole * k + i * (n - whole), b + whole, (n - whole) * sizeof *b);
    }
}

void matmul_xsmm_pack_turned(size_t n, size_t k, const float *b, float *panels)
{
    size_t j = 0;
    for (; j + PANEL <= n; j += PANEL)
        pack_transposed(k, PANEL, b + j * k, PANEL, panels + j * k);
    pack_transposed(k, n - j, b + j * k, n - j, panels + j * k);
}

int matmul_xsmm_packed(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                       const float *panels, float *c)
{
    size_t rest = n % PANEL, whole = n - rest;
    libxsmm_smmfunction kernel = NULL, last = NULL;
    if (whole) kernel = kernel_of(m, PANEL, k, width, PANEL, n, turn, 0);
    if (rest) last = kernel_of(m, rest, k, width, rest, n, turn, 0);
    if ((whole && !kernel) || (rest && !last)) return 0;
    for (size_t j = 0; j < whole; j += PANEL) kernel(panels + j * k, a, c + j);
    if (rest) last(panels + whole * k, a, c + whole);
    return 1;
}

const char *matmul_xsmm_name(void)
{
    static char text[64];
    snprintf(text, sizeof text, "libxsmm %d.%d %s", LIBXSMM_VERSION_MAJOR,
             LIBXSMM_VERSION_MINOR, libxsmm_get_target_arch());
    return text;
}

#else

int matmul_xsmm_init(void)
{
    return 0;
}

int matmul_xsmm(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                const float *b, float *c, int add)
{
    (void)m, (void)n, (void)k, (void)a, (void)width, (void)turn, (void)b, (void)c, (void)add;
    return 0;
}

void matmul_xsmm_pack(size_t n, size_t k, const float *b, float *panels)
{
    (void)n, (void)k, (void)b, (void)panels;
}

void matmul_xsmm_pack_turned(size_t n, size_t k, const float *b, float *panels)
{
    (void)n, (void)k, (void)b, (void)panels;
}

int matmul_xsmm_packed(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                       const float *panels, float *c)
{
    (void)m, (void)n, (void)k, (void)a, (void)width, (void)turn, (void)panels, (void)c;
    return 0;
}

const char *matmul_xsmm_name(void)
{
    return "";
}

#endif
