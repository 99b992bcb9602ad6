/* limits auto|openblas SECONDS [FORM:MxNxK ...]: what one core can do at most.
 *
 * For each product of linalg/matmul.h (nn, tn, nt) with this back end it prints FLOP/s, for a
 * copy in memory bytes copied a second: the median over SECONDS of repetitions, after one to
 * warm up.  Lines of what,value,unit; the first names the back end.
 */
#include "base/clock.h"
#include "linalg/matmul.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TIMES = 1 << 20, COPY_BYTES = 1 << 27 };

/* What is repeated. */
struct work {
    char form[3];     /* nn, tn, nt; cp is the copy */
    size_t m, n, k;   /* c[m, n] from k terms */
    float *a, *b, *c; /* [m, k] or its transpose, [k, n] or its transpose, [m, n] */
    float *workspace; /* [matmul_workspace(n, k)] */
};

static void run(struct work *w)
{
    const struct matmul_rows rows = {w->m, w->a, w->c};
    if (w->form[0] == 'c')
        memcpy(w->c, w->a, COPY_BYTES);
    else if (w->form[0] == 't')
        matmul_tn(w->m, w->n, w->k, w->a, w->b, w->c, 0);
    else if (w->form[1] == 't')
        matmul_nt_each(w->n, w->k, 1, &rows, w->b, w->workspace);
    else
        matmul_each(w->n, w->k, 1, &rows, w->b, w->workspace);
}

/* The median of the times[MOST_TIMES] that `seconds` have room for. */
static double median_time(struct work *w, double seconds, double *times)
{
    size_t n = 0;
    run(w);
    double begin = clock_seconds(), before = begin, now;
    do {
        run(w);
        now = clock_seconds();
        times[n++] = now - before;
        before = now;
    } while (n < MOST_TIMES && now - begin < seconds);
    timing_sort(times, n);
    return timing_median(times, n);
}

/* n floats of 0.5, touched. */
static float *halves(size_t n)
{
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    for (size_t i = 0; x && i < n; i++) x[i] = 0.5f;
    return x;
}

static int make(struct work *w)
{
    w->a = halves(w->m * w->k);
    w->b = halves(w->k * w->n);
    w->c = halves(w->m * w->n);
    w->workspace = halves(matmul_workspace(w->n, w->k));
    return w->a && w->b && w->c && w->workspace;
}

static void destroy(struct work *w)
{
    free(w->a);
    free(w->b);
    free(w->c);
    free(w->workspace);
}

static int measure(struct work *w, double seconds, double *times)
{
    int made = make(w);
    if (made && w->form[0] == 'c')
        printf("copy,%.6g,B/s\n", COPY_BYTES / median_time(w, seconds, times));
    else if (made)
        printf("product %s %zux%zux%zu,%.6g,FLOP/s\n", w->form, w->m, w->n, w->k,
               2.0 * (double)(w->m * w->n) * (double)w->k / median_time(w, seconds, times));
    else
        fprintf(stderr, "bench_limits: no memory for %s %zux%zux%zu\n", w->form, w->m, w->n,
                w->k);
    destroy(w);
    return made;
}

static int read_work(const char *text, struct work *w)
{
    *w = (struct work){.form = ""};
    return sscanf(text, "%2[nt]:%zux%zux%zu", w->form, &w->m, &w->n, &w->k) == 4 && w->m &&
           w->n && w->k;
}

/* All products named in words[n]. */
static int measure_all(int n, char **words, double seconds, double *times)
{
    int ok = 1;
    for (int i = 0; ok && i < n; i++) {
        struct work w;
        ok = read_work(words[i], &w);
        if (!ok) fprintf(stderr, "bench_limits: %s is no product\n", words[i]);
        ok = ok && measure(&w, seconds, times);
    }
    return ok;
}

int main(int argc, char **argv)
{
    double seconds = argc > 2 ? atof(argv[2]) : 0;
    double *times = malloc(MOST_TIMES * sizeof *times);
    struct work copy = {.form = "cp", .m = COPY_BYTES / sizeof(float), .n = 1, .k = 1};
    int ok = times && seconds > 0;
    if (ok) {
        ok = matmul_init(matmul_choice_of(argv[1])) == ST_OK;
        printf("backend,%s\n", matmul_backend());
        ok = ok && measure(&copy, seconds, times) &&
             measure_all(argc - 3, argv + 3, seconds, times);
    } else {
        fprintf(stderr, "write: bench_limits auto|openblas SECONDS [nn|tn|nt:MxNxK ...]\n");
    }
    free(times);
    return !ok;
}
