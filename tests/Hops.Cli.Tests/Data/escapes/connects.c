/*
 * Ways to connect, and to send.
 *
 *   connects NEAR4 NEAR6 PORT FAR4 FARPORT   tries all of them; a datagram goes to the same port
 *   connects loop NEAR4 PORT                 connects without end, and sends
 *   connects listen ADDRESS PORT             listens, says so, and sends to who connects
 *   connects shared                          listens on loopback, lets others of this user share the port, and prints what it got when its input has ended
 *   connects share PORT                      listens where another of this user does, and has what connects to 127.0.0.1:PORT go there
 */
#include <linux/filter.h>
#include <linux/udp.h>

static const char *near4, *near6, *far4;
static int port, far_port;

static int stream(int family) { return socket(family, SOCK_STREAM, 0); }

static long set(int s, int level, int option, const void *value, socklen_t length)
{
    return s < 0 ? -1 : setsockopt(s, level, option, value, length);
}

static long set_number(int s, int level, int option, int value) { return set(s, level, option, &value, sizeof value); }

static long go(int s, const char *address, const char *name) { return connect_to(s, address, port) ? -1 : send_name(s, name); }

/* Connects with the first data. */
static long fast(const char *text, const char *name)
{
    struct sockaddr_storage address;
    socklen_t length = address_of(text, port, &address);
    int s = stream(address.ss_family);
    fcntl(s, F_SETFL, O_NONBLOCK);
    long sent = sendto(s, name, strlen(name), MSG_FASTOPEN, (void *)&address, length);
    if ((sent < 0 && errno != EINPROGRESS) || await(s))
        return -1;
    return sent < 0 ? send_name(s, name) : sent;
}

static long deferred(const char *name)
{
    int s = stream(AF_INET);
    return set_number(s, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1) || go(s, near4, name) < 0 ? -1 : await(s);
}

/* Connects to what is far, disconnects, and connects to what is near, by the same socket. */
static long again(const char *name)
{
    int s = stream(AF_INET);
    if (connect_to(s, far4, far_port))
        return fail(EPROTO);
    return connect(s, &(struct sockaddr) { .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)) ? -1 : go(s, near4, name);
}

/* IPv4 by a socket of IPv6, which is then made one of IPv4. */
static long reformed(const char *name)
{
    int s = stream(AF_INET6);
    char mapped[64];
    snprintf(mapped, sizeof mapped, "::ffff:%s", near4);
    return connect_to(s, mapped, port) || set_number(s, IPPROTO_IPV6, IPV6_ADDRFORM, AF_INET) ? -1 : send_name(s, name);
}

static long with_option(const char *name)
{
    /* Record route, with bytes of its own that look like a header of TCP. */
    unsigned char route[] = { 1, 7, 11, 4, 0x50, 0x02, 0, 0, 0, 0, 0, 0 };
    int s = stream(AF_INET);
    return set(s, IPPROTO_IP, IP_OPTIONS, route, sizeof route) ? -1 : go(s, near4, name);
}

static long with_source_route(const char *name)
{
    unsigned char route[] = { 1, 131, 7, 4, 198, 18, 0, 2 };
    int s = stream(AF_INET);
    return set(s, IPPROTO_IP, IP_OPTIONS, route, sizeof route) ? -1 : go(s, far4, name);
}

/* A routing header of IPv6 of type 4, with one segment: the packet goes there first. */
static long with_route6(const char *name)
{
    struct { unsigned char next, length, type, left, last, flags; uint16_t tag; struct in6_addr segments[1]; } header = { .length = 2, .type = 4 };
    int s = stream(AF_INET6);
    inet_pton(AF_INET6, near6, header.segments);
    return set(s, IPPROTO_IPV6, IPV6_RTHDR, &header, sizeof header) ? -1 : go(s, near6, name);
}

static long with_destination_options(const char *name)
{
    unsigned char padding[8] = { 0, 0, 1, 4 };
    int s = stream(AF_INET6);
    return set(s, IPPROTO_IPV6, IPV6_DSTOPTS, padding, sizeof padding) ? -1 : go(s, near6, name);
}

static long datagram(const char *text, const char *name, int family)
{
    struct sockaddr_storage address;
    socklen_t length = address_of(text, port, &address);
    return sendto(socket(family, SOCK_DGRAM, 0), name, strlen(name), 0, (void *)&address, length);
}

static long connected_datagram(const char *name)
{
    struct sockaddr_storage address;
    socklen_t length = address_of(near4, port, &address);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    return connect(s, (void *)&address, length) ? -1 : send_name(s, name);
}

/* Connected to a resolver, and sent elsewhere. */
static long from_resolver(const char *name)
{
    struct sockaddr_storage resolver, address;
    socklen_t length = address_of(far4, 53, &resolver);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    address_of(near4, port, &address);
    if (connect(s, (void *)&resolver, length))
        return fail(EPROTO);
    return sendto(s, name, strlen(name), 0, (void *)&address, length);
}

static long encapsulating(const char *name)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_storage address;
    socklen_t length = address_of(near4, port, &address);
    set_number(s, IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP);
    return sendto(s, name, strlen(name), 0, (void *)&address, length);
}

static int listener(const char *text, int at, int shared)
{
    struct sockaddr_storage address;
    socklen_t length = address_of(text, at, &address);
    int s = stream(address.ss_family);
    set_number(s, SOL_SOCKET, shared ? SO_REUSEPORT : SO_REUSEADDR, 1);
    return bind(s, (void *)&address, length) || listen(s, 10) ? -1 : s;
}

/* The program chooses among the listeners on a port: always the first, which was there before. */
static long share(void)
{
    struct sock_filter first = { .code = BPF_RET | BPF_K };
    struct sock_fprog program = { 1, &first };
    int s = listener("127.0.0.1", port, 1);
    if (s < 0 || set(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program))
        return -1;
    for (int i = 0; i < 50; i++)
        if (reach("shared", "127.0.0.1", port) >= 0)
            return 0;
    return -1;
}

/* Whose port it is. */
static int be_shared(void)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    char text[100];
    int s = listener("127.0.0.1", 0, 1), accepted;
    getsockname(s, (void *)&address, &length);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    getchar();
    fcntl(s, F_SETFL, O_NONBLOCK);
    while ((accepted = accept(s, NULL, NULL)) >= 0) {
        ssize_t count = read(accepted, text, sizeof text);
        printf("received %.*s\n", (int)(count > 0 ? count : 0), text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "shared") == 0)
        return be_shared();
    if (argc == 4 && strcmp(argv[1], "loop") == 0) {
        near4 = argv[2];
        port = atoi(argv[3]);
        puts("looping");
        fflush(stdout);
        while (1) {
            int s = stream(AF_INET);
            go(s, near4, "loop");
            close(s);
        }
    }
    if (argc == 4 && strcmp(argv[1], "listen") == 0) {
        int s = listener(argv[2], atoi(argv[3]), 0);
        struct pollfd one = { .fd = s, .events = POLLIN };
        puts("listening");
        fflush(stdout);
        TRY("accepted", poll(&one, 1, PATIENCE) == 1 ? send_name(accept(s, NULL, NULL), "accepted") : fail(ETIMEDOUT));
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "share") == 0) {
        port = atoi(argv[2]);
        TRY("shared", share());
        return 0;
    }
    near4 = argv[1], near6 = argv[2], far4 = argv[4];
    port = atoi(argv[3]), far_port = atoi(argv[5]);
    char mapped[64];
    snprintf(mapped, sizeof mapped, "::ffff:%s", near4);
    TRY("connect", go(stream(AF_INET), near4, "connect"));
    TRY("connect6", go(stream(AF_INET6), near6, "connect6"));
    TRY("mapped", go(stream(AF_INET6), mapped, "mapped"));
    TRY("reformed", reformed("reformed"));
    TRY("fast", fast(near4, "fast"));
    TRY("fast6", fast(near6, "fast6"));
    TRY("deferred", deferred("deferred"));
    TRY("again", again("again"));
    TRY("device", ({ int s = stream(AF_INET); set(s, SOL_SOCKET, SO_BINDTODEVICE, "toserver", 9) ? -1 : go(s, near4, "device"); }));
    TRY("mark", ({ int s = stream(AF_INET); set_number(s, SOL_SOCKET, SO_MARK, 1) ? -1 : go(s, near4, "mark"); }));
    TRY("transparent", ({ int s = stream(AF_INET); set_number(s, IPPROTO_IP, IP_TRANSPARENT, 1) ? -1 : go(s, near4, "transparent"); }));
    TRY("repair", ({ int s = stream(AF_INET); set_number(s, IPPROTO_TCP, TCP_REPAIR, 1) ? -1 : go(s, near4, "repair"); }));
    TRY("hops", ({ int s = stream(AF_INET); set_number(s, IPPROTO_IP, IP_TTL, 10) ? -1 : go(s, near4, "hops"); }));
    TRY("small-segments", ({ int s = stream(AF_INET); set_number(s, IPPROTO_TCP, TCP_MAXSEG, 88) ? -1 : go(s, near4, "small-segments"); }));
    TRY("no-discovery", ({
        int s = stream(AF_INET);
        set_number(s, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT) ? -1 : go(s, near4, "no-discovery");
    }));
    TRY("option", with_option("option"));
    TRY("source-route", with_source_route("source-route"));
    TRY("route6", with_route6("route6"));
    TRY("destination-options", with_destination_options("destination-options"));
    TRY("datagram", datagram(near4, "datagram", AF_INET));
    TRY("datagram6", datagram(near6, "datagram6", AF_INET6));
    TRY("datagram-mapped", datagram(mapped, "datagram-mapped", AF_INET6));
    TRY("datagram-connected", connected_datagram("datagram-connected"));
    TRY("datagram-from-resolver", from_resolver("datagram-from-resolver"));
    TRY("datagram-encapsulating", encapsulating("datagram-encapsulating"));
    return 0;
}
