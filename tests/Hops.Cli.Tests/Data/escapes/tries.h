/*
 * What the tries of a guarded program have in common. Each is made in a process of its own, and is one line: its name, and what the kernel said. Where bytes
 * are to get to a server, they are the name of the try.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longer than any answer takes, and shorter than the patience of who waits for all of them. */
#define PATIENCE 2000

#define TRY(name, ...) do { \
        fflush(NULL); \
        pid_t attempt = fork(); \
        if (attempt == 0) { \
            errno = 0; \
            _exit((long)(__VA_ARGS__) < 0 ? errno : 0); \
        } \
        tell(name, attempt); \
    } while (0)

static inline void tell(const char *name, pid_t attempt)
{
    int status = 0;
    waitpid(attempt, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s SIG%s\n", name, sigabbrev_np(WTERMSIG(status)));
    else
        printf("%s %s\n", name, WEXITSTATUS(status) ? strerrorname_np(WEXITSTATUS(status)) : "OK");
    fflush(NULL);
}

static inline int fail(int error)
{
    errno = error;
    return -1;
}

/* An address of either family, as text. */
static inline socklen_t address_of(const char *text, int port, struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (void *)address;
    struct sockaddr_in6 *v6 = (void *)address;
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
        exit(99);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return sizeof *v6;
}

/* Waits until a socket that does not wait is connected. */
static inline int await(int s)
{
    struct pollfd poll_one = { .fd = s, .events = POLLOUT };
    int error = 0;
    socklen_t length = sizeof error;
    if (poll(&poll_one, 1, PATIENCE) == 0)
        return fail(ETIMEDOUT);
    getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &length);
    return error ? fail(error) : 0;
}

static inline int connect_to(int s, const char *text, int port)
{
    struct sockaddr_storage address;
    socklen_t length = address_of(text, port, &address);
    fcntl(s, F_SETFL, O_NONBLOCK);
    if (connect(s, (void *)&address, length) && errno != EINPROGRESS)
        return -1;
    return await(s);
}

static inline long send_name(int s, const char *name)
{
    return send(s, name, strlen(name), MSG_NOSIGNAL);
}

/* Connects over TCP, and sends a name. */
static inline long reach(const char *name, const char *text, int port)
{
    int s = socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    return s < 0 || connect_to(s, text, port) ? -1 : send_name(s, name);
}

static inline int write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    return file < 0 || write(file, text, strlen(text)) < 0 ? -1 : close(file);
}

static inline char *path_of(const char *folder, const char *name)
{
    char *text;
    return asprintf(&text, "%s/%s", folder, name) < 0 ? NULL : text;
}

/* Becomes root in a user namespace of its own, with more namespaces of its own. */
static inline int become_root(int more)
{
    char map[64];
    snprintf(map, sizeof map, "0 %u 1", geteuid());
    return unshare(CLONE_NEWUSER | more) || write_text("/proc/self/setgroups", "deny") || write_text("/proc/self/uid_map", map) ? -1 : 0;
}
