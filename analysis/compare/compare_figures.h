/* compare_figures - the pictures of a comparison: losses by epoch, error against code size. */
#ifndef ANALYSIS_COMPARE_FIGURES_H
#define ANALYSIS_COMPARE_FIGURES_H

#include "analysis/compared.h"
#include "analysis/record.h"

/* Draw one, commit its three files into the folder and keep its numbers.  Local.  They fail
 * with ST_NOMEM, ST_INTERNAL or ST_CANTCREATE; no partial file is left. */
enum status compare_losses(const struct compared *c, const char *folder,
                           struct record *record) MUST_USE;
enum status compare_code_size(const struct compared *c, const char *folder,
                              struct record *record) MUST_USE;

#endif
