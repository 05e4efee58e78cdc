using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Guard;
using Hops.Host.Guarding;
using Hops.Host.Tests.Capturing;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>Many attempts at once, in both families: near servers get no byte, connections to far ones work, and each refusal is reported.</summary>
[Collection(nameof(Watching.HostWatchTests))]
public sealed class GuardUnderLoadTests
{
    // The near server is here and the far one behind it.
    private const int Routers = 1;

    private const int ControlAttempts = 50;

    /// <summary>Of a client.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Of the test, for what is told.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public Task All_near_servers_are_refused_before_a_byte_and_all_far_ones_work() => JudgeAsync(attemptsOfAThread: 500);

    [Fact]
    [Trait("Length", "Long")]
    public Task Under_a_long_load_all_near_servers_are_refused_before_a_byte_and_all_far_ones_work() => JudgeAsync(attemptsOfAThread: 50_000);

    [Fact]
    public void So_it_is_while_the_guard_is_stopped() => JudgeStopped(attemptsOfAThread: 200);

    /// <summary>More refusals than the ring buffer holds.</summary>
    [Fact]
    [Trait("Length", "Long")]
    public void So_it_is_while_the_guard_is_stopped_and_cannot_keep_what_is_refused() => JudgeStopped(attemptsOfAThread: 2_500);

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Open_and_closed_ports_of_near_servers_take_the_same_time(AddressFamily family)
    {
        const int Attempts = 1_000;
        using GuardedLab lab = GuardedLab.Create(Routers, Policy());
        using Socket near = lab.Listen(0, family);
        SocketAddress open = near.LocalEndPoint!.Serialize();
        SocketAddress closed = ClosedPort(lab, family).Serialize();
        (Attempt Open, Attempt Closed)[] pairs = lab.Guarded(() => Enumerable.Range(0, Attempts).Select(i => Pair(isOpenFirst: i % 2 == 0)).ToArray());
        Times ofOpen = new(pairs.Select(static pair => pair.Open));
        Times ofClosed = new(pairs.Select(static pair => pair.Closed));
        int longerIfOpen = pairs.Count(static pair => pair.Open.Time > pair.Closed.Time);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{family}: open port, {ofOpen}\nclosed port, {ofClosed}\nopen takes longer in {longerIfOpen} of {Attempts} pairs");
        Assert.All(pairs, static pair => Assert.Equal((Errno.ECONNABORTED, Errno.ECONNABORTED), (pair.Open.Error, pair.Closed.Error)));
        Assert.InRange(ofOpen.Median / ofClosed.Median, 0.8, 1.25);

        (Attempt Open, Attempt Closed) Pair(bool isOpenFirst)
        {
            Attempt first = Attempt.Make(isOpenFirst ? open : closed);
            Attempt second = Attempt.Make(isOpenFirst ? closed : open);
            return isOpenFirst ? (first, second) : (second, first);
        }
    }

    private static async Task JudgeAsync(int attemptsOfAThread)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy());
        using GuardedLoad load = new(lab.Network);
        JudgeControl(lab.Network, load);
        long before = load.ReceivedByFar;
        using PacketCapture capture = new(lab.Network, 0, load.NearPackets);
        ConcurrentQueue<RefusedConnection> told = [];
        Task reading = Task.Run(() => ReadAsync(lab.Guard, told), TestContext.Current.CancellationToken);
        LoadResult result = lab.Guarded(() => load.Run(attemptsOfAThread));
        CapturedSegment[] segments = [.. capture.Stop()];
        TestContext.Current.TestOutputHelper?.WriteLine($"near: {new Times(result.Near)}\nfar: {new Times(result.Far)}");

        Assert.All(result.Near, static attempt => Assert.Equal(Errno.ECONNABORTED, attempt.Error));
        JudgeServers(load, result, before, segments);
        long start = Stopwatch.GetTimestamp();
        while (told.Count + lab.Guard.Untold < result.Near.Count && Stopwatch.GetElapsedTime(start) < Limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        long untold = lab.Guard.Untold;
        lab.StopGuard();
        await reading;
        JudgeTold([.. told.Select(static refused => refused.Cookie)], untold, result, segments);
        Assert.All(told, static refused => Assert.Equal((HostGuardReason.Near, 0), (refused.Reason, refused.Distance?.Hops)));
    }

    private static void JudgeStopped(int attemptsOfAThread)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(Routers);
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using GuardedLoad load = new(network);
        using GuardProcess guard = new(network.Client, cgroup, Routers);
        JudgeControl(network, load);
        long before = load.ReceivedByFar;
        using PacketCapture capture = new(network, 0, load.NearPackets);
        guard.Stop();
        LoadResult result = null!;
        cgroup.Within(() => result = load.RunWithoutWaiting(attemptsOfAThread, Patience));
        guard.Continue();
        // Records come in order: this is the last one.
        Attempt last = default;
        cgroup.Within(() => last = load.AttemptNear());
        (IReadOnlyList<ulong> told, long untold) = guard.ReadTold(last.Cookie);
        CapturedSegment[] segments = [.. capture.Stop()];

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{result.Near.Count} near attempts without an answer, {told.Count} refusals told, {untold} untold\nfar: {new Times(result.Far)}");
        Assert.All(result.Near, static attempt => Assert.Equal(Errno.EINPROGRESS, attempt.Error));
        Assert.Equal(Errno.ECONNABORTED, last.Error);
        LoadResult all = result with { Near = [.. result.Near, last] };
        JudgeServers(load, all, before, segments);
        JudgeTold(told, untold, all, segments);
    }

    /// <summary>Without the guard the same program's data arrives, and the capture sees it.</summary>
    private static void JudgeControl(LabNetwork network, GuardedLoad load)
    {
        using PacketCapture capture = new(network, 0, load.NearPackets);
        LoadResult result = load.Run(ControlAttempts);
        long data = Attempt.Payload * result.Near.Count;
        Assert.Equal(data, load.ReceivedByNear);
        Assert.Equal(data, capture.Stop().Sum(static segment => segment.PayloadLength));
    }

    /// <param name="load">Who served the control as well, which was as many connections to each.</param>
    /// <param name="result">What became of the attempts.</param>
    /// <param name="before">What far servers had got by then.</param>
    /// <param name="segments">All from and to the near servers.</param>
    private static void JudgeServers(GuardedLoad load, LoadResult result, long before, CapturedSegment[] segments)
    {
        const int Control = GuardedLoad.Threads * ControlAttempts / 2;
        Assert.Equal((Control, Control * Attempt.Payload), (load.AcceptedByNear, load.ReceivedByNear));
        Assert.Equal(0, segments.Sum(static segment => segment.PayloadLength));
        // The capture has all attempts.
        Assert.Equal(result.Near.Count, Having(segments, CapturedSegment.Syn).Distinct().Count());
        Assert.All(result.Far, static attempt => Assert.Equal(Errno.None, attempt.Error));
        Assert.Equal(Attempt.Payload * result.Far.Count, load.ReceivedByFar - before);
    }

    /// <summary>Each refusal is told once or counted. An answer that was sent again, on a machine that is busy with other things, is refused again.</summary>
    private static void JudgeTold(IReadOnlyList<ulong> told, long untold, LoadResult result, CapturedSegment[] segments)
    {
        HashSet<ulong> attempted = [.. result.Near.Select(static attempt => attempt.Cookie)];
        HashSet<ulong> cookies = [.. told];
        Assert.Equal(result.Near.Count, attempted.Count);
        Assert.Subset(attempted, cookies);
        Assert.InRange(cookies.Count, attempted.Count - untold, attempted.Count);
        Assert.InRange(told.Count + untold, attempted.Count, Having(segments, CapturedSegment.Syn | CapturedSegment.Ack).Count());
    }

    private static IEnumerable<(IPEndPoint From, IPEndPoint To, uint Sequence)> Having(CapturedSegment[] segments, int flags) => segments
        .Where(segment => (segment.Flags & (CapturedSegment.Syn | CapturedSegment.Rst | CapturedSegment.Ack)) == flags)
        .Select(static segment => (segment.From, segment.To, segment.Sequence));

    private static async Task ReadAsync(HostGuard guard, ConcurrentQueue<RefusedConnection> told)
    {
        await foreach (RefusedConnection refused in guard.ConfigureAwait(false))
        {
            told.Enqueue(refused);
        }
    }

    private static EndPoint ClosedPort(GuardedLab lab, AddressFamily family)
    {
        using Socket socket = lab.Listen(0, family);
        return socket.LocalEndPoint!;
    }

    /// <summary>The lab's addresses are for benchmarks and documentation.</summary>
    private static HopGuardOptions Policy() =>
        new() { MinimumHops = Routers, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };
}
