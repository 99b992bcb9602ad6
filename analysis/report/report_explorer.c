#include "analysis/report/report_explorer.h"

#include "analysis/report/report_codes.h"
#include "analysis/report/report_weights.h"

#include <stdlib.h>
#include <string.h>

const char *report_explorer_missing(const struct run *r)
{
    return r->has_model.st == ST_OK ? NULL : r->has_model.why;
}

static void put_shape(struct report_text *t, const char *name, struct shape s)
{
    report_text_add(t, ",\"%s\":[%zu,%zu,%zu]", name, s.h, s.w, s.c);
}

/* The window of conv, conv_transpose and maxpool, down and across. */
static void put_window(struct report_text *t, const struct patches *p)
{
    report_text_add(t, ",\"window\":[%zu,%zu],\"stride\":[%zu,%zu],\"before\":[%zu,%zu]",
                    p->y.window, p->x.window, p->y.stride, p->x.stride, p->y.before,
                    p->x.before);
}

static void put_variables(struct report_text *t, const struct layer *l)
{
    report_text_add(t, ",\"variables\":[");
    for (int i = 0; i < l->variables; i++)
        report_text_add(t, "%s{\"count\":%zu,\"row\":%zu,\"vector\":%s}", i ? "," : "",
                        l->variable[i].count, report_weights_row(&l->variable[i]),
                        l->variable[i].rank == 1 ? "true" : "false");
    report_text_add(t, "]}");
}

static void put_layers(struct report_text *t, const struct model *m)
{
    report_text_add(t, "\"layers\":[");
    for (int i = m->split; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        report_text_add(t, "%s\n{\"kind\":\"%s\"", i > m->split ? "," : "", l->kind->word);
        report_text_add(t, ",\"activation\":\"%s\"", activation_name(l->activation));
        put_shape(t, "in", l->in);
        put_shape(t, "out", l->out);
        if (l->patches.y.window) put_window(t, &l->patches);
        put_variables(t, l);
    }
    report_text_add(t, "],\n");
}

static void put_model(struct report_text *t, const struct model *m)
{
    report_text_add(t,
                    "\"image\":[%zu,%zu,%zu],\"code\":%zu,\"variational\":%s,\"logits\":%s,\n",
                    m->input.h, m->input.w, m->input.c, shape_size(m->code),
                    m->variational ? "true" : "false", m->logits ? "true" : "false");
    put_layers(t, m);
}

/* base64 makes four bytes of three. */
static enum status put_weights(struct report_text *t, const struct run *r, size_t most)
{
    struct report_weights w;
    enum status st = report_weights_pack(&w, r, most / 4 * 3);
    if (st == ST_OK) {
        report_text_add(t, "\"weights\":{\"format\":\"%s\",\"error\":%.2g,\"data\":\"",
                        report_weights_name(w.format), w.error);
        report_text_base64(t, w.bytes, w.size);
        report_text_add(t, "\"}");
    }
    free(w.bytes);
    return st;
}

enum status report_explorer_open(struct report_text *t, const struct run *r)
{
    report_text_add(t, "<script type=\"application/json\" id=\"data\">{\n");
    put_model(t, r->model);
    return report_codes_write(t, r);
}

enum status report_explorer_close(struct report_text *t, const struct run *r, size_t most)
{
    enum { AROUND = 256 };
    TRY(put_weights(t, r, most > AROUND ? most - AROUND : 0));
    report_text_add(t, "}</script>\n");
    return ST_OK;
}

size_t report_explorer_least(const struct run *r)
{
    return report_weights_bytes(r->model, REPORT_WEIGHTS_INT8) / 3 * 4 + 512;
}
