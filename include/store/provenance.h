/* provenance - where a file comes from: which program made it, from what, on which machine.
 *
 * Written under /provenance: short texts as string attributes, long ones as scalar datasets.
 */
#ifndef STORE_PROVENANCE_H
#define STORE_PROVENANCE_H

#include "store/text_attribute.h"

/* Borrowed. */
struct provenance {
    const struct text_attribute *entries; /* [count]: "version", "git_commit", "hosts", ... */
    int count;
};

#endif
