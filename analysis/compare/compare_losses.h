/* compare_losses - the figure comparison-losses: learning curves of several runs in one plot.
 */
#ifndef ANALYSIS_COMPARE_COMPARE_LOSSES_H
#define ANALYSIS_COMPARE_COMPARE_LOSSES_H

#include "analysis/compare/compared.h"
#include "analysis/figures/record.h"

/* Draw it, commit its three files into the folder and keep its numbers as run_NN/...  Local.
 * Fails with ST_NOMEM, ST_INTERNAL or ST_CANTCREATE; no partial file is left. */
enum status compare_losses(const struct compared *c, const char *folder,
                           struct record *record) MUST_USE;

#endif
