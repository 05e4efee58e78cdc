namespace Hops.Host.Programs;

/// <summary>
/// What ingress knows of the answers that a connecting socket has got: <c>cookie &lt;&lt; 9 | contradiction &lt;&lt; 8 | TTL</c>. The cookie is in it so that
/// one compare-and-exchange both checks whose it is and writes.
/// </summary>
internal static class TtlWord
{
    public const int CookieShift = 9;

    /// <summary>Two answers with different TTLs came: unknown.</summary>
    public const int Contradiction = 1 << 8;
}
