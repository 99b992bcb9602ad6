/* report_codes - the latent codes for the page's explorer, as JSON.
 *
 *   "codes": {count, low, high, data}, "labels"   of the first test images, for the map
 *   "points": {count, low, high, data}            their places on it, where the code has too
 * many dimensions to move in; "codes" is null then "plane": {mean, axes} first two principal
 * components, above two dimensions "picks": {rows, codes, images}                test images to
 * interpolate between
 *
 * An array of numbers is 16 bits a number, little endian, in base64: 0 is low, 65535 is high.
 * null stands for what there is not.
 */
#ifndef ANALYSIS_REPORT_REPORT_CODES_H
#define ANALYSIS_REPORT_REPORT_CODES_H

#include "analysis/input/run.h"
#include "analysis/report/report_text.h"

/* Write these members of an object, without its braces, a comma after each.  Local.  Fails
 * with ST_DATA (codes that are not finite), ST_NOMEM or ST_INTERNAL. */
enum status report_codes_write(struct report_text *t, const struct run *r) MUST_USE;

#endif
