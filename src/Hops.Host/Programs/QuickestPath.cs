namespace Hops.Host.Programs;

/// <summary>
/// How quick a round trip can be: through ten routers or more it takes at least 10 µs for each. A real one stores a packet and sends it on twice in a round
/// trip, and so many are not in one building.
/// </summary>
internal static class QuickestPath
{
    public const int LeastHops = 10;
    public const int MicrosecondsOfHop = 10;

    public static bool Contradicts(int hops, TimeSpan roundTrip) =>
        hops >= LeastHops && roundTrip < TimeSpan.FromMicroseconds(hops * MicrosecondsOfHop);
}
