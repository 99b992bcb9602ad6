/* report_explorer - the interactive part of the page: the decoder, its weights and codes as one
 * JSON text in a <script> element, for the code of analysis/report/.
 *
 * All functions are Local.
 */
#ifndef ANALYSIS_REPORT_REPORT_EXPLORER_H
#define ANALYSIS_REPORT_REPORT_EXPLORER_H

#include "analysis/input/run.h"
#include "analysis/report/report_text.h"

/* Why there can be no explorer; NULL: there can.  Cannot fail. */
const char *report_explorer_missing(const struct run *r);

/* Open <script id="data"> with the decoder's layers and the codes.  Fails with ST_DATA
 * (codes that are not finite), ST_NOMEM or ST_INTERNAL. */
enum status report_explorer_open(struct report_text *t, const struct run *r) MUST_USE;

/* Write the weights, in at most `most` bytes: rounded as far as that takes.  Close the element.
 * Fails with ST_DATA (weights or images that are not finite) or ST_NOMEM. */
enum status report_explorer_close(struct report_text *t, const struct run *r,
                                  size_t most) MUST_USE;

/* The fewest bytes that the weights take in the page.  Cannot fail. */
size_t report_explorer_least(const struct run *r);

#endif
