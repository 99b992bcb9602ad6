#include "step/stopwatch.h"

#include "base/clock.h"
#include "linalg/products.h"

struct stopwatch stopwatch_start(const struct world *w, struct times *times)
{
    return (struct stopwatch){.w = w,
                              .times = times,
                              .seconds = clock_seconds(),
                              .wait = w->wait,
                              .ticks = ticks_now(),
                              .products = products_ticks()};
}

void stopwatch_lap(struct stopwatch *s, double *what)
{
    struct stopwatch now = stopwatch_start(s->w, s->times);
    double seconds = now.seconds - s->seconds, waited = now.wait - s->wait, products = 0;
    if (what == &s->times->elementwise && now.ticks > s->ticks)
        products =
            seconds * (double)(now.products - s->products) / (double)(now.ticks - s->ticks);
    s->times->waiting += waited;
    s->times->products += products;
    *what += seconds - waited - products;
    *s = now;
}
