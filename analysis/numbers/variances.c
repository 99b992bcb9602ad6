#include "analysis/numbers/variances.h"

#include <math.h>
#include <stdio.h>

static const double EXACT = 1e-6; /* what is worse than that deserves a word */

double variances_share(const struct pca *p, size_t k)
{
    return p->total > 0 ? p->variance[k] / p->total : 0;
}

double variances_error(const struct pca *p, size_t k)
{
    return sqrt(2 / (double)p->rows) * p->variance[k];
}

int variances_mix(const struct pca *p, size_t k)
{
    return k + 1 < p->known && p->variance[k + 1] > 0 &&
           p->variance[k] - p->variance[k + 1] < variances_error(p, k);
}

/* The last of the components that hang together with k by being too near one another. */
static size_t last_of_chain(const struct pca *p, size_t shown, size_t k)
{
    while (k < shown && variances_mix(p, k)) k++;
    return k;
}

void variances_warning(const struct pca *p, size_t shown, char *text, size_t n)
{
    char groups[160] = "", exact[80] = "";
    for (size_t k = 0, at = 0; k < shown && at < sizeof groups; k++) {
        size_t last = last_of_chain(p, shown, k);
        if (last == k) continue;
        at += (size_t)snprintf(groups + at, sizeof groups - at, "%s%zu %s %zu", at ? ", " : "",
                               k + 1, last == k + 1 ? "and" : "to", last + 1);
        k = last;
    }
    if (p->residual > EXACT)
        snprintf(exact, sizeof exact,
                 "%sThe components are exact to %.1g of their variance only.",
                 *groups ? " " : "", p->residual);
    snprintf(text, n,
             *groups ? "Components %s have nearly equal variances (nearer than their sampling "
                       "error), so that they may swap or mix in another sample.%s"
                     : "%s%s",
             groups, exact);
}

void variances_print(const struct pca *p)
{
    char warning[VARIANCES_WARNING];
    size_t shown = p->known < VARIANCES_SHOWN ? p->known : VARIANCES_SHOWN;
    printf("residuals: variance about their mean %.5g an image\n", p->total);
    for (size_t k = 0; k < shown; k++)
        printf("  component %zu explains %5.2f %% of it: %.4g \u00b1 %.2g\n", k + 1,
               100 * variances_share(p, k), p->variance[k], variances_error(p, k));
    variances_warning(p, shown, warning, sizeof warning);
    if (*warning) printf("  warning: %s\n", warning);
}
