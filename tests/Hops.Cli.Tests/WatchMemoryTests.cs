using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>How much memory a watch has after many connections.</summary>
public sealed class WatchMemoryTests
{
    [Theory]
    [InlineData("--json", "--closed", "--process", "1")]
    [Trait("Length", "Long")]
    public void After_a_million_connections_it_has_no_more_memory_and_descriptors_than_after_a_hundred_thousand(params string[] options)
    {
        Requires.Root();
        // Nothing is printed, which would stay in this process's memory.
        using RunningCommand watch = new HopsCommand().Start(["watch", .. options]);
        int id = watch.Id;
        Connect(100_000);
        (long early, int descriptors) = (Status(id, "RssAnon"), Descriptors(id));
        Connect(900_000);
        // In kibibytes. The collector's heap breathes.
        Assert.InRange(Status(id, "RssAnon"), 1, early + (16 * 1024));
        Assert.InRange(Descriptors(id), 1, descriptors);
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Contains("0 records lost", outcome.Errors, StringComparison.Ordinal);
    }

    private static int Descriptors(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;

    private static long Status(int process, string name) => long.Parse(
        File.ReadAllLines($"/proc/{process}/status").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal)).Split(':', '\t', ' ')
            .First(static word => word.Length > 0 && char.IsAsciiDigit(word[0])),
        CultureInfo.InvariantCulture);

    private static void Connect(int count)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);
        for (int i = 0; i < count; i++)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndPoint!);
            using Socket server = listener.Accept();
            // No pair of ports stays taken.
            server.LingerState = new(true, 0);
        }
    }
}
