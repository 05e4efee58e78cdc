using System.Globalization;
using System.Net.Sockets;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;

namespace Hops.Http.Tests;

/// <summary>Far servers that redirect their clients to near ones.</summary>
public sealed class RedirectTests(GuardLab lab) : IClassFixture<GuardLab>
{
    private const int Minimum = 3;

    /// <summary>The requested URL, the target of its redirect, and the result. The near host is 0 hops away, the far one 5.</summary>
    public static TheoryData<string, string, string> Redirects => new()
    {
        { "https://far", "https://far/", "200" },
        { "https://far", "https://far:8443/", "200" },
        { "http://far", "https://far/", "200" },
        { "https://far", "https://near/", "Near" },
        { "https://far", "https://near:8443/", "Near" },
        { "https://far", "https://near6/", "Near" },
        { "http://far", "http://near/", "Near" },
        { "http://far", "https://near:8443/", "Near" },
        { "http://far", "https://near.example/", "Near" },
        { "https://far", "https://127.0.0.1/", "SpecialPurpose" },
        { "https://far", "https://169.254.169.254/latest/meta-data/", "CloudMetadata" },
        { "http://far", "ftp://near/", "Scheme" },
        { "http://far", "ws://far:8443/", "Scheme" },
        { "http://far", "gopher://far:443/", "Scheme" },

        // .NET follows from https only to https and wss.
        { "https://far", "http://near/", "redirect" },
        { "https://far", "ftp://near/", "redirect" },
        { "https://far", "file:///etc/passwd", "redirect" },
    };

    [Theory]
    [MemberData(nameof(Redirects))]
    public void A_redirect_to_what_is_near_is_refused(string from, string to, string expected)
    {
        lab.Start();
        lab.Names.Add("near.example", lab.Address(0));
        foreach (int status in (int[])[301, 302, 303, 307, 308])
        {
            Report report = lab.Run(GuardLab.Options(Minimum, ("AllowedSchemes:0", "http")), $"{Real(from)}/{status}?to={Real(to)}");
            Assert.Equal(expected == "redirect" ? status.ToString(CultureInfo.InvariantCulture) : expected, Assert.Single(report.Fetches).Outcome);
            Arrivals near = lab.Take(0);
            Assert.Equal((0, 0, 0), (near.Open, near.Bytes, near.Datagrams));
        }
    }

    [Fact]
    public void A_redirect_without_end_ends()
    {
        lab.Start();
        int before = lab.Server(GuardLab.FarDistance).Requests;
        Report report = lab.Run(GuardLab.Options(Minimum), $"https://{lab.Address(GuardLab.FarDistance)}/loop");
        Assert.Equal("302", Assert.Single(report.Fetches).Outcome);
        Assert.InRange(lab.Server(GuardLab.FarDistance).Requests - before, 2, 51);
    }

    [Fact]
    public void A_redirect_to_another_port_than_the_allowed_ones_is_refused_without_a_packet()
    {
        lab.Start();
        string url = Real("https://far/302?to=https://far:8443/");
        Assert.Equal(("200", 2), Fetch(GuardLab.Options(Minimum)));
        Assert.Equal(("Port", 1), Fetch(GuardLab.Options(Minimum, ("AllowedPorts:0", "443"))));

        (string Outcome, int Connections) Fetch(Dictionary<string, string?> options) =>
            (Assert.Single(lab.Run(options, url).Fetches).Outcome, lab.Take(GuardLab.FarDistance).Connections);
    }

    private string Real(string url) => url
        .Replace("//near6", $"//[{lab.Address(0, AddressFamily.InterNetworkV6)}]", StringComparison.Ordinal)
        .Replace("//near.example", "//near%example", StringComparison.Ordinal)
        .Replace("//near", $"//{lab.Address(0)}", StringComparison.Ordinal)
        .Replace($"//{lab.Address(0)}%example", "//near.example", StringComparison.Ordinal)
        .Replace("//far", $"//{lab.Address(GuardLab.FarDistance)}", StringComparison.Ordinal);
}
