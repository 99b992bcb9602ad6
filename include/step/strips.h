/* strips - how many rows of a shard go forward and back at once.
 *
 * The activations of a whole shard may be far larger than a core's own caches: then each layer
 * writes them out to the cache that all cores share, and the next one fetches them.  A strip is
 * as many rows as stay near.  It costs a gradient of its own and parameters that are made ready
 * again, so only models with few parameters are cut.  Rows cut otherwise have other bits, so
 * all of this depends on the model and the shard's rows alone, never on ranks or memory.  All
 * functions are Local and cannot fail.
 */
#ifndef STEP_STRIPS_H
#define STEP_STRIPS_H

#include "net/model.h"

/* The most rows of a strip; SIZE_MAX where a model is not cut: it has many parameters, or
 * layers that look at the whole batch. */
size_t strips_rows(const struct model *m);

/* The strips of `rows` rows of a shard, one at least: strip i begins at row
 * share_first(rows, i, strips). */
size_t strips_count(const struct model *m, size_t rows);

/* Rows at a time of an evaluation: 256 or a strip. */
size_t strips_evaluation_rows(const struct model *m);

#endif
