/* report_explorer - the explorer of the page: decoder and codes as one JSON text. */
#ifndef ANALYSIS_REPORT_EXPLORER_H
#define ANALYSIS_REPORT_EXPLORER_H

#include "analysis/report_text.h"
#include "analysis/run.h"

/* Why there can be no explorer; NULL: there can. */
const char *report_explorer_missing(const struct run *r);

/* Open <script id="data"> with the decoder's layers and the codes.  Local.  Fails with ST_DATA
 * (codes that are not finite), ST_NOMEM or ST_INTERNAL. */
enum status report_explorer_open(struct report_text *t, const struct run *r) MUST_USE;

/* Write the weights, in at most `room` bytes: rounded as far as that takes.  Close the element.
 * Local.  Fails with ST_DATA (weights or images that are not finite) or ST_NOMEM. */
enum status report_explorer_close(struct report_text *t, const struct run *r,
                                  size_t room) MUST_USE;

/* The fewest bytes that the weights take in the page. */
size_t report_explorer_least(const struct run *r);

#endif
