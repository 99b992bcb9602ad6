/* record - the arrays behind the figures, gathered while these are drawn, and what they show.
 *
 * An array is called GROUP/NAME; a figure adds its arrays and says once, for viewers, which of
 * the group's arrays is drawn over which (store/nexus.h).
 */
#ifndef ANALYSIS_RECORD_H
#define ANALYSIS_RECORD_H

#include "store/nexus.h"

struct record {
    struct array *arrays; /* [count]; names, data and the texts of facts owned */
    int count;
    struct nexus_group *groups; /* [group_count]; names owned */
    int group_count;
};

/* Keep a copy of an array and of the texts of its facts (labels are borrowed); a name that is
 * there already is passed over.  Local.  Fails with ST_NOMEM. */
enum status record_add(struct record *r, const struct array *a) MUST_USE;

/* The same for images [.., H, W, C], marked as such for viewers, which want [.., H, W]: a
 * single channel is left out. */
enum status record_images(struct record *r, const struct array *a) MUST_USE;

/* Keep 1, 2 ... count: the axis of things that are counted.  Local.  Fails with ST_NOMEM. */
enum status record_counts(struct record *r, const char *name, size_t count) MUST_USE;

/* Keep what the arrays of a group show (texts other than the name are borrowed); a name that
 * is there already is passed over.  Local.  Fails with ST_NOMEM. */
enum status record_group(struct record *r, const struct nexus_group *g) MUST_USE;

void record_free(struct record *r);

#endif
