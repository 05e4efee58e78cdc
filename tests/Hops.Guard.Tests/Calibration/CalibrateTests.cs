using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hops.Guard.Calibration;
using Hops.Guard.Connecting;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Guard.Tests.Calibration;

public sealed class CalibrateTests
{
    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An inside that is 3 routers wide: the usual minimum of 2 is too low, and calibrating tells so.</summary>
    [Fact]
    public async Task A_minimum_of_2_lets_an_inside_of_3_routers_through_and_the_proposed_one_does_not()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(6);
        LabServer[] servers = [.. Enumerable.Range(0, 7).Select(distance => LabServer.Start(lab.HostAt(distance), 443))];
        NetworkOfNamespace network = new(lab.Client);
        Uri[] inside = [.. Enumerable.Range(0, 4).SelectMany(distance => Families.Select(family => Target(lab, distance, family)))];
        Uri[] outside = [.. Enumerable.Range(4, 3).SelectMany(distance => Families.Select(family => Target(lab, distance, family)))];

        HopCalibration calibration = await HopGuard.CalibrateAsync(inside, outside, network, Stop);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], calibration.Inside.Select(static target => target.Distance!.Value.Hops));
        Assert.Equal([4, 4, 5, 5, 6, 6], calibration.Outside.Select(static target => target.Distance!.Value.Hops));
        Assert.Equal(4, calibration.MinimumHops);
        Assert.Equal([.. inside.Skip(4).Select(static target => target.OriginalString)], calibration.Judge(2).LetThrough.Select(static target => target.Name));

        Assert.Equal([2, 2, 3, 3, 4, 4, 5, 5, 6, 6], await LetThroughAsync(network, 2, inside, outside));
        Assert.Equal([4, 4, 5, 5, 6, 6], await LetThroughAsync(network, calibration.MinimumHops!.Value, inside, outside));
        Array.ForEach(servers, static server => server.Dispose());
    }

    [Fact]
    public async Task A_target_that_cannot_be_measured_is_left_out_with_its_reason()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(3);
        using LabServer near = LabServer.Start(lab.HostAt(0), 443);
        using LabServer far = LabServer.Start(lab.Server, 443);
        using LabServer odd = LabServer.Start(lab.Server, 8443, initialTtl: 20);
        NetworkOfNamespace network = new(lab.Client);
        Uri server = Target(lab, 3, AddressFamily.InterNetwork);
        Uri[] outside = [server, new($"tcp://{server.Host}:1"), new($"https://{server.Host}:8443")];

        HopCalibration calibration = await HopGuard.CalibrateAsync([Target(lab, 0, AddressFamily.InterNetworkV6)], outside, network, Stop);
        Assert.Equal(1, calibration.MinimumHops);
        Assert.Equal(outside.Skip(1).Select(static target => target.OriginalString), calibration.NotCounted.Select(static target => target.Name));
        Assert.Contains("refused", calibration.Outside[1].Problem, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((17, false), (calibration.Outside[2].Distance?.ReceivedTtl, calibration.Outside[2].Distance?.IsPlausible));
    }

    [Fact]
    public async Task The_real_network_measures_this_host_at_0()
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        Uri[] targets = [new($"tcp://127.0.0.1:{server.Port}"), new($"tcp://[::1]:{server.Port}")];
        HopCalibration calibration = await HopGuard.CalibrateAsync(targets, targets, cancellationToken: Stop);
        Assert.Equal(CalibrationVerdict.Overlap, calibration.Verdict);
        Assert.All(calibration.Inside, static target => Assert.Equal(0, target.Distance?.Hops));
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], calibration.Inside.Select(static target => target.Address));
    }

    [Theory]
    [InlineData("/path")]
    [InlineData("tcp://db.internal")]
    [InlineData("file:///etc/hosts")]
    [InlineData("tcp://db.internal:0")]
    public async Task What_has_no_host_or_no_port_is_no_target(string text)
    {
        Uri good = new("https://wiki.internal");
        Uri wrong = new(text, UriKind.RelativeOrAbsolute);
        ArgumentException inside = await Assert.ThrowsAsync<ArgumentException>(() => CalibrateAsync([good, wrong], [good]));
        Assert.Equal("inside", inside.ParamName);
        Assert.Contains($"'{wrong}'", inside.Message, StringComparison.Ordinal);
        ArgumentException outside = await Assert.ThrowsAsync<ArgumentException>(() => CalibrateAsync([good], [wrong]));
        Assert.Equal("outside", outside.ParamName);
    }

    [Fact]
    public async Task Without_targets_there_is_nothing_to_calibrate()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => CalibrateAsync([new("https://wiki.internal")], []));
        Assert.Equal("outside", e.ParamName);
    }

    [Fact]
    public void The_options_to_paste_are_options_that_configuration_accepts()
    {
        HopCalibration calibration = new([Known("near", 3)], [Known("far", 4)]);
        Assert.Contains($"  new {nameof(HopGuardOptions)} {{ {nameof(HopGuardOptions.MinimumHops)} = 4 }}", calibration.OptionsToPaste);

        using JsonDocument json = JsonDocument.Parse(string.Concat(calibration.OptionsToPaste.SkipWhile(static line => line.Trim() != "{")));
        JsonProperty section = Assert.Single(json.RootElement.EnumerateObject());
        HopGuardOptions options = new();
        OptionTable.Read(
            new(
                section.Name,
                section.Name,
                null,
                [.. section.Value.EnumerateObject().Select(option => Value($"{section.Name}:", option.Name, $"{option.Value}"))]),
            options);
        Assert.Empty(OptionTable.MistakesOf(options));
        Assert.Equal(4, options.MinimumHops);
    }

    /// <summary>Each option that the advice names is read from configuration, in the form that it has there.</summary>
    [Fact]
    public void The_options_that_an_overlap_suggests_are_options_that_configuration_accepts()
    {
        HopCalibration calibration = new([Known("inside", 5)], [Known("outside", 3)]);
        string advice = Assert.Single(calibration.Findings, static line => line.StartsWith("A guard has options", StringComparison.Ordinal));
        string[] names = [.. advice.Split(' ', ',', ':', '.').Where(static word => word.Skip(1).Any(char.IsUpper))];
        Dictionary<string, Setting> examples = new()
        {
            [nameof(HopGuardOptions.RefusedNetworks)] = Value("", "0", "198.51.100.0/24"),
            [nameof(HopGuardOptions.AllowedNearHosts)] = Value("", "0", "partner.example"),
            [nameof(HopGuardOptions.AllowedNearNetworks)] = Value("", "0", "10.1.0.0/16"),
            [nameof(HopGuardOptions.MinimumHopsByHost)] = Value("", "partner.example", "1"),
            [nameof(HopGuardOptions.MinimumHopsByNetwork)] = Value("", "10.1.0.0/16", "1"),
        };
        Assert.Equal(examples.Keys, names);
        HopGuardOptions options = new() { MinimumHops = 4 };
        OptionTable.Read(new("HopGuard", "HopGuard", null, [.. names.Select(name => new Setting($"HopGuard:{name}", name, null, [examples[name]]))]), options);
        Assert.Empty(OptionTable.MistakesOf(options));
        Assert.Equal(1, options.MinimumHopsByHost["partner.example"]);
        Assert.Equal(1, options.MinimumHopsByNetwork["10.1.0.0/16"]);
        Assert.All([options.RefusedNetworks, options.AllowedNearHosts, options.AllowedNearNetworks], static list => Assert.Single(list));
    }

    private static Setting Value(string before, string key, string value) => new($"{before}{key}", key, value, []);

    private static Task<HopCalibration> CalibrateAsync(Uri[] inside, Uri[] outside) => HopGuard.CalibrateAsync(inside, outside, cancellationToken: Stop);

    private static Uri Target(LabNetwork lab, int distance, AddressFamily family) => new UriBuilder("https", $"{lab.AddressAt(distance, family)}").Uri;

    private static CalibrationTarget Known(string name, int hops) => new(name, IPAddress.Loopback, HopDistance.FromReceivedTtl(64 - hops), null);

    /// <summary>The distances of what a guard lets through.</summary>
    private static async Task<List<int>> LetThroughAsync(NetworkOfNamespace network, int minimum, Uri[] inside, Uri[] outside)
    {
        HopGuardOptions options = new() { MinimumHops = minimum, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };
        GuardedConnector guard = new(new GuardPolicy(options), network, new GuardTelemetry(GuardMetrics.OfProcess));
        List<int> distances = [];
        foreach ((Uri target, int i) in inside.Concat(outside).Select(static (target, i) => (target, i)))
        {
            try
            {
                await using Stream stream = await guard.ConnectAsync(new DnsEndPoint(target.DnsSafeHost, target.Port), Stop);
                distances.Add(i / Families.Length);
            }
            catch (HopGuardException e) when (e.Reason == HopGuardReason.Near)
            {
                // Refused.
            }
        }

        return distances;
    }
}
