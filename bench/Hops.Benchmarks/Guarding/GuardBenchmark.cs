using System.Net;
using Hops.Benchmarks.CgroupThreads;
using Hops.Guard;
using Hops.Lab;

namespace Hops.Benchmarks.Guarding;

/// <summary>
/// Measures what a guard adds to a connection, to a packet and to 64 KiB, of the program that it guards and of all others on the host. Client and server are on
/// one thread, in their own network namespace; only the client's sockets belong to the thread's control group.
/// </summary>
internal static class GuardBenchmark
{
    public const int Large = 64 * 1024;

    private const int Turn = 100;
    private const int TurnsInBlock = 10;

    // The distance at which the servers appear to be.
    private const int Distance = 4;
    private const int InitialTtl = 64;

    private const double MostOfConnection = 1.10;
    private const double MostOfPacket = 1.05;
    private const double MostOfOthers = 1.01;

    // For benchmarks (RFC 2544).
    private static readonly IPAddress Server = IPAddress.Parse("198.18.0.1");

    public static Report Run(string name, int rounds)
    {
        using NetworkNamespace network = NetworkNamespace.Create();
        network.Ip(["link set lo up", $"address add {Server}/32 dev lo"]);
        network.SetSysctl("net/ipv4/ip_default_ttl", InitialTtl - Distance);
        return ThreadCgroup.With(2, cgroups =>
        {
            Processors.PinToCurrent();
            HopGuardOptions policy = new() { MinimumHops = Distance, AllowedSpecialPurposeNetworks = { "198.18.0.0/15" } };
            using GuardedPair pair = new(network, cgroups, Server, policy);
            pair.Swap();
            Func<long>? clock = pair.Guarded().CountsPackets() ? ThreadClock.GetTimestamp : null;
            IReadOnlyList<Measurement> measurements = SubjectGroup.Measure(
                [
                    GroupOf("connection", pair, MostOfConnection, (thread, times) => thread.OpenAndClose(times, clock)),
                    GroupOf("1 byte there and back", pair, MostOfPacket, (thread, times) => thread.Exchange(1, times, clock)),
                    GroupOf("64 KiB there", pair, MostOfPacket, (thread, times) => thread.Exchange(Large, times, clock)),
                ],
                rounds);
            // Checks the last blocks, too.
            pair.Swap();
            return new Report(name, "Connections and packets of a guarded program, and of others", "what", "operation", measurements)
            {
                ShowsDifferences = true,
                Remarks = clock is null ? ["This kernel counts the time of packets apart from that of threads, so elapsed time was measured."] : [],
            };
        });
    }

    private static SubjectGroup GroupOf(string name, GuardedPair pair, double most, Func<CgroupThread, int, Block> run)
    {
        const int Subjects = 3;
        int turns = 0;
        return new(
            name,
            Turn * TurnsInBlock,
            Turn,
            isCompared: true,
            new SubjectGroup.Subject("no guard", times => Take(() => pair.Other(isGuardThere: false), times)),
            new SubjectGroup.Subject("not guarded", times => Take(() => pair.Other(isGuardThere: true), times), Limit.Ratio(MostOfOthers)),
            new SubjectGroup.Subject("guarded", times => Take(pair.Guarded, times), Limit.Ratio(most)));

        Block Take(Func<CgroupThread> choose, int times)
        {
            if (turns++ % (Subjects * TurnsInBlock) == 0)
            {
                pair.Swap();
            }

            return run(choose(), times);
        }
    }
}
