/* count - stands before MPI in a program and counts the messages that its ranks send, also
 * those inside collective calls: LD_PRELOAD=bin/hosts_count.so.
 *
 * Below all its calls Open MPI 4 sends by two functions of one table, mca_pml; ours take their
 * place.  (Its own monitoring does not start in Debian's 4.1.4.)  What is sent belongs to the
 * call of MPI that the program is in, or to "other".  At the end rank 0 writes the file
 * COUNT_FILE: a line of
 *     rank host call messages bytes
 * for each rank and call, of what has left the host.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The calls that may send once a step, and those that read. */
/* clang-format off */
#define CALLS(X)                                                                               \
    X(other)                                                                                   \
    X(Send) X(Isend) X(Sendrecv) X(Recv) X(Iprobe)                                             \
    X(Wait) X(Waitall) X(Waitany) X(Waitsome) X(Test) X(Testall)                               \
    X(Allgather) X(Allgatherv) X(Allreduce) X(Bcast) X(Barrier) X(Reduce) X(Iallgather)        \
    X(File_read_at) X(File_read_at_all)
/* clang-format on */

#define NUMBER(call) CALL_##call,
#define NAME(call)   #call,
enum { CALLS(NUMBER) CALL_COUNT };
static const char *const names[] = {CALLS(NAME)};

enum { HOST = MPI_MAX_PROCESSOR_NAME };

/* Of one call, to every rank. */
struct sent {
    size_t *messages, *bytes; /* [size] */
};

static struct {
    int rank, size, runs, now;
    struct sent sent[CALL_COUNT];
} count;

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "count: %s\n", why);
    exit(70);
}

/* ---- the table ----------------------------------------------------------------------------
 */

typedef int isend_function(const void *, size_t, MPI_Datatype, int, int, int, MPI_Comm,
                           MPI_Request *);
typedef int send_function(const void *, size_t, MPI_Datatype, int, int, int, MPI_Comm);

/* As in ompi/mca/pml/pml.h of 4.0 and 4.1. */
extern struct {
    void (*before[9])(void);
    void (*isend_init)(void);
    isend_function *isend;
    send_function *send;
} mca_pml;

static isend_function *isend;
static send_function *send;

/* n values to a rank of comm. */
static void note(size_t n, MPI_Datatype type, int to, MPI_Comm comm)
{
    MPI_Group group, world;
    int bytes, rank;
    if (!count.runs || to < 0) return;
    PMPI_Comm_group(comm, &group);
    PMPI_Comm_group(MPI_COMM_WORLD, &world);
    PMPI_Group_translate_ranks(group, 1, &to, world, &rank);
    PMPI_Group_free(&group);
    PMPI_Group_free(&world);
    PMPI_Type_size(type, &bytes);
    count.sent[count.now].messages[rank]++;
    count.sent[count.now].bytes[rank] += n * (size_t)bytes;
}

static int noted_isend(const void *from, size_t n, MPI_Datatype type, int to, int tag, int mode,
                       MPI_Comm comm, MPI_Request *request)
{
    note(n, type, to, comm);
    return isend(from, n, type, to, tag, mode, comm, request);
}

static int noted_send(const void *from, size_t n, MPI_Datatype type, int to, int tag, int mode,
                      MPI_Comm comm)
{
    note(n, type, to, comm);
    return send(from, n, type, to, tag, mode, comm);
}

/* What one message of three bytes is counted as. */
static void check_table(void)
{
    char text[3] = "", got[3];
    int next = (count.rank + 1) % count.size,
        before = (count.rank + count.size - 1) % count.size;
    PMPI_Sendrecv(text, 3, MPI_CHAR, next, 0, got, 3, MPI_CHAR, before, 0, MPI_COMM_WORLD,
                  MPI_STATUS_IGNORE);
    const struct sent *s = &count.sent[CALL_other];
    if (s->messages[next] != 1 || s->bytes[next] != 3) stop("this MPI has another table");
    s->messages[next] = s->bytes[next] = 0;
}

static void begin(void)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    PMPI_Get_library_version(version, &length);
    if (strncmp(version, "Open MPI v4.", 12) != 0) stop("this is not Open MPI 4");
    PMPI_Comm_rank(MPI_COMM_WORLD, &count.rank);
    PMPI_Comm_size(MPI_COMM_WORLD, &count.size);
    for (int c = 0; c < CALL_COUNT; c++) {
        struct sent *s = &count.sent[c];
        s->messages = calloc((size_t)count.size, sizeof *s->messages);
        s->bytes = calloc((size_t)count.size, sizeof *s->bytes);
        if (!s->messages || !s->bytes) stop("no memory");
    }
    isend = mca_pml.isend, mca_pml.isend = noted_isend;
    send = mca_pml.send, mca_pml.send = noted_send;
    count.runs = 1;
    if (count.size > 1) check_table();
}

/* ---- the end ----------------------------------------------------------------------------- */

/* out[2 * CALL_COUNT]: messages and bytes of each call that have left this host. */
static void sum_up(const char *hosts, size_t *out)
{
    memset(out, 0, 2 * CALL_COUNT * sizeof *out);
    for (int r = 0; r < count.size; r++) {
        if (strcmp(hosts + (size_t)r * HOST, hosts + (size_t)count.rank * HOST) == 0) continue;
        for (int c = 0; c < CALL_COUNT; c++) {
            out[2 * c] += count.sent[c].messages[r];
            out[2 * c + 1] += count.sent[c].bytes[r];
        }
    }
}

static void write_file(const char *hosts, const size_t *all)
{
    FILE *file = fopen(getenv("COUNT_FILE"), "w");
    if (!file) stop("COUNT_FILE cannot be written");
    for (int r = 0; r < count.size; r++)
        for (int c = 0; c < CALL_COUNT; c++, all += 2)
            if (all[0])
                fprintf(file, "%d %s %s %zu %zu\n", r, hosts + (size_t)r * HOST, names[c],
                        all[0], all[1]);
    fclose(file);
}

static void end(void)
{
    size_t size = (size_t)count.size, mine[2 * CALL_COUNT];
    char host[HOST] = "", *hosts = malloc(size * HOST);
    size_t *all = malloc(size * sizeof mine);
    int length;
    if (!hosts || !all) stop("no memory");
    count.runs = 0;
    MPI_Get_processor_name(host, &length);
    PMPI_Allgather(host, HOST, MPI_CHAR, hosts, HOST, MPI_CHAR, MPI_COMM_WORLD);
    sum_up(hosts, mine);
    PMPI_Gather(mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (count.rank == 0) write_file(hosts, all);
    free(hosts);
    free(all);
}

/* ---- the calls --------------------------------------------------------------------------- */

int MPI_Init_thread(int *argc, char ***argv, int wanted, int *provided)
{
    int st = PMPI_Init_thread(argc, argv, wanted, provided);
    begin();
    return st;
}

int MPI_Finalize(void)
{
    end();
    return PMPI_Finalize();
}

#define COUNTED(call, parameters, arguments)                                                   \
    int MPI_##call parameters                                                                  \
    {                                                                                          \
        count.now = CALL_##call;                                                               \
        int st = PMPI_##call arguments;                                                        \
        count.now = CALL_other;                                                                \
        return st;                                                                             \
    }

COUNTED(Send, (const void *from, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm),
        (from, n, type, to, tag, comm))
COUNTED(Isend,
        (const void *from, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm,
         MPI_Request *request),
        (from, n, type, to, tag, comm, request))
COUNTED(Sendrecv,
        (const void *from, int n, MPI_Datatype type, int rank, int tag, void *to, int m,
         MPI_Datatype its, int source, int its_tag, MPI_Comm comm, MPI_Status *status),
        (from, n, type, rank, tag, to, m, its, source, its_tag, comm, status))

COUNTED(Recv,
        (void *to, int n, MPI_Datatype type, int rank, int tag, MPI_Comm comm,
         MPI_Status *status),
        (to, n, type, rank, tag, comm, status))
COUNTED(Wait, (MPI_Request * request, MPI_Status *status), (request, status))
COUNTED(Waitall, (int n, MPI_Request request[], MPI_Status status[]), (n, request, status))
COUNTED(Waitany, (int n, MPI_Request request[], int *index, MPI_Status *status),
        (n, request, index, status))
COUNTED(Waitsome, (int n, MPI_Request request[], int *m, int index[], MPI_Status status[]),
        (n, request, m, index, status))
COUNTED(Test, (MPI_Request * request, int *done, MPI_Status *status), (request, done, status))
COUNTED(Testall, (int n, MPI_Request request[], int *done, MPI_Status status[]),
        (n, request, done, status))
COUNTED(Iprobe, (int from, int tag, MPI_Comm comm, int *found, MPI_Status *status),
        (from, tag, comm, found, status))
COUNTED(Allgather,
        (const void *from, int n, MPI_Datatype type, void *to, int m, MPI_Datatype its,
         MPI_Comm comm),
        (from, n, type, to, m, its, comm))
COUNTED(Allgatherv,
        (const void *from, int n, MPI_Datatype type, void *to, const int m[], const int at[],
         MPI_Datatype its, MPI_Comm comm),
        (from, n, type, to, m, at, its, comm))
COUNTED(Allreduce,
        (const void *from, void *to, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
        (from, to, n, type, op, comm))
COUNTED(Bcast, (void *data, int n, MPI_Datatype type, int root, MPI_Comm comm),
        (data, n, type, root, comm))
COUNTED(Barrier, (MPI_Comm comm), (comm))
COUNTED(Reduce,
        (const void *from, void *to, int n, MPI_Datatype type, MPI_Op op, int root,
         MPI_Comm comm),
        (from, to, n, type, op, root, comm))
COUNTED(Iallgather,
        (const void *from, int n, MPI_Datatype type, void *to, int m, MPI_Datatype its,
         MPI_Comm comm, MPI_Request *request),
        (from, n, type, to, m, its, comm, request))
COUNTED(File_read_at,
        (MPI_File file, MPI_Offset at, void *to, int n, MPI_Datatype type, MPI_Status *status),
        (file, at, to, n, type, status))
COUNTED(File_read_at_all,
        (MPI_File file, MPI_Offset at, void *to, int n, MPI_Datatype type, MPI_Status *status),
        (file, at, to, n, type, status))
