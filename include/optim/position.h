/* position - where a run stands: finished epochs, steps of the next one. */
#ifndef OPTIM_POSITION_H
#define OPTIM_POSITION_H

struct position {
    long epoch; /* finished epochs */
    long step;  /* steps done of the epoch that follows */
    long total; /* steps done since the start */
};

#endif
