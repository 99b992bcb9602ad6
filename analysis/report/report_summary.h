/* report_summary - the summary at the top of the page: what was trained, and what came of it,
 * in numbers.  All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_REPORT_REPORT_SUMMARY_H
#define ANALYSIS_REPORT_REPORT_SUMMARY_H

#include "analysis/numbers/baseline.h"
#include "analysis/numbers/knn_score.h"
#include "analysis/report/report_text.h"

/* Title, one sentence, and the outline of the network. */
void report_summary_title(struct report_text *t, const struct run *r);

/* The numbers a reader asks for first; b and k are NULL where they could not be computed.
 */
void report_summary_numbers(struct report_text *t, const struct run *r,
                            const struct baseline *b, const struct knn_score *k);

#endif
