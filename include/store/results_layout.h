/* results_layout - type, shape and labels of each array of a results file. */
#ifndef STORE_RESULTS_LAYOUT_H
#define STORE_RESULTS_LAYOUT_H

#include "store/arrays.h"
#include "store/results.h"

/* What array a of such results looks like in the file, without data. */
struct array results_layout(enum results_array a, size_t total, size_t code,
                            struct shape image);

/* The same of /labels. */
struct array results_layout_labels(size_t total);

#endif
