/* report_sources - embedded resources: the style and script of analysis/report/, which the
 * build makes part of the program.
 */
#ifndef ANALYSIS_REPORT_REPORT_SOURCES_H
#define ANALYSIS_REPORT_REPORT_SOURCES_H

extern const char report_sources_style[];  /* CSS */
extern const char report_sources_script[]; /* JavaScript, all files one after the other */

#endif
