#include "matmul_xsmm.h"

#ifdef HOURGLASS_XSMM

#include <libxsmm.h>
#include <stdio.h>

/* Beyond this many multiplications OpenBLAS's packing pays. */
static const double most = 64.0 * 1024 * 1024;

int matmul_xsmm_init(void)
{
    libxsmm_init();
    return libxsmm_get_target_archid() >= LIBXSMM_X86_AVX2;
}

/* libxsmm counts columns first: there the product is c^T[n, m] = b^T[n, k] a^T[k, m]. */
int matmul_xsmm(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                const float *b, float *c, int add)
{
    if ((double)m * (double)n * (double)k > most) return 0;
    const libxsmm_blasint rows = (libxsmm_blasint)m, columns = (libxsmm_blasint)n,
                          depth = (libxsmm_blasint)k, step = (libxsmm_blasint)width;
    const float one = 1.0f, beta = add ? 1.0f : 0.0f;
    const int flags = turn ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    libxsmm_smmfunction kernel = libxsmm_smmdispatch(columns, rows, depth, &columns, &step,
                                                     &columns, &one, &beta, &flags, NULL);
    if (!kernel) return 0;
    kernel(b, a, c);
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

const char *matmul_xsmm_name(void)
{
    return "";
}

#endif
