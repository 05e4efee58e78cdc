using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>Which connections the programs tell of: what is not wanted costs nothing beyond the look.</summary>
/// <param name="Outgoing">Those that processes here open.</param>
/// <param name="Accepted">Those that they accept.</param>
/// <param name="MostHops">
/// Only those at this distance or nearer; and those that may be near: of unknown or implausible distance, or of one that the round trip contradicts.
/// </param>
/// <param name="RemoteOnly">Whether the remote address must be in the map of networks.</param>
internal sealed record WatchedKinds(bool Outgoing, bool Accepted, int? MostHops, bool RemoteOnly)
{
    /// <summary>Whether to tell of connections from before the watch.</summary>
    public bool Existing { get; init; }

    /// <summary>Whether to tell when they are over.</summary>
    public bool Closed { get; init; }

    /// <summary>Whether to tell of packets with another TTL.</summary>
    public bool Drift { get; init; }

    /// <summary>Whether those who hold a socket may ask for what is kept of it.</summary>
    public bool Share { get; init; }

    /// <summary>Whether something is kept of each connection.</summary>
    public bool Memory => Existing || Closed || Drift || Share;

    /// <summary>
    /// Whether something is kept also of connections that are not told of: they are not from before the watch, and what is kept of a socket that was connected
    /// once before is not theirs.
    /// </summary>
    public bool KeepsUnwanted => (Existing || Share) && LeavesOut;

    /// <summary>Whether there are connections that are not told of: the verifier refuses code that nothing leads to.</summary>
    private bool LeavesOut => !Outgoing || !Accepted || RemoteOnly || (MostHops is { } most && Far(most).Any());

    /// <summary>Goes on if the record on the stack is wanted.</summary>
    /// <param name="key">32 bytes of the stack that are free, below r10.</param>
    /// <param name="unwanted">Where to go otherwise.</param>
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

    /// <summary>Goes on where the round trip contradicts the TTL in r1, as <see cref="QuickestPath"/> says.</summary>
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

    /// <summary>The TTLs that are plausible and farther than so many hops, as <see cref="HopDistance"/> has it.</summary>
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
