/* base/cpu.c as it is compiled for each kind of CPU, on machines that have what it wants or
 * lack some of it. */
#include "check.h"

#include "base/cpu.h"

#include <stdio.h>
#include <string.h>

/* What this machine has: words with a blank around each. */
static const char *machine;

#ifdef __x86_64__ /* nothing is asked for elsewhere */
static int has(const char *feature)
{
    char word[32];
    snprintf(word, sizeof word, " %s ", feature);
    return strstr(machine, word) != NULL;
}
#endif

#define __builtin_cpu_init()   ((void)0)
#define __builtin_cpu_supports has

#undef __SSE3__
#undef __SSSE3__
#undef __SSE4_1__
#undef __SSE4_2__
#undef __POPCNT__
#undef __AVX__
#undef __AVX2__
#undef __FMA__
#undef __FMA4__
#undef __XOP__
#undef __BMI__
#undef __BMI2__
#undef __AVX512F__
#undef __AVX512BW__
#undef __AVX512CD__
#undef __AVX512DQ__
#undef __AVX512VL__
#undef __AVX512IFMA__
#undef __AVX512VBMI__
#undef __AVX512VBMI2__
#undef __AVX512VNNI__
#undef __AVX512BITALG__
#undef __AVX512VPOPCNTDQ__
#undef __GFNI__
#undef __F16C__
#undef __LZCNT__
#undef __MOVBE__
#undef __AVXVNNI__
#define cpu_check check_for_any
#include "base/cpu.c"
#undef cpu_check

/* x86-64-v3, but for what some compilers cannot ask for */
#define __SSE3__   1
#define __SSSE3__  1
#define __SSE4_1__ 1
#define __SSE4_2__ 1
#define __POPCNT__ 1
#define __AVX__    1
#define __AVX2__   1
#define __FMA__    1
#define __BMI__    1
#define __BMI2__   1
#define cpu_check  check_for_v3
#include "base/cpu.c"
#undef cpu_check

/* x86-64-v4 */
#define __AVX512F__  1
#define __AVX512BW__ 1
#define __AVX512CD__ 1
#define __AVX512DQ__ 1
#define __AVX512VL__ 1
#define cpu_check    check_for_v4
#include "base/cpu.c"
#undef cpu_check

#define V3 " sse3 ssse3 sse4.1 sse4.2 popcnt avx avx2 fma bmi bmi2 "
#define V4 V3 "avx512f avx512bw avx512cd avx512dq avx512vl "

static void a_build_for_any_cpu_asks_for_nothing(void **state)
{
    (void)state;
    machine = " ";
    assert_ok(check_for_any());
}

#ifdef __x86_64__

/* The check passes with all these features, and without one of them it names that one alone. */
static void wants_each(enum status (*check)(void), const char *all)
{
    char left[160], name[32], message[64];
    int n;
    machine = all;
    assert_ok(check());
    for (const char *at = all; sscanf(at, " %31s%n", name, &n) == 1; at += n) {
        snprintf(left, sizeof left, "%.*s%s", (int)(at - all), all, at + n);
        snprintf(message, sizeof message, "built for CPUs with %s, which", name);
        machine = left;
        assert_fails(check(), ST_INTERNAL, message);
        assert_non_null(strstr(status_message(), "-DHOURGLASS_ARCH= "));
    }
}

static void a_build_for_avx2_wants_each_feature_it_may_use(void **state)
{
    (void)state;
    wants_each(check_for_v3, V3);
}

static void a_build_for_avx512_wants_each_feature_it_may_use(void **state)
{
    (void)state;
    wants_each(check_for_v4, V4);
}

static void all_that_is_missing_is_named(void **state)
{
    (void)state;
    machine = V3 "avx512f avx512cd ";
    assert_fails(check_for_v4(), ST_INTERNAL, "with avx512bw, avx512dq, avx512vl, which");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_for_any_cpu_asks_for_nothing),
#ifdef __x86_64__
        cmocka_unit_test(a_build_for_avx2_wants_each_feature_it_may_use),
        cmocka_unit_test(a_build_for_avx512_wants_each_feature_it_may_use),
        cmocka_unit_test(all_that_is_missing_is_named),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
