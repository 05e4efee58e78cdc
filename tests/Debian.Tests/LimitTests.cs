using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>The program as users have it, with less than it needs of what a process may have: a documented status and a sentence, no stack trace.</summary>
[Trait("Length", "Long")]
public sealed class LimitTests(BuiltPackage package)
{
    private static readonly string[] Verbs =
    [
        "hops GOOD", "hops --json GOOD 127.0.0.1:1 GOOD", "hops --source minimum-ttl GOOD", "hops udp4://127.0.0.1:1", "hops --input LIST",
        "hops calibrate LIST LIST", "hops lab --routers 1", "hops doctor", "hops trace GOOD", "hops trace udp4://127.0.0.1:1",
        "hops system status", "hops system enable --everyone", "hops system disable",
        "timeout --preserve-status 0.5 hops system serve --everyone", "hops --help", "hops --nonsense",
    ];

    /// <summary>Fewer than four are not enough for the C library.</summary>
    [Fact]
    public void With_few_descriptors_the_status_is_a_documented_one()
    {
        using PrivateMachine machine = Install();
        using TcpListener server = Listen();
        List<int> enough = [];
        foreach (string verb in Verbs)
        {
            for (int limit = 4; limit < 16; limit++)
            {
                int status = Try(machine, server, verb, "prlimit", $"--nofile={limit}");
                if (verb == Verbs[0] && status == 0)
                {
                    enough.Add(limit);
                }
            }
        }

        // The limits were on both sides of what one measurement takes.
        Assert.InRange(enough.Count, 1, 11);
    }

    [Fact]
    public void With_few_threads_the_status_is_a_documented_one()
    {
        using PrivateMachine machine = Install();
        using TcpListener server = Listen();
        // .NET starts a thread of its own, and ends the process where it cannot start those of its thread pool: what needs no pool is tried.
        foreach (string verb in (string[])["hops GOOD", "hops GOOD GOOD GOOD GOOD GOOD GOOD GOOD GOOD", "hops system status", "hops --help"])
        {
            for (int limit = 2; limit < 12; limit++)
            {
                // Root has no limit; this user has no other process.
                Try(machine, server, verb, "prlimit", $"--nproc={limit}", "setpriv", "--reuid", "64987", "--regid", "64987", "--clear-groups");
            }
        }
    }

    private PrivateMachine Install()
    {
        Requires.Root();
        PrivateMachine machine = PrivateMachine.Start(package.Path);
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        // No server listens on port 1.
        File.WriteAllText(machine.File("/list"), "127.0.0.1:1\n");
        return machine;
    }

    private static TcpListener Listen()
    {
        TcpListener server = new(IPAddress.Loopback, 0);
        server.Start(backlog: 4096);
        return server;
    }

    private static int Try(PrivateMachine machine, TcpListener server, string verb, params string[] limit)
    {
        string good = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
        string[] command = [.. limit, .. verb.Replace("GOOD", good, StringComparison.Ordinal).Replace("LIST", "/list", StringComparison.Ordinal).Split(' ')];
        (int status, string output, string errors) = machine.Try(command);
        string all = $"{string.Join(' ', command)}: {status}\n{output}\n{errors}";
        Assert.True(status is 0 or 1 or 2 or 4 or 143, all);
        Assert.True(status is 0 or 143 || output.Length + errors.Length > 0, all);
        Assert.False(errors.Contains("   at ", StringComparison.Ordinal) || errors.Contains("nhandled", StringComparison.Ordinal), all);
        return status;
    }
}
