#include "net/initialise.h"

#include <math.h>
#include <string.h>

static void glorot(struct random_name name, const struct variable *v, float *w)
{
    double a = sqrt(6.0 / (double)(v->fan_in + v->fan_out));
    random_uniform(name, w, v->count);
    for (size_t i = 0; i < v->count; i++) w[i] = (float)(a * (2.0 * (double)w[i] - 1.0));
}

/* Draw each number that lies outside two standard deviations again, by its own name. */
static float redrawn(struct random_name name, uint32_t index)
{
    float z[1];
    name.layer = index;
    do {
        name.epoch++;
        random_normal(name, z, 1);
    } while (fabsf(z[0]) > 2.0f);
    return z[0];
}

static void normal(struct random_name name, const struct variable *v, double variance, float *w)
{
    const double deviation_of_cut = 0.87962566103423978; /* of N(0, 1) cut at +-2 */
    double sd = sqrt(variance) / deviation_of_cut;
    random_normal(name, w, v->count);
    for (size_t i = 0; i < v->count; i++) {
        float z = fabsf(w[i]) > 2.0f ? redrawn(name, (uint32_t)i) : w[i];
        w[i] = (float)(sd * (double)z);
    }
}

static void constant(const struct variable *v, float *w)
{
    for (size_t i = 0; i < v->count; i++) w[i] = v->start;
}

void initialise(struct model *m, const struct job *job)
{
    struct random_name name = {.seed = (uint32_t)job->seed, .purpose = PURPOSE_INIT};
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++, name.row++) {
            const struct variable *v = &m->layers[i].variable[k];
            float *w = m->w + v->at;
            if (v->fan_in == 0)
                constant(v, w);
            else if (strcmp(job->initialiser, "glorot") == 0)
                glorot(name, v, w);
            else if (strcmp(job->initialiser, "lecun") == 0)
                normal(name, v, 1.0 / (double)v->fan_in, w);
            else
                normal(name, v, 2.0 / (double)v->fan_in, w);
        }
}
