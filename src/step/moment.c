#include "step/moment.h"

#include "base/log.h"
#include "linalg/products.h"

struct moment moment_now(const struct world *w)
{
    return (struct moment){.seconds = clock_seconds(),
                           .wait = w->wait,
                           .ticks = ticks_now(),
                           .products = products_ticks()};
}

void moment_spend(struct trainer *t, struct moment *m, double *what)
{
    struct moment now = moment_now(t->w);
    double seconds = now.seconds - m->seconds, waited = now.wait - m->wait, products = 0;
    if (what == &t->times.elementwise && now.ticks > m->ticks)
        products =
            seconds * (double)(now.products - m->products) / (double)(now.ticks - m->ticks);
    t->times.waiting += waited;
    t->times.products += products;
    *what += seconds - waited - products;
    *m = now;
}
