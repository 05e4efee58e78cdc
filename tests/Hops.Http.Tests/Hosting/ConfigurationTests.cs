using System.Text;
using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Http.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hops.Http.Tests.Hosting;

/// <summary>Configuration is read as it is written, by the real providers, or not at all.</summary>
public sealed class ConfigurationTests
{
    private const string Client = "Hop guard 'webhooks': ";
    private const string Network = "a network, written as 10.1.0.0/16 or 2001:db8::/32";
    private const string Networks = "it must be a list, [ … ] in JSON or HopGuard__RefusedNetworks__0 in the environment, each entry " + Network + ".";
    private const string Ports = "it must be a list, [ … ] in JSON or HopGuard__AllowedPorts__0 in the environment, each entry a port from 1 to 65535.";
    private const string Time = "it must be more than zero and up to a day, written as 00:00:15.";
    private const string Hops = "it must be a number of hops from 1 to 35.";
    private const string NoNumber = "where its entry 0 is expected; the entries of a list are numbered from 0, without gaps.";
    private const string Host = "it must be a host without a port, such as partner.example, *.partner.example, 192.0.2.1 or 2001:db8::1";
    private const string Source = "it must be SocketFilter, PinnedFilter or SocketOption, which measure the connection that is used.";
    private const string FourNumbers = "(an IPv4 address has four numbers from 0 to 255, without leading zeros)";
    private const string Divided = "is a section; it must be a number of hops from 0 to 35. "
        + "A host with a ':', an IPv6 address, cannot be a key in configuration, which splits keys there: set MinimumHopsByHost in code.";
    private const string Hosts = "it must be a section of hosts, each with a number of hops from 0 to 35.";

    /// <summary>A setting as JSON has it, and the mistake behind its path.</summary>
    public static TheoryData<string, string> Misread => new()
    {
        // Shapes.
        { """ "RefusedNetworks": "203.0.113.0/24" """, $"RefusedNetworks is '203.0.113.0/24'; {Networks}" },
        { """ "RefusedNetworks": "203.0.113.0/24, 198.51.100.0/24" """, $"RefusedNetworks is '203.0.113.0/24, 198.51.100.0/24'; {Networks}" },
        { """ "RefusedNetworks": "" """, $"RefusedNetworks is empty; {Networks}" },
        { """ "RefusedNetworks": [] """, $"RefusedNetworks is empty; {Networks}" },
        { """ "RefusedNetworks": null """, $"RefusedNetworks has no value; {Networks}" },
        { """ "RefusedNetworks": {} """, $"RefusedNetworks has no value; {Networks}" },
        { """ "RefusedNetworks": { "office": "203.0.113.0/24" } """, $"RefusedNetworks has 'office' {NoNumber}" },
        {
            """ "RefusedNetworks": { "0": "203.0.113.0/24", "2": "198.51.100.0/24" } """,
            "RefusedNetworks has '2' where its entry 1 is expected; the entries of a list are numbered from 0, without gaps."
        },
        { """ "RefusedNetworks": { "00": "203.0.113.0/24" } """, $"RefusedNetworks has '00' {NoNumber}" },
        { """ "RefusedNetworks": [ [ "203.0.113.0/24" ] ] """, $"RefusedNetworks:0 is a section or a list; it must be {Network}." },
        { """ "RefusedNetworks": [ { "Network": "203.0.113.0/24" } ] """, $"RefusedNetworks:0 is a section or a list; it must be {Network}." },
        { """ "RefusedNetworks": [ null ] """, $"RefusedNetworks:0 has no value; it must be {Network}." },
        { """ "AllowedPorts": 443 """, $"AllowedPorts is '443'; {Ports}" },
        { """ "AllowedPorts": "443,8443" """, $"AllowedPorts is '443,8443'; {Ports}" },
        { """ "MinimumHops": [ 4 ] """, "MinimumHops is a section or a list; it must be one value, a number of hops from 1 to 35." },
        { """ "MinimumHops": { "Value": 4 } """, "MinimumHops is a section or a list; it must be one value, a number of hops from 1 to 35." },
        { """ "MinimumHops": null """, $"MinimumHops has no value; {Hops}" },
        { """ "Source": null """, $"Source has no value; {Source}" },
        { """ "Mode": [ "Enforce" ] """, "Mode is a section or a list; it must be one value, Enforce or ReportOnly." },
        { """ "MinimumHopsByHost": 4 """, $"MinimumHopsByHost is '4'; {Hosts}" },
        { """ "MinimumHopsByHost": "" """, $"MinimumHopsByHost is empty; {Hosts}" },
        { """ "MinimumHopsByHost": {} """, $"MinimumHopsByHost has no value; {Hosts}" },
        { """ "MinimumHopsByHost": { "a.example": { "Hops": 2 } } """, $"MinimumHopsByHost:a.example {Divided}" },
        { """ "MinimumHopsByHost": { "[2001:db8::1]": 2 } """, $"MinimumHopsByHost:[2001 {Divided}" },
        { """ "MinimumHopsByHost": { "a.example": null } """, "MinimumHopsByHost:a.example has no value; it must be a number of hops from 0 to 35." },
        { """ "MinimumHopsByHost": [ 2 ] """, $"MinimumHopsByHost has '0'; {Host} {FourNumbers}." },
        {
            """ "MinimumHopsByHost": { "bücher.example": 2, "xn--bcher-kva.example": 3 } """,
            "MinimumHopsByHost has 'bücher.example' and 'xn--bcher-kva.example', which are one host: xn--bcher-kva.example."
        },
        {
            """ "MinimumHopsByHost": { "a.example": 2, "A.example.": 3 } """,
            "MinimumHopsByHost has 'a.example' and 'A.example.', which are one host: a.example."
        },

        // Values.
        { """ "RefusedNetworks": [ "198.51.100/24" ] """, $"RefusedNetworks:0 is '198.51.100/24'; it must be {Network} {FourNumbers}." },
        { """ "RefusedNetworks": [ "203.0.113.0/24", "010.0.0.0/8" ] """, $"RefusedNetworks:1 is '010.0.0.0/8'; it must be {Network} {FourNumbers}." },
        {
            """ "RefusedNetworks": [ "" ] """,
            $"RefusedNetworks:0 is ''; it must be {Network} (a network has one '/', between its address and the length of its prefix)."
        },
        { """ "AllowedNearHosts": [ "partner.example:443" ] """, $"AllowedNearHosts:0 is 'partner.example:443'; {Host} (it is not an IPv6 address)." },
        { """ "MinimumHops": "four" """, $"MinimumHops is 'four'; {Hops}" },
        { """ "MinimumHops": "" """, $"MinimumHops is ''; {Hops}" },
        { """ "MinimumHops": " 4" """, $"MinimumHops is ' 4'; {Hops}" },
        { """ "MinimumHops": "+4" """, $"MinimumHops is '+4'; {Hops}" },
        { """ "MinimumHops": "04" """, $"MinimumHops is '04'; {Hops}" },
        { """ "MinimumHops": "0x4" """, $"MinimumHops is '0x4'; {Hops}" },
        { """ "MinimumHops": 4.0 """, $"MinimumHops is '4.0'; {Hops}" },
        { """ "MinimumHops": 0 """, $"MinimumHops is '0'; {Hops}" },
        { """ "MinimumHops": 36 """, $"MinimumHops is '36'; {Hops}" },
        { """ "MinimumHops": 99999999999 """, $"MinimumHops is '99999999999'; {Hops}" },
        { """ "MinimumHops": true """, $"MinimumHops is 'True'; {Hops}" },
        { """ "AllowedPorts": [ 0 ] """, "AllowedPorts:0 is '0'; it must be a port from 1 to 65535." },
        { """ "AllowedPorts": [ 443, "8080-8090" ] """, "AllowedPorts:1 is '8080-8090'; it must be a port from 1 to 65535." },
        { """ "AllowMixed": "yes" """, "AllowMixed is 'yes'; it must be true or false." },
        { """ "RequireMeasurement": 0 """, "RequireMeasurement is '0'; it must be true or false." },
        { """ "RequireMeasurement": "false " """, "RequireMeasurement is 'false '; it must be true or false." },
        { """ "Mode": "1" """, "Mode is '1'; it must be Enforce or ReportOnly." },
        { """ "Mode": 7 """, "Mode is '7'; it must be Enforce or ReportOnly." },
        { """ "Mode": "Enforce,ReportOnly" """, "Mode is 'Enforce,ReportOnly'; it must be Enforce or ReportOnly." },
        { """ "Mode": " ReportOnly" """, "Mode is ' ReportOnly'; it must be Enforce or ReportOnly." },
        { """ "Source": "MinimumTtl" """, $"Source is 'MinimumTtl'; {Source}" },
        { """ "ConnectTimeout": "5" """, $"ConnectTimeout is '5'; {Time}" },
        { """ "ConnectTimeout": 5 """, $"ConnectTimeout is '5'; {Time}" },
        { """ "ConnectTimeout": "5s" """, $"ConnectTimeout is '5s'; {Time}" },
        { """ "ConnectTimeout": "00:05" """, $"ConnectTimeout is '00:05'; {Time}" },
        { """ "ConnectTimeout": "00:00:00" """, $"ConnectTimeout is '00:00:00'; {Time}" },
        { """ "ConnectTimeout": "-00:00:05" """, $"ConnectTimeout is '-00:00:05'; {Time}" },
        { """ "ConnectTimeout": "1.00:00:01" """, $"ConnectTimeout is '1.00:00:01'; {Time}" },
        { """ "AllowedSchemes": [ "ftp" ] """, "AllowedSchemes:0 is 'ftp'; it must be http, https, ws or wss." },

        // Names.
        { """ "Refuse": [ "203.0.113.0/24" ] """, $"Refuse is not an option of a guard. The options are {Options}." },
        { """ "MinimumHop": 9 """, $"MinimumHop is not an option of a guard. The options are {Options}." },
        { """ "MinimumHops ": 9 """, $"MinimumHops  is not an option of a guard. The options are {Options}." },
        { """ "ConfigurationMistakes": [] """, $"ConfigurationMistakes is not an option of a guard. The options are {Options}." },
        { """ "IsAllowed": true """, "IsAllowed cannot be set by configuration: set it in code." },
    };

    private static string Options => string.Join(", ", OptionTable.Rows.Select(static row => row.Name));

    [Theory]
    [MemberData(nameof(Misread))]
    public void What_is_not_understood_fails_and_says_where_and_what_was_expected(string setting, string mistake)
    {
        string minimum = setting.StartsWith(" \"MinimumHops\":", StringComparison.Ordinal) ? "" : "\"MinimumHops\": 4, ";
        Assert.Equal([$"{Client}HopGuard:{mistake}"], FailuresOf(Json($"{{ \"HopGuard\": {{ {minimum}{setting} }} }}")));
    }

    [Fact]
    public void Every_option_is_read()
    {
        HopGuardOptions options = Read(Json("""
            {
              "HopGuard": {
                "MinimumHops": 5,
                "MinimumHopsByHost": { "partner.example": 2, "192.0.2.1": "0" },
                "MinimumHopsByNetwork": { "10.1.0.0/16": 2 },
                "AllowedNearHosts": [ "partner.example", "2001:db8::1" ],
                "AllowedNearNetworks": [ "10.1.0.0/16" ],
                "AllowedSpecialPurposeNetworks": [ "10.1.0.0/16", "::ffff:10.2.0.0/112" ],
                "RefusedNetworks": [ "198.51.100.0/24" ],
                "AllowedPorts": [ 443, "8443" ],
                "AllowedSchemes": [ "http" ],
                "allowmixed": true,
                "RequireMeasurement": "FALSE",
                "Mode": "reportonly",
                "ConnectTimeout": "00:00:05.5",
                "Source": "PinnedFilter"
              }
            }
            """));
        Assert.Equal(5, options.MinimumHops);
        Assert.Equal([new("192.0.2.1", 0), new("partner.example", 2)], options.MinimumHopsByHost.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal([new("10.1.0.0/16", 2)], options.MinimumHopsByNetwork);
        Assert.Equal(["partner.example", "2001:db8::1"], options.AllowedNearHosts);
        Assert.Equal(["10.1.0.0/16"], options.AllowedNearNetworks);
        Assert.Equal(["10.1.0.0/16", "::ffff:10.2.0.0/112"], options.AllowedSpecialPurposeNetworks);
        Assert.Equal(["198.51.100.0/24"], options.RefusedNetworks);
        Assert.Equal([443, 8443], options.AllowedPorts);
        Assert.Equal(["http", "https", "wss"], options.AllowedSchemes.Order());
        Assert.True(options.AllowMixed);
        Assert.False(options.RequireMeasurement);
        Assert.Equal(HopGuardMode.ReportOnly, options.Mode);
        Assert.Equal(TimeSpan.FromSeconds(5.5), options.ConnectTimeout);
        Assert.Equal(HopMeterSource.PinnedFilter, options.Source);
    }

    [Theory]
    [InlineData("00:00:00.001", 1)]
    [InlineData("00:01:00", 60_000)]
    [InlineData("23:59:59", 86_399_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void A_time_has_hours_minutes_and_seconds(string text, int milliseconds)
    {
        HopGuardOptions options = Read(Json($$"""{ "HopGuard": { "MinimumHops": 4, "ConnectTimeout": "{{text}}" } }"""));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), options.ConnectTimeout);
    }

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(
        [
            $"{Client}HopGuard:MinimumHops is 'four'; {Hops}",
            $"{Client}HopGuard:Mode is '7'; it must be Enforce or ReportOnly.",
            $"{Client}HopGuard:RefusedNetworks:1 is '10/8'; it must be {Network} {FourNumbers}.",
            $"{Client}ConnectTimeout is '00:00:00'; {Time}",
        ],
        FailuresOf(
            Json("""{ "HopGuard": { "MinimumHops": "four", "Mode": 7, "RefusedNetworks": [ "10.0.0.0/8", "10/8" ] } }"""),
            static o => o.ConnectTimeout = TimeSpan.Zero));

    [Theory]
    [InlineData("""{ "HopGard": { "MinimumHops": 4 } }""", "HopGuard has no options: the section is missing or empty.")]
    [InlineData("""{ "HopGuard": {} }""", "HopGuard has no options: the section is missing or empty.")]
    [InlineData("""{ "HopGuard": null }""", "HopGuard has no options: the section is missing or empty.")]
    [InlineData("""{ "HopGuard": "Enforce" }""", "HopGuard is 'Enforce'; it must be a section with the options of a guard.")]
    public void A_section_that_is_not_there_is_not_passed_over(string json, string mistake) =>
        Assert.Equal([Client + mistake], FailuresOf(Json(json), static o => o.MinimumHops = 4));

    [Fact]
    public void Environment_variables_are_read_as_strictly()
    {
        (string, string) minimum = ("HOPGUARD__MINIMUMHOPS", "4");
        Assert.Equal(["10.1.0.0/16"], Read(Environment(minimum, ("HopGuard__RefusedNetworks__0", "10.1.0.0/16"))).RefusedNetworks);
        Assert.Equal(2, Read(Environment(minimum, ("HopGuard__MinimumHopsByHost__partner.example", "2"))).MinimumHopsByHost["partner.example"]);
        Assert.Equal(
            [$"{Client}HopGuard:RefusedNetworks is '10.1.0.0/16'; {Networks}"],
            FailuresOf(Environment(minimum, ("HopGuard__RefusedNetworks", "10.1.0.0/16"))));
        Assert.Equal([$"{Client}HopGuard:RefusedNetworks is empty; {Networks}"], FailuresOf(Environment(minimum, ("HopGuard__RefusedNetworks", ""))));
        Assert.Equal([$"{Client}HopGuard:Mode is ''; it must be Enforce or ReportOnly."], FailuresOf(Environment(minimum, ("HopGuard__Mode", ""))));
        Assert.Equal(
            [$"{Client}HopGuard:Refused is not an option of a guard. The options are {Options}."],
            FailuresOf(Environment(minimum, ("HopGuard__Refused__0", "10.1.0.0/16"))));
    }

    [Fact]
    public void A_text_over_a_list_of_another_provider_is_not_passed_over()
    {
        IConfigurationRoot both = new ConfigurationBuilder()
            .AddConfiguration(Json("""{ "HopGuard": { "MinimumHops": 4, "RefusedNetworks": [ "10.1.0.0/16" ] } }"""))
            .AddConfiguration(Environment(("HopGuard__RefusedNetworks", "10.2.0.0/16"))).Build();
        Assert.Equal([$"{Client}HopGuard:RefusedNetworks is '10.2.0.0/16'; {Networks}"], FailuresOf(both));
    }

    [Fact]
    public void One_name_in_two_cases_is_no_JSON() =>
        Assert.Throws<FormatException>(static () => Json("""{ "HopGuard": { "MinimumHops": 4, "minimumhops": 9 } }"""));

    [Theory]
    [InlineData(""" "RefusedNetworks": "93.184.216.0/24" """)]
    [InlineData(""" "RefusedNetworks": [ "93.184.216/24" ] """)]
    [InlineData(""" "RefusedNetworks": [ "093.184.216.0/24" ] """)]
    [InlineData(""" "AllowedPorts": 8443 """)]
    public void A_client_of_options_that_were_not_understood_is_not_made(string setting)
    {
        using FakeGuard guard = Guard(setting);
        Assert.Throws<OptionsValidationException>(() => guard.Client());
        using FakeGuard control = Guard(""" "AllowMixed": true """);
        control.Client().Dispose();
    }

    [Theory]
    [InlineData("93.184.216.0/24")]
    [InlineData("::ffff:93.184.216.0/120")]
    [InlineData("::ffff:5db8:d822/128")]
    public async Task A_network_is_refused_as_it_is_written(string network)
    {
        using FakeGuard guard = Guard($""" "RefusedNetworks": [ "{network}" ] """);
        Assert.Equal(HopGuardReason.Network, await guard.ReasonAsync("https://far.example/"));
        Assert.Empty(guard.Network.Connections);
        using FakeGuard control = Guard(""" "RefusedNetworks": [ "93.184.217.0/24" ] """);
        Assert.Null(await control.ReasonAsync("https://far.example/"));
    }

    private static FakeGuard Guard(string setting) =>
        new(also: services => services.AddHttpClient("webhooks").AddHopGuard(Json($"{{ \"HopGuard\": {{ {setting} }} }}").GetSection("HopGuard")));

    private static IConfigurationRoot Json(string json)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(json));
        return new ConfigurationBuilder().AddJsonStream(stream).Build();
    }

    /// <summary>Real variables of this process, under a prefix that no other code reads.</summary>
    private static IConfigurationRoot Environment(params (string Name, string Value)[] variables)
    {
        string prefix = $"HOPS_TEST_{Guid.NewGuid():N}_";
        Array.ForEach(variables, variable => System.Environment.SetEnvironmentVariable(prefix + variable.Name, variable.Value));
        try
        {
            return new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build();
        }
        finally
        {
            Array.ForEach(variables, variable => System.Environment.SetEnvironmentVariable(prefix + variable.Name, null));
        }
    }

    private static IEnumerable<string> FailuresOf(IConfigurationRoot configuration, Action<HopGuardOptions>? also = null) =>
        Assert.Throws<OptionsValidationException>(() => Read(configuration, also)).Failures;

    private static HopGuardOptions Read(IConfigurationRoot configuration, Action<HopGuardOptions>? also = null)
    {
        ServiceCollection services = new();
        services.AddHttpClient("webhooks").AddHopGuard(configuration.GetSection("HopGuard")).AddHopGuard(also);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<HopGuardOptions>>().Get("webhooks");
    }
}
