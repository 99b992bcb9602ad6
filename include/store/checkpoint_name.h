/* checkpoint_name - the name of a checkpoint's file, which says where the run stood. */
#ifndef STORE_CHECKPOINT_NAME_H
#define STORE_CHECKPOINT_NAME_H

#include <stddef.h>

/* checkpoint-EEEE-SSSSSS.h5 for (finished epochs, steps of the next one), into name of n
 * bytes.  Local, cannot fail. */
void checkpoint_name(long epoch, long step, char *name, size_t n);

/* Read what checkpoint_name has written, to the letter, at the start of a file's name.  Returns
 * what follows it ("" for a checkpoint, ".part" for one that was never finished), or NULL where
 * the name does not begin so; *epoch and *step are undefined then.  Local, cannot fail. */
const char *checkpoint_name_parse(const char *name, long *epoch, long *step);

#endif
