/* cpu - whether this machine can run this build. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include "base/status.h"

/* To be asked before anything is computed: a build for a CPU with vector instructions that this
 * one does not have would end in an illegal instruction.  Fails with ST_INTERNAL.  Local. */
enum status cpu_check(void) MUST_USE;

#endif
