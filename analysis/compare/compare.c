#include "analysis/compare/compare.h"

#include "analysis/compare/compare_code_size.h"
#include "analysis/compare/compare_losses.h"
#include "base/version.h"
#include "store/commit.h"

#include <stdio.h>

static enum status save_numbers(const struct compared *c, const char *folder,
                                struct record *record)
{
    const struct text_attribute entries[] = {
        {"program", "hourglass-analysis " HOURGLASS_VERSION},
        {"git_commit", HOURGLASS_COMMIT},
        {"data", c->runs[0].run.data_name}};
    const struct provenance p = {entries, sizeof entries / sizeof entries[0]};
    return record_save(record, folder, "comparison.h5", &p, NULL);
}

static enum status write_all(const struct compared *c, const char *folder,
                             struct record *record)
{
    TRY(commit_folder(folder));
    TRY(compared_save(c, folder));
    TRY(compare_losses(c, folder, record));
    if (compared_sweeps(c)) TRY(compare_code_size(c, folder, record));
    TRY(save_numbers(c, folder, record));
    printf("wrote %s/comparison.csv, comparison.h5, comparison-losses%s (.png .svg .pdf)\n",
           folder, compared_sweeps(c) ? ", code-size" : "");
    return ST_OK;
}

enum status compare_runs(const struct compare_options *o)
{
    struct compared c;
    struct record record = {0};
    enum status st = ST_OK;
    TRY_DONE(compared_open(&c, o->count, o->folders));
    compared_print(&c);
    st = write_all(&c, o->output ? o->output : "comparison", &record);
done:
    record_free(&record);
    compared_free(&c);
    return st;
}
