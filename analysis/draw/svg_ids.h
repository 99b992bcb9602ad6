/* svg_ids - canonical identifiers inside an SVG: they do not depend on what was drawn before.
 *
 * Cairo numbers surfaces, images and patterns by a counter of the process; here they are
 * numbered anew, in the order in which they appear.
 */
#ifndef ANALYSIS_DRAW_SVG_IDS_H
#define ANALYSIS_DRAW_SVG_IDS_H

#include <stddef.h>

/* A copy of text[n] with new numbers; *size is its length.  The caller frees it.  NULL where
 * there is no memory.  Local. */
char *svg_ids_renumber(const char *text, size_t n, size_t *size);

#endif
