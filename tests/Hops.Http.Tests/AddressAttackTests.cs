using System.Globalization;
using System.Net;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests;

/// <summary>Near addresses in disguised notations.</summary>
public sealed class AddressAttackTests(GuardLab lab) : IClassFixture<GuardLab>
{
    private const int Minimum = 3;

    /// <summary>How an IPv4 address may be written in a URL, and whether .NET reads it as an address.</summary>
    public static TheoryData<string, bool> Literals => new()
    {
        { "plain", true },
        { "decimal", true },
        { "octal", true },
        { "hexadecimal", true },
        { "one hexadecimal number", true },
        { "mixed", true },
        { "three parts", true },
        { "two parts", true },
        { "ideographic full stops", true },
        { "behind a user", true },
        { "full-width digits", false },
        { "percent-encoded", false },
        { "trailing dot", false },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void An_IPv4_address_is_refused_however_it_is_written(string writing, bool isAddress)
    {
        lab.Start();
        Dictionary<string, string?> options = GuardLab.Options(Minimum);
        IPAddress[] addresses = [lab.Address(0), lab.Address(GuardLab.FarDistance), IPAddress.Loopback, IPAddress.Parse("169.254.169.254")];
        string[] hosts = [.. addresses.Select(address => Write(address, writing))];
        Report report = lab.Run(options, [.. hosts.Select(static host => $"https://{host}/")]);
        string[] outcomes = [.. report.Fetches.Select(static fetch => fetch.Outcome)];
        Arrivals near = lab.Take(0);
        Assert.Equal((0, 0), (near.Open, near.Bytes));
        if (isAddress)
        {
            Assert.Equal(["Near", "200", "SpecialPurpose", "CloudMetadata"], outcomes);
            Assert.Equal(1, near.Connections);
        }
        else
        {
            Assert.All(outcomes, static outcome => Assert.Matches("^HttpRequestException: Looking up .* failed|^UriFormatException", outcome));
        }
    }

    /// <summary>Without ICU .NET looks such a host up as a name.</summary>
    [Theory]
    [InlineData("\uff11\uff19\uff18.\uff11\uff18.\uff10.\uff12")]
    [InlineData("\u2460\u2468\u2467.18.0.2")]
    [InlineData("\uff11\uff19\uff18\uff0e18\uff610\u30022")]
    public void With_ICU_full_width_digits_are_an_address_and_refused(string host)
    {
        lab.Start();
        Assert.SkipUnless(
            Directory.EnumerateFiles("/usr/lib", "libicuuc.so.*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).Any(),
            "needs ICU: apt-get install libicu-dev");
        using GuardedService service = lab.NewService(("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "0"));
        Report report = service.Run(new Errand(GuardLab.Options(Minimum), [$"https://{host}/"], lab.Certificate));
        Assert.Contains("198.18.0.2 port 443 was refused: 198.18.0.2 is 0 hops", Assert.Single(report.Fetches).Error, StringComparison.Ordinal);
        Assert.Equal(new Arrivals(Connections: 1, Open: 0, Bytes: 0, Datagrams: 0), lab.Take(0));
    }

    /// <summary>IPv6 addresses of the near host, most of which its IPv4 address stands in.</summary>
    [Theory]
    [InlineData("2001:db8::2")]
    [InlineData("::ffff:198.18.0.2")]
    [InlineData("::ffff:c612:2")]
    [InlineData("64:ff9b::198.18.0.2")]
    [InlineData("2002:c612:2::1")]
    [InlineData("2001:db8:aaaa::5efe:c612:2")]
    [InlineData("2001:0:c612:2::1")]
    [InlineData("fe80::2%toserver")]
    public void An_IPv6_address_is_refused_whatever_stands_in_it(string address)
    {
        lab.Start();
        string url = $"https://[{address}]/";

        // By the address alone, without a packet.
        Assert.Equal(("SpecialPurpose", Arrivals.None), (lab.Run(new() { ["MinimumHops"] = $"{Minimum}" }, url).Fetches[0].Outcome, lab.Take(0)));

        // Where all addresses are allowed, by the distance.
        Dictionary<string, string?> allAllowed = GuardLab.Options(
            Minimum, ("AllowedSpecialPurposeNetworks:2", "0.0.0.0/0"), ("AllowedSpecialPurposeNetworks:3", "::/0"));
        Assert.Equal(("Near", new Arrivals(Connections: 1, Open: 0, Bytes: 0, Datagrams: 0)), (lab.Run(allAllowed, url).Fetches[0].Outcome, lab.Take(0)));
    }

    /// <summary>Metadata is refused although a network around it is allowed.</summary>
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[64:ff9b::a9fe:a9fe]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("168.63.129.16")]
    public void Cloud_metadata_is_refused_without_a_packet(string host)
    {
        lab.Start();
        Dictionary<string, string?> allAllowed = GuardLab.Options(
            Minimum,
            ("AllowedSpecialPurposeNetworks:2", "0.0.0.0/0"),
            ("AllowedSpecialPurposeNetworks:3", "::/0"),
            ("AllowedNearNetworks:0", "0.0.0.0/0"),
            ("AllowedNearNetworks:1", "::/0"));
        Assert.Equal("CloudMetadata", lab.Run(allAllowed, $"https://{host}/").Fetches[0].Outcome);
    }

    [Theory]
    [InlineData("http://far/", "Scheme")]
    [InlineData("ws://far/", "Scheme")]
    [InlineData("ftp://far/", "Scheme")]
    [InlineData("file:///etc/passwd", "Scheme")]
    [InlineData("https://far/", "200")]
    public void Only_https_is_let_through(string url, string expected)
    {
        lab.Start();
        string address = url.Replace("far", $"{lab.Address(GuardLab.FarDistance)}", StringComparison.Ordinal);
        Assert.Equal(expected, lab.Run(GuardLab.Options(Minimum), address).Fetches[0].Outcome);
    }

    [Theory]
    [InlineData("RefusedNetworks:0", "{0}/32", "Network")]
    [InlineData("RefusedNetworks:0", "::ffff:{0}/128", "Network")]
    [InlineData("RefusedNetworks:0", "192.0.2.0/24", "200")]
    [InlineData("RefusedNetworks", "{0}/32", "start")]
    [InlineData("RefusedNetworks:1", "{0}/32", "start")]
    [InlineData("RefusedNetworks:0", "0{0}/32", "start")]
    [InlineData("Refused:0", "{0}/32", "start")]
    public void An_option_works_as_it_is_written_or_the_service_does_not_start(string name, string value, string expected)
    {
        lab.Start();
        string far = $"{lab.Address(GuardLab.FarDistance)}";
        Dictionary<string, string?> options = GuardLab.Options(Minimum, (name, value.Replace("{0}", far, StringComparison.Ordinal)));
        Report report = lab.Service.Run(new Errand(options, [$"https://{far}/"], lab.Certificate));
        Assert.Equal(expected, report.Startup is null ? report.Fetches[0].Outcome : "start");
        Assert.Equal(expected == "start", report.Startup?.Contains($"HopGuard:{name.Split(':')[0]}", StringComparison.Ordinal) ?? false);
        Assert.Equal(expected == "200" ? 1 : 0, lab.Take(GuardLab.FarDistance).Connections);
    }

    private static string Write(IPAddress address, string writing)
    {
        byte[] b = address.GetAddressBytes();
        uint number = ((uint)b[0] << 24) | ((uint)b[1] << 16) | ((uint)b[2] << 8) | b[3];
        string plain = address.ToString();
        return writing switch
        {
            "plain" => plain,
            "decimal" => number.ToString(CultureInfo.InvariantCulture),
            "octal" => string.Join('.', b.Select(static part => "0" + Convert.ToString(part, 8))),
            "hexadecimal" => string.Join('.', b.Select(static part => $"0x{part:x}")),
            "one hexadecimal number" => $"0x{number:x8}",
            "mixed" => $"0x{b[0]:X}.{b[1]}.0{Convert.ToString(b[2], 8)}.0x{b[3]:x}",
            "three parts" => $"{b[0]}.{b[1]}.{(b[2] << 8) | b[3]}",
            "two parts" => $"{b[0]}.{number & 0xffffff}",
            "full-width digits" => string.Concat(plain.Select(static c => c == '.' ? c : (char)(c - '0' + '\uff10'))),
            "ideographic full stops" => plain.Replace('.', '\u3002'),
            "percent-encoded" => string.Concat(plain.Select(static c => $"%{(int)c:x2}")),
            "behind a user" => $"example.com:443@{plain}",
            "trailing dot" => plain + ".",
            _ => throw new ArgumentException(writing),
        };
    }
}
