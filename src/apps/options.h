/* options - the command line of a command that takes settings: its own options, any setting,
 * and one target.
 *
 *   --KEY VALUE, --KEY=VALUE, --set SECTION.KEY=VALUE    settings
 *
 * All functions are Local.
 */
#ifndef APPS_OPTIONS_H
#define APPS_OPTIONS_H

#include "base/job.h"

/* An option of the command's own. */
struct option_own {
    const char *name; /* "--resume", "-o" */
    int *given;       /* becomes 1: a switch */
    char *value;      /* [JOB_PATH]: takes a value; one of the two */
};

struct options {
    const struct option_own *own; /* until name is NULL */
    char *target;                 /* [JOB_PATH]: what stands there without an option, "" */
};

/* Take the words of a command line, settings into *job.  It can be taken again, over what a job
 * file says.  Fails with ST_USAGE or ST_SETTING. */
enum status options_take(const struct options *o, struct job *job, int argc,
                         char **argv) MUST_USE;

/* Whether every setting that decides the bits is the checkpoint's; what an older one does not
 * have may be anything.  When a run goes on, it may have other epochs where its learning rate
 * does not depend on them.  Fails with ST_SETTING, naming the first that differs, and as
 * checkpoint_load_job does. */
enum status options_match(const struct job *job, const char *checkpoint, int goes_on) MUST_USE;

#endif
