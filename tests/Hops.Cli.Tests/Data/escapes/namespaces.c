/*
 * Namespaces: of its own, and those of another process of the same user.
 *
 *   namespaces ADDRESS PORT OUTSIDE CONTAINER CONTAINERPORT   OUTSIDE is a process in another network, CONTAINER one in namespaces that this user made
 *   namespaces outside               is such a process, until its input ends
 *   namespaces container             is such a process, and listens in there
 */
#include <net/if.h>

static int enter(const char *process, const char *kind, int type)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/ns/%s", process, kind);
    int space = open(path, O_RDONLY);
    return space < 0 ? -1 : setns(space, type);
}

static int loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
    return ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request);
}

/* A virtual Ethernet pair, one end in the network of another process. */
static long pair_with(pid_t process)
{
    char command[128];
    snprintf(command, sizeof command, "ip link add mine type veth peer name theirs netns %d 2>/dev/null", process);
    return system(command) == 0 ? 0 : fail(EPERM);
}

static long container(void)
{
    struct sockaddr_storage address;
    socklen_t length = address_of("127.0.0.1", 0, &address);
    if (become_root(CLONE_NEWNET) || loopback_up())
        return -1;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(s, (void *)&address, length) || listen(s, 10) || getsockname(s, (void *)&address, &length))
        return -1;
    printf("listening %d %d\n", getpid(), ntohs(((struct sockaddr_in *)&address)->sin_port));
    fflush(stdout);
    while (1) {
        char text[100];
        struct pollfd both[2] = { { .fd = 0, .events = POLLIN }, { .fd = s, .events = POLLIN } };
        poll(both, 2, -1);
        if (both[0].revents)
            return 0;
        int accepted = accept(s, NULL, NULL);
        ssize_t count = read(accepted, text, sizeof text);
        close(accepted);
        printf("received %.*s\n", (int)(count > 0 ? count : 0), text);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        if (strcmp(argv[1], "container") == 0)
            return container() ? errno : 0;
        printf("outside %d\n", getpid());
        fflush(stdout);
        getchar();
        return 0;
    }
    const char *address = argv[1], *outside = argv[3], *inside = argv[4];
    int port = atoi(argv[2]);
    TRY("user-namespace", become_root(0) ? -1 : reach("user-namespace", address, port));
    TRY("mount-namespace", become_root(CLONE_NEWNS) ? -1 : reach("mount-namespace", address, port));
    TRY("empty-network", become_root(CLONE_NEWNET) ? -1 : loopback_up() ? -1 : reach("empty-network", address, port));
    TRY("pair-into-the-network", ({
        pid_t before = getppid();
        become_root(CLONE_NEWNET) ? -1 : pair_with(before);
    }));
    TRY("outside-network", enter(outside, "net", CLONE_NEWNET) ? -1 : reach("outside-network", address, port));
    TRY("outside-network-as-root-of-a-user-namespace",
        become_root(0) ? -1 : enter(outside, "net", CLONE_NEWNET) ? -1 : reach("outside-network-as-root-of-a-user-namespace", address, port));
    TRY("outside-processes", enter(outside, "pid", CLONE_NEWPID));
    TRY("outside-mounts", enter(outside, "mnt", CLONE_NEWNS));
    TRY("outside-cgroups", enter(outside, "cgroup", CLONE_NEWCGROUP));
    TRY("container", enter(inside, "user", CLONE_NEWUSER) ? -1 : enter(inside, "net", CLONE_NEWNET) ? -1 : reach("container", "127.0.0.1", atoi(argv[5])));
    return 0;
}
