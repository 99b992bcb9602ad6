/* report_tables - the tables of the page: epochs, layers, settings, provenance. */
#ifndef ANALYSIS_REPORT_TABLES_H
#define ANALYSIS_REPORT_TABLES_H

#include "analysis/report_text.h"
#include "analysis/run.h"

/* Each writes one <section>, or says in one why there is nothing to show.  None can fail. */
void report_tables_epochs(struct report_text *t, const struct run *r);
void report_tables_layers(struct report_text *t, const struct run *r);
void report_tables_settings(struct report_text *t, const struct run *r);
void report_tables_provenance(struct report_text *t, const struct run *r);

#endif
