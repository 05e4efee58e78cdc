using System.Net;
using Hops.Benchmarks.CgroupThreads;
using Hops.Host.Watching;
using Hops.Lab;

namespace Hops.Benchmarks.Watching;

/// <summary>
/// Measures what a watch adds to a connection, to a packet and to 64 KiB. Both ends are on one thread, in their own network namespace, and the result is that
/// thread's processor time. Each variant has a thread, and its watch sees only that thread's connections, so variants can take turns of a few milliseconds.
/// </summary>
internal static class WatchBenchmark
{
    private const int Turn = 100;
    private const int TurnsInBlock = 10;
    private const int Large = 64 * 1024;

    private static readonly HostWatchOptions Header = new() { Side = KernelSide.Header };
    private static readonly HostWatchOptions Packets = new() { Side = KernelSide.Packets };

    private static readonly Variant[] Variants =
    [
        new("no watch", null, new(0, 0)),
        new("header", Header, new(1.05, 1.01)),
        new("packets", Packets, new(1.12, 1.07)),
        new("packets, outgoing only", Packets with { Direction = ConnectionDirection.Outgoing }, new(1.06, 1.03)),
        // These had no required limits: theirs are the measured values, with some room.
        new("header, closed", Header with { WithClosed = true }, new(1.25, 1.03)),
        new("header, drift", Header with { WithDrift = true }, new(1.25, 1.10)),
    ];

    public static Report Run(string name, int rounds, IReadOnlyList<Measurement> records)
    {
        using NetworkNamespace network = NetworkNamespace.Create();
        network.Ip(["link set lo up"]);
        return ThreadCgroup.With(Variants.Length, cgroups =>
        {
            Processors.PinToCurrent();
            // The same buffer for all: its position in memory affects the time.
            byte[] buffer = new byte[Large];
            List<CgroupThread> threads = [];
            try
            {
                threads.AddRange(cgroups.Select(cgroup => new CgroupThread(network, cgroup, buffer, IPAddress.Loopback)));
                Func<long>? clock = threads[0].CountsPackets() ? ThreadClock.GetTimestamp : null;
                IReadOnlyList<Measurement> added = SubjectGroup.Measure(
                    [
                        GroupOf("connection", threads, static ratios => ratios.Connection, (thread, times) => thread.OpenAndClose(times, clock)),
                        GroupOf("1 byte there and back", threads, static ratios => ratios.Packet, (thread, times) => thread.Exchange(1, times, clock)),
                        GroupOf("64 KiB there", threads, static ratios => ratios.Packet, (thread, times) => thread.Exchange(Large, times, clock)),
                    ],
                    rounds);
                // Checks the last blocks, too.
                threads.ForEach(static thread => thread.Attach(null));
                return new Report(name, "Connections and packets under a watch", "what", "operation", [.. records, .. added])
                {
                    ShowsDifferences = true,
                    Remarks = clock is null ? ["This kernel counts the time of packets apart from that of threads, so elapsed time was measured."] : [],
                };
            }
            finally
            {
                threads.ForEach(static thread => thread.Dispose());
            }
        });
    }

    private static SubjectGroup GroupOf(
        string name, List<CgroupThread> threads, Func<Ratios, double> most, Func<CgroupThread, int, Block> run)
    {
        return new(name, Turn * TurnsInBlock, Turn, isCompared: true, [.. Variants.Select(SubjectOf)]);

        SubjectGroup.Subject SubjectOf(Variant variant, int number)
        {
            int turns = 0;
            return new(variant.Name, Take, variant.Options is null ? [] : [Limit.Ratio(most(variant.Most))]);

            // Another thread in each block: single threads differ in speed for as long as they live.
            Block Take(int times)
            {
                CgroupThread thread = threads[(number + (turns / TurnsInBlock)) % threads.Count];
                if (turns++ % TurnsInBlock == 0)
                {
                    thread.Attach(variant.Options is null ? null : cgroup => new AttachedWatch(variant.Options with { Cgroup = cgroup }));
                }

                return run(thread, times);
            }
        }
    }

    private sealed record Variant(string Name, HostWatchOptions? Options, Ratios Most);

    /// <summary>The maximum time of a variant, relative to the time without a watch.</summary>
    private sealed record Ratios(double Connection, double Packet);
}
