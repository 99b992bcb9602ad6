/* record - the arrays behind the figures, gathered while these are drawn. */
#ifndef ANALYSIS_RECORD_H
#define ANALYSIS_RECORD_H

#include "store/arrays.h"

struct record {
    struct array *arrays; /* [count]; names and data owned */
    int count;
};

/* Keep a copy of an array (labels and facts are borrowed); a name that is there already is
 * passed over.  Local.  Fails with ST_NOMEM. */
enum status record_add(struct record *r, const struct array *a) MUST_USE;
void record_free(struct record *r);

#endif
