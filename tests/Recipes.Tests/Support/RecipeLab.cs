using System.Net.Sockets;
using Hops.Guard;
using Hops.Guard.Tests;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Support;

/// <summary>
/// A near host and a far one, what arrives at each of them, and a guard in the client's namespace that takes the far one only. Shared by the tests of a class.
/// </summary>
public sealed class RecipeLab : IDisposable
{
    public const int NearDistance = 1;
    public const int FarDistance = 5;

    public const string NearName = "near.example";
    public const string FarName = "far.example";

    private readonly Dictionary<string, IDisposable> _kept = [];
    private LabNetwork? _network;
    private PacketCapture? _atNear;
    private PacketCapture? _atFar;

    /// <summary>Made by the first test that needs it: without root there is none, and nothing to skip the tests from here.</summary>
    internal LabNetwork Network => _network ??= Build();

    internal NetworkNamespace Client => Network.Client;

    internal NetworkNamespace Near => Network.HostAt(NearDistance);

    internal NetworkNamespace Far => Network.HostAt(FarDistance);

    internal string NearAddress => $"{Network.AddressAt(NearDistance, AddressFamily.InterNetwork)}";

    internal string FarAddress => $"{Network.AddressAt(FarDistance, AddressFamily.InterNetwork)}";

    internal HopGuard NewGuard(Action<HopGuardOptions>? configure = null)
    {
        HopGuardOptions options = new() { MinimumHops = 4, AllowedSpecialPurposeNetworks = { "198.18.0.0/15" } };
        configure?.Invoke(options);
        NamedNetwork network = new(new NetworkOfNamespace(Client), new() { [NearName] = NearAddress, [FarName] = FarAddress });
        return new HopGuard(options, network);
    }

    /// <summary>What arrived at the near host since the last call.</summary>
    internal Arrivals AtNear()
    {
        _ = Network;
        return _atNear!.Take();
    }

    /// <summary>What arrived at the far host since the last call.</summary>
    internal Arrivals AtFar()
    {
        _ = Network;
        return _atFar!.Take();
    }

    /// <summary>A server that is made once for all tests of the class, and goes with the lab.</summary>
    internal T Keep<T>(string name, Func<T> make)
        where T : IDisposable
    {
        if (!_kept.TryGetValue(name, out IDisposable? server))
        {
            _kept.Add(name, server = make());
        }

        return (T)server;
    }

    public void Dispose()
    {
        foreach (IDisposable server in _kept.Values)
        {
            server.Dispose();
        }

        _atNear?.Dispose();
        _atFar?.Dispose();
        _network?.Dispose();
    }

    private LabNetwork Build()
    {
        Requires.Root();
        LabNetwork network = LabNetwork.Create(FarDistance);
        _network = network;
        // The lab's routers know the way to the client only. The members of a cluster talk to each other.
        for (int between = NearDistance + 1; between < FarDistance; between++)
        {
            network.HostAt(between).Ip(
                Enumerable.Range(NearDistance, between - NearDistance).Select(link => $"route add 198.18.{link}.0/30 via 198.18.{between}.1"));
        }

        _atNear = new PacketCapture(Near, Client, NearAddress);
        _atFar = new PacketCapture(Far, Client, FarAddress);
        return network;
    }
}
