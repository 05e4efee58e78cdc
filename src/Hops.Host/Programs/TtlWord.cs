namespace Hops.Host.Programs;

/// <summary>
/// Represents the answers to a connecting socket, as the ingress program saw them: <c>cookie &lt;&lt; 9 | contradiction &lt;&lt; 8 | TTL</c>. It includes the
/// cookie so that a single compare-and-exchange both checks the socket and writes.
/// </summary>
internal static class TtlWord
{
    public const int CookieShift = 9;

    /// <summary>Two answers with different TTLs arrived: the TTL is unknown.</summary>
    public const int Contradiction = 1 << 8;
}
