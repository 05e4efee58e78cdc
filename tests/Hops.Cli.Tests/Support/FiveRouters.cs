using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Cli.Tests.Support;

/// <summary>A lab of five routers that the tests of a class share, with servers on the ports that URLs imply and on one other.</summary>
public sealed class FiveRouters : IDisposable
{
    public const int OtherPort = 8080;

    private LabNetwork? _lab;
    private LabServer[] _servers = [];

    // Made by the first test that needs it: without root there is none, and nothing to skip the tests from here.
    private LabNetwork Lab => _lab ??= Build();

    internal HopsCommand Hops => new() { At = Lab.Client };

    internal string Ipv4 => Lab.ServerAddress(AddressFamily.InterNetwork).ToString();

    internal string Ipv6 => Lab.ServerAddress(AddressFamily.InterNetworkV6).ToString();

    public void Dispose()
    {
        foreach (LabServer server in _servers)
        {
            server.Dispose();
        }

        _lab?.Dispose();
    }

    private LabNetwork Build()
    {
        LabNetwork lab = LabNetwork.Create(5);
        _servers = [.. new[] { 80, 443, OtherPort }.Select(port => LabServer.Start(lab.Server, port))];
        return lab;
    }
}
