namespace Hops.Testing.Serving;

/// <summary>Represents the server at an address.</summary>
/// <param name="Distance">How far away it is; null for unknown.</param>
/// <param name="Responder">What answers.</param>
internal sealed record FakeServer(HopDistance? Distance, IResponder Responder)
{
    private const int LongestFrom64 = 31;
    private const int LongestFrom128 = 63;
    private const int Longest = 126;

    public static FakeServer At(int? hops, IResponder responder)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hops ?? 0, nameof(hops));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hops ?? 0, Longest, nameof(hops));
        return new(hops is { } known ? HopDistance.FromReceivedTtl(InitialTtlFor(known) - known) : null, responder);
    }

    /// <summary>The smallest from which a packet arrives with a TTL that is not taken for a smaller one's.</summary>
    private static int InitialTtlFor(int hops) => hops switch
    {
        <= LongestFrom64 => 64,
        <= LongestFrom128 => 128,
        _ => 255,
    };
}
