namespace Hops.Http.Tests.Support;

/// <summary>What arrived at a host.</summary>
/// <param name="Connections">How many connections were begun.</param>
/// <param name="Open">How many of these were not closed by the client.</param>
/// <param name="Bytes">Payload of all TCP segments: TLS, or a request.</param>
/// <param name="Datagrams">UDP datagrams.</param>
internal sealed record Arrivals(int Connections, int Open, int Bytes, int Datagrams)
{
    public static readonly Arrivals None = new(0, 0, 0, 0);
}
