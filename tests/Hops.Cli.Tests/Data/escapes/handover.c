/*
 * Helpers outside a guard, of the same user, that do not mean to help.
 *
 *   handover helper FOLDER ADDRESS PORT   serves at FOLDER/path and under an abstract name, streams and datagrams: to who says "give" it hands a connected
 *                                         socket over, to who says "send NAME" it connects, and sends that
 *   handover try FOLDER PROCESS SOCKET    tries to have such a helper, the process, connect; SOCKET is a descriptor of it that is connected
 */
#include <sys/user.h>

#define ABSTRACT "hops-escape"

static socklen_t unix_address(const char *folder, const char *name, struct sockaddr_un *address)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (folder) {
        snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", folder, name);
        return sizeof *address;
    }
    snprintf(address->sun_path + 1, sizeof address->sun_path - 1, ABSTRACT "-%s", name);
    return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1);
}

static int serve_at(const char *folder, const char *name, int type)
{
    struct sockaddr_un address;
    socklen_t length = unix_address(folder, name, &address);
    int s = socket(AF_UNIX, type, 0);
    if (bind(s, (void *)&address, length) || (type == SOCK_STREAM && listen(s, 10))) {
        perror("bind");
        exit(99);
    }
    if (folder)
        chmod(address.sun_path, 0777);
    return s;
}

static void hand_over(int to, int descriptor)
{
    char control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec data = { "x", 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    *part = (struct cmsghdr) { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) };
    memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    sendmsg(to, &message, MSG_NOSIGNAL);
}

static int taken_from(int from)
{
    char byte, control[CMSG_SPACE(sizeof(int))] = { 0 };
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    int descriptor;
    if (recvmsg(from, &message, 0) <= 0 || !CMSG_FIRSTHDR(&message))
        return fail(ENOMSG);
    memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return descriptor;
}

static int helper(const char *folder, const char *address, int port)
{
    int kept = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd all[5] = {
        { .fd = 0 }, { .fd = serve_at(folder, "path", SOCK_STREAM) }, { .fd = serve_at(NULL, "name", SOCK_STREAM) },
        { .fd = serve_at(folder, "datagrams", SOCK_DGRAM) }, { .fd = serve_at(NULL, "datagrams", SOCK_DGRAM) },
    };
    /* Whatever else this host says of who may trace whom. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    if (connect_to(kept, address, port))
        return 99;
    printf("ready %d %d\n", getpid(), kept);
    fflush(stdout);
    while (1) {
        for (int i = 0; i < 5; i++)
            all[i].events = POLLIN;
        poll(all, 5, -1);
        if (all[0].revents)
            return 0;
        for (int i = 1; i < 5; i++) {
            if (!all[i].revents)
                continue;
            char text[100] = { 0 };
            int s = i <= 2 ? accept(all[i].fd, NULL, NULL) : all[i].fd;
            if (recv(s, text, sizeof text - 1, 0) <= 0)
                continue;
            int connection = socket(AF_INET, SOCK_STREAM, 0);
            if (connect_to(connection, address, port) == 0 && strncmp(text, "send ", 5) == 0)
                send_name(connection, text + 5);
            else
                hand_over(s, connection);
            if (i <= 2)
                send(s, "done", 4, MSG_NOSIGNAL);
            close(connection);
            if (i <= 2)
                close(s);
        }
    }
}

static int ask(const char *folder, const char *name, const char *question)
{
    struct sockaddr_un address;
    socklen_t length = unix_address(folder, name, &address);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    return s < 0 || connect(s, (void *)&address, length) || send_name(s, question) < 0 ? -1 : s;
}

static long passed(const char *folder, const char *name, const char *as)
{
    int s = ask(folder, name, "give");
    int descriptor = s < 0 ? -1 : taken_from(s);
    return descriptor < 0 ? -1 : send_name(descriptor, as);
}

static long on_behalf(const char *folder, const char *name, const char *as)
{
    char question[100], answer[10];
    snprintf(question, sizeof question, "send %s", as);
    int s = ask(folder, name, question);
    return s < 0 ? -1 : recv(s, answer, sizeof answer, 0);
}

/* A pair of sockets is let be; one of datagrams reaches others by their names. */
static long by_pair(const char *folder, const char *name, const char *as)
{
    struct sockaddr_un address;
    socklen_t length = unix_address(folder, name, &address);
    char question[100];
    int ends[2];
    snprintf(question, sizeof question, "send %s", as);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends))
        return -1;
    return sendto(ends[0], question, strlen(question), 0, (void *)&address, length);
}

/* The same after connect(2), by a socket of a pair of streams. */
static long by_stream_pair(const char *folder, const char *name)
{
    struct sockaddr_un address;
    socklen_t length = unix_address(folder, name, &address);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -1;
    close(ends[1]);
    return connect(ends[0], (void *)&address, length);
}

static long traced(pid_t process)
{
    int status;
    if (ptrace(PTRACE_ATTACH, process, NULL, NULL))
        return -1;
    waitpid(process, &status, 0);
    return ptrace(PTRACE_DETACH, process, NULL, NULL);
}

static long memory(pid_t process, char *where)
{
    char path[64], byte;
    snprintf(path, sizeof path, "/proc/%d/mem", process);
    int file = open(path, O_RDWR);
    return file < 0 || pread(file, &byte, 1, (uintptr_t)where) != 1 || pwrite(file, &byte, 1, (uintptr_t)where) != 1 ? -1 : 0;
}

/* Where it keeps its input: the same as here, but for the stack. */
static char *stack_of(pid_t process)
{
    char path[64], line[512];
    uintptr_t from = 0, start;
    snprintf(path, sizeof path, "/proc/%d/maps", process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx", &start, &from) == 2)
            from -= 64;
    return (char *)from;
}

int main(int argc, char **argv)
{
    const char *folder = argv[2];
    if (strcmp(argv[1], "helper") == 0)
        return helper(folder, argv[3], atoi(argv[4]));
    pid_t process = atoi(argv[3]);
    int connected = atoi(argv[4]);
    TRY("passed-by-path", passed(folder, "path", "passed-by-path"));
    TRY("passed-by-name", passed(NULL, "name", "passed-by-name"));
    TRY("on-behalf-by-path", on_behalf(folder, "path", "on-behalf-by-path"));
    TRY("on-behalf-by-name", on_behalf(NULL, "name", "on-behalf-by-name"));
    TRY("pair-by-path", by_pair(folder, "datagrams", "pair-by-path"));
    TRY("pair-by-name", by_pair(NULL, "datagrams", "pair-by-name"));
    TRY("stream-pair-by-path", by_stream_pair(folder, "path"));
    TRY("fetched", ({
        int s = syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, process, 0), connected, 0);
        s < 0 ? -1 : send_name(s, "fetched");
    }));
    TRY("traced", traced(process));
    char byte;
    struct iovec here = { &byte, 1 }, there = { stack_of(process), 1 };
    TRY("memory-read", process_vm_readv(process, &here, 1, &there, 1, 0));
    TRY("memory-written", process_vm_readv(process, &here, 1, &there, 1, 0) < 0 ? -1 : process_vm_writev(process, &here, 1, &there, 1, 0));
    TRY("memory-file", memory(process, there.iov_base));
    TRY("descriptor-file", ({
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd/1", process);
        readlink(path, (char[10]) { 0 }, 10);
    }));
    TRY("signalled", kill(process, 0));
    TRY("left-file", open(path_of(folder, "private/left"), O_CREAT | O_WRONLY, 0600));
    return 0;
}
