#include "linalg/matmul.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

/* OpenBLAS's sizes; a model's are far below its limit. */
static blasint size_of(size_t n)
{
    return (blasint)n;
}

void matmul(size_t m, size_t n, size_t k, const float *a, const float *b, float *c)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(k), b, size_of(n), 0.0f, c, size_of(n));
}

void matmul_tn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(m), b, size_of(n), add ? 1.0f : 0.0f, c, size_of(n));
}

void matmul_nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, size_of(m), size_of(n), size_of(k),
                1.0f, a, size_of(k), b, size_of(k), add ? 1.0f : 0.0f, c, size_of(n));
}

void matmul_init(void)
{
    openblas_set_num_threads(1);
}

const char *matmul_backend(void)
{
    static char text[256];
    char config[128];
    snprintf(config, sizeof config, "%s", openblas_get_config());
    char *version = strchr(config, ' ') ? strchr(config, ' ') + 1 : config;
    version[strcspn(version, " ")] = '\0';
    snprintf(text, sizeof text, "OpenBLAS %s %s", version, openblas_get_corename());
    return text;
}
