/* initialise - the first values of a model's parameters.
 *
 *   glorot  uniform on (-a, a), a = sqrt(6 / (fan_in + fan_out))     Glorot and Bengio, 2010
 *   lecun   normal, variance 1 / fan_in                              LeCun et al., 1998
 *   he      normal, variance 2 / fan_in                              He et al., 2015
 *
 * The normal ones are cut at two standard deviations and widened to keep the variance, as
 * Keras does.  Biases start at zero, batch norm's scale and variance at one.
 */
#ifndef NET_INITIALISE_H
#define NET_INITIALISE_H

#include "net/model.h"

/* Fill m->w as the job's initialiser and seed say: each value is a function of (seed, variable,
 * place) alone.  Local, cannot fail. */
void initialise(struct model *m, const struct job *job);

#endif
