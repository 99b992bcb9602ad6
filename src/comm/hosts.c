#include "comm/hosts.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESSES = 4, MOST = 128 /* hosts that are knocked at */, PORT = 9 /* discard */ };

struct host {
    char name[64];
    in_addr_t address[ADDRESSES]; /* 0: none */
};

static struct host met[MOST];
static int count;

/* This host's networks, but for the one inside it. */
static struct host here(void)
{
    struct host h;
    struct ifaddrs *all = NULL;
    int n = 0;
    memset(&h, 0, sizeof h);
    gethostname(h.name, sizeof h.name - 1);
    if (getifaddrs(&all) != 0) return h;
    for (struct ifaddrs *i = all; i && n < ADDRESSES; i = i->ifa_next) {
        struct sockaddr_in at;
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET) continue;
        memcpy(&at, i->ifa_addr, sizeof at);
        if (ntohl(at.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
            h.address[n++] = at.sin_addr.s_addr;
    }
    freeifaddrs(all);
    return h;
}

static int is_met(const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(met[i].name, name) == 0) return 1;
    return 0;
}

enum status hosts_meet(struct world *w)
{
    int hosts = w->rank == 0 ? w->nodes : 0;
    struct host mine = here(), *all = calloc((size_t)hosts + 1, sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for the hosts"));
    if (st != ST_OK) return free(all), st;
    world_gather_machines(w, &mine, sizeof mine, all);
    count = 0;
    for (int i = 0; i < hosts && count < MOST; i++)
        if (!is_met(all[i].name)) met[count++] = all[i];
    free(all);
    world_broadcast(w, &count, sizeof count);
    world_broadcast(w, met, (size_t)count * sizeof *met);
    return ST_OK;
}

/* ---- a knock ------------------------------------------------------------------------------
 */

/* A socket on its way there; *heard where the answer is there at once.  -1 for none. */
static int knock(in_addr_t address, int *heard)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int s = address ? socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
    if (s < 0) return -1;
    to.sin_addr.s_addr = address;
    int failed = connect(s, (struct sockaddr *)&to, sizeof to) != 0;
    *heard |= !failed || errno == ECONNREFUSED;
    return s;
}

/* What has become of it: the port may be closed, as long as somebody says so. */
static int is_heard(int s)
{
    int why = 0;
    socklen_t n = sizeof why;
    getsockopt(s, SOL_SOCKET, SO_ERROR, &why, &n);
    return why == 0 || why == ECONNREFUSED;
}

static void listen_for(struct pollfd *sockets, int *heard, double end)
{
    for (double left; (left = end - clock_seconds()) > 0;) {
        int waiting = 0;
        if (poll(sockets, MOST * ADDRESSES, (int)(1000 * left) + 1) <= 0) continue;
        for (int i = 0; i < MOST * ADDRESSES; i++) {
            struct pollfd *p = &sockets[i];
            if (p->fd >= 0 && p->revents) {
                heard[i / ADDRESSES] |= is_heard(p->fd);
                close(p->fd), p->fd = -1;
            }
            waiting += p->fd >= 0 && !heard[i / ADDRESSES];
        }
        if (!waiting) return;
    }
}

void hosts_silent(char *text, size_t n)
{
    static struct pollfd sockets[MOST * ADDRESSES];
    int heard[MOST] = {0};
    size_t at = 0;
    for (int i = 0; i < MOST * ADDRESSES; i++) {
        int host = i / ADDRESSES;
        in_addr_t address = host < count ? met[host].address[i % ADDRESSES] : 0;
        sockets[i] = (struct pollfd){.fd = knock(address, &heard[host]), .events = POLLOUT};
    }
    listen_for(sockets, heard, clock_seconds() + 1);
    for (int i = 0; i < MOST * ADDRESSES; i++)
        if (sockets[i].fd >= 0) close(sockets[i].fd);
    *text = '\0';
    for (int i = 0; i < count; i++)
        if (!heard[i] && met[i].address[0] && at < n)
            at += (size_t)snprintf(text + at, n - at, "%s%s", at ? ", " : "", met[i].name);
}
