/* compare_code_size - the figure code-size: error against code size, a dot a run, a line
 * through the means of the runs of one size.
 */
#ifndef ANALYSIS_COMPARE_COMPARE_CODE_SIZE_H
#define ANALYSIS_COMPARE_COMPARE_CODE_SIZE_H

#include "analysis/compare/compared.h"
#include "analysis/figures/record.h"

/* Draw it, commit its three files into the folder and keep its numbers as code_size/...  Local.
 * Fails with ST_NOMEM, ST_INTERNAL or ST_CANTCREATE; no partial file is left. */
enum status compare_code_size(const struct compared *c, const char *folder,
                              struct record *record) MUST_USE;

#endif
