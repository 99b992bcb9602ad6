/* parameters - how many numbers a network's layers hold, as Keras counts them: batch norm's
 * running statistics among them.  All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_NUMBERS_PARAMETERS_H
#define ANALYSIS_NUMBERS_PARAMETERS_H

#include "net/model.h"

/* Of one layer; of the layers from .. to - 1 of a model. */
size_t parameters_of(const struct layer *l);
size_t parameters_between(const struct model *m, int from, int to);

/* Those that training does not move by gradients. */
size_t parameters_fixed(const struct model *m);

#endif
