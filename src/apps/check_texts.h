/* check_texts - golden digests and their jobs, as they lie in the repository (CMakeLists.txt
 * names the files): an installed program has them with it. */
#ifndef APPS_CHECK_TEXTS_H
#define APPS_CHECK_TEXTS_H

extern const char check_texts_digests[]; /* tests/golden/digests */
extern const char check_texts_jobs[];    /* job files, one after the other */

#endif
