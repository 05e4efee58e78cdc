using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>Specifies which connections the programs report. Others are dropped in the kernel.</summary>
/// <param name="Outgoing">Whether to report outgoing connections.</param>
/// <param name="Accepted">Whether to report incoming connections.</param>
/// <param name="MostHops">
/// The greatest distance to report. Connections that may be near are reported, too: those with an unknown or implausible distance, or with one that the round
/// trip contradicts.
/// </param>
/// <param name="RemoteOnly">Whether the remote address must be in the map of networks.</param>
internal sealed record WatchedKinds(bool Outgoing, bool Accepted, int? MostHops, bool RemoteOnly)
{
    /// <summary>Whether to report connections from before the watch.</summary>
    public bool Existing { get; init; }

    /// <summary>Whether to report closed connections.</summary>
    public bool Closed { get; init; }

    /// <summary>Whether to report packets with another TTL.</summary>
    public bool Drift { get; init; }

    /// <summary>Whether processes may ask for the entry of a socket that they hold.</summary>
    public bool Share { get; init; }

    /// <summary>Whether connections have entries.</summary>
    public bool Memory => Existing || Closed || Drift || Share;

    /// <summary>
    /// Whether connections that are not reported have entries, too. The entries show that they are not from before the watch, and replace those of an earlier
    /// connection of the same socket.
    /// </summary>
    public bool KeepsUnwanted => (Existing || Share) && LeavesOut;

    /// <summary>Whether some connections are not reported. If not, code for them is left out, because the verifier refuses unreachable code.</summary>
    private bool LeavesOut => !Outgoing || !Accepted || RemoteOnly || (MostHops is { } most && Far(most).Any());

    /// <summary>Continues if the record on the stack is to be reported.</summary>
    /// <param name="key">32 free bytes of the stack, below r10.</param>
    /// <param name="unwanted">The label to jump to otherwise.</param>
    public string Filter(int key, string unwanted)
    {
        string near = MostHops is not { } most ? "" : $"""
                    r1 = *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)})
            {string.Join('\n', Far(most).Select((range, i) => $"""
                        if r1 < {range.First} goto near{i}
                        if r1 > {range.Last} goto near{i}
                        {TooQuick(HopDistance.FromReceivedTtl(range.First).InitialTtl, $"near{i}")}
                        goto {unwanted}
                    near{i}:
                    """))}
            """;
        string remote = !RemoteOnly ? "" : $"""
                    *(u32 *)(r10 - {key + 16}) = 128
                    r1 = *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset)})
                    *(u32 *)(r10 - {key + 12}) = r1
                    r1 = *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 4)})
                    *(u32 *)(r10 - {key + 8}) = r1
                    r1 = *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 8)})
                    *(u32 *)(r10 - {key + 4}) = r1
                    r1 = *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 12)})
                    *(u32 *)(r10 - {key}) = r1
                    r1 = map[networks]
                    r2 = r10
                    r2 += -{key + 16}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto {unwanted}
            """;
        return $"{near}\n{remote}";
    }

    /// <summary>Jumps to a label if the round trip contradicts the TTL in r1, by <see cref="QuickestPath"/>.</summary>
    private static string TooQuick(int initialTtl, string contradicted) => $"""
                        r2 = {initialTtl}
                        r2 -= r1
                        r3 = *(u32 *)(r10 - {At(ConnectionRecord.RoundTripOffset)})
                        if r3 == 0 goto {contradicted}_not
                        if r2 < {QuickestPath.LeastHops} goto {contradicted}_not
                        r2 *= {QuickestPath.MicrosecondsOfHop}
                        if r3 < r2 goto {contradicted}
                    {contradicted}_not:
        """;

    /// <summary>Returns the ranges of TTLs with a plausible distance (<see cref="HopDistance"/>) above a number of hops.</summary>
    private static IEnumerable<(int First, int Last)> Far(int most)
    {
        int first = 0;
        for (int ttl = 1; ttl <= 256; ttl++)
        {
            bool far = ttl <= 255 && HopDistance.FromReceivedTtl(ttl) is { IsPlausible: true } distance && distance.Hops > most;
            if (far && first == 0)
            {
                first = ttl;
            }
            else if (!far && first != 0)
            {
                yield return (first, ttl - 1);
                first = 0;
            }
        }
    }
}
