namespace Hops.Host.Programs;

/// <summary>
/// Decides whether a round trip is too quick for a distance: through ten routers or more it takes at least 10 µs for each. Each real router stores and
/// forwards a packet twice in a round trip, and so many routers are not in one building.
/// </summary>
internal static class QuickestPath
{
    public const int LeastHops = 10;
    public const int MicrosecondsOfHop = 10;

    public static bool Contradicts(int hops, TimeSpan roundTrip) =>
        hops >= LeastHops && roundTrip < TimeSpan.FromMicroseconds(hops * MicrosecondsOfHop);
}
