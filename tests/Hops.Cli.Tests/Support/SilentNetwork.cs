using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Cli.Tests.Support;

/// <summary>A client and one neighbour that is not a router: packets to any other address get no answer.</summary>
internal sealed class SilentNetwork : IDisposable
{
    private readonly LabNetwork _lab = LabNetwork.Create(0);
    private readonly LabServer _server;

    public SilentNetwork()
    {
        // Else Linux answers for IPv6 that it has no route.
        _lab.Server.Ip(["route add blackhole 2001:db8:ffff::/48"]);
        _server = LabServer.Start(_lab.Server);
    }

    public HopsCommand Hops => new() { At = _lab.Client };

    /// <summary>A target that answers.</summary>
    public string Good => $"{_lab.ServerAddress(AddressFamily.InterNetwork)}:{_server.Port}";

    /// <summary>A target that refuses.</summary>
    public string Refusing => $"{_lab.ServerAddress(AddressFamily.InterNetwork)}:1";

    /// <summary>A target that never answers (RFC 5737).</summary>
    public static string Silent(int number = 1) => $"203.0.113.{number}:9";

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }
}
