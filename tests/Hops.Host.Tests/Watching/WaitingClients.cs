using System.Diagnostics;
using System.Net;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// A process with a name of its own that begins many connections at once, over IPv4, and says so; and says so again when each has its answer. It ends, and
/// with it its connections, when it is disposed.
/// </summary>
internal sealed class WaitingClients : IDisposable
{
    // A processor takes cookies from the kernel in batches of 4096 and may have some left from long ago, whose slots are random. The program
    // stays on one processor and uses those up first.
    private const string Source = """
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <errno.h>
        #include <poll.h>
        #include <sched.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <unistd.h>

        static int use_up_cookies(void)
        {
            unsigned long long cookie;
            cpu_set_t here;
            CPU_ZERO(&here);
            CPU_SET(sched_getcpu(), &here);
            if (sched_setaffinity(0, sizeof here, &here))
                return -1;
            for (int i = 0; i < 4096; i++) {
                socklen_t length = sizeof cookie;
                int s = socket(AF_INET, SOCK_STREAM, 0);
                if (s < 0 || getsockopt(s, SOL_SOCKET, SO_COOKIE, &cookie, &length) || close(s))
                    return -1;
            }
            return 0;
        }

        int main(int count, char **words)
        {
            struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(words[2])) };
            int connections = atoi(words[3]);
            struct rlimit limit = { connections + 100, connections + 100 };
            struct pollfd *all = calloc(connections, sizeof *all);
            inet_aton(words[1], &server.sin_addr);
            if (setrlimit(RLIMIT_NOFILE, &limit) || use_up_cookies())
                return perror("preparing"), 1;
            for (int i = 0; i < connections; i++) {
                all[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
                all[i].events = POLLOUT;
                if (connect(all[i].fd, (struct sockaddr *)&server, sizeof server) == 0 || errno != EINPROGRESS)
                    return perror("connect"), 1;
            }
            puts("waiting");
            fflush(stdout);
            for (int i = 0; i < connections; i++) {
                int error;
                socklen_t length = sizeof error;
                if (poll(&all[i], 1, -1) != 1 || getsockopt(all[i].fd, SOL_SOCKET, SO_ERROR, &error, &length) || (errno = error))
                    return perror("answer"), 1;
            }
            puts("connected");
            fflush(stdout);
            getchar();
            return 0;
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-waiting-").FullName;
    private readonly Process _process;

    /// <param name="at">Where.</param>
    /// <param name="name">Up to 15 bytes: the process's command.</param>
    /// <param name="server">To whom.</param>
    /// <param name="connections">How many.</param>
    public WaitingClients(NetworkNamespace at, string name, IPEndPoint server, int connections)
    {
        Name = name;
        string program = Path.Combine(_folder, name);
        CCompiler.Build(Source, program);
        ProcessStartInfo start = new(program, [$"{server.Address}", $"{server.Port}", $"{connections}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = at.Run(() => Process.Start(start)!);
    }

    public string Name { get; }

    public int ProcessId => _process.Id;

    /// <summary>Until it has begun all connections.</summary>
    public void WaitUntilBegun() => WaitFor("waiting");

    /// <summary>Until all have their answer.</summary>
    public void WaitUntilConnected() => WaitFor("connected");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WaitFor(string word)
    {
        if (_process.StandardOutput.ReadLine() is var line && line != word)
        {
            Assert.Fail($"{Name} says '{line}' instead of '{word}': {_process.StandardError.ReadToEnd()}");
        }
    }
}
