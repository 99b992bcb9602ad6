/* delay A B MILLISECONDS: what comes in at device A leaves at device B so much later, and the
 * other way round; for hosts.sh.  (tc's netem is missing in many kernels of virtual machines.)
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 70000 /* bytes of a frame that is not cut yet, and what Linux says of it */ };

struct frame {
    struct frame *next;
    double due; /* seconds of the clock below */
    size_t bytes;
    char data[];
};

/* From one device to the other. */
struct way {
    int in, out; /* sockets */
    struct frame *first, **last;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static _Noreturn void stop(const char *what)
{
    perror(what);
    exit(1);
}

/* Of all that comes in there.  Large frames pass uncut and without a checksum, as between the
 * ends of a veth. */
static int open_device(const char *name)
{
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    int s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), yes = 1, room = 256 << 20;
    to.sll_ifindex = (int)if_nametoindex(name);
    if (s < 0 || setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes) != 0 ||
        setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) != 0 ||
        bind(s, (struct sockaddr *)&to, sizeof to) != 0)
        stop(name);
    /* Those who may not take more than others get less. */
    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return s;
}

static void take_in(struct way *w, double delay)
{
    static char data[MOST];
    ssize_t n = recv(w->in, data, sizeof data, MSG_DONTWAIT);
    struct frame *f = n > 0 ? malloc(sizeof *f + (size_t)n) : NULL;
    if (!f) return;
    f->next = NULL, f->due = seconds() + delay, f->bytes = (size_t)n;
    memcpy(f->data, data, f->bytes);
    *w->last = f, w->last = &f->next;
}

/* Send what is due; the seconds until the next one is. */
static double let_out(struct way *w)
{
    while (w->first) {
        struct frame *f = w->first;
        double left = f->due - seconds();
        if (left > 0) return left;
        if (send(w->out, f->data, f->bytes, 0) < 0) perror("delay");
        if (!(w->first = f->next)) w->last = &w->first;
        free(f);
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 4) return fputs("write: delay A B MILLISECONDS\n", stderr), 64;
    int a = open_device(argv[1]), b = open_device(argv[2]);
    double delay = atof(argv[3]) / 1000;
    struct way there = {.in = a, .out = b, .last = &there.first};
    struct way back = {.in = b, .out = a, .last = &back.first};
    for (;;) {
        double there_left = let_out(&there), back_left = let_out(&back);
        double left = there_left < back_left ? there_left : back_left;
        struct timespec nap = {.tv_nsec = (long)(999999999 * left)};
        struct pollfd in[] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
        if (ppoll(in, 2, &nap, NULL) < 0) stop("ppoll");
        if (in[0].revents) take_in(&there, delay);
        if (in[1].revents) take_in(&back, delay);
    }
}
