/* optimizer - gradient to step, on flat arrays; the formulas and constants are Keras 3's. */
#ifndef OPTIM_OPTIMIZER_H
#define OPTIM_OPTIMIZER_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_RMSPROP, OPTIMIZER_ADAM };
enum { OPTIMIZER_SLOTS = 2 };

/* What an optimiser remembers: up to two arrays as long as the parameters that it moves. */
struct optimizer {
    enum optimizer_kind kind;
    float momentum;
    size_t size;                            /* floats in a flat array */
    int slots;                              /* arrays in use */
    float *slot[OPTIMIZER_SLOTS];           /* [size] each; NULL before optimizer_allocate */
    const char *slot_name[OPTIMIZER_SLOTS]; /* "momentum", "velocity" */
    int guarded;                            /* a step has been taken, and ... */
    uint32_t bits; /* ... fm_sum_bits of parameters and slots after it */
};

/* kind is the word of the job file: sgd, rmsprop, adam.  Fails with ST_SETTING.  Local, like
 * all here. */
enum status optimizer_init(struct optimizer *o, const char *kind, double momentum) MUST_USE;

/* Memory for arrays of `size` floats, zero.  Fails with ST_NOMEM; optimizer_free is to be
 * called then as well. */
enum status optimizer_allocate(struct optimizer *o, size_t size) MUST_USE;
void optimizer_free(struct optimizer *o);

/* One step: w[size] moves against scale * g[size].  `step` counts from 1 over the whole run
 * (Adam's bias correction).  Returns whether w and the slots were what the step before, if
 * there was one, has left: where not, memory is at fault, or a caller has not said that it
 * wrote to them. */
int optimizer_step(struct optimizer *o, float *w, const float *g, float scale, float rate,
                   uint64_t step);

/* w or the slots have been written from outside.  Cannot fail. */
void optimizer_changed(struct optimizer *o);

#endif
