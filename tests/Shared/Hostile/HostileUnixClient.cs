namespace Hops.TestSupport.Hostile;

/// <summary>
/// A client of a Unix socket that means harm: a C program with a table of behaviours, for every service that local users can connect to. Any user may execute
/// it.
/// <c>PROGRAM BEHAVIOUR SOCKET COUNT</c> does it that many times, says <c>attacking</c>, and keeps what it has until its input ends.
/// </summary>
/// <remarks>A service passes when it still answers others, and when the attackers have gone holds nothing of theirs.</remarks>
internal sealed class HostileUnixClient : IDisposable
{
    /// <summary>The text that it prints after all its attempts.</summary>
    public const string Ready = "attacking\n";

    /// <summary>The behaviours, each with what it does.</summary>
    public static readonly (string Name, string Does)[] Behaviours =
    [
        ("reads-nothing", "connects, and never takes what it is sent"),
        ("closes", "connects and closes at once"),
        ("floods", "connects and closes without a pause, in as many processes, until it ends"),
        ("long-abstract-name", "binds its end to the longest abstract name, one with line breaks and terminal escapes"),
        ("long-path", "binds its end to the longest path"),
        ("no-text-name", "binds its end to an abstract name that is not UTF-8"),
        ("rubbish", "sends as many bytes as fit"),
        ("descriptors", "sends descriptors: files, and the connection itself"),
        ("lingering-descriptors", "sends the only descriptor of a TCP connection whose close takes two minutes"),
        ("half-closes", "shuts down its sending end"),
        ("shuts-down", "shuts down both ends, and keeps the connection"),
        ("out-of-band", "sends urgent data"),
        ("other-namespaces", "connects from user and process namespaces of its own"),
        ("stopped", "connects in processes that are stopped"),
    ];

    private const string Source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <sched.h>
        #include <signal.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/prctl.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/un.h>
        #include <sys/wait.h>
        #include <unistd.h>

        static const char *behaviour;
        static struct sockaddr_un service = { .sun_family = AF_UNIX };

        static int is(const char *name) { return strcmp(behaviour, name) == 0; }

        static void give_name(int client, int number)
        {
            struct sockaddr_un own = { .sun_family = AF_UNIX };
            char text[sizeof own.sun_path];
            memset(text, is("no-text-name") ? 0xff : 'n', sizeof text);
            if (is("long-path")) {
                int length = snprintf(text, sizeof text, "/tmp/hostile-%d-%d-", getpid(), number);
                text[length] = 'n';
                text[sizeof text - 1] = 0;
            } else {
                text[0] = 0;
                snprintf(text + 1, 40, "%d-%d\n\x1b[2J\x1b]0;", getpid(), number);
            }
            memcpy(own.sun_path, text, sizeof text);
            if (bind(client, (void *)&own, sizeof own))
                perror("bind");
            if (is("long-path"))
                unlink(own.sun_path);
        }

        static int pass(int client, int first, int second)
        {
            union { struct cmsghdr header; char room[CMSG_SPACE(2 * sizeof(int))]; } control = {
                .header = { CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS },
            };
            int passed[] = { first, second };
            memcpy(CMSG_DATA(&control.header), passed, sizeof passed);
            struct iovec byte = { "x", 1 };
            struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room };
            return sendmsg(client, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
        }

        /* A connection over loopback that has more to send than the other end, which stays here, takes. */
        static int lingering(void)
        {
            static char much[1 << 16];
            static int listener = -1;
            struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
            socklen_t length = sizeof local;
            struct linger two_minutes = { 1, 120 };
            if (listener < 0) {
                listener = socket(AF_INET, SOCK_STREAM, 0);
                if (bind(listener, (void *)&local, sizeof local) || listen(listener, 10))
                    perror("listen");
            }
            getsockname(listener, (void *)&local, &length);
            int client = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(client, (void *)&local, sizeof local) || accept(listener, NULL, NULL) < 0)
                perror("connect");
            setsockopt(client, SOL_SOCKET, SO_LINGER, &two_minutes, sizeof two_minutes);
            while (send(client, much, sizeof much, MSG_DONTWAIT) > 0)
                ;
            return client;
        }

        static int attack(int number)
        {
            int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (is("long-abstract-name") || is("no-text-name") || is("long-path"))
                give_name(client, number);
            /* A full queue, or a service that closes: no reason to wait. */
            struct timeval limit = { 2, 0 };
            setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
            if (connect(client, (void *)&service, sizeof service)) {
                close(client);
                return -1;
            }
            if (is("closes") || is("floods"))
                close(client);
            if (is("rubbish")) {
                static char rubbish[4096];
                while (send(client, rubbish, sizeof rubbish, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
                    ;
            }
            if (is("descriptors")) {
                int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
                while (pass(client, client, file))
                    ;
                close(file);
            }
            if (is("lingering-descriptors")) {
                struct linger none = { 1, 0 };
                int slow = lingering();
                if (!pass(client, slow, slow))
                    setsockopt(slow, SOL_SOCKET, SO_LINGER, &none, sizeof none);
                close(slow);
            }
            if (is("half-closes"))
                shutdown(client, SHUT_WR);
            if (is("shuts-down"))
                shutdown(client, SHUT_RDWR);
            if (is("out-of-band"))
                send(client, "!", 1, MSG_OOB | MSG_NOSIGNAL);
            return client;
        }

        /* A process that attacks, and goes with its parent. */
        static pid_t child(int number)
        {
            int told[2];
            char byte;
            if (pipe(told))
                exit(1);
            pid_t process = fork();
            if (process == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                close(told[0]);
                if (is("other-namespaces"))
                    unshare(CLONE_NEWUSER | CLONE_NEWPID);
                attack(number);
                close(told[1]);
                for (;;) {
                    if (is("floods"))
                        attack(number);
                    else
                        pause();
                }
            }
            close(told[1]);
            if (read(told[0], &byte, 1))
                exit(1);
            close(told[0]);
            if (is("stopped"))
                kill(process, SIGSTOP);
            return process;
        }

        int main(int argc, char **argv)
        {
            behaviour = argv[1];
            strncpy(service.sun_path, argv[2], sizeof service.sun_path - 1);
            int count = atoi(argv[3]);
            int in_processes = is("floods") || is("other-namespaces") || is("stopped");
            struct rlimit files;
            getrlimit(RLIMIT_NOFILE, &files);
            files.rlim_cur = files.rlim_max;
            setrlimit(RLIMIT_NOFILE, &files);
            signal(SIGPIPE, SIG_IGN);
            pid_t *processes = calloc(count, sizeof *processes);
            for (int i = 0; i < count; i++) {
                if (in_processes)
                    processes[i] = child(i);
                else
                    attack(i);
            }
            printf("attacking\n");
            fflush(stdout);
            while (getchar() != EOF)
                ;
            for (int i = 0; in_processes && i < count; i++) {
                kill(processes[i], SIGKILL);
                waitpid(processes[i], NULL, 0);
            }
            return 0;
        }
        """;

    private readonly string _folder;

    private HostileUnixClient(string folder) => _folder = folder;

    public string Program => ProgramIn(_folder);

    public static HostileUnixClient Build()
    {
        string folder = Directory.CreateTempSubdirectory("hostile-client-").FullName;
        try
        {
            CCompiler.Build(Source, ProgramIn(folder));
            Command.Run("chmod", "a+rx", folder);
            return new HostileUnixClient(folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string ProgramIn(string folder) => Path.Combine(folder, "hostile-client");
}
