using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Distances that are known because the network was built so.</summary>
public sealed class LabMeasureTests : IClassFixture<FiveRouters>
{
    private readonly FiveRouters _lab;

    public LabMeasureTests(FiveRouters lab)
    {
        Requires.Root();
        _lab = lab;
    }

    [Fact]
    public void Five_routers_are_a_distance_of_5_in_text_and_JSON()
    {
        foreach ((string target, string remote) in ((string, string)[])
            [($"tcp4://{_lab.Ipv4}:8080", $"{_lab.Ipv4}:8080"), ($"tcp6://[{_lab.Ipv6}]:8080", $"[{_lab.Ipv6}]:8080")])
        {
            Outcome text = _lab.Hops.Run(target);
            text.AssertStatus(0);
            Assert.Equal($"[+] TTL distance to {target} {remote} is 5 (socket-filter)\n", text.Output);

            Outcome json = _lab.Hops.Run("--json", target);
            json.AssertStatus(0);
            Assert.Equal(
                ("59", "64", "5", "True"), (json.Values("receivedTtl")[0], json.Values("initialTtl")[0], json.Values("hops")[0], json.Values("plausible")[0]));
        }
    }

    [Fact]
    public void The_port_is_443_unless_a_URL_or_an_option_says_otherwise()
    {
        Outcome outcome = _lab.Hops.Run(
            "--json", _lab.Ipv4, _lab.Ipv6, $"[{_lab.Ipv6}]", $"http://{_lab.Ipv4}", $"http://[{_lab.Ipv6}]/path", $"https://{_lab.Ipv4}?query",
            $"HTTP://{_lab.Ipv4}/", $"https://{_lab.Ipv4}:8080/", $"tcp://{_lab.Ipv4}");
        outcome.AssertStatus(0);
        Assert.Equal(["443", "443", "443", "80", "80", "443", "80", "8080", "443"], outcome.Values("port"));
        Assert.All(outcome.Values("hops"), static hops => Assert.Equal("5", hops));

        // The scheme of a URL is more definite than an option.
        Outcome withOption = _lab.Hops.Run("--json", "-p", "8080", _lab.Ipv4, $"tcp://{_lab.Ipv4}", $"http://{_lab.Ipv4}");
        Assert.Equal(["8080", "8080", "80"], withOption.Values("port"));
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 3)]
    [InlineData(1, 0)]
    [InlineData(255, 3)]
    public void What_is_nearer_than_the_minimum_exits_with_3(int minimum, int status)
    {
        Outcome outcome = _lab.Hops.Run("--min-hops", $"{minimum}", _lab.Ipv4, _lab.Ipv6);
        outcome.AssertStatus(status);
        Assert.Equal(2, outcome.Lines.Length);
        Assert.All(outcome.Lines, line => Assert.EndsWith(
            status == 0 ? "is 5 hops away (socket-filter)" : $"is 5 hops away (socket-filter, nearer than {minimum})", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Too_near_wins_over_failed()
    {
        string refusing = $"{_lab.Ipv4}:1";
        _lab.Hops.Run("--min-hops", "6", refusing, _lab.Ipv4).AssertStatus(3);
        _lab.Hops.Run("--min-hops", "5", refusing, _lab.Ipv4).AssertStatus(1);
        _lab.Hops.Run("--min-hops", "5", refusing).AssertStatus(1);
        _lab.Hops.Run(refusing, _lab.Ipv4).AssertStatus(1);
    }

    [Fact]
    public void An_implausible_distance_counts_as_near()
    {
        using LabServer odd = LabServer.Start(initialTtl: 65);
        Outcome outcome = new HopsCommand().Run("--min-hops", "2", $"127.0.0.1:{odd.Port}");
        outcome.AssertStatus(3);
        Assert.EndsWith("is 63 hops away (socket-filter, implausible: TTL 65 of 128)\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_local_address_is_measured_in_its_zone()
    {
        using LabNetwork link = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(link.Server);
        string remote = $"[fe80::2%toserver]:{server.Port}";
        (string Target, string Shown)[] table =
        [
            (remote, $"{remote} is 0 hops away"),
            ($"tcp6://[fe80::2%25toserver]:{server.Port}", $"TTL distance to tcp6://[fe80::2%25toserver]:{server.Port} {remote} is 0"),
            ($"[fe80::2%10]:{server.Port}", $"[fe80::2%10]:{server.Port} ({remote}) is 0 hops away"),
            ($"http://[fe80::2%25toserver]:{server.Port}/", $"http://[fe80::2%25toserver]:{server.Port}/ ({remote}) is 0 hops away"),
            ("fe80::2%toserver", "fe80::2%toserver is 0 hops away"),
        ];
        HopsCommand hops = new() { At = link.Client };
        Outcome outcome = hops.Run(["-p", $"{server.Port}", .. table.Select(static row => row.Target)]);
        outcome.AssertStatus(0);
        Assert.Equal(table.Select(static row => $"[+] {row.Shown} (socket-filter)"), outcome.Lines);
        Assert.Equal("fe80::2%toserver", hops.Run("--json", $"tcp://[fe80::2%10]:{server.Port}").Values("address")[0]);
        Assert.Contains("[fe80::2%toserver]:1", hops.Run("[fe80::2%10]:1").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internationalized_name_is_looked_up_as_the_DNS_spells_it()
    {
        string[] targets = ["bücher.example", "BÜCHER.example", "tcp4://Bücher.EXAMPLE:8080", "xn--bcher-kva.example"];
        using PrivateNames names = new($"{_lab.Ipv4} xn--bcher-kva.example");
        Outcome outcome = (_lab.Hops with { Through = names.Through }).Run(["-p", "8080", .. targets]);
        outcome.AssertStatus(0);
        string remote = $"{_lab.Ipv4}:8080";
        Assert.Equal(
            targets.Select(target =>
                $"[+] {(target.StartsWith("tcp4") ? $"TTL distance to {target} {remote} is 5" : $"{target} ({remote}) is 5 hops away")} (socket-filter)"),
            outcome.Lines);
    }

    [Fact]
    public void No_ICU_is_needed()
    {
        string settings = File.ReadAllText(Path.Combine(HopsCommand.Folder, "Hops.Cli.runtimeconfig.json"));
        Assert.Contains("\"System.Globalization.Invariant\": true", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_addresses_the_one_that_answers_is_measured()
    {
        using PrivateNames names = new($"{_lab.Ipv4} two.example", "2001:db8:0:5::1 two.example");
        Outcome outcome = (_lab.Hops with { Through = names.Through }).Run("--json", "two.example:8080");
        outcome.AssertStatus(0);
        Assert.Equal((_lab.Ipv4, "ipv4"), (outcome.Values("address")[0], outcome.Values("family")[0]));
    }
}
