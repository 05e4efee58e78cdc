/*
 * Descriptors that a program inherits.
 *
 *   descriptors leave ADDRESS PORT NETWORK COMMAND…   leaves open from 10 on: a TCP socket that is connected, an io_uring, the kernel's log, a network; executes
 *   descriptors put WHICH KIND COMMAND…               puts a socket of a kind, or nothing, in the place of 0, 1 or 2; executes
 *   descriptors use                                   uses those from 10 on
 *   descriptors is WHICH TO                           tells one of the others what 0, 1 or 2 is
 *   descriptors relayed                               tells whether 0, 1 and 2 are sockets, and tries to take and give descriptors through them
 */
#include <linux/io_uring.h>
#include <linux/netlink.h>

static void keep_as(int descriptor, int as)
{
    if (descriptor < 0 || dup2(descriptor, as) < 0) {
        perror("keep_as");
        exit(99);
    }
}

static int ring(void)
{
    struct io_uring_params parameters = { 0 };
    return syscall(SYS_io_uring_setup, 4, &parameters);
}

static int made(const char *kind)
{
    int ends[2];
    if (strcmp(kind, "tcp") == 0)
        return socket(AF_INET, SOCK_STREAM, 0);
    if (strcmp(kind, "udp") == 0)
        return socket(AF_INET6, SOCK_DGRAM, 0);
    if (strcmp(kind, "netlink") == 0)
        return socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (strcmp(kind, "unix-datagram") == 0)
        return socket(AF_UNIX, SOCK_DGRAM, 0);
    if (strcmp(kind, "packet") == 0)
        return socket(AF_PACKET, SOCK_RAW, 0);
    if (strcmp(kind, "ring") == 0)
        return ring();
    if (strcmp(kind, "folder") == 0)
        return open("/", O_RDONLY);
    if (strcmp(kind, "unix-stream") == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0)
        return ends[0];
    exit(99);
}

/* Gives a descriptor of its own through a Unix socket. */
static long give(int through)
{
    char byte = 1, control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    *part = (struct cmsghdr) { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) };
    memcpy(CMSG_DATA(part), &(int) { 2 }, sizeof(int));
    return sendmsg(through, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static long is_socket(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) ? -1 : S_ISSOCK(status.st_mode) ? 0 : fail(ENOTSOCK);
}

int main(int argc, char **argv)
{
    if (argc > 5 && strcmp(argv[1], "leave") == 0) {
        int s = socket(strchr(argv[2], ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
        if (connect_to(s, argv[2], atoi(argv[3]))) {
            perror("connect");
            return 99;
        }
        keep_as(s, 10);
        keep_as(ring(), 11);
        keep_as(open("/dev/kmsg", O_WRONLY), 12);
        keep_as(open(argv[4], O_RDONLY), 13);
        execv(argv[5], argv + 5);
        return 99;
    }
    if (argc > 4 && strcmp(argv[1], "put") == 0) {
        int which = atoi(argv[2]);
        if (strcmp(argv[3], "nothing") == 0)
            close(which);
        else
            keep_as(made(argv[3]), which);
        execv(argv[4], argv + 4);
        return 99;
    }
    if (argc == 2 && strcmp(argv[1], "use") == 0) {
        TRY("inherited-connection", send_name(10, "inherited-connection"));
        TRY("inherited-ring", syscall(SYS_io_uring_enter, 11, 0, 0, 0, NULL, 0));
        TRY("inherited-log", fcntl(12, F_GETFD));
        TRY("inherited-network", setns(13, CLONE_NEWNET));
        for (int i = 3; i < 1024; i++)
            if (fcntl(i, F_GETFD) >= 0)
                printf("open %d\n", i);
        return 0;
    }
    if (argc == 4) {
        char path[64], what[100] = "closed";
        snprintf(path, sizeof path, "/proc/self/fd/%s", argv[2]);
        readlink(path, what, sizeof what - 1);
        return dprintf(atoi(argv[3]), "is %s\n", what) < 0;
    }
    TRY("input-is-a-socket", is_socket(0));
    TRY("output-is-a-socket", is_socket(1));
    TRY("give", give(1));
    return 0;
}
