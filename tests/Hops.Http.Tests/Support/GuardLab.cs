using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.GuardedClient;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Http.Tests.Support;

/// <summary>
/// Web servers at several distances from a service with a guarded client, a capture of what arrives at each of them, and the service's own name server. Shared
/// by the tests of a class.
/// </summary>
public sealed class GuardLab : IDisposable
{
    public const int FarDistance = 5;

    /// <summary>
    /// In what other addresses the IPv4 address of the near host stands: IPv4-mapped, NAT64, 6to4, ISATAP and Teredo, all of which the near host has.
    /// </summary>
    private static readonly string[] Clothes = ["64:ff9b::c612:2", "2002:c612:2::1", "2001:db8:aaaa::5efe:c612:2", "2001:0:c612:2::1"];

    /// <summary>A cloud's metadata service, which the near host has, too.</summary>
    internal const string Metadata = "169.254.169.254";

    private static readonly int[] Distances = [0, 1, 2, 3, FarDistance];

    private readonly Dictionary<int, NginxServer> _servers = [];
    private readonly Dictionary<int, PacketCapture> _captures = [];
    private LabNetwork? _network;
    private LabCertificate? _certificate;
    private NameServer? _names;
    private PrivateNames? _files;
    private GuardedService? _service;

    // Made by the first test that needs it: without root there is none, and nothing to skip the tests from here.
    internal LabNetwork Network => _network ??= Build();

    internal NameServer Names => _names!;

    internal string Certificate => _certificate!.Hash;

    internal GuardedService Service => _service ??= NewService();

    /// <summary>Options that allow the addresses of labs, which are special-purpose.</summary>
    internal static Dictionary<string, string?> Options(int minimum, params (string Name, string Value)[] more)
    {
        Dictionary<string, string?> options = new()
        {
            ["MinimumHops"] = $"{minimum}",
            ["AllowedSpecialPurposeNetworks:0"] = "198.18.0.0/15",
            ["AllowedSpecialPurposeNetworks:1"] = "2001:db8::/32",
        };
        foreach ((string name, string value) in more)
        {
            options[name] = value;
        }

        return options;
    }

    internal GuardedService NewService(params (string Name, string Value)[] variables)
    {
        NetworkNamespace client = Network.Client;
        _files ??= PrivateNames.WithServer("corp.example");
        return new GuardedService(client, _files.Through, null, variables);
    }

    internal IPAddress Address(int distance, AddressFamily family = AddressFamily.InterNetwork) => Network.AddressAt(distance, family);

    internal NginxServer Server(int distance) => _servers[distance];

    /// <summary>What arrived at a host since the last call.</summary>
    internal Arrivals Take(int distance) => _captures[distance].Take();

    internal Report Run(Dictionary<string, string?> options, params string[] urls) => Run(new Errand(options, urls, Certificate));

    internal Report Run(Errand errand)
    {
        Report report = Service.Run(errand);
        Assert.True(report.Startup is null, report.Startup);
        return report;
    }

    /// <summary>Forgets what has arrived so far.</summary>
    internal void Start()
    {
        Requires.Root();
        _ = Network;
        foreach (PacketCapture capture in _captures.Values)
        {
            capture.Take();
        }
    }

    public void Dispose()
    {
        _service?.Dispose();
        _files?.Dispose();
        _names?.Dispose();
        foreach (IDisposable part in _captures.Values.Concat<IDisposable>(_servers.Values))
        {
            part.Dispose();
        }

        _certificate?.Dispose();
        _network?.Dispose();
    }

    private LabNetwork Build()
    {
        Requires.Root();
        LabNetwork network = LabNetwork.Create(FarDistance);
        _network = network;
        _certificate = new LabCertificate();
        _names = new NameServer(network.Client);
        network.HostAt(0).Ip([$"address add {Metadata}/32 dev lo"]);
        network.HostAt(0).Ip(Clothes.Select(static address => $"address add {address}/128 dev lo nodad"));
        foreach (int distance in Distances)
        {
            NetworkNamespace host = network.HostAt(distance);
            string[] own =
            [
                $"{network.AddressAt(distance, AddressFamily.InterNetwork)}", $"{network.AddressAt(distance, AddressFamily.InterNetworkV6)}", "fe80::2",
            ];
            _servers.Add(distance, new NginxServer(host, $"{distance}", _certificate));
            _captures.Add(distance, new PacketCapture(host, network.Client, distance == 0 ? [.. own, Metadata, .. Clothes] : own));
        }

        return network;
    }
}
