using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>Represents the way to a target and the way back.</summary>
/// <param name="Target">The target as the user wrote it.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="EndPoint">Its address and port.</param>
/// <param name="There">The way there.</param>
/// <param name="Back">The way back.</param>
internal sealed record TraceResult(string Target, ProtocolType Protocol, IPEndPoint EndPoint, WayThere There, WayBack Back)
{
    public DateTimeOffset Time { get; } = DateTimeOffset.UtcNow;

    /// <summary>Gets the names of the addresses that answered, if they have one.</summary>
    public IReadOnlyDictionary<IPAddress, string> Names { get; init; } = new Dictionary<IPAddress, string>();

    /// <summary>Gets whether the two ways have different lengths; null if one of them is unknown, or the way back is implausible.</summary>
    public bool? Differs => There.Routers is { } there && Back.Distance is { IsPlausible: true } back ? there != back.Hops : null;
}
