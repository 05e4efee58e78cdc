using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Cli.Tests.Support;

/// <summary>Six labs, of no router up to five, with a server on port 443 in each.</summary>
public sealed class LabsOfUpToFive : IDisposable
{
    private readonly List<(LabNetwork Network, LabServer Server)> _labs = [];

    // Made by the first test that needs them: without root there are none, and nothing to skip the tests from here.
    internal IEnumerable<LabNetwork> All
    {
        get
        {
            while (_labs.Count <= 5)
            {
                LabNetwork network = LabNetwork.Create(_labs.Count);
                _labs.Add((network, LabServer.Start(network.Server, 443)));
            }

            return _labs.Select(static lab => lab.Network);
        }
    }

    internal static string Ipv4(LabNetwork lab) => $"{lab.ServerAddress(AddressFamily.InterNetwork)}";

    internal static string Ipv6(LabNetwork lab) => $"{lab.ServerAddress(AddressFamily.InterNetworkV6)}";

    public void Dispose()
    {
        foreach ((LabNetwork network, LabServer server) in _labs)
        {
            server.Dispose();
            network.Dispose();
        }
    }
}
