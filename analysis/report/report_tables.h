/* report_tables - the tables of the page: epochs, layers, settings, provenance.
 *
 * All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_REPORT_REPORT_TABLES_H
#define ANALYSIS_REPORT_REPORT_TABLES_H

#include "analysis/input/run.h"
#include "analysis/report/report_text.h"

/* Each writes one <section>, or says in one why there is nothing to show. */
void report_tables_epochs(struct report_text *t, const struct run *r);
void report_tables_layers(struct report_text *t, const struct run *r);
void report_tables_settings(struct report_text *t, const struct run *r);
void report_tables_provenance(struct report_text *t, const struct run *r);

#endif
