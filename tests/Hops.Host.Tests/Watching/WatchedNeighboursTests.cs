using System.Net;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Host.Watching;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// Programs of others that are attached without links, at the events of a watch: in the cgroup that is watched, below it, above it. Those with <c>multi</c>
/// stand others beside them, those with <c>override</c> others in their place in cgroups below, the rest none there.
/// </summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedNeighboursTests
{
    public static TheoryData<KernelSide, string, bool> Below => new MatrixTheoryData<KernelSide, string, bool>(
        Enum.GetValues<KernelSide>(), ["", "override", "multi"], [false, true]);

    [Theory]
    [MemberData(nameof(Below))]
    public async Task Whatever_is_attached_below_connections_there_are_told(KernelSide side, string flag, bool isWatchFirst)
    {
        Requires.Root();
        using TemporaryCgroup watched = TemporaryCgroup.Create();
        using TemporaryCgroup child = TemporaryCgroup.Create(watched);
        if (!isWatchFirst)
        {
            ForeignPrograms.Attach(child, flag);
        }

        using HostWatch watch = HostWatch.Start(new() { Side = side, Cgroup = watched.Path });
        if (isWatchFirst)
        {
            ForeignPrograms.Attach(child, flag);
        }

        await AssertTellsAsync(watch, child);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task Beside_programs_that_stand_others_it_works(KernelSide side)
    {
        Requires.Root();
        using TemporaryCgroup watched = TemporaryCgroup.Create();
        ForeignPrograms.Attach(watched, "multi");
        using HostWatch watch = HostWatch.Start(new() { Side = side, Cgroup = watched.Path });
        Assert.All(ForeignPrograms.Places, place => Assert.NotEmpty(CgroupPrograms.Query(watched.Path, place).ProgramIds));
        await AssertTellsAsync(watch, watched);
    }

    [Theory]
    [InlineData(KernelSide.Header, "")]
    [InlineData(KernelSide.Packets, "")]
    [InlineData(KernelSide.Header, "override")]
    [InlineData(KernelSide.Packets, "override")]
    [InlineData(null, "override")]
    public void Beside_programs_that_stand_no_others_the_refusal_says_so_and_nothing_stays_attached(KernelSide? side, string flag)
    {
        Requires.Root();
        using TemporaryCgroup watched = TemporaryCgroup.Create();
        ForeignPrograms.Attach(watched, flag);
        AssertRefuses(side, watched);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public void Below_programs_that_stand_no_others_the_refusal_says_so_and_nothing_stays_attached(KernelSide side)
    {
        Requires.Root();
        using TemporaryCgroup parent = TemporaryCgroup.Create();
        using TemporaryCgroup watched = TemporaryCgroup.Create(parent);
        ForeignPrograms.Attach(parent, "");
        AssertRefuses(side, watched);
    }

    [Theory]
    [InlineData(KernelSide.Header, "override")]
    [InlineData(KernelSide.Packets, "override")]
    [InlineData(KernelSide.Header, "multi")]
    [InlineData(KernelSide.Packets, "multi")]
    public async Task Below_programs_that_stand_others_there_it_works_and_only_those_with_override_stop_running_there(KernelSide side, string flag)
    {
        Requires.Root();
        using TemporaryCgroup parent = TemporaryCgroup.Create();
        using TemporaryCgroup watched = TemporaryCgroup.Create(parent);
        ForeignPrograms.Attach(parent, flag);
        uint foreign = Assert.Single(Running(watched));
        using (HostWatch watch = HostWatch.Start(new() { Side = side, Cgroup = watched.Path }))
        {
            Assert.Equal(flag == "multi", Running(watched).Contains(foreign));
            await AssertTellsAsync(watch, watched);
        }

        Assert.Equal([foreign], Running(watched));

        static IReadOnlyList<uint> Running(TemporaryCgroup cgroup) =>
            CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupSockOps, effective: true).ProgramIds;
    }

    private static void AssertRefuses(KernelSide? side, TemporaryCgroup watched)
    {
        uint[] before = Attached();
        HostWatchUnavailableException refusal =
            Assert.Throws<HostWatchUnavailableException>(() => HostWatch.Start(new() { Side = side, Cgroup = watched.Path }));
        Assert.Contains($"to the cgroup {watched.Path}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("has a program that was attached without a link", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("EPERM", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Attached());

        uint[] Attached() => [.. ForeignPrograms.Places.SelectMany(place => CgroupPrograms.Query(watched.Path, place).ProgramIds)];
    }

    private static async Task AssertTellsAsync(HostWatch watch, TemporaryCgroup cgroup)
    {
        IPEndPoint? client = null;
        cgroup.Within(() =>
        {
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 77 };
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 55 };
            socket.Connect(listener.LocalEndPoint!);
            client = (IPEndPoint)socket.LocalEndPoint!;
        });
        watch.Stop();
        string path = cgroup.Path[TemporaryCgroup.Root.Length..];
        int us = Environment.ProcessId;
        Assert.Equal(
            [(ConnectionDirection.Outgoing, client!, 77, us, path), (ConnectionDirection.Incoming, client!, 55, us, path)],
            (await ToldConnections.ReadAsync(watch, static _ => true)).OrderBy(static one => one.Direction).Select(static one => (
                one.Direction!.Value, one.Direction == ConnectionDirection.Outgoing ? one.LocalEndPoint : one.RemoteEndPoint,
                one.Distance?.ReceivedTtl ?? 0, one.ProcessId ?? 0, one.Cgroup ?? "")));
    }
}
