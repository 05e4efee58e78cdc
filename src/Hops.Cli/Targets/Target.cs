using System.Net.Sockets;

namespace Hops.Cli.Targets;

/// <summary>Represents a target to measure.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port, from 1 to 65,535.</param>
/// <param name="Family">IPv4, IPv6, or either.</param>
internal sealed record Target(ProtocolType Protocol, string Host, int Port, AddressFamily Family);
