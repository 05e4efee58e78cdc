using System.Net.Sockets;
using Hops.Guard.Policy;

namespace Hops.Guard.Tests.Policy;

public sealed class OptionTableTests
{
    private const string Host = "a host without a port, such as partner.example, *.partner.example, 192.0.2.1 or 2001:db8::1";
    private const string Network = "a network, written as 10.1.0.0/16 or 2001:db8::/32";

    public static TheoryData<string, Action<HopGuardOptions>, string> Mistakes => new()
    {
        {
            "no minimum",
            static o => o.MinimumHops = null,
            "MinimumHops is not set. The right minimum depends on the network, so there is no default: measure it with HopGuard.CalibrateAsync."
        },
        { "no hop", static o => o.MinimumHops = 0, "MinimumHops is '0'; it must be a number of hops from 1 to 35." },
        { "too many hops", static o => o.MinimumHops = 36, "MinimumHops is '36'; it must be a number of hops from 1 to 35." },
        {
            "less than no hop for a host",
            static o => o.MinimumHopsByHost["a.example"] = -1,
            "MinimumHopsByHost of 'a.example' is '-1'; it must be a number of hops from 0 to 35."
        },
        {
            "too many hops for a host",
            static o => o.MinimumHopsByHost["a.example"] = 36,
            "MinimumHopsByHost of 'a.example' is '36'; it must be a number of hops from 0 to 35."
        },
        { "a minimum for no host", static o => o.MinimumHopsByHost["a b"] = 2, $"MinimumHopsByHost has 'a b'; it must be {Host}." },
        {
            "a minimum for a port",
            static o => o.MinimumHopsByHost["a.example:443"] = 2,
            $"MinimumHopsByHost has 'a.example:443'; it must be {Host} (it is not an IPv6 address)."
        },
        {
            "a minimum for an old form",
            static o => o.MinimumHopsByHost["127.1"] = 2,
            $"MinimumHopsByHost has '127.1'; it must be {Host} (an IPv4 address has four numbers from 0 to 255, without leading zeros)."
        },
        {
            "two minimums for a host",
            static o => (o.MinimumHopsByHost["a.example"], o.MinimumHopsByHost["A.example."]) = (2, 3),
            "MinimumHopsByHost has 'a.example' and 'A.example.', which are one host: a.example."
        },
        {
            "two scripts for a host",
            static o => (o.MinimumHopsByHost["bücher.example"], o.MinimumHopsByHost["xn--bcher-kva.example"]) = (2, 2),
            "MinimumHopsByHost has 'bücher.example' and 'xn--bcher-kva.example', which are one host: xn--bcher-kva.example."
        },
        {
            "two forms of an address",
            static o => (o.MinimumHopsByHost["[::1]"], o.MinimumHopsByHost["0:0::1"]) = (2, 3),
            "MinimumHopsByHost has '[::1]' and '0:0::1', which are one host: ::1."
        },
        {
            "too many hops for a network",
            static o => o.MinimumHopsByNetwork["10.1.0.0/16"] = 36,
            "MinimumHopsByNetwork of '10.1.0.0/16' is '36'; it must be a number of hops from 0 to 35."
        },
        {
            "a minimum for bits behind",
            static o => o.MinimumHopsByNetwork["10.1.2.3/16"] = 2,
            $"MinimumHopsByNetwork has '10.1.2.3/16'; it must be {Network} (it has bits behind its prefix: the network of that address is 10.1.0.0/16)."
        },
        {
            "two minimums for a network",
            static o => (o.MinimumHopsByNetwork["::ffff:10.1.0.0/112"], o.MinimumHopsByNetwork["10.1.0.0/16"]) = (2, 3),
            "MinimumHopsByNetwork has '::ffff:10.1.0.0/112' and '10.1.0.0/16', which are one network: 10.1.0.0/16."
        },
        { "a network for a host", static o => o.AllowedNearHosts.Add("10.1.0.0/16"), $"AllowedNearHosts has '10.1.0.0/16'; it must be {Host}." },
        { "no host", static o => o.AllowedNearHosts.Add(null!), $"AllowedNearHosts has null; it must be {Host}." },
        {
            "near nowhere",
            static o => o.AllowedNearNetworks.Add("10.1.0.0/33"),
            $"AllowedNearNetworks has '10.1.0.0/33'; it must be {Network} (the length of its prefix is a number from 0 to 32)."
        },
        {
            "a host for a network",
            static o => o.AllowedNearNetworks.Add("a.example"),
            $"AllowedNearNetworks has 'a.example'; it must be {Network} (a network has one '/', between its address and the length of its prefix)."
        },
        {
            "special-purpose without a prefix",
            static o => o.AllowedSpecialPurposeNetworks.Add("10.1.0.0"),
            $"AllowedSpecialPurposeNetworks has '10.1.0.0'; it must be {Network} (a network has one '/', between its address and the length of its prefix)."
        },
        {
            "refused with three numbers",
            static o => o.RefusedNetworks.Add("198.51.100/24"),
            $"RefusedNetworks has '198.51.100/24'; it must be {Network} (an IPv4 address has four numbers from 0 to 255, without leading zeros)."
        },
        {
            "refused with bits behind",
            static o => o.RefusedNetworks.Add("10.1.2.3/16"),
            $"RefusedNetworks has '10.1.2.3/16'; it must be {Network} (it has bits behind its prefix: the network of that address is 10.1.0.0/16)."
        },
        { "refused nothing", static o => o.RefusedNetworks.Add(null!), $"RefusedNetworks has null; it must be {Network}." },
        { "no port", static o => o.AllowedPorts.Add(0), "AllowedPorts has '0'; it must be a port from 1 to 65535." },
        { "a port that is none", static o => o.AllowedPorts.Add(65536), "AllowedPorts has '65536'; it must be a port from 1 to 65535." },
        { "a scheme that is none of HTTP", static o => o.AllowedSchemes.Add("ftp"), "AllowedSchemes has 'ftp'; it must be http, https, ws or wss." },
        { "null for a scheme", static o => o.AllowedSchemes.Add(null!), "AllowedSchemes has null; it must be http, https, ws or wss." },
        { "no scheme", static o => o.AllowedSchemes.Clear(), "AllowedSchemes is empty: no request would be allowed." },
        { "no mode", static o => o.Mode = (HopGuardMode)7, "Mode is '7'; it must be Enforce or ReportOnly." },
        {
            "no time",
            static o => o.ConnectTimeout = TimeSpan.Zero,
            "ConnectTimeout is '00:00:00'; it must be more than zero and up to a day, written as 00:00:15."
        },
        {
            "all the time",
            static o => o.ConnectTimeout = TimeSpan.FromDays(2),
            "ConnectTimeout is '2.00:00:00'; it must be more than zero and up to a day, written as 00:00:15."
        },
        {
            "no time for names",
            static o => o.LookUpTimeout = TimeSpan.Zero,
            "LookUpTimeout is '00:00:00'; it must be more than zero and up to a day, written as 00:00:15."
        },
        {
            "another family",
            static o => o.AddressFamily = AddressFamily.Unix,
            "AddressFamily is 'Unix'; it must be InterNetwork, InterNetworkV6 or Unspecified: IPv4 alone, IPv6 alone, both."
        },
        {
            "no source",
            static o => o.Source = (HopMeterSource)99,
            "Source is '99'; it must be SocketFilter, PinnedFilter or SocketOption, which measure the connection that is used."
        },
        {
            "a watch, which others run",
            static o => o.Source = HopMeterSource.HostWatch,
            "Source is 'HostWatch'; it must be SocketFilter, PinnedFilter or SocketOption, which measure the connection that is used."
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Every_mistake_has_its_sentence(string mistake, Action<HopGuardOptions> make, string sentence)
    {
        HopGuardOptions options = new() { MinimumHops = 4 };
        make(options);
        Assert.True(OptionTable.MistakesOf(options).SequenceEqual([sentence]), $"{mistake}: {string.Join(" ", OptionTable.MistakesOf(options))}");
        Assert.StartsWith(sentence, Assert.Throws<ArgumentException>("options", () => new HopGuard(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_has_its_row() =>
        Assert.Equal(
            typeof(HopGuardOptions).GetProperties().Select(static property => property.Name).Order(StringComparer.Ordinal),
            OptionTable.Rows.Select(static row => row.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        HopGuardOptions options = new() { ConnectTimeout = TimeSpan.Zero };
        Assert.Equal(["MinimumHops", "ConnectTimeout"], OptionTable.MistakesOf(options).Select(static m => m.Split(' ')[0]));
    }

    [Fact]
    public void A_network_of_IPv6_is_set_in_code()
    {
        Setting divided = new("HopGuard:MinimumHopsByNetwork:2001", "2001", null, [new("HopGuard:MinimumHopsByNetwork:2001:db8", "db8", "2", [])]);
        HopGuardOptions options = new() { MinimumHops = 4 };
        OptionTable.Read(new("HopGuard", "HopGuard", null, [new("HopGuard:MinimumHopsByNetwork", "MinimumHopsByNetwork", null, [divided])]), options);
        Assert.Equal(
            [
                "HopGuard:MinimumHopsByNetwork:2001 is a section; it must be a number of hops from 0 to 35. A network with a ':', one of IPv6, "
                    + "cannot be a key in configuration, which splits keys there: set MinimumHopsByNetwork in code.",
            ],
            OptionTable.MistakesOf(options));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(35)]
    public void The_ends_of_the_range_are_valid(int minimum)
    {
        HopGuardOptions options = new()
        {
            MinimumHops = minimum,
            ConnectTimeout = TimeSpan.FromDays(1),
            MinimumHopsByHost = { ["a.example"] = 0, ["192.0.2.1"] = 35 },
            MinimumHopsByNetwork = { ["10.1.0.0/16"] = 0, ["2001:db8::/32"] = 35 },
        };
        options.AllowedNearHosts.Add("b.example");
        options.AllowedNearNetworks.Add("2001:db8::/32");
        options.AllowedSpecialPurposeNetworks.Add("10.0.0.0/8");
        options.RefusedNetworks.Add("0.0.0.0/0");
        Assert.Empty(OptionTable.MistakesOf(options));
    }
}
