/* record - the source data of the figures: the arrays behind them, gathered while these are
 * drawn, and what they show.
 *
 * An array is called GROUP/NAME; a figure adds its arrays and says once, for viewers, which of
 * the group's arrays is drawn over which (store/nexus.h).  All functions are Local.
 */
#ifndef ANALYSIS_FIGURES_RECORD_H
#define ANALYSIS_FIGURES_RECORD_H

#include "net/shape.h"
#include "store/nexus.h"

struct record {
    struct array *arrays; /* [count]; names, data and the texts of facts owned */
    int count;
    struct nexus_group *groups; /* [group_count]; names owned */
    int group_count;
};

/* Keep a copy of an array and of the texts of its facts (labels are borrowed); a name that is
 * there already is passed over.  Fails with ST_NOMEM. */
enum status record_add(struct record *r, const struct array *a) MUST_USE;

/* The same for images [.., H, W, C], marked as such for viewers, which want [.., H, W]: a
 * single channel is left out.  Fails with ST_NOMEM. */
enum status record_images(struct record *r, const struct array *a) MUST_USE;

/* The same for *data, which are not copied: they are the record's then, also after a failure,
 * and *data is NULL.  They stay the caller's where the name is there already.  Fails with
 * ST_NOMEM. */
enum status record_take_images(struct record *r, const struct array *a, float **data) MUST_USE;

/* The same for values[count, h, w, c], an image for each `what` ("sample").  Fails with
 * ST_NOMEM. */
enum status record_samples(struct record *r, const char *name, const char *what, size_t count,
                           struct shape s, const float *values) MUST_USE;

/* Keep one number of that type.  Fails with ST_NOMEM. */
enum status record_number(struct record *r, const char *name, enum array_type type,
                          const void *number) MUST_USE;

/* Keep 1, 2 ... count: the axis of things that are counted.  Fails with ST_NOMEM. */
enum status record_counts(struct record *r, const char *name, size_t count) MUST_USE;

/* Keep what the arrays of a group show (texts other than the name are borrowed); a name that
 * is there already is passed over.  Fails with ST_NOMEM. */
enum status record_group(struct record *r, const struct nexus_group *g) MUST_USE;

/* Commit folder/name with all that is kept, which is gone from memory then; file: provenance of
 * the file, run: of the run behind it, or NULL.  Fails with ST_CANTCREATE, ST_NOMEM or
 * ST_INTERNAL. */
enum status record_save(struct record *r, const char *folder, const char *name,
                        const struct provenance *file, const struct provenance *run) MUST_USE;

void record_free(struct record *r);

#endif
