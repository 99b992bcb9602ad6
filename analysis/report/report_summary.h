/* report_summary - the top of the page: what was trained, and what came of it, in numbers. */
#ifndef ANALYSIS_REPORT_SUMMARY_H
#define ANALYSIS_REPORT_SUMMARY_H

#include "analysis/baseline.h"
#include "analysis/knn_score.h"
#include "analysis/report_text.h"

/* Title, one sentence, and the outline of the network.  Cannot fail. */
void report_summary_title(struct report_text *t, const struct run *r);

/* The numbers a reader asks for first; b and k are NULL where they could not be computed.
 * Cannot fail. */
void report_summary_numbers(struct report_text *t, const struct run *r,
                            const struct baseline *b, const struct knn_score *k);

#endif
