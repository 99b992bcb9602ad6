/* Who is warned that ranks share cores.
 *
 * sched_getaffinity and fopen stand before the C library's: a test says which CPUs a rank
 * may run on, and which of them are one core.
 */
#include "scratch.h"

#include "base/log.h"
#include "run/cores.h"

#include <sched.h>

static struct world w;
static int first, last;      /* the CPUs of this rank; none: first > last */
static const char *siblings; /* of every CPU; NULL: each is a core */

int sched_getaffinity(pid_t process, size_t n, cpu_set_t *cpus)
{
    if (process) return -1; /* of others nothing is known */
    memset(cpus, 0, n);
    for (int i = first; i <= last; i++) CPU_SET((size_t)i, cpus);
    return 0;
}

FILE *fopen(const char *path, const char *mode)
{
    if (strncmp(path, "/sys/devices/system/cpu/cpu", 27) != 0) return fopen64(path, mode);
    return siblings ? fmemopen((char *)(uintptr_t)siblings, strlen(siblings), "r") : NULL;
}

/* What rank 0 says where each rank may run on CPUs from .. to. */
static const char *said(int from, int to)
{
    first = from, last = to;
    int before = scratch_listen();
    assert_ok(cores_look(&w));
    return scratch_heard(before);
}

static int begin(void **state)
{
    (void)state;
    siblings = NULL;
    unsetenv("OMPI_MCA_rmaps_base_oversubscribe");
    unsetenv("PRTE_MCA_rmaps_default_mapping_policy");
    return 0;
}

static void says(const char *text, const char *words)
{
    if (w.rank != 0) return;
    if (!strstr(text, words)) fail_msg("'%s' does not say '%s'", text, words);
}

static void ranks_of_one_core_are_warned_of(void **state)
{
    (void)state;
    says(said(5, 5), "warning: 2 ranks share 1 core of host ");
    assert_string_equal(said(5, 6), "");
    assert_string_equal(said(5 + w.rank, 5 + w.rank), "");
}

static void threads_of_one_core_are_no_two_cores(void **state)
{
    (void)state;
    siblings = "5-6\n";
    says(said(5, 6), "2 ranks run on the hardware threads of 1 core of host ");
    says(said(5 + w.rank, 5 + w.rank), "hardware threads of 1 core");
    siblings = "5,69\n";
    says(said(5, 6), "--hint=nomultithread");
}

static void who_wants_to_share_is_not_warned(void **state)
{
    (void)state;
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
    assert_string_equal(said(5, 5), "");
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "0", 1);
    says(said(5, 5), "share");
    setenv("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe", 1);
    assert_string_equal(said(5, 5), "");
}

/* Of a machine that says nothing nothing is known. */
static void no_cpus_are_no_warning(void **state)
{
    (void)state;
    assert_string_equal(said(1, 0), "");
}

#define TEST(f) cmocka_unit_test_setup(f, begin)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(ranks_of_one_core_are_warned_of),
        TEST(threads_of_one_core_are_no_two_cores),
        TEST(who_wants_to_share_is_not_warned),
        TEST(no_cpus_are_no_warning),
    };
    if (world_init(&w, &argc, &argv) != ST_OK) return 1;
    if (w.rank != 0) log_quiet();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
