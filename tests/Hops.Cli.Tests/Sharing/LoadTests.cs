using System.Globalization;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>Many processes of ordinary users on one shared map.</summary>
[Trait("Length", "Long")]
public sealed partial class LoadTests
{
    private const int Connections = 200_000;

    [Fact(Timeout = 300_000)]
    public async Task Eight_processes_of_four_threads_share_one_map_and_none_reads_wrong()
    {
        Requires.Root();
        const int Processes = 8;
        const int Threads = 4;
        int[] ttls = [30, 60, 100, 128, 200, 255];
        using SharedHost host = SharedHost.WithPins();
        LabServer[] servers = [.. ttls.Select(static ttl => LabServer.Start(initialTtl: ttl))];
        Dictionary<int, int> expected = servers.Zip(ttls).ToDictionary(static pair => pair.First.Port, static pair => pair.Second);
        using RunningCommand busy = host.Client(User.Member).Start("busy", "2000");
        busy.WaitUntil(static running => running.Output == "busy 2000\n");

        RunningCommand[] clients = [.. Enumerable.Range(0, Processes).Select(_ => host.Client(User.Member).Start("measure", "PinnedFilter"))];
        Array.ForEach(clients, static client => client.WaitUntil(static running => running.Output == "source PinnedFilter\n"));
        int each = Connections / Processes / Threads;
        for (int i = 0; i < Processes; i++)
        {
            clients[i].Input.WriteLine($"measure 127.0.0.{i + 1} {string.Join(',', expected.Keys)} {each} {Threads}");
        }

        int right = 0;
        int unknown = 0;
        foreach (RunningCommand client in clients)
        {
            // For as long as that takes.
            while (client.Output.Count(static c => c == '\n') < 2)
            {
                Assert.False(client.HasExited, client.Errors);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            client.Input.Close();
            Outcome outcome = client.Wait();
            outcome.AssertStatus(0);
            foreach (Match reading in Reading().Matches(outcome.Lines[1]))
            {
                int[] numbers = [.. reading.Groups.Values.Skip(1).Select(static group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
                Assert.True(numbers[1] == 0 || numbers[1] == expected[numbers[0]], outcome.Lines[1]);
                unknown += numbers[1] == 0 ? numbers[2] : 0;
                right += numbers[1] == 0 ? 0 : numbers[2];
            }

            client.Dispose();
        }

        busy.Input.Close();
        Outcome traffic = busy.Wait();
        traffic.AssertStatus(0);
        long received = long.Parse(traffic.Lines[1].Split(' ')[1], CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"{right} right, {unknown} unknown, {received} bytes received meanwhile");
        Array.ForEach(servers, static server => server.Dispose());
        Assert.Equal(each * Processes * Threads, right + unknown);
        Assert.True(received > 1_000_000, "The busy connections were not busy.");
        // At most one in 100,000 may be unknown.
        Assert.InRange(unknown, 0, Connections / 100_000);
    }

    [GeneratedRegex(@"(\d+):(\d+)=(\d+)")]
    private static partial Regex Reading();
}
